"""Tables of records as CSV and XLSX, and the spelling of their cells: lists, formulas, yes and no.

CSV is UTF-8 by RFC 4180 with the header first. Rows are lists of cells: text, whole or decimal numbers, dates, None
for “not recorded”. Nothing here holds more than a few rows in memory.
"""

import csv
import datetime
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")
ROWS_OF_A_SHEET = 1_048_575
"""What a spreadsheet holds below the header."""
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Table:
    """How records of a kind are written as rows: the columns' names (``id`` first), and what fills them.

    ``make_rows(queryset, public)`` yields a dict of every column for each record, with a constant number of queries
    for any number of records; with ``public`` it names no unpublished record. ``personal`` columns are never public.
    ``public_cells(queryset)`` gives the same cells for visitors computed by the database, where there are very many.
    """

    kind: str
    columns: tuple[str, ...]
    make_rows: Callable[..., Iterator[dict]]
    personal: tuple[str, ...] = ()
    public_cells: Callable | None = None

    @property
    def public_columns(self):
        return tuple(name for name in self.columns if name not in self.personal)

    def rows(self, queryset):
        """Yield the cells of every record for staff, in the order of ``columns``."""
        for row in self.make_rows(queryset, public=False):
            yield [row[name] for name in self.columns]

    def public_rows(self, queryset):
        """Yield the cells of every record for visitors, in the order of ``public_columns``."""
        for row in self.make_rows(queryset, public=True):
            yield [row[name] for name in self.public_columns]


def yes_no(value):
    """Return how a file says it: “yes” or “no”."""
    return "yes" if value else "no"


def join_list(values):
    """Return the values as one cell, separated by ``|``; a ``|`` or a backslash inside gets a backslash before it."""
    return "|".join(re.sub(r"([\\|])", r"\\\1", value) for value in values)


def split_list(text):
    """Return the values of a cell written by ``join_list``, without surrounding spaces and without empty ones."""
    parts = re.findall(r"((?:\\[\\|]|[^|])*)(?:\||\Z)", text)
    values = [re.sub(r"\\([\\|])", r"\1", part).strip() for part in parts]
    return [value for value in values if value]


def neutral(cell):
    """Return the cell so that no spreadsheet takes its text for a formula; numbers and dates stay what they are."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def as_it_was(text):
    """Return what ``neutral`` made the text from; a leading apostrophe that it cannot have put there stays."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA_STARTS) else text


def csv_lines(columns: Iterable[str], rows: Iterable[list]) -> Iterator[str]:
    """Yield the lines of a CSV file, the header first, a few hundred rows at a time."""
    lines = []
    writer = csv.writer(_Appender(lines))
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_csv_cell(cell) for cell in row])
        if len(lines) >= 500:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)


class _Appender:
    """What the csv module takes for a file: each line goes to a list."""

    def __init__(self, lines):
        self.write = lines.append


def _csv_cell(cell):
    if isinstance(cell, str):  # as most are
        return neutral(cell)
    if cell is None:
        return ""
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return neutral(cell)


def write_xlsx(file, columns, rows, *, title, about=()):
    """Write the rows as a workbook into a binary ``file``: numbers and dates as such, texts never as formulas.

    ``about`` are (label, text) pairs, such as the filters applied, for a second sheet. Rows beyond what one sheet
    holds go on to a next one.
    """
    import xlsxwriter  # loaded when the first workbook is asked for, as most workers never are

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
    }
    columns = list(columns)
    with xlsxwriter.Workbook(file, options) as book:
        head = book.add_format({"bold": True})
        sheet, line = None, 0
        for row in rows:
            if sheet is None or line == ROWS_OF_A_SHEET:
                sheet, line = _sheet(book, title, columns, head), 0
            line += 1
            for index, cell in enumerate(row):
                _write_cell(sheet, line, index, cell)
        if sheet is None:
            _sheet(book, title, columns, head)
        if about:
            sheet = book.add_worksheet("about")
            sheet.set_column(0, 0, 24)
            sheet.set_column(1, 1, 80)
            for line, pair in enumerate(about):
                for index, text in enumerate(pair):
                    _write_cell(sheet, line, index, str(text))


def _sheet(book, title, columns, head):
    number = len(book.worksheets()) + 1
    sheet = book.add_worksheet(title[:28] if number == 1 else f"{title[:28]} {number}")
    for index, name in enumerate(columns):
        sheet.set_column(index, index, max(12, len(name) + 2))
    sheet.freeze_panes(1, 0)
    for index, name in enumerate(columns):
        sheet.write_string(0, index, name, head)
    return sheet


def _write_cell(sheet, line, index, cell):
    if cell is None or cell == "":
        return
    if isinstance(cell, datetime.date):
        if cell.year >= 1900:
            sheet.write_datetime(line, index, cell)
        else:  # spreadsheets know no earlier day
            sheet.write_string(line, index, cell.isoformat())
    elif isinstance(cell, int | float | Decimal):
        sheet.write_number(line, index, cell)
    else:
        sheet.write_string(line, index, NOT_IN_XML.sub("", neutral(cell))[:32767])
