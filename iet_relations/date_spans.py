"""Days that are known only to the month, the year, or a span: a pair of first and last possible day."""

import calendar
import datetime
import re

from django.utils.formats import date_format
from django.utils.translation import gettext as _

ONE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def parse_span(text):
    """Read “2009”, “2016-09”, “2016-09-01” or a span of two joined by “/” as (first day, last day), both inclusive.

    Returns (None, None) for an empty text. Raises ValueError with a sentence for people.
    """
    text = str(text).strip()
    if not text:
        return None, None
    ends = [part.strip() for part in text.split("/")]
    if len(ends) > 2:
        raise ValueError(
            _("Write a year, a month or a day (2009, 2016-09, 2016-09-01), or two of them joined by “/”.")
        )
    first, last = _bounds(ends[0])[0], _bounds(ends[-1])[1]
    if last < first:
        raise ValueError(_("The span ends before it begins."))
    return first, last


def _bounds(text):
    found = ONE.fullmatch(text)
    if not found:
        raise ValueError(
            _("Write a year, a month or a day (2009, 2016-09, 2016-09-01), or two of them joined by “/”.")
        )
    year, month, day = (None if part is None else int(part) for part in found.groups())
    try:
        if day is not None:
            return (datetime.date(year, month, day),) * 2
        if month is not None:
            last = calendar.monthrange(year, month)[1]
            return datetime.date(year, month, 1), datetime.date(year, month, last)
        return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    except (ValueError, calendar.IllegalMonthError):
        raise ValueError(_("There is no such day: %(text)s.") % {"text": text}) from None


def write_span(first, last):
    """Return the shortest text that ``parse_span`` reads back as the same span ("" for none)."""
    if first is None:
        return ""
    if first == last:
        return first.isoformat()
    shortest = [f"{first:%Y}", f"{first:%Y-%m}", f"{first:%Y}/{last:%Y}", f"{first:%Y-%m}/{last:%Y-%m}"]
    for text in shortest:
        if parse_span(text) == (first, last):
            return text
    return f"{first.isoformat()}/{last.isoformat()}"


def show_span(first, last):
    """Return the span in the reader's language: a day, a month, a year, or “first – last”."""
    if first is None:
        return ""
    if first == last:
        return date_format(first, "DATE_FORMAT")
    written = write_span(first, last)
    if "/" not in written:
        return written if len(written) == 4 else date_format(first, "YEAR_MONTH_FORMAT")
    start, end = written.split("/")
    shown = [_show_one(start, first), _show_one(end, last)]
    return " – ".join(shown)


def _show_one(text, day):
    if len(text) == 4:
        return text
    return date_format(day, "YEAR_MONTH_FORMAT" if len(text) == 7 else "DATE_FORMAT")
