"""Opening a file as rows, whatever it is, or saying in a sentence why it cannot be read."""

import datetime
import hashlib
import json
import re
import tempfile
import weakref
import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from office.importing.cell_marks import ErrorCell
from office.importing.delimited import DelimitedFile
from office.importing.problems import FileRefused

SIZE_LIMIT = 200 * 2**20
FOREIGN = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\x1f\x8b": "gzip",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7-Zip",
    b"{\\rtf": "RTF",
    b"SQLite format": "SQLite",
    b"GIF8": "GIF",
}


class Source:
    """A file opened for import.

    ``format`` is “csv” or “workbook”; ``encoding`` and ``delimiter`` are what a CSV file was found to have; ``sheets``
    are (name, hidden) of a workbook and ``sheet`` the one that is read. ``rows()`` yields (line, cells) as often as it
    is called: the physical line of a CSV file on which the row begins, or the number of the row in the sheet.
    """

    encoding = delimiter = sheet = ""
    sheets = ()

    def __init__(self, path, sheet=None, encoding=None):
        self.path = Path(path)
        self.hidden_rows, self.hidden_columns, self.merged = [], [], []
        kind = _content_type(self.path)
        if kind == "text":
            if sheet:
                raise FileRefused(_("A CSV file has no sheets."))
            self.format = "csv"
            self._table = DelimitedFile(self.path, encoding)
            self.encoding, self.delimiter = self._table.encoding, self._table.delimiter
            self.rows = self._table.rows
        else:
            self.format = "workbook"
            # Loaded only now: its libraries take 16 MB in every worker.
            from office.importing.workbooks import open_workbook

            self._table = open_workbook(self.path, kind)
            self._read_workbook(self._table, sheet)

    @property
    def too_wide(self):
        """Whether there were values beyond the columns that are read."""
        return self._table.too_wide

    def _read_workbook(self, book, wanted):
        self.sheets = list(book.sheets)
        names = [name for name, _hidden in self.sheets]
        if wanted:
            if wanted not in names and wanted.isdecimal() and 0 < int(wanted) <= len(names):
                wanted = names[int(wanted) - 1]
            if wanted not in names:
                book.close()
                raise FileRefused(
                    _("The workbook has no sheet “%(sheet)s”. It has: %(sheets)s.")
                    % {"sheet": wanted, "sheets": ", ".join(names)}
                )
            candidates = [wanted]
        else:
            candidates = [name for name, hidden in self.sheets if not hidden] or names
        # Nothing is read twice: the first sheet with a row goes into a temporary file, cell by cell.
        for name in candidates:
            self._spool = temporary_file(self)
            count = 0
            book.forget()
            for line, cells in book.rows(name):
                self._spool.write(json.dumps([line, [_written(cell) for cell in cells]], ensure_ascii=True) + "\n")
                count += 1
            if count:
                self.sheet = name
                book.close()
                self.hidden_rows, self.hidden_columns = book.hidden_rows, book.hidden_columns
                self.merged = book.merged_areas()
                return
        book.close()
        if wanted:
            raise FileRefused(_("The sheet “%(sheet)s” is empty.") % {"sheet": wanted})
        hidden = [name for name, is_hidden in self.sheets if is_hidden]
        if hidden:
            raise FileRefused(
                _("The workbook’s visible sheets are empty. Hidden ones, to be chosen by name: %(sheets)s.")
                % {"sheets": ", ".join(hidden)}
            )
        raise FileRefused(_("The workbook is empty."))

    def rows(self):
        self._spool.seek(0)
        for text in self._spool:
            line, cells = json.loads(text)
            yield line, [_read(cell) for cell in cells]


def temporary_file(owner):
    """Return a text file without a name that is closed when its owner is gone."""
    file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
    weakref.finalize(owner, file.close)
    return file


def _written(cell):
    if isinstance(cell, ErrorCell):
        return {"error": str(cell)}
    if isinstance(cell, datetime.datetime):
        return {"moment": cell.isoformat()}
    if isinstance(cell, datetime.date):
        return {"date": cell.isoformat()}
    if cell is None or isinstance(cell, str | int | float | bool):
        return cell
    return str(cell)


def _read(cell):
    if not isinstance(cell, dict):
        return cell
    ((kind, value),) = cell.items()
    if kind == "date":
        return datetime.date.fromisoformat(value)
    return datetime.datetime.fromisoformat(value) if kind == "moment" else ErrorCell(value)


def _content_type(path):
    """Return “zip”, “ole” or “text” by the first bytes. Raises FileRefused for anything else."""
    if not path.is_file():
        raise FileRefused(_("There is no file “%(name)s”.") % {"name": path.name})
    size = path.stat().st_size
    if size == 0:
        raise FileRefused(_("The file is empty."))
    if size > SIZE_LIMIT:
        raise FileRefused(_("The file is larger than 200 MB. Split it."))
    with path.open("rb") as file:
        head = file.read(2048)
    for start, name in FOREIGN.items():
        if head.startswith(start):
            raise FileRefused(
                _("This is a %(format)s file, not a table. CSV and XLSX can be imported.") % {"format": name}
            )
    if head.startswith(b"PK"):
        if not zipfile.is_zipfile(path):
            raise FileRefused(
                _("The workbook is broken: it seems to be cut off. Save it again, or send it anew, and try again.")
            )
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "ole"
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if re.match(rb"<[!?a-z]", text) or text.startswith((b"mime-version:", b"content-type:")):
        raise FileRefused(
            _("This is a web page or XML, whatever its name says. Open it in a spreadsheet program, save it as XLSX.")
        )
    if text.startswith((b"[{", b'{"')):
        raise FileRefused(
            _("This is a %(format)s file, not a table. CSV and XLSX can be imported.") % {"format": "JSON"}
        )
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise FileRefused(_("The file is empty."))
    return "text"


def checksum(path):
    """Return the SHA-256 of a file, in hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
