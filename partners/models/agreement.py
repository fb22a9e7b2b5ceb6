"""Cooperation agreements: what was decided is stored, what follows from it on a day is computed."""

import calendar
import datetime

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Case, F, Max, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from iet_relations.naming import SORT_FIELDS, ListEntry, ListEntryManager
from iet_relations.searching import Searchable, SearchableQuerySet
from iet_relations.states import StateField
from partners.models.institution import CooperationArea, Institution

EXPIRING_WITHIN = 180
"""Days before its end from which an agreement counts as expiring."""

DORMANT_AFTER = 12
"""Months in force without an activity or an exchange after which an agreement counts as dormant."""


class AgreementKind(ListEntry):
    """Memorandum of understanding, inter-institutional mobility, double degree …"""

    history = HistoricalRecords(excluded_fields=SORT_FIELDS)
    objects = ListEntryManager()

    class Meta(ListEntry.Meta):
        verbose_name = _("kind of agreement")
        verbose_name_plural = _("kinds of agreement")


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
        return self.in_force(on).ending_between(on, on + datetime.timedelta(days=days))

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
            .exclude(pk__in=AgreementParty.objects.filter(busy_partners).values("agreement"))
        )

    def _rows(self, relation):
        """Return the rows that point here as ``relation``, whichever app they belong to, without importing it."""
        return self.model._meta.get_field(relation).related_model._default_manager.all()

    def with_signed_on(self):
        """Annotate ``signed_on``: the date of the last party's signature, None while none is recorded."""
        return self.annotate(signed_on=Max("parties__signed_on"))

    def signed_between(self, first, last):
        """Signed agreements whose last signature lies in first–last."""
        latest = (
            AgreementParty.objects.filter(signed_on__isnull=False)
            .order_by()
            .values("agreement")
            .annotate(last=Max("signed_on"))
            .filter(last__range=(first, last))
        )
        return self.filter(status="signed", pk__in=latest.values("agreement"))


