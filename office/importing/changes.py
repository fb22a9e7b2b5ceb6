"""Writing many records at once, with their history and with the way back."""

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import DateTimeField
from django.utils import timezone

from iet_relations.naming import DerivedText
from iet_relations.search.searching import PartOfSearch
from office.models import BatchChange

FEW = 200
"""Records that one UPDATE statement changes when they change differently."""
COPIED = 5000
"""Records that one INSERT statement copies."""


class Changes:
    """Everything that one batch writes, or that taking it back writes.

    ``create``, ``update``, ``remove`` and ``link`` write at once; ``flush`` then adds a row of history for each
    record touched, and a BatchChange unless ``keep`` is false. Call it after each portion, inside the transaction.
    """

    def __init__(self, batch, user, reason, keep=True):
        self.batch, self.user, self.reason, self.keep = batch, user, reason, keep
        self.when = timezone.now()
        self._clear()

    def _clear(self):
        self._history = {}
        self._kept = []
        self._owners = set()

    def create(self, objects):
        """Insert unsaved records (of one model); they get their primary keys."""
        if not objects:
            return
        model = type(objects[0])
        model._base_manager.bulk_create(objects, batch_size=500)
        for record in objects:
            self._note(record, "+", None)

    def update(self, pairs):
        """Save records (of one model) that were changed in memory; pairs are (record, {attname: earlier value})."""
        pairs = [(record, before) for record, before in pairs if before]
        if not pairs:
            return
        model = type(pairs[0][0])
        names = sorted({name for _record, before in pairs for name in before})
        fields = [field for field in model._meta.concrete_fields if field.attname in names]
        for field in model._meta.concrete_fields:
            if isinstance(field, DerivedText) or (isinstance(field, DateTimeField) and field.auto_now):
                for record, _before in pairs:
                    field.pre_save(record, False)
                fields.append(field)
        model._base_manager.bulk_update(
            [record for record, _before in pairs], [f.name for f in fields], batch_size=FEW
        )
        by_attname = {field.attname: field for field in fields}
        for record, before in pairs:
            self._note(record, "~", {name: by_attname[name].get_prep_value(value) for name, value in before.items()})

    def remove(self, objects):
        """Delete records (of one model) on which nothing relies."""
        if not objects:
            return
        model = type(objects[0])
        for record in objects:
            self._note(record, "-", whole(record))
        for start in range(0, len(objects), 500):
            rows = model._base_manager.filter(pk__in=[record.pk for record in objects[start : start + 500]])
            rows._raw_delete(rows.db)

    def link(self, name, wanted):
        """Set a many-to-many field; ``wanted`` maps each record (of one model) to the primary keys to link to."""
        if not wanted:
            return
        field = next(iter(wanted))._meta.get_field(name)
        through = field.remote_field.through
        own, other = field.m2m_field_name() + "_id", field.m2m_reverse_field_name() + "_id"
        existing = {record.pk: [] for record in wanted}
        rows = through._base_manager.filter(**{f"{own}__in": list(existing)}).order_by("pk")
        for owner, target in rows.values_list(own, other):
            existing[owner].append(target)
        for record, targets in wanted.items():
            before = existing[record.pk]
            if set(before) == set(targets):
                continue
            gone = set(before) - set(targets)
            through._base_manager.filter(**{own: record.pk, f"{other}__in": gone}).delete()
            fresh = [target for target in targets if target not in before]
            through._base_manager.bulk_create(through(**{own: record.pk, other: target}) for target in fresh)
            self._note(record, "~", {name: before})

    def _note(self, record, action, before):
        rows = self._history.setdefault(type(record), {})
        known = rows.get(record.pk)
        # What is created and then completed in the same portion is one row of history.
        rows[record.pk] = (record, known[1] if known and known[1] == "+" and action == "~" else action)
        self._kept.append((type(record), record.pk, action, before))
        if isinstance(record, PartOfSearch):
            self._owners.add(getattr(record, f"{record.search_owner}_id"))
            self._owner_model = record._meta.get_field(record.search_owner).related_model

    def flush(self):
        """Write the history and the way back of everything done since the last call."""
        for model, rows in self._history.items():
            self._write_history(model, rows.values())
        if self.keep:
            self._keep()
        if self._owners:
            self._owner_model._default_manager.filter(pk__in=self._owners).refresh_search()
        self._clear()

    def _keep(self):
        created = {}
        for model, pk, action, _before in self._kept:
            if action == "+":
                created.setdefault(model, []).append(pk)
        types = {model: ContentType.objects.get_for_model(model) for model in self._history}
        for model, pks in created.items():
            fixed = {"batch": self.batch.pk, "content_type": types[model].pk, "action": "+", "before": None}
            copy_rows(BatchChange, model, pks, {"object_id": model._meta.pk}, fixed)
            created[model] = set(pks)
        BatchChange.objects.bulk_create(
            (
                BatchChange(batch=self.batch, content_type=types[model], object_id=pk, action=action, before=before)
                for model, pk, action, before in self._kept
                # What was created in the same portion goes as a whole.
                if action == "-" or (action == "~" and pk not in created.get(model, ()))
            ),
            batch_size=1000,
        )

    def _write_history(self, model, rows):
        history = getattr(model, "history", None)
        if history is None:
            return
        historical = history.model
        lists = getattr(historical, "_history_m2m_fields", ())
        common = {
            "history_date": self.when,
            "history_user": self.user and self.user.pk,
            "history_change_reason": self.reason,
        }
        by_action = {}
        for record, action in rows:
            by_action.setdefault(action, []).append(record)
        for action in ("+", "~"):
            if action in by_action and not lists:
                # These stand in their table as they are in memory: the database copies them.
                pks = [record.pk for record in by_action.pop(action)]
                copied = {field.name: model._meta.get_field(field.name) for field in historical.tracked_fields}
                copy_rows(historical, model, pks, copied, {**common, "history_type": action})
        written = historical._base_manager.bulk_create(
            (
                historical(
                    **{field.attname: getattr(record, field.attname) for field in historical.tracked_fields},
                    history_date=self.when,
                    history_user=self.user,
                    history_change_reason=self.reason,
                    history_type=action,
                )
                for action, records in by_action.items()
                for record in records
            ),
            batch_size=500,
        )
        for field in lists:
            self._write_lists(field, historical, written)

    @staticmethod
    def _write_lists(field, historical, written):
        """Add to rows of history what their many-to-many field held."""
        copies = getattr(historical, field.name).model
        own = field.m2m_field_name() + "_id"
        key = historical.instance_type._meta.pk.attname
        by_owner = {getattr(row, key): row for row in written if row.history_type != "-"}
        through = field.remote_field.through
        names = [one.attname for one in through._meta.concrete_fields]
        links = through._base_manager.filter(**{f"{own}__in": list(by_owner)})
        copies._base_manager.bulk_create(
            copies(history=by_owner[getattr(link, own)], **{name: getattr(link, name) for name in names})
            for link in links
        )


