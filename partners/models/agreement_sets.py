"""What agreements are on a day: their states, and the sets that views, filters, worklist and indicators speak of."""

import calendar
import datetime

from django.db import models
from django.db.models import Case, F, Max, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from iet_relations.search.searching import SearchableQuerySet
from iet_relations.states import StateField

EXPIRING_WITHIN = 180
"""Days before its end from which an agreement counts as expiring."""

DORMANT_AFTER = 12
"""Months in force without an activity or an exchange after which an agreement counts as dormant."""


class State(models.TextChoices):
    """What an agreement is on a day; always computed."""

    DRAFT = "draft", _("draft")
    IN_NEGOTIATION = "in_negotiation", _("in negotiation")
    UPCOMING = "upcoming", _("upcoming")
    IN_FORCE = "in_force", _("in force")
    EXPIRING = "expiring", _("expiring")
    EXPIRED = "expired", _("expired")
    TERMINATED = "terminated", _("terminated")
    WITHDRAWN = "withdrawn", _("withdrawn")


def in_force_condition(on, prefix=""):
    """Return the Q of agreements in force on the day (first and last day included), seen through ``prefix``."""

    def field(**lookups):
        return Q(**{prefix + lookup: value for lookup, value in lookups.items()})

    return (
        field(status="signed", in_force_from__lte=on)
        & (field(terminated_on__isnull=True) | field(terminated_on__gte=on))
        & (field(ends_on__isnull=True) | field(ends_on__gte=on) | field(renews_automatically=True))
    )


def ending_condition(first, last):
    """Return the Q of agreements whose last day in force lies in first–last (both included)."""
    return Q(status="signed") & (
        Q(terminated_on__range=(first, last))
        | Q(terminated_on__isnull=True, renews_automatically=False, ends_on__range=(first, last))
    )


def ending_within_condition(days, on):
    """Return the Q of agreements in force on the day whose last day is at most ``days`` days after it."""
    return in_force_condition(on) & ending_condition(on, on + datetime.timedelta(days=days))


