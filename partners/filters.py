"""What the lists of partners, countries and agreements can be filtered by."""

from functools import lru_cache

import django_filters
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from iet_relations.lists.fields import ChoicesField, Pairs, shown
from iet_relations.lists.filtering import ChoicesFilter, ListingFilterSet, Order, YearFilter
from iet_relations.lists.spelled_out import spelled_out
from iet_relations.naming import sort_field
from iet_relations.remembering import remembered
from iet_relations.search.folding import fold
from partners.models import AgreementKind, AgreementParty, CooperationArea, Country, Institution
from partners.models.agreement_sets import State
from partners.models.institution_sets import Relation, public_condition
from partners.regions import Region


def entries(model):
    """Return a callable that gives the choices of an editable list, by key, in the reader's language.

    ``model`` is the model, or its label where it belongs to an app above this one.
    """

    def choices():
        entry_of = apps.get_model(model) if isinstance(model, str) else model

        def read():
            entries = entry_of._default_manager.order_by("position", sort_field(), "pk")
            return Pairs([(entry.key, entry.display_name) for entry in entries])

        return remembered(("choices", entry_of._meta.label, get_language()), read, [entry_of])

    return choices


def countries():
    """Return the countries as choices, by name in the reader's language."""

    def read():
        return Pairs([(country.alpha2, country.display_name) for country in Country.objects.order_by(sort_field())])

    return remembered(("choices of countries", get_language()), read, [Country])


class CountryChoicesField(ChoicesField):
    """Countries by code, or by any of their names in any of the languages."""

    default_error_messages = {"invalid_choice": _("No country is called “%(value)s”.")}

    def to_python(self, value):
        return list(dict.fromkeys(self.code(text) for text in super().to_python(value)))

    def code(self, text):
        if len(text) == 2 and text.isascii() and text.isalpha():
            return text.upper()
        country = Country.objects.spelled(text) if len(text) <= 300 else None
        return country.alpha2 if country else text


class CountryFilter(ChoicesFilter):
    field_class = CountryChoicesField

    def __init__(self, **kwargs):
        super().__init__(label=_("Country"), choices=countries, **kwargs)


class ChosenPartners:
    """The partners that a text in an address means: one by its slug or identifier, or all that the words fit."""

    def __init__(self, text, institutions, label):
        self.text, self.institutions, self.label = text, institutions, label

    def __str__(self):
        return self.label


class PartnerField(forms.CharField):
    """A partner by slug, identifier (``erasmus:I  BOLOGNA01``) or the words of any of its names."""

    def __init__(self, **kwargs):
        super().__init__(max_length=300, **kwargs)
        self.error_messages["max_length"] = _("This is too long for the name of a partner.")

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        public = Institution.objects.public()
        scheme, colon, code = text.partition(":")
        exact = (
            Q(slug=text) | Q(identifiers__scheme=scheme.lower(), identifiers__value=code) if colon else Q(slug=text)
        )
        one = public.filter(exact).first()
        if one:
            return ChosenPartners(text, public.filter(pk=one.pk), one.display_name)
        found = public.matching(text)
        if not fold(text) or not found.exists():
            raise ValidationError(_("No partner is called “%(value)s”."), params={"value": shown(text)})
        return ChosenPartners(text, found, text)


class PartnerFilter(django_filters.Filter):
    """Records with the partner that a text means; ``field_name`` is the path from the record to the institution."""

    field_class = PartnerField

    def __init__(self, **kwargs):
        super().__init__(label=_("Partner"), **kwargs)

    def filter(self, queryset, value):
        through = queryset.model.objects.filter(**{f"{self.field_name}__in": value.institutions.values("pk")})
        return queryset.filter(pk__in=through.values("pk"))


@lru_cache(maxsize=16)
def relation_on(on):
    """Return the relation of partners on the day, as visitors see it, as an expression that is written out once."""
    return spelled_out(Institution.objects.with_relation(on, public=True), "relation").query.annotations["relation"]


class InstitutionFilterSet(ListingFilterSet):
    """Partners, as visitors see them: only published agreements, projects and exchanges count."""

    sorts = {
        "name": Order(_("Name"), ("sort_*",)),
        "country": Order(_("Country"), ("country__sort_*", "sort_*")),
        "city": Order(_("City"), ("city", "sort_*")),
        "since": Order(_("Cooperating since"), ("cooperating_since_first", "sort_*")),
    }
    default_sort = "name"

    relation = ChoicesFilter(
        label=_("Relation"), choices=Relation.choices, field_name="relation", with_value="with_relation"
    )
    country = CountryFilter(field_name="country")
    region = ChoicesFilter(label=_("Region"), choices=Region.choices, field_name="country__region")
    kind = ChoicesFilter(label=_("Kind"), choices=Institution.Kind.choices, field_name="kind")
    area = ChoicesFilter(
        label=_("Area of cooperation"),
        choices=entries(CooperationArea),
        through="parties",
        record="institution",
        field_name="agreement__areas__key",
    )
    programme = ChoicesFilter(
        label=_("Programme"),
        choices=entries("projects.Programme"),
        through="participations",
        record="institution",
        field_name="project__action__programme__key",
    )

    def with_relation(self, queryset):
        return queryset.annotate(relation=relation_on(self.on))

    def parties(self):
        return AgreementParty.objects.public()

    def participations(self):
        return Institution._meta.get_field("participations").related_model.objects.public()


class CountryFilterSet(ListingFilterSet):
    """Countries that we have something to do with."""

    sorts = {
        "name": Order(_("Country"), ("sort_*",)),
        "partners": Order(_("Partners"), ("partners", "sort_*"), numeric=True),
        "active": Order(_("Active partners"), ("partners_active", "sort_*"), numeric=True),
        "agreements": Order(_("Agreements in force"), ("agreements_in_force", "sort_*"), numeric=True),
        "exchanges": Order(_("Exchanges"), ("exchanged", "sort_*"), numeric=True),
        "students": Order(_("Students from there"), ("students", "sort_*"), numeric=True),
    }
    default_sort = "name"

    region = ChoicesFilter(label=_("Region"), choices=Region.choices, field_name="region")


class AgreementFilterSet(ListingFilterSet):
    """Published agreements, by what they are on the day and whom they are with."""

    sorts = {
        "reference": Order(_("Reference"), ("reference",)),
        "kind": Order(_("Kind"), ("kind__sort_*", "reference")),
        "from": Order(_("In force from"), ("in_force_from", "reference")),
        "ends": Order(_("Ends on"), ("ends_on", "reference")),
    }
    default_sort = "-from"

    state = ChoicesFilter(
        label=_("State"),
        choices=State.choices,
        field_name="state",
        with_value="with_state",
        including={State.IN_FORCE.value: State.EXPIRING.value},
    )
    kind = ChoicesFilter(label=_("Kind"), choices=entries(AgreementKind), field_name="kind__key")
    country = CountryFilter(through="parties", record="agreement", field_name="institution__country")
    partner = PartnerFilter(field_name="institutions")
    year = YearFilter(label=_("In force in the academic year"), method="filter_year")

    def with_state(self, queryset):
        return queryset.with_state(self.on)

    def parties(self):
        return AgreementParty.objects.filter(public_condition("institution__"))

    def filter_year(self, queryset, name, year):
        return queryset.in_force_between(year.first_day, year.last_day)
