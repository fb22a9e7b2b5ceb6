"""What the office did with files: imports as batches that can be taken back as a whole."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ImportKind(models.TextChoices):
    """What the rows of a file are."""

    INSTITUTIONS = "institutions", _("institutions")
    AGREEMENTS = "agreements", _("agreements")
    TERMS = "terms", _("mobility terms")
    PROJECTS = "projects", _("projects")
    EXCHANGES = "exchanges", _("exchanges")
    ACTIVITIES = "activities", _("activities")
    CONTACTS = "contacts", _("contacts")


def uploaded_path(batch, filename):
    """Return where an uploaded file is kept: privately, under its checksum."""
    return f"imports/{batch.sha256}.bin"


class ImportBatch(models.Model):
    """One import of a file: uploaded and prepared, applied as a whole, and perhaps taken back as a whole.

    ``options`` are what was chosen (mapping, sheet …), ``report`` is what came of it. The counts are of rows.
    """

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        WORKING = "working", _("in progress")
        PREVIEWED = "previewed", _("ready to apply")
        APPLIED = "applied", _("applied")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        FAILED = "failed", _("refused")

    kind = models.CharField(_("kind"), max_length=20, choices=ImportKind.choices)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.UPLOADED)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    file = models.FileField(_("uploaded file"), upload_to=uploaded_path, blank=True, editable=False)
    options = models.JSONField(_("choices"), default=dict, blank=True)
    report = models.JSONField(_("report"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [("import_records", _("Can import files and undo imports"))]

    def __str__(self):
        return _("Import %(number)s: %(file)s") % {"number": self.pk, "file": self.file_name}

    def get_absolute_url(self):
        return reverse("admin:office_importbatch_change", args=[self.pk])

    @property
    def is_busy(self):
        """Whether somebody is working on it, so that its page shows how far that is."""
        return self.status in (self.Status.WORKING, self.Status.UNDOING)

    @property
    def change_reason(self):
        """What the history of every record it touched says."""
        return f"import {self.pk}"


class BatchChange(models.Model):
    """One record that an import wrote, with what was there before, so that it can be taken back.

    ``before`` is empty for a created record, holds the earlier values of the changed columns (and the earlier ids of
    changed lists) for a changed one, and the whole record for a removed part of one.
    """

    class Action(models.TextChoices):
        CREATED = "+", _("created")
        CHANGED = "~", _("changed")
        REMOVED = "-", _("removed")

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="changes", verbose_name=_("import"))
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.BigIntegerField()
    action = models.CharField(max_length=1, choices=Action.choices)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("change by an import")
        verbose_name_plural = _("changes by imports")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.action} {self.content_type_id}:{self.object_id}"
