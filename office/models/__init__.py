"""What the office keeps beside the records: imports and their way back, how staff are reached and were reminded."""

from office.models.batch import BatchChange, ImportBatch, ImportKind
from office.models.reminder import ReminderSent, StaffProfile

__all__ = ["BatchChange", "ImportBatch", "ImportKind", "ReminderSent", "StaffProfile"]
