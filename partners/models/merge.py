"""Decisions on institutions that looked alike: that they are two, or that they were one and are merged now."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.models.institution import Institution


class NotDuplicate(models.Model):
    """Somebody decided that two institutions which look alike are two. The order of the two means nothing."""

    first = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="+", verbose_name=_("institution"))
    second = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="+", verbose_name=_("institution"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), auto_now_add=True)

    class Meta:
        verbose_name = _("pair that is not a duplicate")
        verbose_name_plural = _("pairs that are not duplicates")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="not_duplicate_once",
                violation_error_message=_("This pair is recorded as two institutions already."),
            ),
            models.CheckConstraint(
                condition=~Q(first=F("second")),
                name="not_duplicate_is_of_two",
                violation_error_message=_("Choose two different institutions."),
            ),
        ]

    def __str__(self):
        return f"{self.first_id} ≠ {self.second_id}"


class MergeRecordQuerySet(models.QuerySet):
    """Merges, and whether they stand."""

    def standing(self):
        """Not undone."""
        return self.filter(undone_at__isnull=True)

    def now_at(self, slug):
        """Return the public institution that stands today for the merged one of this slug, or None."""
        records = self.standing().filter(merged_slug=slug, kept__published=True, kept__is_home=False)
        record = records.select_related("kept").first()
        return record and record.kept


class MergeRecord(models.Model):
    """One institution was merged into another: what was done, step by step, so that it can be undone exactly.

    ``kept`` follows when the kept institution is merged in its turn, so the merged one's address always leads to the
    institution that stands for it today.
    """

    kept = models.ForeignKey(
        Institution, on_delete=models.SET_NULL, null=True, related_name="merges", verbose_name=_("kept")
    )
    kept_key = models.BigIntegerField(_("key of the kept institution at the time"))
    merged_slug = models.SlugField(_("address of the merged institution"), max_length=120)
    merged_name = models.CharField(_("merged institution"), max_length=300)
    steps = models.JSONField(_("steps"), encoder=DjangoJSONEncoder)
    moved = models.PositiveIntegerField(_("records moved"))
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("merged by")
    )
    done_at = models.DateTimeField(_("merged at"), auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("undone by")
    )
    undone_at = models.DateTimeField(_("undone at"), null=True)

    objects = MergeRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [("merge_institution", _("Can merge institutions and undo merges"))]

    def __str__(self):
        return self.merged_name