class AgreementQuerySet(SearchableQuerySet):
    """Agreements by what they are on a day. All bounds are inclusive."""

    search_through = "institutions"

    def get_by_natural_key(self, reference):
        return self.get(reference=reference)

    def public(self):
        return self.filter(published=True)

    def in_force(self, on):
        """In force on the day, those that are expiring included."""
        return self.filter(in_force_condition(on))

    def in_force_between(self, first, last):
        """In force on at least one day of first–last."""
        return self.filter(
            Q(terminated_on__isnull=True) | Q(terminated_on__gte=first),
            Q(ends_on__isnull=True) | Q(ends_on__gte=first) | Q(renews_automatically=True),
            status="signed",
            in_force_from__lte=last,
        )

    def ending_between(self, first, last):
        """Agreements whose last day in force, by their end or by termination, lies in first–last."""
        return self.filter(ending_condition(first, last))

    def ending_within(self, days, on):
        """In force on the day, with the last day of force at most ``days`` days after it."""
        return self.filter(ending_within_condition(days, on))

    def expiring(self, on):
        return self.ending_within(EXPIRING_WITHIN, on)

    def upcoming(self, on):
        """Signed, but in force only after the day."""
        return self.filter(status="signed", in_force_from__gt=on)

    def terminated(self, on):
        """Terminated before the day: the day of termination is the last in force."""
        return self.filter(status="signed", in_force_from__lte=on, terminated_on__lt=on)

    def expired(self, on):
        """Ended before the day by its own term."""
        return self.filter(
            status="signed",
            in_force_from__lte=on,
            ends_on__lt=on,
            renews_automatically=False,
            terminated_on__isnull=True,
        )

    def in_state(self, state, on):
        """Keep the agreements in a State on the day; “in force” includes those that are expiring."""
        state = State(state)
        if state in (State.DRAFT, State.IN_NEGOTIATION, State.WITHDRAWN):
            return self.filter(status=state)
        chosen = {
            State.UPCOMING: self.upcoming,
            State.IN_FORCE: self.in_force,
            State.EXPIRING: self.expiring,
            State.EXPIRED: self.expired,
            State.TERMINATED: self.terminated,
        }
        return chosen[state](on)

    def with_state(self, on):
        """Annotate ``state`` (a value of State) as of the day."""
        soon = on + datetime.timedelta(days=EXPIRING_WITHIN)
        return self.annotate(
            state=Case(
                When(~Q(status="signed"), then=F("status")),
                When(in_force_from__gt=on, then=Value(State.UPCOMING)),
                When(in_force_condition(on) & ending_condition(on, soon), then=Value(State.EXPIRING)),
                When(in_force_condition(on), then=Value(State.IN_FORCE)),
                When(terminated_on__lt=on, then=Value(State.TERMINATED)),
                default=Value(State.EXPIRED),
                output_field=StateField(State),
            )
        )

    def undecided(self, on):
        """In force or upcoming on the day, not terminated, and with no signed agreement that continues it."""
        return self.filter(
            Q(renews_automatically=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=on),
            status="signed",
            terminated_on__isnull=True,
        ).exclude(renewed_by__status="signed")

    def ending_undecided(self, first, last, on):
        """Ending in first–last by their own term, while nobody has renewed or terminated them."""
        return self.undecided(on).filter(renews_automatically=False, ends_on__range=(first, last))

    def ended_without_decision(self, on):
        """Expired on the day, without an agreement that continues them, not even one in preparation."""
        return self.expired(on).filter(Q(renewed_by__isnull=True) | Q(renewed_by__status="withdrawn"))

    def giving_notice_between(self, first, last, on):
        """Undecided agreements whose last day to give notice lies in first–last."""
        candidates = self.undecided(on).filter(notice_months__isnull=False, ends_on__gte=first)
        days = ((agreement.pk, agreement.notice_day) for agreement in candidates)
        return self.filter(pk__in=[pk for pk, day in days if first <= day <= last])

    def renewed_by_itself(self, on):
        """In force on the day only because they renew automatically: the recorded end has passed."""
        return self.in_force(on).filter(renews_automatically=True, ends_on__lt=on)

    def signed_without_document(self):
        return self.filter(status="signed", documents__isnull=True)

    def dormant(self, on):
        """In force for a year and more, and no activity or exchange in the year up to the day.

        Those under the agreement count, and those with its parties that name no agreement. An exchange without days
        counts to the end of its academic year.
        """
        since = months_before(on, DORMANT_AFTER)
        exchanges = self._rows("exchanges").held_since(since).begun(on)
        activities = self._rows("activities").held_since(since).begun(on)
        unnamed = {"agreement": None}
        busy_partners = (
            Q(institution__in=exchanges.filter(**unnamed).exclude(partner=None).values("partner"))
            | Q(institution__in=activities.filter(**unnamed).exclude(institutions=None).values("institutions"))
        ) & Q(institution__is_home=False)
        return (
            self.in_force(on)
            .filter(in_force_from__lte=since)
            .exclude(pk__in=exchanges.exclude(agreement=None).values("agreement"))
            .exclude(pk__in=activities.exclude(agreement=None).values("agreement"))
            .exclude(pk__in=self._rows("parties").filter(busy_partners).values("agreement"))
        )

    def _rows(self, relation):
        """Return the rows that point here as ``relation``, whichever app they belong to, without importing it."""
        return self.model._meta.get_field(relation).related_model._default_manager.all()

    def with_signed_on(self):
        """Annotate ``signed_on``: the date of the last party's signature, None while none is recorded."""
        latest = self._rows("parties").filter(agreement=OuterRef("pk")).order_by().values("agreement")
        return self.annotate(signed_on=Subquery(latest.annotate(last=Max("signed_on")).values("last")))

    def signed_between(self, first, last):
        """Signed agreements whose last signature lies in first–last."""
        return self.filter(self.is_signed_between(first, last))

    def is_signed_between(self, first, last):
        """Return the Q of ``signed_between``, for sums over many years in one query."""
        latest = (
            self._rows("parties")
            .filter(signed_on__gte=first)
            .order_by()
            .values("agreement")
            .annotate(last=Max("signed_on"))
            .filter(last__range=(first, last))
        )
        return Q(status="signed", pk__in=latest.values("agreement"))


def months_before(day, months):
    """Return the same day of the month ``months`` earlier, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
