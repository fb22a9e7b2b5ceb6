"""What becomes of every row of a file, decided without saving anything."""

import itertools
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from office.importing.cell_marks import WIDEST
from office.importing.cells import plain_text
from office.importing.kinds import KINDS
from office.importing.kinds.base import CHANGED, NEW, REJECTED, UNCHANGED, Row
from office.importing.lines import TOO_WIDE, data_rows, some, tell_about_file
from office.importing.lookups import Lookups, key_of
from office.importing.mapping import make_mapping
from office.importing.plans import Plan
from office.importing.problems import CellError, FileRefused
from office.importing.reading import Source, checksum
from office.importing.row_reading import RowReader

PORTION = 1000
"""Rows that are looked up, compared and written together."""


@dataclass
class Options:
    """What a person chose for an import; everything may stay empty.

    ``mapping`` is heading → column ("" leaves the heading out), ``fixed`` is column → value for columns that the file
    lacks, ``complete`` says that the file is the whole list.
    """

    mapping: dict = field(default_factory=dict)
    guess: bool = False
    fixed: dict = field(default_factory=dict)
    sheet: str = ""
    header_line: int | None = None
    encoding: str = ""
    match_on: str = ""
    complete: bool = False
    may_publish: bool = True


def open_mapped(kind_name, path, options, lookups=None):
    """Return (kind, source, mapping) of a file, without looking at its rows. Raises FileRefused."""
    kind = KINDS[kind_name](lookups or Lookups(), options.match_on)
    if options.match_on and options.match_on not in kind.columns:
        raise FileRefused(
            _("There is no column “%(column)s”. There are: %(columns)s.")
            % {"column": options.match_on, "columns": ", ".join(kind.columns)}
        )
    source = Source(path, options.sheet or None, options.encoding or None)
    mapping = make_mapping(
        source,
        kind_name,
        kind.names,
        chosen=options.mapping,
        guess=options.guess,
        header_line=options.header_line,
    )
    return kind, source, mapping


def make_plan(kind_name, path, options, *, file_name="", progress=lambda done: None):
    """Return the Plan of importing a file. Nothing is saved.

    ``progress`` is called with the number of rows read so far. Raises FileRefused when the file as a whole cannot be
    imported: it cannot be read, a required column is missing, or it has no rows.
    """
    kind, source, mapping = open_mapped(kind_name, path, options)
    plan = Plan(kind, source, mapping, file_name or source.path.name, checksum(path))
    fixed = _fixed_values(kind, mapping, options.fixed)
    _refuse_missing_columns(kind, source, mapping, fixed)
    reader = RowReader(kind, mapping, fixed, source.format == "csv")
    if "reference" in mapping.columns and kind_name == "agreements":
        place = mapping.columns.index("reference")
        references = (cells[place] for _line, cells in source.rows() if place < len(cells) and cells[place])
        kind.lookups.agreement.expected = {key_of(plain_text(text)): plain_text(text).strip() for text in references}
    seen, found = {}, set()
    rows = (reader.read(line, cells) for line, cells in data_rows(plan))
    for portion in _portions(rows):
        kind.identify([row for row in portion if not row.problems])
        pks = {row.pk for row in portion if row.pk}
        current = kind.current(pks)
        stored = kind.model._base_manager.in_bulk(pks)
        for row in portion:
            _decide(plan, row, current, stored, seen)
            if not options.may_publish:
                _refuse_publishing(row)
            found.add(row.pk)
            plan.add(row)
        progress(plan.read)
    if not plan.read:
        raise FileRefused(_("The file has headings, but no rows below them."))
    tell_about_file(plan)
    if options.complete:
        _tell_vanished(plan, found)
    return plan


