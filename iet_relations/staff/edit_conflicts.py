"""Two people edit the same record: the second is told what changed meanwhile, and keeps what they typed.

A form carries the last entries of history that it was made from. Where the record has newer ones, the form comes back:
fields that the person did not touch show the new state, the others what they typed; saving again saves that. Where the
record was deleted, what was typed is shown beside the list that it can be restored from.
"""

import re
from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Max
from django.forms import CheckboxInput, MultiWidget
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from iet_relations.staff import record_history

FIELD = "_version"


def version_of(model, pk, parts):
    """Return the last entry of history of a record and of each kind of its parts, as text: “812.40.0”."""
    ours = model.history.filter(**{model._meta.pk.attname: pk})
    rows = [ours, *(part.history.filter(**conditions) for part, conditions in parts)]
    return ".".join(str(found.order_by().aggregate(last=Max("history_id"))["last"] or 0) for found in rows)


def lock(model, pk):
    """Let a second person who saves the record wait for the first. SQLite lets only one write anyway."""
    if connection.features.has_select_for_update:
        model._base_manager.select_for_update().filter(pk=pk).values_list("pk").first()


def told(model, pk, parts, seen):
    """Return sentences about what happened to the record and its parts after the version ``seen``."""
    last = dict(zip([model, *(part for part, _conditions in parts)], _numbers(seen), strict=False))
    sentences = [
        _(
            "Somebody else changed this record while you were editing. What you typed is kept; what you did not touch "
            "shows the new state. Compare, and save again."
        )
    ]
    for entry in reversed(record_history.entries(model, pk, parts)):
        if entry.row.history_id <= last.get(entry.row.instance_type, 0):
            continue
        names = {
            "who": entry.row.history_user or _("the system"),
            "when": date_format(localtime(entry.row.history_date), "SHORT_DATETIME_FORMAT"),
        }
        if entry.part:
            sentences.append(
                _("%(part)s: %(done)s (%(who)s, %(when)s)") % {"part": entry.part, "done": entry.done, **names}
            )
        for change in entry.changes:
            sentences.append(
                _("%(field)s: “%(old)s” → “%(new)s” (%(who)s, %(when)s)")
                % {"field": change.label, "old": change.old, "new": change.new, **names}
            )
    return sentences


def typed(form_class, formset_classes, data):
    """Return pairs of a label and what was typed, of a form and its inlines; empty fields are left out."""
    parts = [("", form_class)]
    for formset in formset_classes:
        prefix = formset.get_default_prefix()
        numbers = sorted({int(number) for key in data for number in re.findall(rf"^{prefix}-(\d{{1,4}})-", key)})
        parts += [(f"{prefix}-{number}-", formset.form) for number in numbers]
    found = []
    for prefix, form in parts:
        for name, field in form.base_fields.items():
            value = field.widget.value_from_datadict(data, {}, f"{prefix}{name}")
            with suppress(ValidationError):
                value = field.clean(value)
            if not isinstance(value, str) and hasattr(value, "__iter__"):
                value = ", ".join(str(one) for one in value if one)
            if value not in (None, "", False):
                found.append((field.label, value))
    return found


def conflicting(form_class, model, seen, sentences):
    """Return a form that cannot be saved this time: it shows the new state, the person's entries and the sentences."""
    row = model.history.filter(history_id=_numbers(seen)[0]).first()

    class Conflicting(form_class):
        def __init__(self, data=None, *args, instance=None, **kwargs):
            if data is not None and row is not None:
                data = _merged(form_class, data, row.instance, instance, kwargs.get("prefix"))
            super().__init__(data, *args, instance=instance, **kwargs)

        def clean(self):
            cleaned = super().clean()
            self.add_error(None, sentences)
            return cleaned

    return Conflicting


def _merged(form_class, data, before, now, prefix):
    """Return the data of a form with the new state in every field that the person left as it was."""
    data = data.copy()
    old, new = form_class(instance=before, prefix=prefix), form_class(instance=now, prefix=prefix)
    for name, field in old.fields.items():
        widget, key = field.widget, old.add_prefix(name)
        given = widget.value_from_datadict(data, {}, key)
        if field.disabled or field.has_changed(old[name].initial, given):
            continue
        value = new.fields[name].prepare_value(new[name].initial)
        if isinstance(widget, MultiWidget):
            for suffix, part, piece in zip(
                widget.widgets_names, widget.widgets, widget.decompress(value), strict=True
            ):
                data[key + suffix] = part.format_value(piece) or ""
        elif isinstance(widget, CheckboxInput):
            data.pop(key, None)
            if value:
                data[key] = "on"
        elif isinstance(value, list | tuple):
            data.setlist(key, [str(getattr(item, "pk", item)) for item in value])
        else:
            shown = widget.format_value(value)
            data[key] = (shown[0] if shown else "") if isinstance(shown, list) else "" if shown is None else str(shown)
    return data


def _numbers(version):
    return [int(part) if part.isascii() and part.isdigit() else 0 for part in version[:200].split(".")]
