"""What becomes of every row of a file, decided without saving anything."""

import itertools
import json
import re
import shutil
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from iet_relations.folding import fold
from office.importing.cells import PLACEHOLDERS, Day, plain_text, read_day_first
from office.importing.kinds import KINDS
from office.importing.kinds.base import CHANGED, NEW, REJECTED, UNCHANGED, Row
from office.importing.lookups import Lookups, key_of
from office.importing.mapping import make_mapping, texts
from office.importing.problems import CellError, FileRefused, Problem
from office.importing.reading import Source, checksum, temporary_file
from office.importing.workbooks import ErrorCell

PORTION = 1000
"""Rows that are looked up, compared and written together."""
TOTALS = {
    "итого",
    "всего",
    "итог",
    "total",
    "totals",
    "sum",
    "subtotal",
    "grand total",
    "хамаги",
    "чамъ",
    "умуми",
    "жами",
}
TOTALS = {fold(word) for word in TOTALS} | {fold("ҳамагӣ"), fold("ҷамъ"), fold("умумӣ")}
BLANKS_TOLD = 50
"""Blank rows in a run that are told one by one; a longer run is told once."""


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


class Plan:
    """The outcome of every row of a file, with what was read, left out and doubted.

    Made by ``make_plan``; the rows are kept in a temporary file and given back by ``rows(outcomes)``.
    """

    def __init__(self, kind, source, mapping, file_name, sha256):
        self.kind, self.source, self.mapping = kind, source, mapping
        self.file_name, self.sha256 = file_name, sha256
        self.counts = dict.fromkeys((NEW, CHANGED, UNCHANGED, REJECTED), 0)
        self.rejected, self.warnings, self.duplicates = [], [], []
        self.skipped, self.vanished, self.notes = [], [], []
        self._file = temporary_file(self)

    @property
    def read(self):
        return sum(self.counts.values())

    def add(self, row):
        self.counts[row.outcome] += 1
        self.rejected += row.problems
        self.warnings += row.warnings
        values = row.values if row.outcome in (NEW, CHANGED) else {}
        problems = [{**one.as_dict(), "column": self.mapping.heading_of(one.column)} for one in row.problems]
        changes = row.changes if row.outcome == CHANGED else []
        parts = [row.line, row.pk, row.public_id, row.label, changes, values, problems]
        text = json.dumps(parts, cls=DjangoJSONEncoder, ensure_ascii=True)
        self._file.write(f"{row.outcome} {text}\n")

    def copy_rows(self, file):
        """Write all rows to a text file, a line each, for ``rows_of_file``."""
        self._file.seek(0)
        shutil.copyfileobj(self._file, file)

    def rows(self, *outcomes):
        """Yield the rows with one of the outcomes as Row, in the order of the file."""
        self._file.seek(0)
        for text in self._file:
            outcome, _space, parts = text.partition(" ")
            if outcome in outcomes:
                line, pk, public_id, label, changes, values, problems = json.loads(parts)
                values = {name: self._revived(name, value) for name, value in values.items()}
                yield Row(
                    line,
                    values,
                    pk=pk,
                    public_id=public_id,
                    outcome=outcome,
                    label=label,
                    changes=changes,
                    problems=[Problem(**problem) for problem in problems],
                )

    def _revived(self, name, value):
        """JSON knows neither dates nor decimals."""
        kind = self.kind.columns[name].type
        if isinstance(value, str) and value:
            if isinstance(kind, Day):
                return kind.read(value)
            if hasattr(kind, "places"):
                return Decimal(value)
        return value

    def as_report(self):
        """Return what the plan found, as the report of an import has it."""
        headings = {
            problem.column: self.mapping.heading_of(problem.column) for problem in self.rejected + self.warnings
        }

        def told(problems):
            return [{**problem.as_dict(), "column": headings[problem.column]} for problem in problems]

        return {
            "file": self.file_name,
            "encoding": self.source.encoding,
            "delimiter": self.source.delimiter,
            "sheet": self.source.sheet,
            "sheets": [{"name": name, "hidden": hidden} for name, hidden in self.source.sheets],
            "header_line": self.mapping.header_line,
            "mapping": self.mapping.taken,
            "left_out": self.mapping.left_out,
            "proposals": {
                self.mapping.headings[place]: proposal.column for place, proposal in self.mapping.proposals.items()
            },
            "read": self.read,
            "created": self.counts[NEW],
            "updated": self.counts[CHANGED],
            "unchanged": self.counts[UNCHANGED],
            "rejected": told(self.rejected),
            "rejected_rows": self.counts[REJECTED],
            "warnings": told(self.warnings),
            "duplicates": self.duplicates,
            "vanished": self.vanished,
            "skipped": self.skipped,
            "notes": self.notes,
        }


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
    _refuse_missing_columns(kind, mapping, fixed)
    reader = _RowReader(kind, mapping, fixed)
    if "reference" in mapping.columns and kind_name == "agreements":
        place = mapping.columns.index("reference")
        references = (cells[place] for _line, cells in source.rows() if place < len(cells) and cells[place])
        kind.lookups.agreement.expected = {key_of(plain_text(text)): plain_text(text).strip() for text in references}
    seen, found = {}, set()
    rows = (reader.read(line, cells) for line, cells in _data_rows(plan))
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
    _tell_about_file(plan)
    if options.complete:
        _tell_vanished(plan, found)
    return plan


