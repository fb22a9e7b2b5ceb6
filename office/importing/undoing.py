"""Taking an applied import back as a whole."""

from collections import defaultdict
from itertools import groupby

from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from office.importing.changes import Changes, python_value, restored
from office.models import BatchChange, ImportBatch
from partners.models import Institution, MergeRecord

PORTION = 1000
TOLD = 20
"""Records that are named when an undo is refused."""


class UndoRefused(Exception):
    """The import cannot be taken back, or not without asking.

    ``changed`` names the records that somebody changed since; ``relied_on`` those that other records rely on, which
    no asking helps against.
    """

    def __init__(self, sentence, changed=(), relied_on=()):
        super().__init__(sentence)
        self.changed, self.relied_on = list(changed), list(relied_on)


def undo(batch, *, user=None, force=False, progress=lambda done: None, status=ImportBatch.Status.APPLIED):
    """Take back every change of an applied batch; the history keeps both. ``status`` is the one that it must have.

    Records that the import created are deleted, changed ones get their earlier values back. Raises UndoRefused when a
    record was changed since (with ``force`` those too lose what the import brought), or when others rely on it.
    """
    try:
        return _undo(batch, user, force, progress, status)
    except IntegrityError:
        raise UndoRefused(
            _("What this import changed has been entered again since: it can only be put right by hand.")
        ) from None


def _undo(batch, user, force, progress, status):
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.status != status:
            raise UndoRefused(
                _("Only an applied import can be undone; this one is: %(status)s.")
                % {"status": batch.get_status_display()}
            )
        if merged := merged_since(batch):
            sentence = _("Merged with others since: %(records)s. Undo these merges first.") % {"records": _few(merged)}
            raise UndoRefused(sentence, relied_on=merged)
        changed, relied_on = changed_since(batch), relying_records(batch)
        if relied_on:
            raise UndoRefused(
                _("Other records rely on what this import created: %(records)s.") % {"records": _few(relied_on)},
                changed,
                relied_on,
            )
        if changed and not force:
            raise UndoRefused(
                _("Changed since this import: %(records)s. Undo it only if these changes may be lost.")
                % {"records": _few(changed)},
                changed,
            )
        changes = Changes(batch, user, f"undo import {batch.pk}", keep=False)
        done = 0
        for model, action, rows in _portions(batch):
            _take_back(model, action, rows, changes)
            changes.flush()
            done += len(rows)
            progress(done)
        batch.status, batch.undone_by, batch.undone_at = ImportBatch.Status.UNDONE, user, timezone.now()
        batch.save(update_fields=["status", "undone_by", "undone_at"])
        # What was kept for the way back is not needed any more, and may hold personal data.
        batch.changes.all()._raw_delete(batch.changes.all().db)
    return batch


def _few(names):
    shown = ", ".join(names[:TOLD])
    return (
        shown
        if len(names) <= TOLD
        else _("%(shown)s and %(count)s more") % {"shown": shown, "count": len(names) - TOLD}
    )


def _portions(batch):
    """Yield (model, action, rows) of the batch, the last first, up to a thousand at a time."""
    last = None
    while True:
        rows = batch.changes.order_by("-pk")
        rows = list((rows.filter(pk__lt=last) if last else rows)[:PORTION])
        if not rows:
            return
        last = rows[-1].pk
        for (type_id, action), group in groupby(rows, key=lambda row: (row.content_type_id, row.action)):
            model = ContentType.objects.get_for_id(type_id).model_class()
            yield model, action, list(group)


def _take_back(model, action, rows, changes):
    if action == BatchChange.Action.REMOVED:
        changes.create([restored(model, row.before) for row in rows])
        return
    stored = model._base_manager.in_bulk([row.object_id for row in rows])
    if action == BatchChange.Action.CREATED:
        objects = [stored[row.object_id] for row in rows if row.object_id in stored]
        for field in model._meta.many_to_many:
            own = field.m2m_field_name()
            links = field.remote_field.through._base_manager.filter(**{f"{own}__in": objects})
            links._raw_delete(links.db)
        changes.remove(objects)
        return
    fields = {field.attname: field for field in model._meta.concrete_fields}
    touched, lists = [], defaultdict(dict)
    for row in rows:
        if (record := stored.get(row.object_id)) is None:
            continue
        before = {}
        for name, value in row.before.items():
            if name in fields:
                before[name] = getattr(record, name)
                setattr(record, name, python_value(fields[name], value))
            else:
                lists[name][record] = value
        touched.append((record, before))
    changes.update(touched)
    for name, wanted in lists.items():
        changes.link(name, wanted)


