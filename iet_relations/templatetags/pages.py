"""Filters of the public pages: names, states, numbers with their qualifier, page numbers, data for machines.

Every template has them. What stands many times on a page is a filter: including a template costs as much as a row.
"""

import json
from functools import lru_cache

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils.formats import localize, number_format
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, pgettext

from iet_relations.formats import integer_text
from iet_relations.naming import current_language

register = template.Library()
JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_block_tag
def captured(content):
    """What stands between the tags, kept ``as`` a variable where it is said to people and to machines."""
    return content


@register.filter
def named(record):
    """The name of a record, marked with its language where that is not the page's."""
    here = current_language()
    name, language = record.name_in(here)
    if not language or language == here:
        return conditional_escape(name)
    return format_html('<span lang="{}">{}</span>', language, name)


@register.filter
def as_state(state):
    """A State or Relation of agreements, projects, partners as word, shape and colour."""
    return _drawn_state(state.value, str(state.label))


@lru_cache
def _drawn_state(state, label):
    return render_to_string("_state.html", {"state": state, "label": label})


@register.simple_tag
def not_recorded():
    """An unknown value, in words."""
    return _not_recorded(current_language())


@lru_cache
def _not_recorded(language):
    return format_html('<span class="not-recorded">{}</span>', pgettext("value", "not recorded"))


@register.filter
def recorded(value):
    """The value, or the words for an unknown one; 0 is known."""
    if type(value) is int:
        return integer_text(value)  # many times as fast as what the template makes of a number
    return value if value or value == 0 else not_recorded()


@register.simple_tag
def days(first, last):
    """A day or an academic year, or the first and the last of several."""
    if not last or last == first:
        return localize(first)
    return gettext("%(first)s – %(last)s") % {"first": localize(first), "last": localize(last)}


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


@register.simple_tag(takes_context=True)
def page_links(context, page):
    """What leads to the other pages: addresses keep the filters.

    ``numbers`` are pairs of number and address, with None for the number where some are left out; ``before`` and
    ``after`` are addresses, "" without such a page.
    """
    parameters = context["request"].GET.copy()
    parameters.pop("page", None)
    start = f"?{parameters.urlencode()}&page=" if parameters else "?page="
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "numbers": [(number, f"{start}{number}") if isinstance(number, int) else (None, "") for number in numbers],
        "before": f"{start}{page.number - 1}" if page.has_previous() else "",
        "after": f"{start}{page.number + 1}" if page.has_next() else "",
    }


@register.filter
def is_number(value):
    """Whether a table's cell holds a number, which is aligned at its end and written in the reader's format."""
    return isinstance(value, int | float) and not isinstance(value, bool)


@register.simple_tag
def number_rows(rows):
    """The rows of ``_table.html``, written at once: by a template each cell would cost as much as a row does here."""
    unknown = not_recorded()

    def written(value, url):
        if type(value) is int:
            text = integer_text(value)
        else:
            text = unknown if value is None else conditional_escape(localize(value))
        return f'<a href="{escape(url)}">{text}</a>' if url else text

    def cells(row):
        yield f'<th scope="row">{written(row["label"], row.get("url"))}</th>'
        for cell in row["cells"]:
            value, url = (cell["value"], cell.get("url")) if isinstance(cell, dict) else (cell, "")
            yield f'<td class="num">{written(value, url)}</td>'

    return mark_safe("".join(f"<tr>{''.join(cells(row))}</tr>" for row in rows))  # nosec B308 # escaped above


@register.filter
def json_ld(data):
    """Data as JSON that is safe inside ``<script type="application/ld+json">``."""
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False).translate(JSON_ESCAPES)
    return mark_safe(text)  # nosec B308 # what could end the script is escaped
