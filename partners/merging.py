"""Merging two institutions that are one, and undoing it exactly.

Everything that points at the other institution is moved to the one that stays: found through ``_meta``, so that a
relation added later is moved as well. Each step is written down with the values before and after it; ``undo`` goes
through them backwards.

Steps (JSON): ``{"model", "pk", "fields": {column: [before, after]}}`` a row changed, ``{"model", "added": {…}}`` and
``{"model", "removed": {…}}`` a row made or deleted, with all of its columns.
"""

from collections import Counter, defaultdict

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from partners.models import Institution, InstitutionName, MergeRecord

NEVER_FILLED = {"successor", "closed_on", "department", "department_created_on", "valid_from", "valid_to"}
"""Columns whose emptiness says something (still open, still valid), so that they are not filled from the other."""

AT_ONCE = 500
"""Rows that one statement moves."""

NAMES = ("name", "name_en", "name_ru", "name_tg", "acronym")


def merge(kept, other, by=None):
    """Merge ``other`` into ``kept`` and return the MergeRecord; the slug of ``other`` leads to ``kept`` from then on.

    ``kept`` gets what it lacks and keeps the other's names as other names. Where both have the same row (parties to
    one agreement, participants of one project), one remains, filled from the other. Raises ValidationError where the
    two must not be merged; nothing is changed then.
    """
    with transaction.atomic():
        locked = Institution.objects.select_for_update().in_bulk({kept.pk, other.pk})
        if len(locked) < 2:
            raise ValidationError(_("Choose two different institutions that both exist."))
        kept, other = locked[kept.pk], locked[other.pk]
        if other.is_home:
            raise ValidationError(_("The home institution stays: merge the other one into it."))
        if kept.is_home and other.exchanges.exists():
            raise ValidationError(
                _("An institution with exchanges is a partner and cannot become the home institution.")
            )
        steps = _Steps(_("merged: %(other)s into %(kept)s") % {"other": other, "kept": kept}, by)
        names = [name for name in dict.fromkeys(getattr(other, column) for column in NAMES) if name]
        steps.absorb(kept, other)
        steps.keep_names(kept, names)
        steps.write_history()
        return MergeRecord.objects.create(
            kept=kept,
            kept_key=kept.pk,
            merged_slug=other.slug,
            merged_name=other.name_in("en")[0],
            steps=steps.taken,
            moved=len(steps.taken),
            done_by=by,
        )


def attached(institution):
    """Return what points at the institution, as pairs of what it is called and how many there are."""
    counts = Counter()
    for field in _pointing_at(Institution):
        owner = field.model._meta.auto_created or field.model
        counts[capfirst(owner._meta.verbose_name_plural)] += field.model._base_manager.filter(
            **{field.attname: institution.pk}
        ).count()
    return sorted((name, count) for name, count in counts.items() if count)


def shown(field, institution):
    """Return a column’s value as people read it: the words of a choice, not its key."""
    value = field.value_from_object(institution)
    return dict(field.flatchoices).get(value, value)


def changed_since(record):
    """Return a sentence for each thing that is no longer as the merge left it."""
    found = []
    if record.kept_id != record.kept_key:
        found.append(_("The institution that was kept has itself been merged or deleted since: undo that first."))
    for step in record.steps:
        model = apps.get_model(step["model"])
        name = capfirst(model._meta.verbose_name)
        if "fields" in step:
            row = model._base_manager.filter(pk=step["pk"]).first()
            if row is None:
                found.append(_("%(kind)s number %(number)s was deleted.") % {"kind": name, "number": step["pk"]})
                continue
            derived = _derived(model)
            for column, (_before, after) in step["fields"].items():
                field = model._meta.get_field(column)
                if column not in derived and _plain(field, row) != after:
                    found.append(
                        _("%(kind)s “%(record)s”: “%(field)s” was changed.")
                        % {"kind": name, "record": row, "field": field.verbose_name}
                    )
    return found


def undo(record, by=None, force=False):
    """Take a merge back: the other institution returns, and everything of it returns to it.

    What was changed since stays as it is now, and only with ``force``: without it ValidationError tells what was
    changed. A row that was added to the kept institution after the merge stays with it.
    """
    with transaction.atomic():
        record = MergeRecord.objects.select_for_update().get(pk=record.pk)
        if record.undone_at:
            raise ValidationError(_("This merge is undone already."))
        if record.kept_id != record.kept_key:
            raise ValidationError(changed_since(record)[0])
        if not force and (changed := changed_since(record)):
            raise ValidationError(changed)
        steps = _Steps(_("merge undone: %(other)s") % {"other": record.merged_name}, by)
        for step in reversed(record.steps):
            steps.take_back(step)
        steps.write_history()
        record.undone_by, record.undone_at = by, timezone.now()
        record.save(update_fields=["undone_by", "undone_at"])