def _refuse_missing_columns(kind, mapping, fixed):
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
        "headings": ", ".join(f"“{heading}”" for heading in mapping.headings if heading) or "–",
    }
    proposals = [
        _("“%(heading)s” may be “%(column)s”.") % {"heading": mapping.headings[place], "column": proposal.column}
        for place, proposal in sorted(mapping.proposals.items())
    ]
    raise FileRefused(" ".join([sentence, *proposals]))


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


class _RowReader:
    """Makes a Row of a line's cells; equal cells of a column are read once."""

    REMEMBERED = 20_000

    def __init__(self, kind, mapping, fixed):
        self.kind, self.fixed = kind, fixed
        self.places = [(place, name) for place, name in enumerate(mapping.columns) if name]
        self.known = {name: {} for _place, name in self.places}

    def read(self, line, cells):
        row = Row(line, dict(self.fixed))
        for place, name in self.places:
            cell = cells[place] if place < len(cells) else None
            row.raw[name] = cell
            if name == "id":
                continue
            known = self.known[name]
            key = (type(cell), cell)
            if (result := known.get(key)) is None:
                result = self._result(name, cell)
                if len(known) < self.REMEMBERED:
                    known[key] = result
            value, problem, warning, suggestions = result
            if problem:
                row.reject(name, problem, suggestions)
            else:
                row.values[name] = value
            if warning:
                row.warn(name, warning)
        return row

    def _result(self, name, cell):
        """Return (value, problem, warning, suggestions) of a cell."""
        column = self.kind.columns[name]
        warning = ""
        if isinstance(cell, ErrorCell) or (isinstance(cell, str) and cell.strip() in ("#N/A", "#REF!", "#VALUE!")):
            cell, warning = None, _("An error cell of the spreadsheet; it counts as empty.")
        text = cell.strip() if isinstance(cell, str) else cell
        if text is None or text == "":
            if column.required:
                return None, _("Required, but empty."), warning, []
            return column.empty, "", warning, []
        if isinstance(text, str) and text.casefold() in PLACEHOLDERS:
            return None, _("This is not a value. Leave the cell empty where nothing is known."), "", []
        try:
            value = column.type.read(cell)
        except CellError as error:
            return None, error.reason, warning, error.suggestions
        if isinstance(column.type, Day) and read_day_first(cell):
            warning = _("Read with the day first, as %(date)s.") % {"date": value.isoformat()}
        if isinstance(cell, str) and isinstance(value, str) and value == f"https://{text}":
            warning = _("“https://” was put before the address.")
        if value == "" and column.required:
            return None, _("Required, but empty."), warning, []
        return value, "", warning, []


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


def rows_of_file(path, outcome="", start=0, number=100):
    """Return (rows from ``start`` on, how many there are) of a file written by ``Plan.copy_rows``.

    Each is a dict of outcome, line, public_id, label, changes (column, old, new) and problems.
    """
    found, count = [], 0
    with path.open(encoding="utf-8") as lines:
        for text in lines:
            kind, _space, parts = text.partition(" ")
            if outcome in ("", kind):
                if start <= count < start + number:
                    line, _pk, public_id, label, changes, values, problems = json.loads(parts)
                    if kind == NEW:
                        changes = [(name, None, value) for name, value in values.items()]
                    found.append(
                        {
                            "outcome": kind,
                            "line": line,
                            "public_id": public_id,
                            "label": label,
                            "changes": changes,
                            "problems": problems,
                        }
                    )
                count += 1
    return found, count


