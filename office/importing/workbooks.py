"""Reading workbooks: XLSX row by row in bounded memory; XLS, XLSB and ODS as a whole."""

import datetime
import re
import zipfile
import zlib
from contextlib import contextmanager
from xml.etree.ElementTree import iterparse

import openpyxl
import python_calamine
from django.utils.translation import gettext as _
from openpyxl.worksheet._reader import COL_TAG, FORMULA_TAG, ROW_TAG, WorkSheetParser

from office.importing.cell_marks import ERRORS, NEVER_COMPUTED, WIDEST, ErrorCell
from office.importing.problems import FileRefused

UNPACKED_LIMIT = 600 * 2**20
"""Bytes that a workbook may have when unpacked; 100,000 rows take about 90 MB."""
PACKED_RATIO = 200
"""How many times smaller a workbook of more than PACKED_CHECKED bytes may be packed; real ones reach about 50."""
PACKED_CHECKED = 50 * 2**20
HELD_LIMIT = 150 * 2**20
"""Bytes of a part that is read as a whole: the texts of the cells, the styles."""
LAST_ROW = 1_048_576
MERGE_CELL_TAG = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}mergeCell"


class Workbook:
    """A workbook: its sheets as (name, hidden), and the rows of one of them.

    ``rows(name)`` yields (row number, cells): texts, numbers, dates, True and False, None, ErrorCell. While it runs,
    ``hidden_rows``, ``hidden_columns`` (counted from 1) and ``merged`` fill up with what the sheet hides and joins;
    ``too_wide`` tells whether it has values beyond the columns that are read.
    """

    sheets = ()

    def __init__(self):
        self.forget()

    def forget(self):
        self.hidden_rows, self.hidden_columns, self.merged, self.too_wide = [], [], [], False

    def merged_areas(self):
        """Return (first row, last row, first column, last column) of what the sheet joins."""
        return [area for area in map(merged_rows, self.merged) if area]

    def close(self):
        self.book.close()


def open_workbook(path, content_type):
    """Return the Workbook of a file whose first bytes are those of “zip” or “ole”. Raises FileRefused."""
    if content_type == "zip":
        with _told():
            parts = _parts(path)
            if "xl/workbook.xml" in parts and not _is_strict(path):
                return Xlsx(path)
        if not {"mimetype", "xl/workbook.bin", "xl/workbook.xml"} & set(parts):
            raise FileRefused(_("This is a ZIP archive, not a workbook. CSV and XLSX can be imported."))
    elif b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0" in path.read_bytes():
        raise FileRefused(_("The workbook is protected with a password: save it without one and try again."))
    with _told():
        return OtherWorkbook(path)


@contextmanager
def _told():
    """Turn whatever the libraries say about a broken file into one sentence."""
    try:
        yield
    except FileRefused:
        raise
    except python_calamine.PasswordError:
        raise FileRefused(_("The workbook is protected with a password: save it without one and try again.")) from None
    except (
        *(zipfile.BadZipFile, zlib.error, python_calamine.CalamineError, SyntaxError, LookupError, ValueError),
        *(TypeError, AttributeError, EOFError, OSError, NotImplementedError, RuntimeError, ArithmeticError),
    ):
        raise FileRefused(
            _("The workbook is broken and cannot be read. Open it in a spreadsheet program and save it again as XLSX.")
        ) from None


def _parts(path):
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        held = [part for part in parts if part.filename.endswith(".xml") and "/worksheets/" not in part.filename]
        if (
            unpacked > UNPACKED_LIMIT
            or (unpacked > PACKED_CHECKED and unpacked > PACKED_RATIO * path.stat().st_size)
            or sum(part.file_size for part in held) > HELD_LIMIT
        ):
            raise FileRefused(_("The workbook is too large when unpacked. Split it, or save the sheet as CSV."))
        for part in parts:
            if re.fullmatch(r"(xl|_rels)/.*\.(xml|rels)", part.filename):
                with archive.open(part) as file:
                    if b"<!DOCTYPE" in file.read(4096).replace(b"\0", b"").upper():
                        raise ValueError  # no spreadsheet program writes one; attacks do
        return archive.namelist()