def _touched(batch):
    """Yield (model, primary keys, actions by primary key) of a batch, a thousand records at a time."""
    types = batch.changes.order_by().values_list("content_type", flat=True).distinct()
    for type_id in types:
        model = ContentType.objects.get_for_id(type_id).model_class()
        rows = batch.changes.filter(content_type=type_id).order_by("object_id").values_list("object_id", "action")
        portion = defaultdict(set)
        for pk, action in rows.iterator(chunk_size=PORTION):
            if len(portion) == PORTION and pk not in portion:
                yield model, portion
                portion = defaultdict(set)
            portion[pk].add(action)
        if portion:
            yield model, portion


def merged_since(batch):
    """Return the names of institutions of the batch that were merged into others, with what hangs on them."""
    kind = ContentType.objects.get_for_model(Institution)
    touched = batch.changes.filter(content_type=kind).values("object_id")
    slugs = Institution.history.filter(id__in=touched).values("slug")
    return list(MergeRecord.objects.standing().filter(merged_slug__in=slugs).values_list("merged_name", flat=True))


def changed_since(batch):
    """Return the names of records that somebody else changed or deleted after the batch wrote them."""
    found = []
    for model, portion in _touched(batch):
        history = getattr(model, "history", None)
        if history is None:
            continue
        key = model._meta.pk.attname
        rows = history.model._base_manager.order_by()
        latest = rows.filter(**{f"{key}__in": list(portion)}).values(key).annotate(last=Max("history_id"))
        others = rows.filter(history_id__in=latest.values("last")).exclude(history_change_reason=batch.change_reason)
        found += [str(one.instance) for one in others]
    return list(dict.fromkeys(found))


def relying_records(batch):
    """Return the names of records outside the batch that point at those it created."""
    created = {(model, pk) for model, portion in _touched(batch) for pk, actions in portion.items() if "+" in actions}
    found = []
    for model, portion in _touched(batch):
        pks = [pk for pk in portion if (model, pk) in created]
        for rows, name in _pointing_at(model, pks):
            owner = rows.model
            found += [
                f"{owner._meta.verbose_name} “{row}”"
                for row in rows
                if (owner, row.pk) not in created and not _points_back(batch, row, name)
            ]
    return list(dict.fromkeys(found))


def _points_back(batch, row, name):
    """Tell whether the batch itself made the row point there, so that undoing it points it back."""
    changes = batch.changes.filter(
        content_type=ContentType.objects.get_for_model(type(row)), object_id=row.pk, action=BatchChange.Action.CHANGED
    )
    return any(name in change.before for change in changes)


def _pointing_at(model, pks):
    """Yield (rows, their column) of every table that refers to the records, history apart."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, GenericRelation):
            types = {relation.content_type_field_name: ContentType.objects.get_for_model(model)}
            rows = relation.related_model._base_manager
            yield rows.filter(**types, **{f"{relation.object_id_field_name}__in": pks}), relation.object_id_field_name
        elif relation.one_to_many or (relation.one_to_one and relation.auto_created):
            field, owner = relation.field, relation.related_model
            if not getattr(field, "db_constraint", True):
                continue  # a row of history
            if not owner._meta.auto_created:
                yield owner._base_manager.filter(**{f"{field.name}__in": pks}), field.attname
            elif owner._meta.auto_created is not model:
                # A list of another record, such as the institutions of an activity.
                list_field = next(
                    one for one in owner._meta.auto_created._meta.many_to_many if one.remote_field.through is owner
                )
                yield owner._meta.auto_created._base_manager.filter(**{f"{list_field.name}__in": pks}), list_field.name
