"""Erases personal data for good: from the records, from their history, and from what imports kept."""

from dataclasses import dataclass, field

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Max, Q

from iet_relations.academic_year import AcademicYear
from mobility.models import Exchange
from office.importing.working import rows_name
from office.models import BatchChange, ImportBatch, ImportKind
from office.overwriting import overwrite
from partners.models import Contact, Institution

PERSON = ("person_name", "person_email")
CONTACT = ("name", "email", "phone", "notes")
HOLDING = (Exchange, Contact, BatchChange, ImportBatch, LogEntry)
"""Whose tables, beside the histories, held what is erased."""
AT_A_TIME = 500
"""Keys in one query; SQLite takes no more than 999 at once in older versions."""


@dataclass
class Erased:
    """How much was erased (or, on trial, would be), and whether the file of the database holds no remains of it."""

    exchanges: int = 0
    history_rows: int = 0
    contacts: int = 0
    import_files: int = 0
    import_changes: int = 0
    overwritten: bool = field(default=True, compare=False)


def erase(ended_before, contacts_of_closed=False, dry_run=False):
    """Erase names and e-mails of people whose exchange ended before the day (exclusive), and return an Erased.

    An exchange ends on ``ends_on``, else with its academic year. Exchanges stay and go on counting; their history
    keeps every other field. History of contacts that were deleted goes too where it ended before the day, and with
    ``contacts_of_closed`` the contacts at institutions that closed before the day. Nothing of it can be brought back.
    """
    with transaction.atomic():
        erased = Erased()
        _exchanges(ended_before, erased)
        _contacts(ended_before, contacts_of_closed, erased)
        files = _imports(ended_before, erased)
        transaction.set_rollback(dry_run)
    if not dry_run:
        for storage, name in files:
            storage.delete(name)
        erased.overwritten = overwrite([*HOLDING, Exchange.history.model, Contact.history.model])
    return erased


def _ended(day):
    """Return the condition that an exchange, or a row of its history, ended before the day."""
    last_year = AcademicYear(AcademicYear.containing(day).start - 1)
    return Q(ends_on__lt=day) | Q(ends_on__isnull=True, academic_year__lte=last_year)


def _in_portions(keys):
    keys = list(keys)
    for start in range(0, len(keys), AT_A_TIME):
        yield keys[start : start + AT_A_TIME]


def _exchanges(day, erased):
    named = ~Q(person_name="", person_email="")
    history = Exchange.history.model.objects
    keys = set(Exchange.objects.filter(_ended(day), named).order_by().values_list("pk", flat=True))
    in_history = set(history.filter(named).order_by().values_list("id", flat=True))
    for portion in _in_portions(in_history - keys):
        living = set(Exchange.objects.filter(pk__in=portion).values_list("pk", flat=True))
        keys |= set(Exchange.objects.filter(_ended(day), pk__in=portion).values_list("pk", flat=True))
        gone = history.filter(id__in=set(portion) - living).order_by().values("id").annotate(last=Max("history_id"))
        keys |= set(history.filter(_ended(day), history_id__in=gone.values("last")).values_list("id", flat=True))
    blank = dict.fromkeys(PERSON, "")
    for portion in _in_portions(keys):
        erased.exchanges += Exchange.objects.filter(named, pk__in=portion).update(**blank)
        erased.history_rows += history.filter(named, id__in=portion).update(**blank)
        _blank_changes(Exchange, portion, PERSON, erased)


def _contacts(day, of_closed, erased):
    history = Contact.history.model.objects
    keys = set()
    if of_closed:
        closed = Institution.objects.filter(closed_on__lt=day)
        keys = set(Contact.objects.filter(institution__in=closed).values_list("pk", flat=True))
    living = Contact.objects.order_by().values("pk")
    gone = history.filter(history_type="-", history_date__date__lt=day).exclude(id__in=living)
    keys |= set(gone.values_list("id", flat=True))
    institutions = set()
    for portion in _in_portions(keys):
        institutions |= set(history.filter(id__in=portion).values_list("institution_id", flat=True))
        erased.contacts += Contact.objects.filter(pk__in=portion).count()
        Contact.objects.filter(pk__in=portion).delete()
        erased.history_rows += history.filter(id__in=portion).delete()[0]
        _blank_changes(Contact, portion, CONTACT, erased)
        _log_rows(Contact, portion).delete()
    for portion in _in_portions(institutions):  # whose log names the contact that was added there
        _log_rows(Institution, portion).filter(change_message__contains='"object"').update(change_message="")


def _log_rows(model, keys):
    kind = ContentType.objects.get_for_model(model)
    return LogEntry.objects.filter(content_type=kind, object_id__in=[str(key) for key in keys])


def _blank_changes(model, keys, columns, erased):
    """Take the columns out of what imports remember of these records; undoing such an import brings none back."""
    kind = ContentType.objects.get_for_model(model)
    for change in BatchChange.objects.filter(content_type=kind, object_id__in=keys, before__isnull=False):
        blanked = blank(change.before, columns)
        if blanked != change.before:
            BatchChange.objects.filter(pk=change.pk).update(before=blanked)
            erased.import_changes += 1


def blank(value, columns):
    """Return a JSON value with the text of the named keys emptied, at any depth."""
    if isinstance(value, dict):
        return {key: "" if key in columns and item else blank(item, columns) for key, item in value.items()}
    if isinstance(value, list):
        return [blank(item, columns) for item in value]
    return value


def _imports(day, erased):
    """Empty what imports of people that were uploaded before the day keep; return the files to delete."""
    kinds = (ImportKind.EXCHANGES, ImportKind.CONTACTS)
    files = []
    for batch in ImportBatch.objects.filter(kind__in=kinds, uploaded_at__date__lt=day):
        if batch.file:
            files += [(batch.file.storage, batch.file.name), (batch.file.storage, rows_name(batch))]
            erased.import_files += 1
        numbers = {key: value for key, value in batch.report.items() if not isinstance(value, list | dict)}
        ImportBatch.objects.filter(pk=batch.pk).update(file="", report=numbers)
    kept = set(ImportBatch.objects.exclude(file="").values_list("file", flat=True))  # the same file, sent again
    return [(storage, name) for storage, name in files if name not in kept]