def _is_strict(path):
    """Tell whether a workbook was saved as “Strict Open XML”, whose names openpyxl does not know."""
    with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as file:
        return b"purl.oclc.org/ooxml" in file.read(4096)


class Xlsx(Workbook):
    def __init__(self, path):
        super().__init__()
        self.book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        self.sheets = [(sheet.title, sheet.sheet_state != "visible") for sheet in self.book.worksheets]

    def rows(self, name):
        sheet, book = self.book[name], self.book
        with _told(), sheet._get_source() as source:
            parser = _RowParser(
                source,
                sheet._shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            parser.hidden_rows = self.hidden_rows
            rows_read = 0
            for _event, element in iterparse(source):  # nosec B314 # a DOCTYPE is refused before
                if element.tag == ROW_TAG:
                    number, cells = parser.parse_row(element)
                    element.clear()
                    rows_read += 1
                    if max(number, rows_read) > LAST_ROW:
                        raise FileRefused(_("The sheet has more rows than a sheet can have: it is damaged."))
                    if cells:
                        self.too_wide = self.too_wide or cells[-1]["column"] > WIDEST
                        if places := _in_places(cells):
                            yield number, places
                elif element.tag == COL_TAG and element.get("hidden") in ("1", "true"):
                    last = min(int(element.get("max")), WIDEST)
                    self.hidden_columns += range(int(element.get("min")), last + 1)
                elif element.tag == MERGE_CELL_TAG:
                    self.merged.append(element.get("ref"))


class _RowParser(WorkSheetParser):
    """openpyxl's reader of a row, which also notes hidden rows and formulas that were never computed."""

    def parse_row(self, row):
        number, cells = super().parse_row(row)
        if self.row_dimensions.pop(str(number), {}).get("hidden") in ("1", "true"):
            self.hidden_rows.append(number)
        return number, [cell for cell in cells if cell["value"] is not None]

    def parse_cell(self, element):
        cell = super().parse_cell(element)
        if cell["value"] is None and element.get("t") != "str" and element.find(FORMULA_TAG) is not None:
            return {**cell, "value": NEVER_COMPUTED, "data_type": "e"}
        return cell


def _in_places(cells):
    places = [None] * min(max(cell["column"] for cell in cells), WIDEST)
    for cell in cells:
        if cell["column"] <= WIDEST:
            is_error = cell["data_type"] == "e"
            places[cell["column"] - 1] = ErrorCell(cell["value"]) if is_error else plain_value(cell["value"])
    return places


def plain_value(value):
    """Return a cell's value without what only spreadsheets tell apart: 12.0 is 12, a date at midnight is a date."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date()
    if isinstance(value, str) and value in ERRORS:
        return ErrorCell(value)
    return None if value == "" else value


class OtherWorkbook(Workbook):
    """The older and the open formats, which are read as a whole."""

    SIZE_LIMIT = 20 * 2**20

    def __init__(self, path):
        super().__init__()
        if path.stat().st_size > self.SIZE_LIMIT:
            raise FileRefused(_("The workbook is too large in this format: save it as XLSX or CSV and try again."))
        self.book = python_calamine.CalamineWorkbook.from_path(path)
        visible = python_calamine.SheetVisibleEnum.Visible
        sheets = [one for one in self.book.sheets_metadata if one.typ == python_calamine.SheetTypeEnum.WorkSheet]
        self.sheets = [(sheet.name, sheet.visible != visible) for sheet in sheets]

    def rows(self, name):
        with _told():
            sheet = self.book.get_sheet_by_name(name)
            first, left = sheet.start or (0, 0)
            for number, cells in enumerate(sheet.to_python(skip_empty_area=True), start=first + 1):
                values = [None] * left + [plain_value(cell) for cell in cells]
                self.too_wide = self.too_wide or any(value is not None for value in values[WIDEST:])
                if any(value is not None for value in values):
                    yield number, values[:WIDEST]


def merged_rows(reference):
    """Return (first row, last row, first column, last column) of a merged range such as “A3:C5”, counted from 1."""
    found = re.fullmatch(r"([A-Z]+)(\d+):([A-Z]+)(\d+)", reference or "")
    if not found:
        return None
    left, top, right, bottom = found.groups()
    index = openpyxl.utils.column_index_from_string
    return int(top), int(bottom), index(left), index(right)
