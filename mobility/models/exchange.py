"""Exchanges of students and teachers, and students from abroad who are enrolled here."""

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from iet_relations.academic_year import AcademicYear, AcademicYearField
from mobility.models.classification import (
    Direction,
    IscedField,
    Level,
    MobilityActivity,
)
from partners.models import Agreement, Country, Institution, OrganizationalUnit
from projects.models import Project


class ExchangeQuerySet(models.QuerySet):
    """Exchanges by year and status."""

    def public(self):
        """Exchanges that visitors may count: with a published partner, or with no partner recorded."""
        return self.filter(Q(partner__isnull=True) | Q(partner__published=True))

    def held(self):
        """Under way or completed: what the indicators count."""
        return self.filter(status__in=(Exchange.Status.UNDER_WAY, Exchange.Status.COMPLETED))

    def held_in(self, year):
        """Under way or completed in the academic year."""
        return self.held().filter(academic_year=year)

    def begun(self, on):
        """Under way or completed in an academic year up to that of the day."""
        return self.held().filter(academic_year__lte=AcademicYear.containing(on))

    def by_year(self):
        """Return how many people went each way in each academic year: ``{(year, direction): people}``."""
        rows = self.order_by().values_list("academic_year", "direction").annotate(people=Sum("count"))
        return {(year, direction): people for year, direction, people in rows}

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
            models.Index(fields=["academic_year", "direction", "country"]),
            models.Index(fields=["partner", "academic_year"]),
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
