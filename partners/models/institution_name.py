"""What an institution is called by others: other names, and identifiers in registers."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from iet_relations.search.searching import PartOfSearch
from partners.identifiers import Scheme, normalise, registry_url
from partners.models.institution import Institution


class InstitutionName(PartOfSearch):
    """Another name by which an institution is, was or has been called."""

    search_owner = "institution"

    class Kind(models.TextChoices):
        ALTERNATIVE = "alternative", _("alternative")
        FORMER = "former", _("former")
        CITED = "cited", _("as cited in a source")

    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, related_name="other_names", verbose_name=_("institution")
    )
    name = models.CharField(_("name"), max_length=300)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.ALTERNATIVE)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "name"],
                name="institution_name_once",
                violation_error_message=_("The institution has this name already."),
            )
        ]

    def __str__(self):
        return self.name


class Identifier(PartOfSearch):
    """What a register calls an institution. Never a key of ours: codes are reused, shared and changed."""

    search_owner = "institution"

    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, related_name="identifiers", verbose_name=_("institution")
    )
    scheme = models.CharField(_("scheme"), max_length=10, choices=Scheme.choices)
    value = models.CharField(
        _("value"), max_length=100, db_index=True, help_text=_("I  BOLOGNA01 · 999993953 · E10209108 · 01111rn36")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True, help_text=_("The last day."))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        ordering = ["scheme", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "scheme", "value"],
                name="identifier_once_per_institution",
                violation_error_message=_("The institution has this identifier already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")) | Q(valid_from__isnull=True) | Q(valid_to__isnull=True),
                name="identifier_valid_to_after_from",
                violation_error_message=_("The last day of validity is before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.get_scheme_display()} {self.value}"

    def clean(self):
        try:
            self.value = normalise(self.scheme, self.value)
        except ValidationError as error:
            raise ValidationError({"value": error}) from None

    @property
    def registry_url(self):
        """The page of the identifier in its own registry, or ""."""
        return registry_url(self.scheme, self.value)
