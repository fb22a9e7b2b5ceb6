"""What the totals of exchanges can be filtered by."""

from functools import cached_property

from django.utils.translation import gettext_lazy as _

from iet_relations.academic_year import AcademicYear
from iet_relations.lists.fields import YearChoicesField
from iet_relations.lists.filtering import ChoicesFilter, ListingFilterSet, Order
from mobility.models.classification import Direction, MobilityActivity
from mobility.totals import DIMENSIONS, Totals
from partners.filters import CountryFilter, PartnerFilter


class YearChoicesFilter(ChoicesFilter):
    field_class = YearChoicesField

    def filter(self, queryset, value):
        return queryset.filter(academic_year__in=[AcademicYear.parse(text) for text in value])


class ExchangeFilterSet(ListingFilterSet):
    """Exchanges up to the academic year of the day; beside each choice stands the number of people."""

    sorts = {"year": Order(_("Academic year"), ("academic_year",))}
    default_sort = "-year"

    q = None
    year = YearChoicesFilter(label=_("Academic year"))
    direction = ChoicesFilter(label=_("Direction"), choices=Direction.choices, field_name="direction")
    activity = ChoicesFilter(label=_("Mobility"), choices=MobilityActivity.choices, field_name="activity")
    country = CountryFilter(field_name="country")
    partner = PartnerFilter(field_name="partner")

    def filter_queryset(self, queryset, without=()):
        year = AcademicYear.containing(self.on)
        return super().filter_queryset(queryset.filter(academic_year__lte=year), without)

    @cached_property
    def totals(self):
        """Everything that the page says but the partners."""
        return Totals(self.on, self.form.cleaned_data, self.form.cleaned_data.get("partner"))

    def count(self):
        return self.totals.exchanges()

    def facets(self, every_key):
        return {name: self.totals.by(name, without=name) for name in DIMENSIONS}
