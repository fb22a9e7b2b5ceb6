"""Which lines of a file are records, and what is to be told about the others and about the file as a whole."""

import re
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from iet_relations.search.folding import fold
from office.importing.cell_marks import WIDEST
from office.importing.cells import visible
from office.importing.mapping import texts
from office.importing.problems import Problem

TOTALS = {
    fold(word)
    for word in (
        *("итого", "всего", "итог", "total", "totals", "sum", "subtotal", "grand total"),
        *("ҳамагӣ", "ҷамъ", "умумӣ", "хамаги", "чамъ", "умуми", "жами"),
    )
}
SIGNATURE = re.compile(
    r"(исполнител|составил|подготовил|подпись|начальник|директор|ректор|декан|зам\b|м\.\s?п\.|масъул|сардор|имзо"
    r"|prepared by|signature|signed by)",
    re.IGNORECASE,
)
"""How a line for signatures below a table begins."""
TOO_WIDE = gettext_lazy("Only the first %(columns)s columns were read; there are values beyond them.")
HEADINGS_TOLD = 40
BLANKS_TOLD = 50
"""Blank rows in a run that are told one by one; a longer run is told once."""


def data_rows(plan):
    """Yield (line, cells) of the rows below the headings; blank, title and total rows go to ``skipped``."""
    required = [
        plan.mapping.columns.index(name)
        for name, column in plan.kind.columns.items()
        if column.required and name in plan.mapping.columns
    ]
    width = len(plan.mapping.headings)
    pairs = enumerate(zip(plan.mapping.headings, plan.mapping.columns, strict=True))
    own = plan.mapping.own_width if plan.source.format == "csv" else width  # beyond, rows of a CSV file are rejected
    nameless = [place for place, (heading, column) in pairs if not heading and not column and place < own]
    unnamed = set()
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
        elif line <= plan.mapping.last_header_line:
            continue
        elif reason := _not_data(cells, plan.mapping, required):
            plan.skipped.append({"line": line, "reason": reason})
        else:
            unnamed.update(place for place in nameless if place < len(cells) and cells[place] not in (None, ""))
            extra = [cell for cell in cells[width:] if cell not in (None, "")]
            if extra and plan.source.format == "workbook":
                plan.warnings.append(
                    Problem(line, "", str(extra[0]), _("There are more cells here than headings; they are left out."))
                )
            yield line, cells
    if unnamed:
        places = some([str(place + 1) for place in sorted(unnamed)])
        plan.notes.append(_("Columns without a heading that hold values, left out: %(places)s.") % {"places": places})


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
    words = _told_total(values[0][1]) if isinstance(values[0][1], str) else ""
    if words:
        rest_empty = any(place != values[0][0] and not (place < len(cells) and cells[place]) for place in required)
        if words in TOTALS or rest_empty:
            return _("A row of totals.")
    few = 1 if "role" in mapping.columns else 2  # people’s functions are values there
    if any(isinstance(cell, str) and "____" in cell for _place, cell in values) or (
        len(values) <= few and isinstance(values[0][1], str) and SIGNATURE.match(visible(values[0][1]))
    ):
        return _("A line for a signature.")
    if len(values) == 1 and not _column_at(mapping, first) and re.fullmatch(r"\d+\.?", str(values[0][1]).strip()):
        return _("A row with nothing but its number.")
    return ""


@lru_cache(maxsize=1000)
def _told_total(text):
    """Return the folded text if it begins with a word for a total, else ""; asked of every row."""
    words = fold(text)
    return words if any(words == total or words.startswith(f"{total} ") for total in TOTALS) else ""


def _column_at(mapping, place):
    return mapping.columns[place] if place < len(mapping.columns) else ""


def tell_about_file(plan):
    """Say what a person may not have seen in the file: hidden rows and sheets, merged cells, columns left out."""
    source, mapping = plan.source, plan.mapping
    for first, last in _runs(line for line in source.hidden_rows if line > mapping.last_header_line):
        reason = ngettext(
            "This row is hidden in the sheet; it was read.",
            "The %(count)s rows from this one on are hidden in the sheet; they were read.",
            last - first + 1,
        ) % {"count": last - first + 1}
        plan.warnings.append(Problem(first, "", "", reason))
    for top, bottom, left, _right in source.merged:
        if (
            top > mapping.last_header_line
            and left <= len(mapping.columns)
            and bottom > top
            and mapping.columns[left - 1]
        ):
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
        plan.notes.append(_("Columns left out: %(headings)s.") % {"headings": some(mapping.left_out)})
    if source.too_wide:
        plan.notes.append(TOO_WIDE % {"columns": WIDEST})
    places = [place - 1 for place in source.hidden_columns if place <= len(mapping.columns)]
    if read := [mapping.headings[place] for place in places if mapping.columns[place]]:
        plan.notes.append(
            _("Columns that are hidden in the sheet were read: %(headings)s.") % {"headings": some(read)}
        )
    plan.warnings.sort(key=lambda problem: problem.line)


def some(texts):
    """Return the texts as one, the first forty of them."""
    return ", ".join(texts[:HEADINGS_TOLD]) + ("…" if len(texts) > HEADINGS_TOLD else "")


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
