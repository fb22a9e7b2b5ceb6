"""Institutions, the names and identifiers they go by, and the areas of cooperation."""

from functools import lru_cache

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from iet_relations.academic_year import AcademicYear
from iet_relations.date_spans import show_span
from iet_relations.naming import SORT_FIELDS, ListEntry, ListEntryManager, Named
from iet_relations.search.folding import fold
from iet_relations.search.searching import PartOfSearch, Searchable, SearchableQuerySet
from iet_relations.states import StateField
from partners.identifiers import Scheme, is_well_written, normalise, registry_url
from partners.models.country import Country


class CooperationArea(ListEntry):
    """What partners do together: student exchange, joint research, language training …"""

    citations = GenericRelation("reports.Citation")

    history = HistoricalRecords(excluded_fields=SORT_FIELDS)
    objects = ListEntryManager()

    class Meta(ListEntry.Meta):
        verbose_name = _("area of cooperation")
        verbose_name_plural = _("areas of cooperation")


class Relation(models.TextChoices):
    """How an institution relates to us on a day; always computed."""

    PROSPECT = "prospect", _("prospect")
    ACTIVE = "active", _("active")
    DORMANT = "dormant", _("dormant")
    CLOSED = "closed", _("closed")


class InstitutionQuerySet(SearchableQuerySet):
    """Institutions, and how they relate to us as of a day."""

    search_within = "country"
    search_prefetch = ("other_names", "identifiers")

    def get_by_natural_key(self, slug):
        return self.get(slug=slug)

    def partners(self):
        """All but the home institution."""
        return self.filter(is_home=False)

    telling = partners
    """Ours is a party to everything, so that its name tells no agreement from another."""

    def public(self):
        """Partners that visitors may see."""
        return self.filter(is_home=False, published=True)

    def active(self, on, public=False):
        """An agreement in force on the day, or a project running, an exchange or an activity in its academic year.

        With ``public`` only published records count, here and in the other relations.
        """
        return self.filter(self.is_active(on, public))

    def is_active(self, on, public=False):
        """Return the Q of ``active``, for sums over many days in one query."""
        return self._not_closed(on) & self._has_current_work(on, public)

    def closed(self, on, public=False):
        """Closed on or before the day."""
        return self.filter(closed_on__lte=on)

    def dormant(self, on, public=False):
        """Worked with us before the day, but nothing is going on."""
        current, earlier = self._has_current_work(on, public), self._has_earlier_work(on, public)
        return self.filter(self._not_closed(on) & ~current & earlier)

    def prospects(self, on, public=False):
        """Nothing has happened yet as of the day."""
        current, earlier = self._has_current_work(on, public), self._has_earlier_work(on, public)
        return self.filter(self._not_closed(on) & ~current & ~earlier)

    def with_relation(self, on, public=False):
        """Annotate ``relation`` (a value of Relation) as of the day."""
        return self.annotate(
            relation=Case(
                When(closed_on__lte=on, then=Value(Relation.CLOSED)),
                When(self._has_current_work(on, public), then=Value(Relation.ACTIVE)),
                When(self._has_earlier_work(on, public), then=Value(Relation.DORMANT)),
                default=Value(Relation.PROSPECT),
                output_field=StateField(Relation),
            )
        )

    def in_relation(self, relation, on, public=False):
        """Keep the institutions whose relation on the day is the given value of Relation."""
        chosen = {
            Relation.ACTIVE: self.active,
            Relation.DORMANT: self.dormant,
            Relation.CLOSED: self.closed,
            Relation.PROSPECT: self.prospects,
        }
        return chosen[Relation(relation)](on, public)

    def begun_in(self, year, public=False):
        """Cooperation began in the academic year: since the recorded span's last day, else with the first work."""
        return self.filter(self.is_begun_in(year, public))

    def is_begun_in(self, year, public=False):
        """Return the Q of ``begun_in``, for sums over many years in one query."""
        before, until = self._has_work_by(year.previous.last_day, public), self._has_work_by(year.last_day, public)
        return Q(cooperating_since_last__range=(year.first_day, year.last_day)) | (
            Q(cooperating_since_last__isnull=True) & until & ~before
        )

    def without_contact(self, on):
        """Partners that are not closed on the day and have nobody to write to."""
        return self.partners().filter(self._not_closed(on), contacts__isnull=True)

    def with_wrong_identifier(self):
        """Institutions with an identifier that its scheme does not allow, having come past the form."""
        rows = Identifier.objects.order_by().values_list("institution", "scheme", "value").iterator()
        return self.filter(pk__in={pk for pk, scheme, value in rows if not is_well_written(scheme, value)})

    @staticmethod
    def _not_closed(on):
        return Q(closed_on__isnull=True) | Q(closed_on__gt=on)

    def _has_current_work(self, on, public):
        return current_work(self.model, on, public)

    def _has_earlier_work(self, on, public):
        return self._has_work_by(on, public) | Q(cooperating_since_last__lte=on)

    def _has_work_by(self, on, public):
        return work_by(self.model, on, public)


