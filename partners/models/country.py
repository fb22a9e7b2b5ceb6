"""Countries of ISO 3166-1, with names in three languages."""

from functools import reduce
from operator import or_

from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from iet_relations.naming import SORT_FIELDS, Named
from iet_relations.record_url import record_url
from iet_relations.search.folding import fold
from iet_relations.search.searching import Searchable, SearchableQuerySet
from partners.regions import Region


class CountryQuerySet(SearchableQuerySet):
    """Countries, found by any of their names and codes."""

    def get_by_natural_key(self, alpha2):
        return self.get(alpha2=alpha2)

    def connected(self):
        """Countries with a published partner, or from or to which exchanges or students from abroad are recorded."""
        related = [
            self.model._meta.get_field(name).related_model
            for name in ("institutions", "exchanges", "foreign_students")
        ]
        found = [Q(Exists(model.objects.public().order_by().filter(country=OuterRef("pk")))) for model in related]
        return self.filter(reduce(or_, found))

    def by_spelling(self):
        """Return a dict from every folded name, other name and code to its Country, for reading files."""
        spellings = {}
        for country in self:
            for spelling in country.spellings():
                spellings.setdefault(fold(spelling), country)
        return spellings

    def spelled(self, text):
        """Return the country that ``text`` names in any language, by code or usual variant, or None."""
        return self.by_spelling().get(fold(text))


class Country(Named, Searchable):
    """A country or territory of ISO 3166-1 (249), and Kosovo under the user-assigned code XK."""

    alpha2 = models.CharField(
        _("two-letter code"),
        max_length=2,
        primary_key=True,
        validators=[RegexValidator(r"^[A-Z]{2}\Z", _("Two capital letters of ISO 3166-1, like TJ."))],
    )
    alpha3 = models.CharField(_("three-letter code"), max_length=3, unique=True)
    numeric = models.CharField(_("numeric code"), max_length=3, blank=True)
    region = models.CharField(_("region"), max_length=30, choices=Region.choices, db_index=True)
    other_names = models.TextField(
        _("other names"),
        blank=True,
        help_text=_("Other spellings by which files may name it, one per line: Russia, Holland, UK."),
    )
    erasmus_prefix = models.CharField(_("prefix of Erasmus codes"), max_length=3, blank=True)
    eu_member = models.BooleanField(_("member of the European Union"), default=False)
    erasmus_programme_country = models.BooleanField(_("associated to the Erasmus+ programme"), default=False)
    citations = GenericRelation("reports.Citation")

    history = HistoricalRecords(excluded_fields=[*SORT_FIELDS, "search_text"])
    objects = CountryQuerySet.as_manager()

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["sort_en", "alpha2"]

    def natural_key(self):
        return (self.alpha2,)

    def get_region_display(self):
        """Return the region's name; Django's own way looks at all regions for each country."""
        try:
            return Region(self.region).label
        except ValueError:
            return self.region

    def get_absolute_url(self):
        return record_url("partners:country-detail", self.alpha2.lower())

    def spellings(self):
        """Return every name and code that stands for this country in files."""
        names = [self.name_en, self.name_ru, self.name_tg, *self.other_names.splitlines()]
        return [name for name in (*names, self.alpha2, self.alpha3) if name.strip()]

    def search_terms(self):
        return self.spellings()
