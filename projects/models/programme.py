"""Who pays: funder → programme → action, three lists that the office edits."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from iet_relations.naming import SORT_FIELDS, ListEntry, ListEntryManager


class Funder(ListEntry):
    """European Commission, World Bank …"""

    website = models.URLField(_("website"), blank=True)

    history = HistoricalRecords(excluded_fields=SORT_FIELDS)
    objects = ListEntryManager()

    class Meta(ListEntry.Meta):
        verbose_name = _("funder")
        verbose_name_plural = _("funders")


class Programme(ListEntry):
    """A funder's programme: ERASMUS+ …"""

    funder = models.ForeignKey(Funder, on_delete=models.PROTECT, related_name="programmes", verbose_name=_("funder"))

    history = HistoricalRecords(excluded_fields=SORT_FIELDS)
    objects = ListEntryManager()

    class Meta(ListEntry.Meta):
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")


class Action(ListEntry):
    """A programme's action: capacity building in higher education, Jean Monnet module, credit mobility …"""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="actions", verbose_name=_("programme")
    )
    code = models.CharField(_("code"), max_length=40, blank=True, help_text=_("CBHE, KA107, KA171"))

    history = HistoricalRecords(excluded_fields=SORT_FIELDS)
    objects = ListEntryManager()

    class Meta(ListEntry.Meta):
        verbose_name = _("action")
        verbose_name_plural = _("actions")
