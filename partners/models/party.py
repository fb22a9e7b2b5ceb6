"""The parties to an agreement, and the numbered changes to it."""

from django.db import models
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from partners.models.agreement import Agreement
from partners.models.agreement_sets import in_force_condition
from partners.models.institution import Institution


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
