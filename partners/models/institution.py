"""Institutions, and the areas of cooperation."""

from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from iet_relations.date_spans import show_span
from iet_relations.naming import SORT_FIELDS, ListEntry, ListEntryManager, Named
from iet_relations.record_url import record_url
from iet_relations.search.folding import fold
from iet_relations.search.searching import Searchable
from partners.models.country import Country
from partners.models.institution_sets import InstitutionQuerySet, Relation


class CooperationArea(ListEntry):
    """What partners do together: student exchange, joint research, language training …"""

    citations = GenericRelation("reports.Citation")

    history = HistoricalRecords(excluded_fields=SORT_FIELDS)
    objects = ListEntryManager()

    class Meta(ListEntry.Meta):
        verbose_name = _("area of cooperation")
        verbose_name_plural = _("areas of cooperation")


class Institution(Named, Searchable):
    """A university or another organisation; exactly one is the home institution.

    The slug comes from the English name once and never changes with it. ``cooperating_since_first`` and ``_last`` are
    the first and the last day on which the cooperation can have begun, as far as it is known.
    """

    class Kind(models.TextChoices):
        HIGHER_EDUCATION = "higher_education", _("higher education")
        ENTERPRISE = "enterprise", _("enterprise")
        NGO = "ngo", _("non-governmental organisation")
        PUBLIC_BODY = "public_body", _("public body")
        RESEARCH = "research", _("research institution")
        SCHOOL = "school", _("school")
        OTHER = "other", _("other")

    slug = models.SlugField(_("address"), max_length=120, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.HIGHER_EDUCATION)
    name = models.CharField(
        _("official name"),
        max_length=300,
        help_text=_("In its own language, as on its letterhead: Alma Mater Studiorum – Università di Bologna."),
    )
    name_en = models.CharField(_("name in English"), max_length=300, blank=True)
    acronym = models.CharField(_("acronym"), max_length=40, blank=True, help_text=_("UNIBO, UNECON"))
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, related_name="institutions", verbose_name=_("country")
    )
    city = models.CharField(_("city"), max_length=100, blank=True)
    address = models.TextField(_("address"), blank=True)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("Degrees north, like 40.28."),
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("Degrees east, like 69.62."),
    )
    website = models.URLField(_("website"), max_length=300, blank=True, help_text="https://www.unibo.it/")
    cooperating_since_first = models.DateField(_("cooperating since: first possible day"), null=True, blank=True)
    cooperating_since_last = models.DateField(_("cooperating since: last possible day"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
        help_text=_("The institution that it became part of."),
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    department = models.CharField(
        _("international relations department"), max_length=300, blank=True, help_text=_("For the home institution.")
    )
    department_created_on = models.DateField(_("department created on"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True, help_text=_("For staff; never shown in public."))
    published = models.BooleanField(_("published"), default=False, db_index=True)
    is_home = models.BooleanField(_("home institution"), default=False, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    citations = GenericRelation("reports.Citation")

    history = HistoricalRecords(excluded_fields=[*SORT_FIELDS, "search_text", "updated_at"])
    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        permissions = [("publish_institution", _("Can publish institutions"))]
        ordering = ["sort_en", "pk"]
        constraints = [
            models.UniqueConstraint(
                "is_home",
                condition=Q(is_home=True),
                name="institution_one_home",
                violation_error_message=_("There is a home institution already."),
            ),
            models.CheckConstraint(
                condition=Q(cooperating_since_first__isnull=True, cooperating_since_last__isnull=True)
                | Q(
                    cooperating_since_first__isnull=False,
                    cooperating_since_last__isnull=False,
                    cooperating_since_last__gte=F("cooperating_since_first"),
                ),
                name="institution_cooperating_since_is_a_span",
                violation_error_message=_("Cooperating since: the span ends before it begins, or one end is missing."),
            ),
            models.CheckConstraint(
                condition=(Q(latitude__isnull=True) & Q(longitude__isnull=True))
                | (
                    Q(latitude__isnull=False, longitude__isnull=False)  # a comparison with NULL would pass
                    & Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180)
                ),
                name="institution_coordinates_in_pairs",
                violation_error_message=_("Give latitude (-90 to 90) and longitude (-180 to 180) together."),
            ),
            models.CheckConstraint(
                condition=~Q(successor=F("pk")),
                name="institution_not_its_own_successor",
                violation_error_message=_("An institution cannot be its own successor."),
            ),
        ]
        indexes = [
            models.Index(fields=["country", "published"]),
            # Few have one: SQLite takes the index of the key, most of whose rows are empty, for useless.
            models.Index(
                fields=["successor"], condition=Q(successor__isnull=False), name="institution_with_successor"
            ),
            # Pages of the public list, however deep, are found in these alone.
            *(
                models.Index(
                    fields=[name, "id"], condition=Q(is_home=False, published=True), name=f"institution_public_{name}"
                )
                for name in SORT_FIELDS
            ),
        ]

    def save(self, *args, **kwargs):
        if not self.slug:
            self.slug = free_slug(Institution, self.name_en or self.name)
        super().save(*args, **kwargs)

    def natural_key(self):
        return (self.slug,)

    natural_key.dependencies = ["partners.country"]

    def get_absolute_url(self):
        return record_url("partners:institution-detail", self.slug)

    @property
    def cooperating_since(self):
        """The day, month, year or span since which we cooperate, in the reader's language; "" when not recorded."""
        return show_span(self.cooperating_since_first, self.cooperating_since_last)

    def relation_on(self, day):
        """Return the value of Relation as of the day."""
        return Relation(Institution.objects.with_relation(day).values_list("relation", flat=True).get(pk=self.pk))

    def names(self):
        return [self.name, self.name_en, self.name_ru, self.name_tg, self.acronym]

    def search_terms(self):
        terms = self.names()
        if self.pk:
            terms += [other.name for other in self.other_names.all()]
            terms += [identifier.value for identifier in self.identifiers.all()]
        return terms

    def search_places(self):
        return [self.city]


def free_slug(model, name, fallback="record"):
    """Return a slug made from ``name`` that no record of ``model`` has, and none has had."""
    base = slugify(fold(name))[:100] or fallback
    used = set(model.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    used.update(model.history.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 1
    while slug in used:
        number += 1
        slug = f"{base}-{number}"
    return slug