def _tell_duplicate(plan, row, first_line, first_values):
    same = first_values == hash(tuple(sorted((name, str(value)) for name, value in row.values.items())))
    reason = (
        _("The same record as on line %(line)s, with the same values.")
        if same
        else _("The same record as on line %(line)s, with other values.")
    ) % {"line": first_line}
    column = next(
        (name for name in ("id", plan.kind.match_on, "reference", "name") if name in plan.mapping.columns), ""
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


def _data_rows(plan):
    """Yield (line, cells) of the rows below the headings; blank, title and total rows go to ``skipped``."""
    required = [
        plan.mapping.columns.index(name)
        for name, column in plan.kind.columns.items()
        if column.required and name in plan.mapping.columns
    ]
    width = len(plan.mapping.headings)
    blanks, last = [], 0
    for line, cells in plan.source.rows():
        if plan.source.format == "workbook" and last:
            blanks += range(last + 1, line)  # a workbook does not write its blank rows
        last = line
        if not any(cell is not None and str(cell).strip() for cell in cells):
            blanks.append(line)
            continue
        _tell_blanks(plan, blanks)
        blanks = []
        if line < plan.mapping.header_line:
            plan.skipped.append({"line": line, "reason": _("A title above the headings.")})
        elif line == plan.mapping.header_line:
            continue
        elif reason := _not_data(cells, plan.mapping, required):
            plan.skipped.append({"line": line, "reason": reason})
        else:
            extra = [cell for cell in cells[width:] if cell not in (None, "")]
            if extra:
                plan.warnings.append(
                    Problem(line, "", str(extra[0]), _("There are more cells here than headings; they are left out."))
                )
            yield line, cells


def _tell_blanks(plan, lines):
    if len(lines) > BLANKS_TOLD:
        reason = _("%(count)s blank rows, up to %(last)s.") % {"count": len(lines), "last": lines[-1]}
        plan.skipped.append({"line": lines[0], "reason": reason})
    else:
        plan.skipped += [{"line": line, "reason": _("A blank row.")} for line in lines]


def _not_data(cells, mapping, required):
    """Return why a row is none of the records, or ""."""
    values = [(place, cell) for place, cell in enumerate(cells) if cell is not None and str(cell).strip()]
    if len(values) > 2 and all(str(cell).strip() == str(place + 1) for place, cell in values):
        return _("A row that numbers the columns.")
    first = values[0][0]
    if (
        len(values) > 1
        and first < len(mapping.headings)
        and texts([cells[first]]) == mapping.headings[first : first + 1]
    ):
        headings = [re.sub(r" \(\d+\)$", "", heading) for heading in mapping.headings]
        if texts(cells)[: len(headings)] == headings[: len(cells)]:
            return _("The headings again.")
    words = fold(values[0][1]) if isinstance(values[0][1], str) else ""
    if any(words == total or words.startswith(f"{total} ") for total in TOTALS):
        rest_empty = any(place != values[0][0] and not (place < len(cells) and cells[place]) for place in required)
        if words in TOTALS or rest_empty:
            return _("A row of totals.")
    return ""


def _tell_about_file(plan):
    """Say what a person may not have seen in the file: hidden rows and sheets, merged cells, columns left out."""
    source, mapping = plan.source, plan.mapping
    for first, last in _runs(line for line in source.hidden_rows if line > mapping.header_line):
        reason = ngettext(
            "This row is hidden in the sheet; it was read.",
            "The %(count)s rows from this one on are hidden in the sheet; they were read.",
            last - first + 1,
        ) % {"count": last - first + 1}
        plan.warnings.append(Problem(first, "", "", reason))
    for top, bottom, left, _right in source.merged:
        if top > mapping.header_line and left <= len(mapping.columns) and bottom > top and mapping.columns[left - 1]:
            reason = _("Merged cells: the value counts for this row only, not for those down to %(line)s.")
            plan.warnings.append(Problem(top, mapping.columns[left - 1], "", reason % {"line": bottom}))
    hidden = [name for name, is_hidden in source.sheets if is_hidden]
    others = [name for name, is_hidden in source.sheets if not is_hidden and name != source.sheet]
    if others:
        plan.notes.append(
            _("Read was the sheet “%(sheet)s”; there are also: %(others)s.")
            % {"sheet": source.sheet, "others": ", ".join(others)}
        )
    if hidden:
        plan.notes.append(_("Hidden sheets: %(sheets)s.") % {"sheets": ", ".join(hidden)})
    if mapping.left_out:
        plan.notes.append(_("Columns left out: %(headings)s.") % {"headings": ", ".join(mapping.left_out)})
    plan.warnings.sort(key=lambda problem: problem.line)


def _runs(numbers):
    """Yield (first, last) of each run of numbers that follow one another."""
    first = last = None
    for number in numbers:
        if last is not None and number == last + 1:
            last = number
            continue
        if first is not None:
            yield first, last
        first = last = number
    if first is not None:
        yield first, last


def _tell_vanished(plan, found):
    kind = plan.kind
    rows = kind.table.make_rows(kind.model._default_manager.all(), public=False)
    known = dict(kind._visible().values_list(kind.public_field, "pk"))
    for row in rows:
        if known.get(row["id"]) not in found:
            plan.vanished.append({"id": row["id"], "name": kind.describe(Row(0, {}), row)})
