"""Staff pages of exchanges, mobility terms, students from abroad, and the classifications they use."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from iet_relations.academic_year import AcademicYear, AcademicYearFormField
from iet_relations.staff.record_admin import Button, NamedAdmin, RecordAdmin
from iet_relations.staff.record_filters import academic_year_filter, through_filter
from mobility.balance import places_balance
from mobility.exporting import EXCHANGES, TERMS
from mobility.models import Exchange, ForeignStudents, IscedField, Language, MobilityTerm
from mobility.models.classification import Direction
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


class BalanceYearForm(forms.Form):
    """Which academic year the balance is of."""

    year = AcademicYearFormField(label=_("Academic year"))


@admin.register(MobilityTerm)
class MobilityTermAdmin(RecordAdmin):
    table = TERMS
    list_display = ["agreement", "partner", "direction", "activity", "places_per_year", "level"]
    list_select_related = ["agreement", "partner"]
    list_filter = ["direction", "activity", "level"]
    search_fields = ["agreement__search_text"]
    autocomplete_fields = ["agreement", "partner", "field", "language"]
    fields = ["agreement", *TERM_FIELDS]

    def get_urls(self):
        view = self.admin_site.admin_view(self.balance_view)
        return [path("balance/", view, name="mobility_mobilityterm_balance"), *super().get_urls()]

    def tools(self, request):
        return [Button(gettext("Balance of places"), self._url("balance")), *super().tools(request)]

    def balance_view(self, request):
        """Show agreed places against used ones, by partner and direction, in the academic year that is asked for."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        year = AcademicYear.containing(timezone.localdate())
        form = BalanceYearForm(request.GET if "year" in request.GET else {"year": str(year)})
        if form.is_valid():
            year = form.cleaned_data["year"]
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Balance of places %(year)s") % {"year": year},
            "opts": self.opts,
            "form": form,
            "rows": places_balance(year) if form.is_valid() else [],
            "directions": dict(Direction.choices),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/mobility/mobilityterm/balance.html", context)

    def get_search_results(self, request, queryset, search_term):
        if not search_term:
            return queryset, False
        found = Agreement.objects.matching(search_term)
        return queryset.filter(agreement__in=found.values("pk")), False


@admin.register(Exchange)
class ExchangeAdmin(RecordAdmin):
    table = EXCHANGES
    list_display = ["academic_year", "direction", "activity", "partner", "country", "count", "person_name", "status"]
    list_display_links = ["academic_year", "direction"]
    show_facets = admin.ShowFacets.NEVER  # a million rows would be counted for every choice
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

    def tools(self, request):
        tools = super().tools(request)
        if request.user.has_perm("partners.erase_personal_data"):
            tools.append(Button(gettext("Erase personal data"), reverse("office:erase-personal-data")))
        return tools

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
        people = Exchange.objects.exclude(person_name="", person_email="").filter(person).order_by().values("pk")
        return queryset.filter(Q(partner__in=partners) | Q(country__in=countries) | Q(pk__in=people)), False


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
