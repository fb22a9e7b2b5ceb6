"""How a report writes its values, in the language that is active."""

from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

QUALIFIERS = ("exactly", "at_least", "more_than")


def value_of(cell):
    """The bare value of a table's cell, which is a plain value or a dictionary with ``value``."""
    return cell.get("value") if isinstance(cell, dict) else cell


def not_recorded():
    """What stands for an unknown value. Never a dash, never 0."""
    return pgettext("value", "not recorded")


def number_text(value, qualifier=""):
    """A number with its qualifier: “12”, “at least 12”, “more than 50”; an unknown one is “not recorded”."""
    if value is None:
        return not_recorded()
    number = formats.number_format(value)
    if qualifier == "at_least":
        return _("at least %(number)s") % {"number": number}
    if qualifier == "more_than":
        return _("more than %(number)s") % {"number": number}
    return number


def day_text(value, style="DATE_FORMAT"):
    """A date, given as a date or as ISO text, in the reader's words."""
    if value is None:
        return not_recorded()
    return formats.date_format(date.fromisoformat(value) if isinstance(value, str) else value, style)


def short_day_text(value):
    """A date as tables write it: “13.04.2017”."""
    return day_text(value, "SHORT_DATE_FORMAT")


def cell_text(cell, kind):
    """A table's cell as text. ``kind`` is that of its column: ``text``, ``number`` or ``date``.

    An empty cell is “not recorded”, or what its ``unknown`` says.
    """
    value = value_of(cell)
    if value in (None, "") and isinstance(cell, dict) and cell.get("unknown"):
        return cell["unknown"]
    if kind == "number" and not isinstance(value, str):
        return number_text(value, cell.get("qualifier", "") if isinstance(cell, dict) else "")
    if kind == "date" and value:
        return short_day_text(value)
    return not_recorded() if value in (None, "") else str(value)
