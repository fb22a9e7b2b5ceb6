"""How the pages of reports write values; the same words as in the files."""

from django import template
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from reports.rendering import wording

register = template.Library()


@register.simple_tag
def table_rows(table):
    """The rows of a table: a number leads to its rows, a record to its page, and for staff to its form.

    Written here and not by a template: a long report has ten thousand cells.
    """
    kinds = [column["kind"] for column in table["columns"]]
    return mark_safe("".join(f"<tr>{''.join(_cells(row, kinds))}</tr>" for row in table["rows"]))  # nosec B308 # escaped below


def _cells(row, kinds):
    for place, (cell, kind) in enumerate(zip(row, kinds, strict=True)):
        written = _cell(cell, kind) if isinstance(cell, dict) else _plain(cell, kind)
        if place == 0:
            yield f'<th scope="row">{written}</th>'
        elif kind == "number":
            yield f'<td class="num">{written}</td>'
        else:
            yield f"<td>{written}</td>"


def _plain(value, kind):
    written = escape(wording.cell_text(value, kind))
    return f'<span class="not-recorded">{written}</span>' if value in (None, "") else written


def _cell(cell, kind):
    """A cell that has more than its value: where it leads to, its language, the number that it is."""
    written, missing = escape(wording.cell_text(cell, kind)), cell.get("value") in (None, "")
    lang = f' lang="{escape(cell["lang"])}"' if cell.get("lang") and not missing else ""
    unknown = ' class="not-recorded"' if missing else ""
    if cell.get("href"):
        written = f'<a{unknown} href="{escape(cell["href"])}"{lang}>{written}</a>'
    elif unknown or lang:
        written = f"<span{unknown}{lang}>{written}</span>"
    if cell.get("indicator"):
        names = {f"data-{name}": cell[name] for name in ("indicator", "breakdown", "key")}
        names["value"] = "" if missing else cell["value"]
        attributes = " ".join(f'{name}="{escape(value)}"' for name, value in names.items())
        written = f"<data {attributes}>{written}</data>"
    if cell.get("form"):
        label = escape(_("edit"))
        written += f' <a class="sub" href="{escape(cell["form"])}">{label}</a>'
    return written


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
