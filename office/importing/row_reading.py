"""Cells of a line as the values of a row, or why they are none."""

from django.utils.translation import gettext as _

from office.importing.cell_marks import ERRORS, NEVER_COMPUTED, ErrorCell
from office.importing.cells import NO_VALUE, PLACEHOLDERS, Day, Text, YesNo, mixed_word, read_day_first, visible
from office.importing.kinds.base import Row
from office.importing.problems import CellError


class RowReader:
    """Makes a Row of a line's cells; equal cells of a column are read once."""

    REMEMBERED = 20_000

    def __init__(self, kind, mapping, fixed, is_csv):
        self.kind, self.fixed, self.is_csv = kind, fixed, is_csv
        self.places = [(place, name) for place, name in enumerate(mapping.columns) if name]
        self.known = {name: {} for _place, name in self.places}
        named = [place for place, heading in enumerate(mapping.headings) if heading]
        self.expected, self.most = max(named, default=-1) + 1, mapping.own_width
        self.beyond = [place for place in range(self.most, len(mapping.columns)) if not mapping.columns[place]]

    def read(self, line, cells):
        row = Row(line, dict(self.fixed))
        if self.is_csv:
            self._count(row, cells)
        if all(place >= len(cells) or cells[place] in (None, "") for place, _name in self.places):
            row.reject("", _("There is no value in any of the columns that are read."))
            return row
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

    def _count(self, row, cells):
        """Tell a CSV row that is cut off, and reject one in which a separator seems not to be quoted."""
        extra = [cells[place] for place in self.beyond if place < len(cells)] + cells[self.most + len(self.beyond) :]
        if extra := [cell for cell in extra if cell.strip()]:
            reason = _("More cells than headings: a separator inside a value needs quotation marks around the value.")
            row.reject("", reason, value=extra[0])
        elif len(cells) < self.expected:
            row.warn("", _("Fewer cells than headings; the missing ones count as empty."))

    def _result(self, name, cell):
        """Return (value, problem, warning, suggestions) of a cell."""
        column = self.kind.columns[name]
        warning = ""
        if isinstance(cell, str) and not isinstance(cell, ErrorCell) and cell:
            cell = visible(cell)
        if cell == NEVER_COMPUTED and isinstance(cell, ErrorCell):
            sentence = _("A formula that was never computed: open the file in a spreadsheet program and save it.")
            return None, sentence, "", []
        if isinstance(cell, ErrorCell) or (isinstance(cell, str) and cell in ERRORS):
            cell, warning = None, _("An error cell of the spreadsheet; it counts as empty.")
        elif isinstance(cell, str) and len(cell) > 2 and not cell.strip("#"):
            return None, _("The column was too narrow when the file was saved: the value is not in it."), "", []
        text = cell.strip() if isinstance(cell, str) else cell
        if text is None or text == "":
            if column.required:
                return None, _("Required, but empty."), warning, []
            return column.empty, "", warning, []
        no_value = NO_VALUE if not isinstance(column.type, YesNo) else ()
        if isinstance(text, str) and (text.casefold() in PLACEHOLDERS or text.casefold() in no_value):
            return None, _("This is not a value. Leave the cell empty where nothing is known."), "", []
        try:
            value = column.type.read(cell)
        except CellError as error:
            return None, error.reason, warning, error.suggestions
        if isinstance(column.type, Day) and read_day_first(cell):
            warning = _("Read with the day first, as %(date)s.") % {"date": value.isoformat()}
        if isinstance(cell, str) and isinstance(value, str) and value == f"https://{text}":
            warning = _("“https://” was put before the address.")
        if isinstance(column.type, Text) and (word := mixed_word(value)):
            warning = _("Latin and Cyrillic letters stand in one word: %(word)s.") % {"word": word}
        if value == "" and column.required:
            return None, _("Required, but empty."), warning, []
        return value, "", warning, []
