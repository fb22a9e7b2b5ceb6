"""Filters of the public pages: numbers with their qualifier, page numbers, data for machines."""

import json

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.formats import number_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, pgettext

register = template.Library()
JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.filter
def qualified(number, qualifier=""):
    """A number in words: “more than 50”, “at least 12”, “3”, and “not recorded” for ``None``."""
    if number is None or number == "":
        return pgettext("value", "not recorded")
    written = number_format(number)
    if qualifier == "more_than":
        return gettext("more than %(number)s") % {"number": written}
    if qualifier == "at_least":
        return gettext("at least %(number)s") % {"number": written}
    return written


@register.filter
def page_numbers(page):
    """The page numbers to show around a page, with an ellipsis where some are left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.filter
def is_number(value):
    """Whether a table's cell holds a number, which is aligned at its end and written in the reader's format."""
    return isinstance(value, int | float) and not isinstance(value, bool)


@register.filter
def json_ld(data):
    """Data as JSON that is safe inside ``<script type="application/ld+json">``."""
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False).translate(JSON_ESCAPES)
    return mark_safe(text)  # nosec B308 # what could end the script is escaped
