"""The field's classifications: ISCED-F 2013 fields, ISO 639-1 languages, levels, activities and directions."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from iet_relations.naming import SORT_FIELDS, Named


class Direction(models.TextChoices):
    """Of a stay, seen from the home institution."""

    OUTGOING = "outgoing", _("outgoing")
    INCOMING = "incoming", _("incoming")


class MobilityActivity(models.TextChoices):
    """The activity types of Erasmus+ mobility."""

    SMS = "SMS", _("student studies")
    SMT = "SMT", _("student traineeship")
    STA = "STA", _("staff teaching")
    STT = "STT", _("staff training")


class Level(models.TextChoices):
    """Study levels; the European Qualifications Framework numbers them 5 to 8."""

    SHORT_CYCLE = "short_cycle", _("short cycle (EQF 5)")
    BACHELOR = "bachelor", _("bachelor (EQF 6)")
    MASTER = "master", _("master (EQF 7)")
    DOCTORATE = "doctorate", _("doctorate (EQF 8)")


class Cefr(models.TextChoices):
    """Levels of the Common European Framework of Reference for Languages."""

    A1 = "A1", "A1"
    A2 = "A2", "A2"
    B1 = "B1", "B1"
    B2 = "B2", "B2"
    C1 = "C1", "C1"
    C2 = "C2", "C2"


class NaturalKeyManager(models.Manager):
    """Finds a classification's entry by its code, for fixtures."""

    def get_by_natural_key(self, code):
        return self.get(pk=code)


class IscedField(Named):
    """A field of education of ISCED-F 2013: broad (2 digits), narrow (3) or detailed (4)."""

    class Breadth(models.TextChoices):
        BROAD = "broad", _("broad field")
        NARROW = "narrow", _("narrow field")
        DETAILED = "detailed", _("detailed field")

    code = models.CharField(_("code"), max_length=4, primary_key=True)
    level = models.CharField(_("level"), max_length=8, choices=Breadth.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )

    history = HistoricalRecords(excluded_fields=SORT_FIELDS)
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("field of education")
        verbose_name_plural = _("fields of education")
        ordering = ["code"]

    def __str__(self):
        return f"{self.code} {self.display_name}"

    def natural_key(self):
        return (self.code,)


class Language(Named):
    """A language of ISO 639-1."""

    alpha2 = models.CharField(_("two-letter code"), max_length=2, primary_key=True)
    alpha3 = models.CharField(_("three-letter code"), max_length=3)

    history = HistoricalRecords(excluded_fields=SORT_FIELDS)
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        ordering = ["sort_en", "alpha2"]

    def natural_key(self):
        return (self.alpha2,)