class _Steps:
    """What a merge does, as it does it: ``taken`` is what it writes down, the histories are written at the end."""

    def __init__(self, reason, by):
        self.taken = []
        self.reason = reason
        self.by = by
        self._changed = {}
        self._owners = {}

    def absorb(self, kept, other):
        """Move what points at ``other`` to ``kept`` (rows of one model), fill its gaps, delete ``other``."""
        for field in _pointing_at(type(other)):
            rows = field.model._base_manager.filter(**{field.attname: other.pk}).order_by("pk")
            alike = defaultdict(list)
            for row in rows:
                if values := self._pointed(row, {field.attname: kept.pk}, field, kept):
                    alike[tuple(values.items())].append(row)
            for values, together in alike.items():
                self._change(together, dict(values))
        for model, generic in () if other._meta.auto_created else _generic_keys():
            kind = ContentType.objects.get_for_model(type(other))
            at_other = {f"{generic.ct_field}_id": kind.pk, generic.fk_field: _key(model, generic, other)}
            for row in model._base_manager.filter(**at_other).order_by("pk"):
                if values := self._pointed(row, {generic.fk_field: _key(model, generic, kept)}, None, kept):
                    self._change([row], values)
        gaps = _gaps(kept, other)
        self._remove(other)
        self._change([kept], gaps)

    def keep_names(self, kept, names):
        """Add the names as other names, where ``kept`` is not called that already."""
        known = {getattr(kept, column).casefold() for column in NAMES}
        known |= {name.casefold() for name in kept.other_names.values_list("name", flat=True)}
        for name in names:
            if name.casefold() not in known:
                row = InstitutionName(institution=kept, name=name)
                row.save_base(raw=True, force_insert=True)
                self.taken.append({"model": row._meta.label, "added": _columns(row)})
                self._remember(row, "+")
        kept = Institution.objects.get(pk=kept.pk)
        self._change([kept], {"search_text": kept.folded_terms(), "updated_at": timezone.now()})

    def _pointed(self, row, values, field, kept):
        """Return the values with which the row points at ``kept``, or None when it went on the way.

        A row goes when it was about the two, and when ``kept`` has its like already.
        """
        model = type(row)
        if row == kept:
            setattr(kept, field.attname, None)
            return {field.attname: None}
        between = [
            other
            for other in model._meta.concrete_fields
            if field is not None and other != field and other.remote_field and other.related_model is type(kept)
        ]
        if any(getattr(row, other.attname) == kept.pk for other in between):
            return self._remove(row)
        if twin := _twin(row, values):
            return self.absorb(twin, row)
        for name in getattr(model, "copied_columns", {}).get(field and field.name, ()):
            column = model._meta.get_field(name).attname
            values[column] = getattr(kept, column)
        return values

    def _change(self, rows, values):
        """Give each of the rows (of one model) the values."""
        model = type(rows[0])
        fields = [model._meta.get_field(name) for name in values]
        for row in rows:
            before = [_plain(field, row) for field in fields]
            for field in fields:
                setattr(row, field.attname, values[field.attname])
            after = [_plain(field, row) for field in fields]
            columns = {
                field.name: [old, new] for field, old, new in zip(fields, before, after, strict=True) if old != new
            }
            if columns:
                self.taken.append({"model": model._meta.label, "pk": row.pk, "fields": columns})
                self._remember(row, "~")
        if values:
            keys = [row.pk for row in rows]
            for place in range(0, len(keys), AT_ONCE):
                model._base_manager.filter(pk__in=keys[place : place + AT_ONCE]).update(**values)

    def _remove(self, row):
        self.taken.append({"model": row._meta.label, "removed": _columns(row)})
        self._remember(row, "-")
        model = type(row)
        model._base_manager.filter(pk=row.pk)._raw_delete(using=row._state.db)

    def take_back(self, step):
        """Undo one step, leaving alone what is no longer as the step left it."""
        model = apps.get_model(step["model"])
        if "added" in step:
            pk = step["added"][model._meta.pk.name]
            if row := model._base_manager.filter(pk=pk).first():
                self._remember(row, "-")
                model._base_manager.filter(pk=pk)._raw_delete(using=row._state.db)
        elif "removed" in step:
            columns = step["removed"].items()
            row = model(**{model._meta.get_field(name).attname: _value(model, name, value) for name, value in columns})
            row.save_base(raw=True, force_insert=True)
            self._remember(row, "+")
        elif row := model._base_manager.filter(pk=step["pk"]).first():
            before = {
                model._meta.get_field(name).attname: _value(model, name, old)
                for name, (old, new) in step["fields"].items()
                if _plain(model._meta.get_field(name), row) == new
            }
            if before:
                model._base_manager.filter(pk=row.pk).update(**before)
                self._remember(model._base_manager.get(pk=row.pk), "~")

    def _touch_owner(self, through):
        """Note the record whose list a row of an automatic through table belongs to: its history keeps the list."""
        owner = through._meta.auto_created
        field = next(f for f in through._meta.concrete_fields if f.related_model is owner)
        self._owners[owner, getattr(through, field.attname)] = True

    def _remember(self, row, done):
        """Note the row for its history, where it has one; a row of a list tells in the history of its record.

        The last state of a row counts, but its beginning or end stays one.
        """
        if row._meta.auto_created:
            self._touch_owner(row)
        if hasattr(type(row), "history"):
            earlier = self._changed.get((type(row), row.pk), ("~",))[0]
            self._changed[type(row), row.pk] = (earlier if done == "~" else done, row)

    def write_history(self):
        """Write what happened to each row into its history, once."""
        for owner, pk in self._owners:
            if hasattr(owner, "history") and (row := owner._base_manager.filter(pk=pk).first()):
                self._changed[owner, pk] = ("~", row)
        about = {"history_date": timezone.now(), "history_change_reason": self.reason[:100], "history_user": self.by}
        entries = defaultdict(list)
        for (model, _pk), (done, row) in self._changed.items():
            columns = {field.attname: getattr(row, field.attname) for field in model.history.model.tracked_fields}
            entries[model].append(model.history.model(history_type=done, **about, **columns))
        for model, rows in entries.items():
            lists = model.history.model._history_m2m_fields
            if not lists:
                model.history.bulk_create(rows, batch_size=500)
            for entry in rows if lists else ():
                entry.save()
                for field in lists:
                    _copy_list(entry, field)


