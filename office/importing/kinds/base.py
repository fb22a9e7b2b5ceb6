"""What every kind of record has in common when it is imported."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from iet_relations.lists.tables import as_it_was, split_list
from office.importing.cells import plain_text, visible
from office.importing.checking import problems_of
from office.importing.problems import Problem

NEW, CHANGED, UNCHANGED, REJECTED = "new", "changed", "unchanged", "rejected"


@dataclass(frozen=True)
class Column:
    """A column of a file: its name, what its cells hold, and the field of the model that keeps it.

    ``field`` is "" where the kind stores it itself; ``empty`` is what an empty cell means, where it means something;
    ``is_list`` says that the order of its values does not matter.
    """

    name: str
    type: Any
    field: str = ""
    required: bool = False
    empty: Any = ""
    is_list: bool = False


@dataclass(slots=True)
class Row:
    """A row of the file on its way: values as an export would write them, and what becomes of it."""

    line: int
    values: dict
    raw: dict = field(default_factory=dict)
    pk: int | None = None
    public_id: str = ""
    outcome: str = ""
    label: str = ""
    changes: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    warnings: list = field(default_factory=list)

    def reject(self, column, reason, suggestions=(), value=None):
        self.problems.append(self._problem(column, reason, suggestions, value))

    def warn(self, column, reason, suggestions=(), value=None):
        self.warnings.append(self._problem(column, reason, suggestions, value))

    def _problem(self, column, reason, suggestions, value):
        shown = self.raw.get(column, "") if value is None else value
        return Problem(self.line, column, "" if shown is None else str(shown)[:300], str(reason), list(suggestions))


class Kind:
    """How records of one kind are found again, compared, checked and written.

    Subclasses give ``model``, ``table`` (the export, whose values are compared), and ``define()``, the columns.
    """

    model = table = None
    public_field = "pk"
    """The field of the model that the column ``id`` holds."""

    def __init__(self, lookups, match_on=""):
        self.lookups = lookups
        self.match_on = match_on
        self._good = {}
        self.columns = {column.name: column for column in self.define()}

    @property
    def names(self):
        """Every column that a file may have."""
        return ("id", *self.columns)

    def missing(self, present):
        """Return the required columns that a file with the given columns lacks."""
        if "id" in present:
            return []
        return [name for name, column in self.columns.items() if column.required and name not in present]

    # Finding

    def identify(self, rows):
        """Set ``pk`` of every row that is about an existing record; reject those that name none or several."""
        given = [(row, as_it_was(plain_text(row.raw.get("id") or "")).strip()) for row in rows]
        wanted = {text for _row, text in given if text}
        if self.public_field == "pk":
            wanted = {text for text in wanted if text.isascii() and text.isdecimal() and len(text) < 19}
        found = {}
        if wanted:
            pairs = self._visible().filter(**{f"{self.public_field}__in": wanted})
            found = {str(public): pk for public, pk in pairs.values_list(self.public_field, "pk")}
        for row, text in given:
            if not text:
                self.match(row)
            elif text in found:
                row.pk, row.public_id = found[text], text
            else:
                row.reject("id", _("There is no record with this id. Leave it empty for a new one."))

    def _visible(self):
        return self.model._base_manager.all()

    def match(self, row):
        """Find the record of a row without an id; here: there is none, each such row is a new record."""

    def identities(self, row):
        """Return the keys of which two rows of a file share one if they are about the same record."""
        return [("pk", row.pk)] if row.pk else []

    # Comparing

    def current(self, pks):
        """Return what an export says now about the records: primary key → dict of columns."""
        if not pks:
            return {}
        queryset = self.model._default_manager.filter(pk__in=pks).order_by()
        public_ids = {str(public): pk for pk, public in queryset.values_list("pk", self.public_field)}
        return {public_ids[str(row["id"])]: row for row in self.table.make_rows(queryset, public=False)}

    def compare(self, row, old):
        """Fill the row's ``changes`` with (column, old, new) where the file says something else than the record."""
        for name, new in row.values.items():
            before = old[name] if old else None
            if not self.same(name, before, new):
                row.changes.append((name, before, new))

    def same(self, name, old, new):
        if old in (None, "") or new in (None, ""):
            return old in (None, "") and new in (None, "")
        if self.columns[name].is_list:
            return set(split_list(old)) == set(split_list(new))
        if isinstance(old, str) and isinstance(new, str):
            return visible(old) == visible(new)
        return old == new

    def complete(self, row, old):
        """Add to the row what follows from its other values; reject what does not fit together."""

    # Checking

    def check(self, row, old, record):
        """Reject what the model’s rules forbid. ``record`` is the stored one, or a new one, not to be saved."""
        for name, value in self.attributes(row.values).items():
            setattr(record, name, value)
        for name, sentence in problems_of(record, self.unchecked, self._good):
            row.reject(self.column_of(name), sentence)

    unchecked = ("slug",)

    def column_of(self, field_name):
        for column in self.columns.values():
            if column.field in (field_name, f"{field_name}_id"):
                return column.name
        return field_name if field_name in self.columns else ""

    def attributes(self, values):
        """Return the model's attributes for those of the values that a field of it keeps."""
        return {
            self.columns[name].field: self.columns[name].type.store(value)
            for name, value in values.items()
            if self.columns[name].field
        }

    def describe(self, row, old):
        """Return the words by which a person knows the record of a row."""
        values = {**(old or {}), **row.values}
        return str(values.get("title") or values.get("name") or values.get("reference") or values.get("partner") or "")

    # Writing

    def write(self, rows, changes):
        """Save new and changed rows through Changes."""
        fresh = [row for row in rows if row.pk is None]
        created = [self.new_record(row) for row in fresh]
        self.prepare(list(zip(fresh, created, strict=True)))
        changes.create(created)
        stored = self.model._base_manager.in_bulk([row.pk for row in rows if row.pk])
        pairs, touched = list(zip(fresh, created, strict=True)), []
        for row in rows:
            if row.pk and (record := stored.get(row.pk)):
                before = {}
                for name, value in self.attributes(row.values).items():
                    if getattr(record, name) != value:
                        before[name] = getattr(record, name)
                        setattr(record, name, value)
                touched.append((record, before))
                pairs.append((row, record))
        changes.update(touched)
        self.write_parts(pairs, changes)

    def new_record(self, row):
        return self.model(**self.attributes(row.values))

    def prepare(self, pairs):
        """Give new records what saving one by one would have given them."""

    def write_parts(self, pairs, changes):
        """Save what belongs to the records but is kept in other tables."""

    def finish(self, changes):
        """Save what had to wait until all rows were there."""
