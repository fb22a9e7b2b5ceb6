"""What all readers of files say of cells. Those of workbooks take much memory and are loaded when they are needed."""

WIDEST = 300
"""Columns that are read."""
ERRORS = {
    *("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"),
    *("#Н/Д", "#ССЫЛКА!", "#ЗНАЧ!", "#ДЕЛ/0!", "#ИМЯ?", "#ЧИСЛО!", "#ПУСТО!"),
    *("#NV", "#BEZUG!", "#WERT!", "#ZAHL!"),
}
"""What spreadsheets show in place of a value, in English, Russian and German; CSV files keep it as a text."""

NEVER_COMPUTED = "=…"
"""What stands for a formula whose value was not saved: programs that only write workbooks do not compute it."""


class ErrorCell(str):
    """A cell in which the spreadsheet shows an error instead of a value."""