def _copy_list(entry, field):
    """Copy the rows of a many-to-many field into its history, as django-simple-history does on every save."""
    copies = getattr(type(entry), field.name).model
    rows = field.remote_field.through._base_manager.filter(**{f"{field.m2m_field_name()}_id": entry.id})
    columns = [column.attname for column in rows.model._meta.concrete_fields]
    copies.objects.bulk_create(
        [copies(history=entry, **{column: getattr(row, column) for column in columns}) for row in rows]
    )


def _pointing_at(model):
    """Return every foreign key that points at the model, those of automatic through tables included.

    The copies of django-simple-history are left out: they tell what was.
    """
    relations = model._meta.get_fields(include_hidden=True)
    fields = [
        relation.field
        for relation in relations
        if relation.auto_created and (relation.one_to_many or relation.one_to_one) and not relation.concrete
    ]
    return [field for field in fields if field.remote_field.on_delete is not models.DO_NOTHING]


def _generic_keys():
    """Yield each model with a generic foreign key, and the key."""
    for model in apps.get_models():
        if not hasattr(model, "history_object"):
            for field in model._meta.private_fields:
                if isinstance(field, GenericForeignKey):
                    yield model, field


def _key(model, generic, record):
    return model._meta.get_field(generic.fk_field).to_python(record.pk)


def _twin(row, values):
    """Return the row that would be the same as ``row`` with the values, by a unique rule of its model, or None."""
    model = type(row)
    rules = [list(names) for names in model._meta.unique_together]
    rules += [
        list(rule.fields)
        for rule in model._meta.constraints
        if isinstance(rule, models.UniqueConstraint) and rule.condition is None
    ]
    rules += [[field.name] for field in model._meta.concrete_fields if field.unique and not field.primary_key]
    for names in filter(None, rules):
        columns = [model._meta.get_field(name).attname for name in names]
        if not set(columns) & set(values):
            continue
        wanted = {column: values.get(column, getattr(row, column)) for column in columns}
        if None not in wanted.values():
            twin = model._base_manager.filter(Q(**wanted)).exclude(pk=row.pk).first()
            if twin:
                return twin
    return None


def _gaps(kept, other):
    """Return the values of ``other`` for the columns that are empty in ``kept``."""
    gaps = {}
    for field in kept._meta.concrete_fields:
        if field.name in NEVER_FILLED or field.primary_key or not field.editable:
            continue
        mine, theirs = getattr(kept, field.attname), getattr(other, field.attname)
        if field.name == "published":
            gaps[field.attname] = mine or theirs
        elif field.name == "notes" and mine and theirs and mine != theirs:
            gaps[field.attname] = f"{mine}\n\n{theirs}"
        elif mine in (None, "") and theirs not in (None, ""):
            gaps[field.attname] = theirs
    if isinstance(kept, Institution):
        changed = Institution(**{field.attname: getattr(kept, field.attname) for field in kept._meta.concrete_fields})
        for name, value in gaps.items():
            setattr(changed, name, value)
        gaps |= {name: getattr(changed, f"sort_key_{name[-2:]}")() for name in ("sort_en", "sort_ru", "sort_tg")}
        if kept.successor_id is None and other.successor_id not in (None, kept.pk):
            gaps["successor_id"] = other.successor_id
    return {name: value for name, value in gaps.items() if getattr(kept, name) != value}


def _derived(model):
    return {field.name for field in model._meta.concrete_fields if not field.editable}


def _columns(row):
    return {field.name: _plain(field, row) for field in row._meta.concrete_fields}


def _plain(field, row):
    """Return a column's value as JSON keeps it."""
    value = field.value_from_object(row)
    return value if value is None or isinstance(value, (bool, int, str)) else field.value_to_string(row)


def _value(model, name, plain):
    return None if plain is None else model._meta.get_field(name).to_python(plain)
