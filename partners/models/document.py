"""Signed scans and other files of agreements: private unless somebody publishes them."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from iet_relations.documents import checksum, is_new, prepare, validate_document
from partners.models.agreement import Agreement


def document_path(document, filename):
    """Return where the file is kept: by agreement, under its content's checksum, never under a name from outside."""
    extension = filename.rsplit(".", 1)[-1].lower() if "." in filename else "bin"
    return f"agreements/{document.agreement_id}/{document.sha256}.{extension[:5]}"


class AgreementDocumentQuerySet(models.QuerySet):
    """Documents by who may see them."""

    def public(self):
        """Public documents of published agreements."""
        return self.filter(visibility=AgreementDocument.Visibility.PUBLIC, agreement__published=True)


class AgreementDocument(models.Model):
    """A file of an agreement. Its SHA-256 is kept; after the agreement is signed the file no longer changes."""

    class Visibility(models.TextChoices):
        STAFF = "staff", _("staff")
        PUBLIC = "public", _("public")

    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="documents", verbose_name=_("agreement")
    )
    title = models.CharField(_("title"), max_length=200, help_text=_("Signed scan"))
    file = models.FileField(_("file"), upload_to=document_path, max_length=200, validators=[validate_document])
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    visibility = models.CharField(_("visible to"), max_length=6, choices=Visibility.choices, default=Visibility.STAFF)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    history = HistoricalRecords()
    objects = AgreementDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-uploaded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "sha256"],
                name="document_once_per_agreement",
                violation_error_message=_("This file is attached to the agreement already."),
            )
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        """Keep the checksum with a new file. Raises ValidationError where a signed agreement's file would change."""
        prepare(self)
        self._refuse_another_file(self.sha256)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        """Where staff download it, and everybody once it is public and its agreement published."""
        return reverse("partners:agreement-document", args=[self.pk])

    def clean(self):
        if not is_new(self.file):
            return
        self._refuse_another_file(checksum(self.file))
        same = AgreementDocument.objects.filter(agreement=self.agreement_id, sha256=checksum(self.file))
        if self.agreement_id and same.exclude(pk=self.pk).exists():
            raise ValidationError({"file": _("This file is attached to the agreement already.")})

    def _refuse_another_file(self, sha256):
        stored = AgreementDocument.objects.filter(pk=self.pk).first() if self.pk else None
        if stored and stored.sha256 != sha256 and stored.agreement.was_signed():
            raise ValidationError(
                {"file": _("The agreement has been signed: its files no longer change. Attach the new one beside it.")}
            )