# Conditions of many parts, which cost a page as much to make as to ask: they are made once for a day.


def rows_of(model, relation, public=False):
    """Return the rows that point at ``model`` as ``relation``, whichever app they belong to, without importing it."""
    rows = model._meta.get_field(relation).related_model._default_manager.order_by()
    return rows.public() if public else rows


def with_any(rows, link):
    """Return the Q of institutions with such rows; few are looked up by index, for many PostgreSQL hashes all."""
    return Q(Exists(rows.filter(**{link: OuterRef("pk")})))


@lru_cache(maxsize=64)
def current_work(model, on, public):
    """Return the Q of institutions with something going on; with ``public`` only what is published counts."""
    year, counting = AcademicYear.containing(on), Q(published=True) if public else Q()
    return (
        with_any(rows_of(model, "agreement_parties", public).in_force(on), "institution")
        | with_any(rows_of(model, "participations", public).running_in(year), "institution")
        | with_any(rows_of(model, "exchanges").held_in(year), "partner") & counting
        | with_any(rows_of(model, "activities", public).held_in(year), "institutions")
    )


@lru_cache(maxsize=64)
def work_by(model, on, public):
    """Return the Q of institutions with something that had begun on the day."""
    counting = Q(published=True) if public else Q()
    return (
        with_any(rows_of(model, "agreement_parties", public).begun(on), "institution")
        | with_any(rows_of(model, "participations", public).begun(on), "institution")
        | with_any(rows_of(model, "exchanges").begun(on), "partner") & counting
        | with_any(rows_of(model, "activities", public).begun(on), "institutions")
    )


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
        return reverse("partners:institution-detail", args=[self.slug])

    @property
    def cooperating_since(self):
        """The day, month, year or span since which we cooperate, in the reader's language; "" when not recorded."""
        return show_span(self.cooperating_since_first, self.cooperating_since_last)

    def relation_on(self, day):
        """Return the value of Relation as of the day."""
        return Relation(Institution.objects.with_relation(day).values_list("relation", flat=True).get(pk=self.pk))

    def search_terms(self):
        terms = [self.name, self.name_en, self.name_ru, self.name_tg, self.acronym]
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


class InstitutionName(PartOfSearch):
    """Another name by which an institution is, was or has been called."""

    search_owner = "institution"

    class Kind(models.TextChoices):
        ALTERNATIVE = "alternative", _("alternative")
        FORMER = "former", _("former")
        CITED = "cited", _("as cited in a source")

    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, related_name="other_names", verbose_name=_("institution")
    )
    name = models.CharField(_("name"), max_length=300)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.ALTERNATIVE)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "name"],
                name="institution_name_once",
                violation_error_message=_("The institution has this name already."),
            )
        ]

    def __str__(self):
        return self.name


class Identifier(PartOfSearch):
    """What a register calls an institution. Never a key of ours: codes are reused, shared and changed."""

    search_owner = "institution"

    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, related_name="identifiers", verbose_name=_("institution")
    )
    scheme = models.CharField(_("scheme"), max_length=10, choices=Scheme.choices)
    value = models.CharField(
        _("value"), max_length=100, db_index=True, help_text=_("I  BOLOGNA01 · 999993953 · E10209108 · 01111rn36")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True, help_text=_("The last day."))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        ordering = ["scheme", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "scheme", "value"],
                name="identifier_once_per_institution",
                violation_error_message=_("The institution has this identifier already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")) | Q(valid_from__isnull=True) | Q(valid_to__isnull=True),
                name="identifier_valid_to_after_from",
                violation_error_message=_("The last day of validity is before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.get_scheme_display()} {self.value}"

    def clean(self):
        try:
            self.value = normalise(self.scheme, self.value)
        except ValidationError as error:
            raise ValidationError({"value": error}) from None

    @property
    def registry_url(self):
        """The page of the identifier in its own registry, or ""."""
        return registry_url(self.scheme, self.value)