def _refuse_missing_columns(kind, source, mapping, fixed):
    missing = kind.missing({*filter(None, mapping.columns), *fixed})
    if not missing:
        return
    sentence = ngettext(
        "The file lacks the column %(columns)s. Its headings, on line %(line)s, are: %(headings)s.",
        "The file lacks the columns %(columns)s. Its headings, on line %(line)s, are: %(headings)s.",
        len(missing),
    ) % {
        "columns": ", ".join(f"“{name}”" for name in missing),
        "line": mapping.header_line,
        "headings": some([f"“{heading}”" for heading in mapping.headings if heading]) or "–",
    }
    proposals = [
        _("“%(heading)s” may be “%(column)s”.") % {"heading": mapping.headings[place], "column": proposal.column}
        for place, proposal in sorted(mapping.proposals.items())
    ]
    if not mapping.taken and not proposals:
        proposals = [_("If none of these are headings, write a line of headings above the first row.")]
    if others := [name for name, hidden in source.sheets if not hidden and name != source.sheet]:
        proposals.append(
            _("Read was the sheet “%(sheet)s”; there are also: %(others)s.")
            % {"sheet": source.sheet, "others": ", ".join(others)}
        )
    raise FileRefused(" ".join([sentence, *([TOO_WIDE % {"columns": WIDEST}] if source.too_wide else []), *proposals]))


def _fixed_values(kind, mapping, fixed):
    """Return column → value for the columns that the file lacks and a person filled. Raises FileRefused."""
    values = {}
    for name, text in fixed.items():
        if name not in kind.columns:
            raise FileRefused(
                _("There is no column “%(column)s”. There are: %(columns)s.")
                % {"column": name, "columns": ", ".join(kind.columns)}
            )
        if name in mapping.columns:
            raise FileRefused(_("The file has the column “%(column)s” itself.") % {"column": name})
        try:
            values[name] = kind.columns[name].type.read(text) if text.strip() else kind.columns[name].empty
        except CellError as error:
            raise FileRefused(
                _("“%(value)s” is no value for the column “%(column)s”: %(reason)s")
                % {"value": text, "column": name, "reason": error.reason}
            ) from None
    return values


def _decide(plan, row, current, stored, seen):
    kind = plan.kind
    old = current.get(row.pk)
    if not row.problems:
        kind.complete(row, old)
    if not row.problems:
        kind.compare(row, old)
        duplicate = next((seen[key] for key in kind.identities(row) if key in seen), None)
        if duplicate:
            _tell_duplicate(plan, row, *duplicate)
        else:
            for key in kind.identities(row):
                seen[key] = (row.line, hash(tuple(sorted((name, str(value)) for name, value in row.values.items()))))
    if not row.problems and (row.changes or not row.pk) and row.outcome != UNCHANGED:
        kind.check(row, old, stored.get(row.pk) or kind.model())
    row.label = kind.describe(row, old)
    if row.problems:
        row.outcome = REJECTED
    elif not row.outcome:
        row.outcome = NEW if not row.pk else CHANGED if row.changes else UNCHANGED


def _refuse_publishing(row):
    """Who may not publish records does not do it by a file either."""
    asked = [(old, new) for name, old, new in row.changes if name == "published" and (old or new == "yes")]
    if asked and row.outcome in (NEW, CHANGED):
        row.reject("published", _("You may not publish records or withdraw them: leave this column out."))
        row.outcome = REJECTED


def _tell_duplicate(plan, row, first_line, first_values):
    same = first_values == hash(tuple(sorted((name, str(value)) for name, value in row.values.items())))
    reason = (
        _("The same record as on line %(line)s, with the same values.")
        if same
        else _("The same record as on line %(line)s, with other values.")
    ) % {"line": first_line}
    column = next(
        (name for name in ("id", plan.kind.match_on, "reference", "name") if name and name in plan.mapping.columns), ""
    )
    plan.duplicates.append(
        {
            "line": row.line,
            "first_line": first_line,
            "column": plan.mapping.heading_of(column),
            "value": str(row.raw.get(column) or ""),
            "reason": reason,
        }
    )
    if same:
        row.outcome = UNCHANGED
    else:
        row.reject(column, reason)


def _portions(rows):
    while portion := list(itertools.islice(rows, PORTION)):
        yield portion


def _tell_vanished(plan, found):
    kind = plan.kind
    rows = kind.table.make_rows(kind.model._default_manager.all(), public=False)
    known = dict(kind._visible().values_list(kind.public_field, "pk"))
    for row in rows:
        if known.get(row["id"]) not in found:
            plan.vanished.append({"id": row["id"], "name": kind.describe(Row(0, {}), row)})