class Agreement(Searchable):
    """A cooperation agreement between two or more institutions, ours among them.

    Stored: what people decided (status, dates, termination). Computed: its state on a day (``state_on``), its
    signature date (the last party's) and its deadlines. An agreement that renews automatically stays in force past
    ``ends_on`` until it is terminated. All dates are inclusive: ``ends_on`` and ``terminated_on`` are days in force.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_NEGOTIATION = "in_negotiation", _("in negotiation")
        SIGNED = "signed", _("signed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    reference = models.CharField(
        _("reference"),
        max_length=60,
        unique=True,
        blank=True,
        validators=[
            RegexValidator(
                r"^[\w№][\w№ ./()\-–]*\Z",
                _("Use letters, digits, spaces and . / - ( ), like IET-2017-003 or 12/2017."),
            )
        ],
        help_text=_("Leave it empty and the next one is assigned: IET-2017-003."),
    )
    partner_reference = models.CharField(_("partner’s reference"), max_length=100, blank=True)
    kind = models.ForeignKey(
        AgreementKind, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("kind")
    )
    title = models.CharField(_("title"), max_length=300, blank=True)
    areas = models.ManyToManyField(
        CooperationArea, blank=True, related_name="agreements", verbose_name=_("areas of cooperation")
    )
    institutions = models.ManyToManyField(
        Institution, through="AgreementParty", related_name="agreements", verbose_name=_("parties")
    )
    status = models.CharField(
        _("status"),
        max_length=14,
        choices=Status.choices,
        default=Status.DRAFT,
        help_text=_("What was decided. Whether it is in force, expiring or expired follows from the dates."),
    )
    in_force_from = models.DateField(_("in force from"), null=True, blank=True, help_text=_("The first day."))
    ends_on = models.DateField(
        _("ends on"), null=True, blank=True, help_text=_("The last day in force. Empty: open-ended.")
    )
    renews_automatically = models.BooleanField(
        _("renews automatically"),
        default=False,
        help_text=_("It stays in force after its end until it is terminated."),
    )
    notice_months = models.PositiveSmallIntegerField(
        _("months of notice"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(120)],
        help_text=_("How many months before its end notice must be given."),
    )
    terminated_on = models.DateField(_("terminated on"), null=True, blank=True, help_text=_("The last day in force."))
    termination_reason = models.TextField(_("reason of termination"), blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=_("our responsible person"),
        help_text=_("Gets the reminders."),
    )
    renews = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="renewed_by",
        verbose_name=_("renews"),
        help_text=_("The earlier agreement that this one continues."),
    )
    notes = models.TextField(_("notes"), blank=True, help_text=_("For staff; never shown in public."))
    published = models.BooleanField(_("published"), default=False, db_index=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    citations = GenericRelation("reports.Citation")

    history = HistoricalRecords(excluded_fields=["search_text", "updated_at", "institutions"], m2m_fields=[areas])
    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        permissions = [("publish_agreement", _("Can publish agreements and their documents"))]
        ordering = ["-in_force_from", "reference"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="signed") | Q(in_force_from__isnull=False),
                name="agreement_signed_has_first_day",
                violation_error_message=_(
                    "A signed agreement needs the day from which it is in force. Give it, or the date of signature."
                ),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(in_force_from__isnull=True) | Q(ends_on__gte=F("in_force_from")),
                name="agreement_ends_after_it_begins",
                violation_error_message=_("The agreement ends before it is in force: check “ends on”."),
            ),
            models.CheckConstraint(
                condition=Q(terminated_on__isnull=True) | Q(status="signed", terminated_on__gte=F("in_force_from")),
                name="agreement_terminated_after_it_begins",
                violation_error_message=_("Only a signed agreement can be terminated, and not before it is in force."),
            ),
            models.CheckConstraint(
                condition=Q(terminated_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(renews_automatically=True)
                | Q(terminated_on__lte=F("ends_on")),
                name="agreement_terminated_before_it_ends",
                violation_error_message=_("The agreement had ended before “terminated on”: leave one of them empty."),
            ),
            models.CheckConstraint(
                condition=~Q(renews=F("pk")),
                name="agreement_not_its_own_renewal",
                violation_error_message=_("An agreement cannot renew itself."),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "in_force_from", "ends_on"]),
            models.Index(fields=["ends_on"]),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}".strip()

    def save(self, *args, **kwargs):
        if self.reference:
            return super().save(*args, **kwargs)
        year = (self.in_force_from or timezone.localdate()).year
        for attempt in range(20):
            self.reference = next_reference(year, skip=attempt)
            try:
                with transaction.atomic():
                    return super().save(*args, **kwargs)
            except IntegrityError:  # somebody took the same number in the same moment
                if not Agreement.objects.filter(reference=self.reference).exists():
                    raise
        raise ValidationError(_("No free reference could be found for %(year)s."), params={"year": year})

    def natural_key(self):
        return (self.reference,)

    natural_key.dependencies = ["partners.agreementkind", "partners.cooperationarea"]

    def get_absolute_url(self):
        return reverse("partners:agreement-detail", args=[self.reference])

    def state_on(self, day):
        """Return the State as of the day; the same answer as ``with_state``."""
        if self.status != self.Status.SIGNED:
            return State(self.status)
        if self.in_force_from > day:
            return State.UPCOMING
        last = self.last_day
        if last is None or last >= day:
            soon = day + datetime.timedelta(days=EXPIRING_WITHIN)
            return State.EXPIRING if last and last <= soon else State.IN_FORCE
        return State.TERMINATED if self.terminated_on else State.EXPIRED

    @property
    def last_day(self):
        """The last day in force as decided so far: termination, else the end, else None (open or renewing)."""
        return self.terminated_on or (None if self.renews_automatically else self.ends_on)

    def was_signed(self):
        """Whether the agreement is signed, or has ever been by its history."""
        return self.status == self.Status.SIGNED or self.history.filter(status=self.Status.SIGNED).exists()

    @property
    def renewal_day(self):
        """The first day of the term that begins by itself when nobody gives notice; None where nothing renews."""
        if self.renews_automatically and self.ends_on and self.ends_on < datetime.date.max and not self.terminated_on:
            return self.ends_on + datetime.timedelta(days=1)
        return None

    @property
    def notice_day(self):
        """The last day on which notice may be given: ``notice_months`` calendar months before ``ends_on``.

        None where no end or no period of notice is recorded, and once the agreement is terminated.
        """
        if self.ends_on is None or self.notice_months is None or self.terminated_on:
            return None
        return months_before(self.ends_on, self.notice_months)

    def deadlines(self):
        """Return what comes due under the agreement as pairs of a day and a label, the earliest first."""
        days = [
            (self.notice_day, _("last day to give notice")),
            (self.last_day, _("last day in force")),
            (self.renewal_day, _("renews automatically")),
        ]
        return sorted(((day, label) for day, label in days if day), key=lambda deadline: deadline[0])

    def search_terms(self):
        return [self.reference, self.partner_reference, self.title]


def months_before(day, months):
    """Return the same day of the month ``months`` earlier, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def next_reference(year, skip=0):
    """Return the reference after the highest ever given in the calendar year, like ``IET-2017-003``."""
    prefix = f"IET-{year}-"
    used = {
        int(reference[len(prefix) :])
        for manager in (Agreement.objects, Agreement.history)
        for reference in manager.filter(reference__startswith=prefix).values_list("reference", flat=True)
        if reference[len(prefix) :].isdecimal()
    }
    return f"{prefix}{max(used, default=0) + 1 + skip:03}"


class AgreementPartyQuerySet(models.QuerySet):
    """Parties by what their agreement is on a day."""

    def public(self):
        return self.filter(agreement__published=True)

    def in_force(self, on):
        return self.filter(in_force_condition(on, "agreement__"))

    def begun(self, on):
        """Parties of agreements that came into force on or before the day."""
        return self.filter(agreement__status="signed", agreement__in_force_from__lte=on)


class AgreementParty(models.Model):
    """An institution as a party to an agreement, ours included."""

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="parties", verbose_name=_("agreement")
    )
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="agreement_parties", verbose_name=_("institution")
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    signatory = models.CharField(
        _("signatory"), max_length=200, blank=True, help_text=_("Who signed, for staff only: Rector …")
    )
    reference = models.CharField(_("its own reference"), max_length=100, blank=True)

    history = HistoricalRecords()
    objects = AgreementPartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "institution"],
                name="party_once_per_agreement",
                violation_error_message=_("This institution is a party to the agreement already."),
            )
        ]

    def __str__(self):
        return str(self.institution)


class Amendment(models.Model):
    """A numbered change to a signed agreement."""

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="amendments", verbose_name=_("agreement")
    )
    number = models.PositiveSmallIntegerField(
        _("number"), blank=True, help_text=_("Leave it empty and the next one is assigned.")
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    summary = models.TextField(
        _("what it changes"), help_text=_("Places for student exchange: 3 instead of 2 a year.")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["agreement", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"],
                name="amendment_number_once",
                violation_error_message=_("The agreement has an amendment of this number already."),
            )
        ]

    def __str__(self):
        return _("Amendment %(number)s") % {"number": self.number}

    def save(self, *args, **kwargs):
        if self.number is None:
            self.number = (self.agreement.amendments.aggregate(last=Max("number"))["last"] or 0) + 1
        super().save(*args, **kwargs)
