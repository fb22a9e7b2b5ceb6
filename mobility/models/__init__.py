"""Who travels under what: classifications, mobility terms, exchanges, students from abroad."""

from mobility.models.classification import IscedField, Language
from mobility.models.exchange import Exchange, ForeignStudents
from mobility.models.term import MobilityTerm

__all__ = ["Exchange", "ForeignStudents", "IscedField", "Language", "MobilityTerm"]
