"""What agreements provide for mobility, one direction and activity a row, as in an inter-institutional agreement."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from iet_relations.academic_year import AcademicYearField
from mobility.models.classification import (
    Cefr,
    Direction,
    IscedField,
    Language,
    Level,
    MobilityActivity,
)
from partners.models import Agreement, AgreementParty, Institution


def valid_in_condition(year):
    """Return the Q of terms of signed agreements that provide places in the academic year.

    The term's own first and last academic year bound it, and the agreement must be in force on at least one day of
    the year.
    """
    return (
        Q(agreement__status="signed", agreement__in_force_from__lte=year.last_day)
        & (Q(first_academic_year__isnull=True) | Q(first_academic_year__lte=year))
        & (Q(last_academic_year__isnull=True) | Q(last_academic_year__gte=year))
        & (
            Q(agreement__ends_on__isnull=True)
            | Q(agreement__ends_on__gte=year.first_day)
            | Q(agreement__renews_automatically=True)
        )
        & (Q(agreement__terminated_on__isnull=True) | Q(agreement__terminated_on__gte=year.first_day))
    )


class MobilityTermQuerySet(models.QuerySet):
    """Terms by the academic year in which they provide places."""

    def public(self):
        """Terms of published agreements with a published partner; where none is named, one of the parties is."""
        parties = AgreementParty.objects.filter(agreement=OuterRef("agreement"))
        published = Exists(parties.filter(institution__is_home=False, institution__published=True))
        return self.filter(Q(partner__published=True) | Q(partner=None) & published, agreement__published=True)

    def valid_in(self, year):
        """Terms of signed agreements that provide places in the academic year."""
        return self.filter(valid_in_condition(year))

    def of_the_only_partner(self):
        """Terms that name no partner, of agreements that have only one."""
        others = AgreementParty.objects.filter(institution__is_home=False).order_by()
        only = others.values("agreement").annotate(parties=Count("pk")).filter(parties=1)
        return self.filter(partner=None, agreement__in=only.values("agreement"))

    def with_partner_key(self):
        """Annotate ``partner_key``: the key of the term's partner, else of the agreement's only one, else None."""
        return self._with_partner("partner_key", "pk")

    def with_partner_slug(self):
        """Annotate ``partner_slug``, the slug of the same partner."""
        return self._with_partner("partner_slug", "slug")

    def _with_partner(self, name, column):
        others = AgreementParty.objects.filter(agreement=OuterRef("agreement"), institution__is_home=False).order_by()
        only = others.values("agreement").annotate(parties=Count("pk"), found=Min(f"institution__{column}"))
        its_only = Subquery(only.filter(parties=1).values("found"))
        return self.annotate(**{name: Coalesce(f"partner__{column}", its_only)})


class MobilityTerm(models.Model):
    """Places that an agreement provides: outgoing from the home institution or incoming to it, a year.

    ``places_per_year`` counts people, ``total_months`` and ``total_days`` the stay of all of them together; empty is
    “not recorded”. First and last academic year are inclusive.
    """

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="mobility_terms", verbose_name=_("agreement")
    )
    partner = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mobility_terms",
        verbose_name=_("partner"),
        help_text=_("Which party; with one partner it may stay empty."),
    )
    direction = models.CharField(_("direction"), max_length=8, choices=Direction.choices)
    activity = models.CharField(_("mobility"), max_length=3, choices=MobilityActivity.choices)
    places_per_year = models.PositiveIntegerField(_("places a year"), null=True, blank=True)
    total_months = models.DecimalField(_("total months"), max_digits=6, decimal_places=1, null=True, blank=True)
    total_days = models.PositiveIntegerField(_("total days"), null=True, blank=True)
    field = models.ForeignKey(
        IscedField, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("field")
    )
    level = models.CharField(_("study level"), max_length=12, choices=Level.choices, blank=True)
    language = models.ForeignKey(
        Language, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("language")
    )
    cefr = models.CharField(_("language level"), max_length=2, choices=Cefr.choices, blank=True)
    first_academic_year = AcademicYearField(_("first academic year"), null=True, blank=True)
    last_academic_year = AcademicYearField(_("last academic year"), null=True, blank=True)

    history = HistoricalRecords()
    objects = MobilityTermQuerySet.as_manager()

    class Meta:
        verbose_name = _("mobility term")
        verbose_name_plural = _("mobility terms")
        ordering = ["agreement", "direction", "activity", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_academic_year__isnull=True)
                | Q(last_academic_year__isnull=True)
                | Q(last_academic_year__gte=F("first_academic_year")),
                name="term_years_in_order",
                violation_error_message=_("The last academic year is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(total_months__isnull=True) | Q(total_months__gte=0),
                name="term_months_not_negative",
                violation_error_message=_("The number of months is not negative."),
            ),
        ]

    def __str__(self):
        return f"{self.get_direction_display()} {self.activity}"

    def clean(self):
        unsaved = not self.partner_id or not self.agreement_id
        if not unsaved and not self.agreement.parties.filter(institution=self.partner_id).exists():
            raise ValidationError({"partner": _("This institution is not a party to the agreement.")})
