"""Whether the registry holds made-up records, so that no page and no file shows them as real ones."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SyntheticDataSet(models.Model):
    """What ``load_synthetic`` filled this registry with; a registry of real records has no row here.

    ``institutions``, ``agreements``, ``projects`` and ``exchanges`` are the numbers of rows that were asked for, and
    ``on`` is the day from which its deadlines and states were planned.
    """

    seed = models.BigIntegerField(_("seed"))
    institutions = models.PositiveIntegerField(_("institutions"))
    agreements = models.PositiveIntegerField(_("agreements"))
    projects = models.PositiveIntegerField(_("projects"))
    exchanges = models.PositiveIntegerField(_("exchanges"))
    on = models.DateField(_("as of"))
    loaded_at = models.DateTimeField(_("loaded at"), auto_now_add=True)

    class Meta:
        verbose_name = _("synthetic data set")
        verbose_name_plural = _("synthetic data sets")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.seed}: {self.institutions}"
