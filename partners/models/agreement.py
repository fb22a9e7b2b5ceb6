"""Cooperation agreements: what was decided is stored, what follows from it on a day is computed."""

import datetime

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from iet_relations.lists.ordering import LatestFirst
from iet_relations.naming import SORT_FIELDS, ListEntry, ListEntryManager
from iet_relations.record_url import record_url
from iet_relations.search.searching import Searchable
from partners.models.agreement_sets import EXPIRING_WITHIN, AgreementQuerySet, State, months_before
from partners.models.institution import CooperationArea, Institution


class AgreementKind(ListEntry):
    """Memorandum of understanding, inter-institutional mobility, double degree …"""

    history = HistoricalRecords(excluded_fields=SORT_FIELDS)
    objects = ListEntryManager()

    class Meta(ListEntry.Meta):
        verbose_name = _("kind of agreement")
        verbose_name_plural = _("kinds of agreement")


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
        help_text=_("Leave it empty: the next one is assigned, in the form IET-2017-003."),
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
            LatestFirst(
                "in_force_from",
                F("reference").desc(),
                F("id").desc(),
                condition=Q(published=True),
                name="agreement_public_latest",
            ),
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
        return record_url("partners:agreement-detail", self.reference)

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
