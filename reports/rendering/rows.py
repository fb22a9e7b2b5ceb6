"""Rows that are made when they are asked for, so that a long table is never in memory as a whole."""

from itertools import islice

from django.utils import translation
from django.utils.translation import gettext as _

from .wording import number_text

AT_ONCE = 200


class Rows:
    """The rows of a table, or the figures of a section: ``make`` yields them, each time anew.

    They are worded in the language that was active when they were described. ``make_first(number)`` gives the first
    ones where that is faster than making them one after the other.
    """

    def __init__(self, make, make_first=None):
        self._make, self._make_first, self._language = make, make_first, translation.get_language()

    def __iter__(self):
        rows = None
        while True:
            with translation.override(self._language):
                rows = iter(self._make()) if rows is None else rows
                some = list(islice(rows, AT_ONCE))
            yield from some
            if len(some) < AT_ONCE:
                return

    def first(self, number):
        with translation.override(self._language):
            return self._make_first(number) if self._make_first else list(islice(self._make(), number))


def first_of(rows, number):
    """The first rows as a list, and whether there are more of them."""
    found = rows.first(number + 1) if isinstance(rows, Rows) else rows[: number + 1]
    return found[:number], len(found) > number


def cut(table, number):
    """The table with its first rows as a list, and a sentence where it is longer."""
    rows, longer = first_of(table["rows"], number)
    notes = list(table.get("notes", []))
    if longer:
        notes.append(
            _("Only the first %(count)s rows stand here; the CSV file of the table on the report’s page has all.")
            % {"count": number_text(number)}
        )
    return {**table, "rows": rows, "notes": notes, "chart": table.get("chart") if rows else None}
