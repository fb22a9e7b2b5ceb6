"""Published annual reports: what was said stays as it was said."""

from django.db import models
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from iet_relations.academic_year import AcademicYearField


class ReportEdition(models.Model):
    """An annual report as the head of the department published it; a correction is a new edition.

    Neither an edition nor its files can be changed or deleted: triggers of the database refuse it. ``published_by``
    is the name of the account, as text, so that accounts can go.
    """

    academic_year = AcademicYearField(_("academic year"))
    number = models.PositiveSmallIntegerField(_("edition"))
    as_of = models.DateField(_("as of"))
    published_at = models.DateTimeField(_("published at"))
    published_by = models.CharField(_("published by"), max_length=150)
    correction = models.TextField(_("what it corrects"), blank=True)

    class Meta:
        verbose_name = _("edition of a report")
        verbose_name_plural = _("editions of reports")
        ordering = ["-academic_year", "-number"]
        default_permissions = ["view"]
        permissions = [("freeze_report", _("Can publish an annual report"))]
        constraints = [
            models.UniqueConstraint(
                fields=["academic_year", "number"],
                name="edition_once_a_year",
                violation_error_message=_("The report of this year has an edition of this number already."),
            )
        ]

    def __str__(self):
        return _g("%(year)s, edition %(number)s") % {"year": self.academic_year, "number": self.number}


class EditionFile(models.Model):
    """A file of an edition, byte for byte, with its checksum."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"
        JSON = "json", "JSON"

    edition = models.ForeignKey(
        ReportEdition, on_delete=models.PROTECT, related_name="files", verbose_name=_("edition")
    )
    language = models.CharField(_("language"), max_length=2)
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    content = models.BinaryField(_("content"))
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)

    class Meta:
        verbose_name = _("file of an edition")
        verbose_name_plural = _("files of editions")
        ordering = ["edition", "language", "kind"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "language", "kind"],
                name="edition_file_once",
                violation_error_message=_("The edition has this file already."),
            ),
        ]

    def __str__(self):
        return f"{self.edition} {self.language} {self.kind}"