def copy_rows(target, source, pks, copied, fixed):
    """Insert a row into the table of ``target`` for each of the records of ``source``, inside the database.

    ``copied`` maps field names of the target to fields of the source, ``fixed`` others to a value for all rows. For
    a hundred thousand rows this takes a tenth of the time that making the objects takes.
    """
    names = connection.ops.quote_name
    fields = {name: target._meta.get_field(name) for name in (*copied, *fixed)}
    columns = ", ".join(names(field.column) for field in fields.values())
    values = ", ".join(
        names(copied[name].column) if name in copied else "NULL" if fixed[name] is None else "%s" for name in fields
    )
    table, source_table, key = target._meta.db_table, source._meta.db_table, names(source._meta.pk.column)
    given = [fields[name].get_db_prep_save(value, connection) for name, value in fixed.items() if value is not None]
    with connection.cursor() as cursor:
        for start in range(0, len(pks), COPIED):
            part = pks[start : start + COPIED]
            marks = ", ".join(["%s"] * len(part))
            # Only names of our own tables and columns stand in the text; every value is a parameter.
            cursor.execute(
                f"INSERT INTO {names(table)} ({columns}) SELECT {values} FROM {names(source_table)} "  # nosec B608
                f"WHERE {key} IN ({marks}) ORDER BY {key}",
                [*given, *part],
            )


def whole(record):
    """Return every column of a record as plain values, from which ``restored`` makes it again."""
    return {
        field.attname: field.get_prep_value(getattr(record, field.attname))
        for field in record._meta.concrete_fields
        if not isinstance(field, DerivedText)
    }


def restored(model, values):
    """Return the unsaved record that ``whole`` described, with its primary key."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return model(**{name: python_value(fields[name], value) for name, value in values.items() if name in fields})


def python_value(field, value):
    """Return a stored plain value as the model's field holds it."""
    target = field.target_field if field.is_relation else field
    return None if value is None else target.to_python(value)
