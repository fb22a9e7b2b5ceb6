"""What happened to a record, field by field, and the way back: from the rows of django-simple-history."""

import datetime
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils.formats import date_format, localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SHOWN_AT_ONCE = 200
"""Entries of one record's history on its page; older ones follow on further pages."""

DELETED_TOGETHER = datetime.timedelta(minutes=1)
"""Parts whose deletion was recorded this long before their record's belong to the same deletion."""


@dataclass
class Change:
    """One field's old and new value, as text for people."""

    label: str
    old: str
    new: str


@dataclass
class Entry:
    """What one person did to a record, or to a part of it, at one moment."""

    row: models.Model
    part: str
    changes: list
    restorable: bool

    LABELS = {"+": gettext_lazy("added"), "~": gettext_lazy("changed"), "-": gettext_lazy("deleted")}

    @property
    def done(self):
        return self.LABELS[self.row.history_type]


def entries(model, pk, parts=()):
    """Return the Entry list of a record and its parts, newest first.

    ``parts`` are pairs of a model with history and the conditions on its history rows that tie them to the record.
    """
    found = _entries_of(model.history.filter(**{model._meta.pk.attname: pk}), part_name=None)
    for part, conditions in parts:
        found += _entries_of(part.history.filter(**conditions), part_name=capfirst(part._meta.verbose_name))
    found.sort(key=lambda entry: (entry.row.history_date, entry.part == ""), reverse=True)
    if found and (current := next((entry for entry in found if not entry.part), None)):
        current.restorable = False
    return found


def _entries_of(rows, part_name):
    """Compare each row with the one before it of the same record."""
    previous, found = {}, []
    for row in rows.select_related("history_user").order_by("history_date", "history_id"):
        key = getattr(row, row.instance_type._meta.pk.attname)
        before = previous.get(key)
        previous[key] = row
        changes = _changes(before, row) if before and row.history_type == "~" else []
        part = f"{part_name}: {row.instance}" if part_name else ""
        found.append(Entry(row, part, changes, restorable=not part_name and row.history_type != "-"))
    return found


def _changes(before, after):
    model = after.instance_type
    delta = after.diff_against(before, foreign_keys_are_objs=True)
    return [
        Change(
            capfirst(model._meta.get_field(change.field).verbose_name),
            shown(model._meta.get_field(change.field), change.old),
            shown(model._meta.get_field(change.field), change.new),
        )
        for change in delta.changes
    ]


def shown(field, value):
    """Return a stored value as a person reads it: label of a choice, name of a record, date in their language."""
    if isinstance(value, list):  # rows of a many-to-many field: one dict each, of this record and the other
        others = [str(row[field.m2m_reverse_field_name()]) for row in value]
        return ", ".join(others) or _("empty")
    if value is None or value == "":
        return _("empty")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return date_format(value, "DATE_FORMAT")
    return str(localize(value))


def deleted(model):
    """Return the last history row of every record that is deleted now, newest deletion first."""
    pk = model._meta.pk.attname
    gone = model.history.filter(history_type="-").exclude(**{f"{pk}__in": model._base_manager.values("pk")})
    last = gone.order_by().values(pk).annotate(last=Max("history_id")).values("last")
    return model.history.filter(history_id__in=last).select_related("history_user").order_by("-history_date")


@transaction.atomic
def restore(row, keep=()):
    """Bring a record back to the state of a history row; return it.

    Fields named in ``keep`` stay as they are now (or at their default, where the record is deleted). A record that
    had been deleted comes back with the parts that were deleted with it. Raises ValidationError when today's rules
    or other records no longer allow that state; nothing is changed then.
    """
    model = row.instance_type
    record = row.instance
    now = model._base_manager.filter(pk=record.pk).first()
    record._state.adding = now is None
    for name in keep:
        setattr(record, name, getattr(now, name) if now else model._meta.get_field(name).get_default())
    record.full_clean()
    record._change_reason = _("restored")
    record.save()
    for field in row._history_m2m_fields:
        others = getattr(row, field.name).values_list(field.m2m_reverse_field_name(), flat=True)
        living = field.related_model._base_manager.filter(pk__in=list(others))
        getattr(record, field.name).set(living)
    if now is None:
        _restore_parts(row)
    return record


def _restore_parts(row):
    pk, model = row.instance.pk, row.instance_type
    moment = (row.history_date - DELETED_TOGETHER, row.history_date + DELETED_TOGETHER)
    for part, conditions in parts_of(model, pk):
        rows = part.history.filter(**conditions, history_type="-", history_date__range=moment)
        for gone in deleted(part).filter(history_id__in=rows.values("history_id")).order_by("history_id"):
            try:
                restore(gone)
            except ValidationError as error:
                message = _("%(part)s “%(name)s” cannot come back: %(why)s") % {
                    "part": capfirst(part._meta.verbose_name),
                    "name": gone.instance,
                    "why": " ".join(error.messages),
                }
                raise ValidationError(message) from None


def parts_of(model, pk):
    """Return the models with history that go when a record goes, each with the conditions that tie its rows to it."""
    found = []
    for relation in model._meta.related_objects:
        owned = relation.on_delete is models.CASCADE and not relation.many_to_many
        if owned and hasattr(relation.related_model, "history"):
            found.append((relation.related_model, {relation.field.attname: pk}))
    for field in model._meta.private_fields:
        if field.one_to_many and hasattr(field.related_model, "history"):
            found.append((field.related_model, generic_conditions(field, model, pk)))
    return found


def generic_conditions(field, model, pk):
    """Return the conditions on history rows of a generic relation's records that belong to the record."""
    return {
        f"{field.content_type_field_name}_id": ContentType.objects.get_for_model(model).pk,
        field.object_id_field_name: str(pk),
    }
