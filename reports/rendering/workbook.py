"""The annual report as an XLSX workbook: a sheet for each section's figures, and one for each table of records."""

import io
import re
from datetime import date, datetime, time
from itertools import chain, islice

from django.utils import translation
from django.utils.translation import gettext as _

from iet_relations.lists.tables import NOT_IN_XML, ROWS_OF_A_SHEET

from .rows import first_of
from .tables import COLUMNS
from .wording import value_of

NUMBERS = ("value", "previous", "reported")
WIDEST = 60


def report_xlsx(report):
    """The workbook's bytes: numbers as numbers, dates as dates, every text as text (never a formula).

    A section's sheet has the columns of the report's CSV; a table that is more than these figures has a sheet of its
    own. Heads are frozen and filtered, widths fit. “At least” is part of a number's format, so that the cell remains
    a number. The same data makes the same bytes.
    """
    import xlsxwriter  # loaded when the first workbook is asked for

    content = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with translation.override(report["language"]), xlsxwriter.Workbook(content, options) as book:
        day = datetime.combine(date.fromisoformat(report["as_of"]), time())
        book.set_properties({"title": report["title"], "company": report["institution"], "created": day})
        writer = _Sheets(book)
        for section in report["sections"]:
            figures = section.get("figures") or []
            if first_of(figures, 1)[0]:
                writer.add_figures(section, figures)
            for table in section.get("tables", []):
                if not table.get("from_figures"):
                    columns = table["columns"]
                    labels, kinds = zip(*((column["label"], column["kind"]) for column in columns), strict=True)
                    writer.add(table.get("sheet") or table["caption"], labels, kinds, table["rows"])
        if not book.worksheets():
            writer.add(report["title"], COLUMNS, ["text"] * len(COLUMNS), [])
    return content.getvalue()


class _Sheets:
    """Adds sheets of one look to a workbook."""

    def __init__(self, book):
        self.book, self.names = book, set()
        self.head = book.add_format(
            {"bold": True, "bg_color": "#23458f", "font_color": "#ffffff", "text_wrap": True, "valign": "vcenter"}
        )
        number = "#,##0"
        self.formats = {
            "": book.add_format({"num_format": number, "valign": "top"}),
            "at_least": self._worded(_("at least %(number)s"), number),
            "more_than": self._worded(_("more than %(number)s"), number),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
        }

    def _worded(self, sentence, number):
        before, after = sentence.split("%(number)s")
        return self.book.add_format({"num_format": f'"{before}"{number}"{after}"', "valign": "top"})

    def add_figures(self, section, figures):
        kinds = ["number" if name in NUMBERS else "text" for name in COLUMNS]
        rows = ([section["key"], *(figure[name] for name in COLUMNS[1:])] for figure in figures)
        self.add(section["title"], COLUMNS, kinds, rows)

    def add(self, title, labels, kinds, rows):
        """Write a sheet row by row; the first rows say how wide its columns are."""
        sheet = self.book.add_worksheet(self._name(title))
        rows = iter(rows)
        measured = list(islice(rows, 1000))
        for index, label in enumerate(labels):
            texts = [str(value_of(row[index]) or "") for row in measured]
            longest = max((len(text) for text in [*texts, str(label)]), default=8)
            sheet.set_column(index, index, min(max(longest + 2, 9), WIDEST))
        sheet.freeze_panes(1, 0)
        for index, label in enumerate(labels):
            sheet.write_string(0, index, str(label), self.head)
        line = 0
        for line, row in enumerate(islice(chain(measured, rows), ROWS_OF_A_SHEET), start=1):
            for index, (cell, kind) in enumerate(zip(row, kinds, strict=True)):
                self._write(sheet, line, index, cell, kind)
        sheet.autofilter(0, 0, max(line, 1), len(labels) - 1)

    def _write(self, sheet, line, index, cell, kind):
        value = value_of(cell)
        if value in (None, ""):
            return
        if kind == "date":
            sheet.write_datetime(
                line, index, datetime.combine(date.fromisoformat(value), time()), self.formats["date"]
            )
        elif isinstance(value, int | float):
            qualifier = cell.get("qualifier", "") if isinstance(cell, dict) else ""
            sheet.write_number(line, index, value, self.formats[qualifier or ""])
        else:
            sheet.write_string(line, index, NOT_IN_XML.sub("", str(value))[:32767], self.formats["text"])

    def _name(self, title):
        """A sheet's name: at most 31 characters, without ``[]:*?/\\``, not yet taken."""
        base = re.sub(r"[\[\]:*?/\\']+", " ", title).strip()[:31].strip() or "1"
        name, number = base, 2
        while name.casefold() in self.names:
            name, number = f"{base[: 31 - len(f' {number}')]} {number}", number + 1
        self.names.add(name.casefold())
        return name
