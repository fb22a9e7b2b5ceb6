"""The filters of the plain lists."""

import django_filters

from iet_relations.academic_year import AcademicYear
from mobility.models import Exchange
from partners.models import Agreement, Institution

STATES = [("signed", "signed"), ("draft", "draft"), ("in_negotiation", "in negotiation"), ("withdrawn", "withdrawn")]


class InstitutionFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(lookup_expr="icontains")
    agreements__status = django_filters.ChoiceFilter(choices=STATES, distinct=True)

    class Meta:
        model = Institution
        fields = ["name", "country", "agreements__status"]


class AgreementFilter(django_filters.FilterSet):
    title = django_filters.CharFilter(lookup_expr="icontains")

    class Meta:
        model = Agreement
        fields = ["title", "kind", "status"]


class ExchangeFilter(django_filters.FilterSet):
    year = django_filters.NumberFilter(method="filter_year")

    class Meta:
        model = Exchange
        fields = ["year", "country", "direction", "activity"]

    def filter_year(self, queryset, name, value):
        return queryset.filter(academic_year=AcademicYear(int(value)))
