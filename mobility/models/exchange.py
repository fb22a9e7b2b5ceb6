"""Exchanges of students and teachers, and students from abroad who are enrolled here."""

from itertools import islice

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, F, Max, Min, Q, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from iet_relations.academic_year import AcademicYear, AcademicYearField
from mobility.models.classification import (
    Direction,
    IscedField,
    Level,
    MobilityActivity,
)
from mobility.models.term import MobilityTerm
from partners.models import Agreement, Country, Institution, OrganizationalUnit
from projects.models import Project


def held_in_condition(year):
    """Return the Q of exchanges under way or completed in the academic year; of their totals alike."""
    return Q(academic_year=year, status__in=(Exchange.Status.UNDER_WAY, Exchange.Status.COMPLETED))


class ExchangeQuerySet(models.QuerySet):
    """Exchanges by year and status."""

    def public(self):
        """Exchanges that visitors may count: with a published partner, or with no partner recorded."""
        return self.filter(Q(partner__isnull=True) | Q(partner__published=True))

    def public_of_all(self):
        """As ``public``, for whoever reads all: the few unpublished partners are looked up, not every partner."""
        return self.exclude(partner__in=Institution.objects.order_by().filter(published=False).values("pk"))

    def held(self):
        """Under way or completed: what the indicators count."""
        return self.filter(status__in=(Exchange.Status.UNDER_WAY, Exchange.Status.COMPLETED))

    def held_in(self, year):
        """Under way or completed in the academic year."""
        return self.filter(held_in_condition(year))

    def begun(self, on):
        """Under way or completed in an academic year up to that of the day."""
        return self.held().filter(academic_year__lte=AcademicYear.containing(on))

    def by_year(self):
        """Return how many people went each way in each academic year: ``{(year, direction): people}``."""
        rows = self.order_by().values_list("academic_year", "direction").annotate(people=Sum("count"))
        return {(year, direction): people for year, direction, people in rows}

    def held_since(self, day):
        """Under way or completed, and not over before the day; without days the academic year decides."""
        year = AcademicYear.containing(day)
        return self.held().filter(
            Q(ends_on__gte=day)
            | Q(ends_on__isnull=True, starts_on__gte=day)
            | Q(ends_on__isnull=True, academic_year__gte=year),
            academic_year__gte=year.previous,
        )

    def outside_agreement(self):
        """Not cancelled, and not wholly within the validity of its agreement; an unsigned agreement has none.

        Without days, at least one day of the academic year must lie within it.
        """
        bounds = Exchange.objects.aggregate(first=Min("academic_year"), last=Max("academic_year"))
        if bounds["first"] is None:
            return self.none()
        years = [AcademicYear(start) for start in range(bounds["first"].start, bounds["last"].start + 1)]

        def day_of_year(name):
            return Case(*(When(academic_year=year, then=Value(getattr(year, name))) for year in years))

        last_day_in_force = Case(
            When(agreement__terminated_on__isnull=False, then=F("agreement__terminated_on")),
            When(agreement__renews_automatically=True, then=None),
            default=F("agreement__ends_on"),
        )
        return (
            self.filter(agreement__isnull=False)
            .exclude(status=Exchange.Status.CANCELLED)
            .annotate(
                earliest=Coalesce("starts_on", day_of_year("last_day"), output_field=models.DateField()),
                latest=Coalesce("ends_on", "starts_on", day_of_year("first_day"), output_field=models.DateField()),
            )
            .filter(
                ~Q(agreement__status="signed")
                | Q(earliest__lt=F("agreement__in_force_from"))
                | Q(latest__gt=last_day_in_force)
            )
        )

    def above_places(self, at_most=10_000):
        """Those that together count more people than their agreement has places for, ``at_most`` of them.

        Compared are people under way or completed and the places of the terms valid in the academic year, by
        agreement, direction and activity; where the terms give no number of places, nothing is compared.
        """
        terms, kind = MobilityTerm.objects.order_by(), ("agreement", "direction", "activity")
        held = self.held().filter(agreement__in=terms.values("agreement"))
        people = {}
        by_year = held.order_by().values_list(*kind, "academic_year").annotate(people=Sum("count"))
        for *group, year, number in by_year.iterator():
            people.setdefault(tuple(group), {})[year] = number
        places = {}
        for *group, first, last, number in terms.values_list(
            *kind, "first_academic_year", "last_academic_year", "places_per_year"
        ).iterator():
            for year in people.get(tuple(group), ()):
                if (first or year) <= year <= (last or year):
                    places.setdefault((*group, year), []).append(number)
        crowded = {
            (*group, year)
            for (*group, year), counts in places.items()
            if None not in counts and people[tuple(group)][year] > sum(counts)
        }
        agreements = {agreement for agreement, *_others in crowded}
        rows = held.filter(agreement__in=agreements).order_by().values_list("pk", *kind, "academic_year").iterator()
        found = islice((pk for pk, *group in rows if tuple(group) in crowded), at_most)
        return self.filter(pk__in=list(found))

    def people(self):
        """Return how many people the exchanges count together."""
        return self.aggregate(people=Sum("count"))["people"] or 0


