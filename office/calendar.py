"""The calendar of what comes due (iCalendar, RFC 5545): the same dates that reminders are sent of."""

import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from office.reminding import AHEAD, Kind, coming_due

PAST, FUTURE = datetime.timedelta(days=31), datetime.timedelta(days=AHEAD)
"""How far back and ahead of the day the calendar reaches."""


def calendar_of(profile, on):
    """Return the calendar of a colleague as bytes: what they are responsible for, and what nobody is.

    Shown is only what they may see in the admin, in the language of their profile.
    """
    from icalendar import Calendar  # loaded when the first calendar is asked for

    user = profile.user
    agreements, projects = user.has_perm("partners.view_agreement"), user.has_perm("projects.view_project")
    with override(profile.language):
        calendar = Calendar()
        calendar.add("prodid", "-//IET Relations//registry//EN")
        calendar.add("version", "2.0")
        calendar.add("x-wr-calname", _("IET Relations: what comes due"))
        for due in coming_due(on - PAST, on + FUTURE, on):
            if due.responsible_id in (None, user.pk) and (projects if due.kind == Kind.DEADLINE else agreements):
                calendar.add_component(_event(due, on))
        return calendar.to_ical()


def _event(due, on):
    from icalendar import Event

    event = Event()
    event.add("uid", f"{due.kind}-{due.record.pk}-{due.day:%Y%m%d}@iet-relations")
    event.add("dtstamp", datetime.datetime(on.year, on.month, on.day, tzinfo=datetime.UTC))
    event.add("dtstart", due.day)
    event.add("dtend", due.day + datetime.timedelta(days=1))
    event.add("summary", f"{due.about}: {due.sentence}")
    event.add("url", due.url)
    event.add("transp", "TRANSPARENT")
    return event
