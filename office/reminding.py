"""Reminders of what comes due: which they are, who gets them, and that each is sent once."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from office.models import ReminderSent, StaffProfile
from partners.models import Agreement
from projects.models import ProjectDeadline

STAGES = (30, 90, 180)
"""Days before the day itself on which reminders are sent."""

AHEAD = 3 * 366
"""Days ahead that are looked at when somebody asks for the dates of an agreement."""

ABANDONED_AFTER = datetime.timedelta(hours=1)
"""A claim that was not sent by then belongs to a run that was killed, and is free again."""

Kind = ReminderSent.Kind


class NobodyToWriteTo(Exception):
    """There are reminders to send, and neither a responsible person with an address nor OFFICE_EMAIL."""


@dataclass(frozen=True)
class Due:
    """A day that something comes due. ``record`` is an Agreement or a ProjectDeadline."""

    kind: str
    day: datetime.date
    record: object

    @property
    def responsible_id(self):
        return getattr(self.record, "responsible_id", None)

    @property
    def about(self):
        """The record as people call it."""
        if self.kind == Kind.DEADLINE:
            return f"{self.record.project} – {self.record}"
        return str(self.record)

    @property
    def sentence(self):
        """What happens on the day, in the reader's language."""
        return {
            Kind.END: _("ends on %(day)s"),
            Kind.NOTICE: _("last day to give notice: %(day)s"),
            Kind.RENEWAL: _("renews automatically on %(day)s"),
            Kind.DEADLINE: _("due on %(day)s"),
        }[self.kind] % {"day": date_format(self.day, "DATE_FORMAT")}

    @property
    def url(self):
        """The page of the record for staff, with the address of the site."""
        if self.kind == Kind.DEADLINE:
            return site_address() + reverse("admin:projects_project_change", args=[self.record.project_id])
        return site_address() + reverse("admin:partners_agreement_change", args=[self.record.pk])

    def days_left(self, on):
        return (self.day - on).days

    def days_left_text(self, on):
        days = self.days_left(on)
        return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days} if days else _("today")


def site_address():
    """Return the address of the site for links in mails, from the first host that it is served under."""
    host = next((name for name in settings.ALLOWED_HOSTS if "*" not in name), "localhost").lstrip(".")
    return f"https://{host}" if settings.TRUST_PROXY else f"http://{host}:{settings.PORT}"


def coming_due(first, last, on):
    """Return the Dues whose day lies in first–last (both included), as things stand on ``on``, earliest first."""
    found = []
    undecided = Agreement.objects.undecided(on).select_related("responsible")
    for agreement in undecided.filter(ends_on__gte=first):
        days = {Kind.NOTICE: agreement.notice_day}
        if agreement.renews_automatically:
            days[Kind.RENEWAL] = agreement.renewal_day
        else:
            days[Kind.END] = agreement.ends_on
        found += [Due(kind, day, agreement) for kind, day in days.items() if day and first <= day <= last]
    deadlines = ProjectDeadline.objects.open().filter(due_on__range=(first, last)).select_related("project")
    found += [Due(Kind.DEADLINE, deadline.due_on, deadline) for deadline in deadlines]
    return sorted(found, key=lambda due: (due.day, due.kind, due.record.pk))


def stage_of(due, on):
    """Return the stage that is due: the nearest one that has been reached. An earlier, missed one is then past."""
    return next(stage for stage in STAGES if due.days_left(on) <= stage)


def reminders(on):
    """Return the Dues of which nobody was reminded yet at the stage that is reached, by responsible person's key."""
    sent = defaultdict(set)
    dues = coming_due(on, on + datetime.timedelta(days=max(STAGES)), on)
    for kind, record, day, stage in ReminderSent.objects.filter(day__gte=on).values_list(
        "kind", "record", "day", "stage"
    ):
        sent[kind, record, day].add(stage)
    found = defaultdict(list)
    for due in dues:
        done = sent[due.kind, due.record.pk, due.day]
        if not any(stage <= stage_of(due, on) for stage in done):
            found[due.responsible_id].append(due)
    return found


def recipients(responsible):
    """Return ``(to, copy, language)`` for a responsible person (or None); raises NobodyToWriteTo."""
    office = [settings.OFFICE_EMAIL] if settings.OFFICE_EMAIL else []
    if responsible and responsible.is_active and responsible.email:
        copy = [address for address in office if address.lower() != responsible.email.lower()]
        profile = StaffProfile.objects.filter(user=responsible).first()
        return [responsible.email], copy, profile.language if profile else settings.LANGUAGE_CODE
    if office:
        return office, [], settings.LANGUAGE_CODE
    raise NobodyToWriteTo


def letter(dues, on, responsible):
    """Return the mail that tells a person (or the office) of all the Dues, in their language."""
    to, copy, language = recipients(responsible)
    with override(language):
        subject = ngettext("%(count)s date comes due", "%(count)s dates come due", len(dues)) % {"count": len(dues)}
        items = [(due, due.days_left_text(on)) for due in dues]
        context = {
            "items": items,
            "responsible": responsible,
            "account_url": site_address() + reverse("office:account"),
        }
        body = render_to_string("office/reminder.txt", context).strip() + "\n"
        subject = f"{_('IET Relations')}: {subject}"
    return EmailMessage(subject, body, settings.OFFICE_EMAIL or None, to, cc=copy)


def claim(dues, on, now):
    """Return the ReminderSent of those Dues that no other run has claimed, with each its Due."""
    claimed = []
    for due in dues:
        row = ReminderSent(kind=due.kind, record=due.record.pk, day=due.day, stage=stage_of(due, on), claimed_at=now)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            continue
        claimed.append((row, due))
    return claimed


def release_abandoned(now):
    """Free the claims of runs that were killed before they could send."""
    ReminderSent.objects.filter(sent_at=None, claimed_at__lt=now - ABANDONED_AFTER).delete()


def people(keys):
    """Return the users of the keys, by key."""
    return get_user_model().objects.in_bulk([key for key in keys if key])


def send(dues, on, responsible):
    """Claim the Dues, mail them, and return how many were sent; a failing mail frees the claims and raises.

    Raises NobodyToWriteTo before anything is claimed.
    """
    recipients(responsible)
    claimed = claim(dues, on, timezone.now())
    if not claimed:
        return 0
    keys = [row.pk for row, _due in claimed]
    try:
        mail = letter([due for _row, due in claimed], on, responsible)
        mail.send()
    except BaseException:
        ReminderSent.objects.filter(pk__in=keys).delete()
        raise
    ReminderSent.objects.filter(pk__in=keys).update(sent_at=timezone.now(), sent_to=", ".join(mail.recipients())[:500])
    return len(claimed)


def remind_now(agreements, on):
    """Mail the responsible people (else the office) what comes due under the agreements, and return how many letters.

    For a person who asks for it: it is sent whether or not a reminder was, and none is marked as sent. Raises
    NobodyToWriteTo.
    """
    chosen = {agreement.pk for agreement in agreements}
    by_person = defaultdict(list)
    for due in coming_due(on, on + datetime.timedelta(days=AHEAD), on):
        if due.kind != Kind.DEADLINE and due.record.pk in chosen:
            by_person[due.responsible_id].append(due)
    who = people(by_person)
    letters = [letter(dues, on, who.get(key)) for key, dues in by_person.items()]
    for mail in letters:
        mail.send()
    return len(letters)
