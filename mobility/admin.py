"""Staff pages of exchanges, mobility terms, students from abroad, and the classifications they use."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from iet_relations.record_admin import NamedAdmin, RecordAdmin
from iet_relations.record_filters import academic_year_filter, through_filter
from mobility.models import Exchange, ForeignStudents, IscedField, Language, MobilityTerm
from partners.models import Agreement, Country, Institution


@admin.register(IscedField)
class IscedFieldAdmin(NamedAdmin):
    list_display = ["code", "name_en", "name_ru", "name_tg", "level"]
    list_filter = ["level"]
    autocomplete_fields = ["parent"]
    fields = ["code", "level", "parent", "name_en", "name_ru", "name_tg"]
    searched = ("code", *NamedAdmin.searched)

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "code"] if obj else fields


@admin.register(Language)
class LanguageAdmin(NamedAdmin):
    list_display = ["name_en", "name_ru", "name_tg", "alpha2", "alpha3"]
    fields = ["alpha2", "alpha3", "name_en", "name_ru", "name_tg"]
    searched = ("alpha2", "alpha3", *NamedAdmin.searched)

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "alpha2"] if obj else fields


TERM_FIELDS = [
    "partner",
    ("direction", "activity"),
    ("places_per_year", "total_months", "total_days"),
    ("field", "level"),
    ("language", "cefr"),
    ("first_academic_year", "last_academic_year"),
]


class MobilityTermInline(admin.StackedInline):
    model = MobilityTerm
    extra = 0
    autocomplete_fields = ["partner", "field", "language"]
    fields = TERM_FIELDS


admin.site.get_model_admin(Agreement).inlines.append(MobilityTermInline)


@admin.register(MobilityTerm)
class MobilityTermAdmin(RecordAdmin):
    list_display = ["agreement", "partner", "direction", "activity", "places_per_year", "level"]
    list_select_related = ["agreement", "partner"]
    list_filter = ["direction", "activity", "level"]
    search_fields = ["agreement__search_text"]
    autocomplete_fields = ["agreement", "partner", "field", "language"]
    fields = ["agreement", *TERM_FIELDS]

    def get_search_results(self, request, queryset, search_term):
        if not search_term:
            return queryset, False
        found = Agreement.objects.matching(search_term)
        return queryset.filter(agreement__in=found.values("pk")), False


@admin.register(Exchange)
class ExchangeAdmin(RecordAdmin):
    list_display = ["academic_year", "direction", "activity", "partner", "country", "count", "person_name", "status"]
    list_display_links = ["academic_year", "direction"]
    list_select_related = ["partner", "country"]
    list_filter = [
        academic_year_filter("academic_year"),
        "direction",
        "activity",
        "status",
        through_filter("country", _("country")),
    ]
    search_fields = ["person_name"]
    autocomplete_fields = ["partner", "country", "home_unit", "partner_unit", "agreement", "project", "field"]
    fieldsets = [
        (None, {"fields": ["academic_year", ("direction", "activity"), "partner", "country", "count", "status"]}),
        (
            _("Person"),
            {
                "fields": [("person_name", "person_email")],
                "description": _("For staff only. Leave it empty for a number of people without names."),
            },
        ),
        (
            _("Stay"),
            {"fields": [("starts_on", "ends_on"), ("home_unit", "partner_unit"), ("field", "level"), "grant"]},
        ),
        (_("Under what"), {"fields": ["agreement", "project"]}),
    ]

    def get_search_results(self, request, queryset, search_term):
        """Find exchanges by their partner or country, forgivingly, or by the words of the person's name or e-mail."""
        if not search_term:
            return queryset, False
        partners = Institution.objects.matching(search_term).values("pk")
        countries = Country.objects.matching(search_term).values("pk")
        person = Q()
        for word in search_term.split():
            cases = Q(person_email__icontains=word)
            for spelling in {word, word.capitalize(), word.upper(), word.lower()}:  # SQLite knows no case of Cyrillic
                cases |= Q(person_name__contains=spelling)
            person &= cases
        return queryset.filter(Q(partner__in=partners) | Q(country__in=countries) | person), False


@admin.register(ForeignStudents)
class ForeignStudentsAdmin(RecordAdmin):
    list_display = ["country", "academic_year", "count", "published"]
    list_select_related = ["country"]
    list_filter = ["published", academic_year_filter("academic_year"), through_filter("country", _("country"))]
    search_fields = ["country__search_text"]
    autocomplete_fields = ["country"]
    fields = ["country", "academic_year", "count", "published"]

    def get_search_results(self, request, queryset, search_term):
        found = Country.objects.matching(search_term)
        return (queryset.filter(country__in=found.values("pk")) if search_term else queryset), False
