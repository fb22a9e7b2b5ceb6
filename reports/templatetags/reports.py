"""How the pages of reports write values; the same words as in the files."""

from django import template
from django.utils.translation import gettext as _

from reports.rendering import wording

register = template.Library()
register.filter("cell_text", wording.cell_text)


@register.filter
def cell_value(cell):
    """The bare number of a cell for machines; "" where it is not recorded."""
    value = wording.value_of(cell)
    return "" if value is None else str(value)


@register.filter
def cell_missing(cell):
    """Whether nothing is recorded in the cell."""
    return wording.value_of(cell) in (None, "")


@register.filter
def beside(row, columns):
    """Pairs of the cells of a row and their columns."""
    return list(zip(row, columns, strict=True))


@register.filter
def number_words(number):
    """A number of an indicator with its qualifier, in words."""
    return wording.number_text(*number)


@register.filter
def as_of(day):
    """“As of 31 August 2017”, of a date or its ISO text."""
    return _("As of %(day)s") % {"day": wording.day_text(day)}


@register.filter
def slugged(key):
    """A key as addresses write it."""
    return key.replace("_", "-")