class Exchange(models.Model):
    """A stay of a student or teacher, seen from home: of one person, or of ``count`` people without names.

    Two equal rows are two people (or two groups) and are never merged. ``country`` is the partner's, or the only
    thing known of where the stay was. The person's name and e-mail are for staff only and erased by retention.
    """

    class Status(models.TextChoices):
        NOMINATED = "nominated", _("nominated")
        UNDER_WAY = "under_way", _("under way")
        COMPLETED = "completed", _("completed")
        CANCELLED = "cancelled", _("cancelled")

    academic_year = AcademicYearField(_("academic year"))
    direction = models.CharField(_("direction"), max_length=8, choices=Direction.choices)
    activity = models.CharField(_("mobility"), max_length=3, choices=MobilityActivity.choices)
    partner = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="exchanges",
        verbose_name=_("partner"),
    )
    country = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        blank=True,
        related_name="exchanges",
        verbose_name=_("country"),
        help_text=_("The partner’s country; choose it only where the partner is not known."),
    )
    home_unit = models.ForeignKey(
        OrganizationalUnit,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("our unit"),
    )
    partner_unit = models.ForeignKey(
        OrganizationalUnit,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("partner’s unit"),
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day."))
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.COMPLETED)
    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="exchanges",
        verbose_name=_("agreement"),
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="exchanges", verbose_name=_("project")
    )
    field = models.ForeignKey(
        IscedField, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("field")
    )
    level = models.CharField(_("study level"), max_length=12, choices=Level.choices, blank=True)
    grant = models.CharField(_("grant"), max_length=100, blank=True, help_text=_("Erasmus+ scholarship, own funds"))
    count = models.PositiveIntegerField(
        _("people"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("1 for a person; 12 for twelve students without names."),
    )
    person_name = models.CharField(_("person"), max_length=200, blank=True, help_text=_("For staff only."))
    person_email = models.EmailField(_("e-mail"), blank=True, help_text=_("For staff only."))
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    citations = GenericRelation("reports.Citation")

    history = HistoricalRecords(excluded_fields=["updated_at"])
    objects = ExchangeQuerySet.as_manager()

    copied_columns = {"partner": ["country"]}
    """Columns that repeat one of the record that a foreign key leads to; merging keeps them in step."""

    class Meta:
        verbose_name = _("exchange")
        verbose_name_plural = _("exchanges")
        ordering = ["-academic_year", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="exchange_ends_after_it_starts",
                violation_error_message=_("The stay ends before it starts: check “to”."),
            ),
            models.CheckConstraint(
                condition=Q(count__gte=1),
                name="exchange_counts_somebody",
                violation_error_message=_("An exchange is of at least one person."),
            ),
            models.CheckConstraint(
                condition=Q(count=1) | Q(person_name="", person_email=""),
                name="exchange_person_or_count",
                violation_error_message=_("A row with a person’s name counts one: leave the name or the number out."),
            ),
        ]
        indexes = [
            models.Index(fields=["-academic_year", "-id"]),
            # What a partner's page, its totals and its relation ask, without a look at the rows.
            models.Index(
                fields=["partner", "academic_year", "status", "direction", "activity", "count"],
                name="exchange_of_partner",
            ),
            # Who took part in a year, and how many: a row of a year stands far from the next one.
            models.Index(fields=["academic_year", "status", "partner", "count"], name="exchange_of_year"),
            # The rows behind a number of the report, in their order.
            models.Index(
                fields=["academic_year", "direction", "activity", "country", "id", "status", "partner"],
                name="exchange_in_order",
            ),
            # Holds all that is compared with an agreement's places, so that a million rows are read in order.
            models.Index(
                fields=["agreement", "academic_year", "direction", "activity", "status", "count"],
                name="exchange_used_places",
            ),
            models.Index(fields=["country", "academic_year"]),
        ]

    def __str__(self):
        return f"{self.academic_year} {self.get_direction_display()} {self.activity}"

    def save(self, *args, **kwargs):
        if self.partner_id:
            self.country_id = self.partner.country_id
        super().save(*args, **kwargs)

    def clean(self):
        if self.partner_id:
            if self.country_id and self.country_id != self.partner.country_id:
                raise ValidationError(
                    {
                        "country": _("%(partner)s is in %(country)s: leave the country empty or choose that one.")
                        % {"partner": self.partner, "country": self.partner.country}
                    }
                )
            if self.partner.is_home:
                raise ValidationError({"partner": _("The partner is the other institution, not ours.")})
            self.country_id = self.partner.country_id
        elif not self.country_id:
            raise ValidationError({"partner": _("Say which partner, or at least which country.")})


class ForeignStudentsQuerySet(models.QuerySet):
    """Students from abroad by country and year."""

    def public(self):
        return self.filter(published=True)

    def in_year(self, year):
        return self.filter(academic_year=year)


class ForeignStudents(models.Model):
    """Students from a country who are enrolled here in an academic year; an empty count is “not recorded”."""

    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, related_name="foreign_students", verbose_name=_("country")
    )
    academic_year = AcademicYearField(_("academic year"))
    count = models.PositiveIntegerField(_("students"), null=True, blank=True, help_text=_("Empty: not known."))
    published = models.BooleanField(_("published"), default=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    citations = GenericRelation("reports.Citation")

    history = HistoricalRecords(excluded_fields=["updated_at"])
    objects = ForeignStudentsQuerySet.as_manager()

    class Meta:
        verbose_name = _("students from abroad")
        verbose_name_plural = _("students from abroad")
        permissions = [("publish_foreignstudents", _("Can publish numbers of students from abroad"))]
        ordering = ["-academic_year", "country__sort_en"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "academic_year"],
                name="foreign_students_once_a_year",
                violation_error_message=_("This country has a row for the academic year already."),
            )
        ]

    def __str__(self):
        return f"{self.country} {self.academic_year}"
