"""Units of institutions, and the people there. Contacts are for staff only, always."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from partners.models.institution import Institution


class OrganizationalUnit(models.Model):
    """A faculty or department of an institution."""

    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, related_name="units", verbose_name=_("institution")
    )
    name = models.CharField(_("name"), max_length=300, help_text=_("Faculty of Economics"))
    name_en = models.CharField(_("name in English"), max_length=300, blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "name"],
                name="unit_once_per_institution",
                violation_error_message=_("The institution has a unit of this name already."),
            )
        ]

    def __str__(self):
        return self.name


class ContactQuerySet(models.QuerySet):
    """People at partners."""

    def not_confirmed_since(self, day):
        """Contacts never confirmed, or last confirmed before the day."""
        return self.filter(Q(last_confirmed_on__isnull=True) | Q(last_confirmed_on__lt=day))


class Contact(models.Model):
    """A person at a partner or at home. Personal data: for staff only, erased on request."""

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", _("coordinator")
        SIGNATORY = "signatory", _("signatory")
        NOMINATIONS = "nominations", _("nominations")
        OTHER = "other", _("other")

    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("institution")
    )
    unit = models.ForeignKey(
        OrganizationalUnit,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("unit"),
    )
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.OTHER)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=50, blank=True, help_text="+992 92 000 00 00")
    backup_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="backups", verbose_name=_("back-up of")
    )
    last_confirmed_on = models.DateField(
        _("last confirmed on"),
        null=True,
        blank=True,
        help_text=_("The day on which somebody last knew this is right."),
    )
    notes = models.TextField(_("notes"), blank=True)

    history = HistoricalRecords()
    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        permissions = [("erase_personal_data", _("Can erase personal data"))]
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(backup_of=F("pk")),
                name="contact_not_its_own_backup",
                violation_error_message=_("A contact cannot be its own back-up."),
            )
        ]

    def __str__(self):
        return self.name
