"""Staff pages of countries and institutions."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from iet_relations.staff.record_admin import Button, ListEntryAdmin, RecordAdmin
from iet_relations.staff.record_filters import computed_filter, through_filter
from iet_relations.staff.span_field import SpanFormField, SpanModelForm
from partners.duplicates import similar_institutions
from partners.exporting import INSTITUTIONS
from partners.identifiers import normalise
from partners.models import (
    Contact,
    CooperationArea,
    Country,
    Identifier,
    Institution,
    InstitutionName,
    OrganizationalUnit,
)
from partners.models.institution_sets import Relation
from partners.regions import Region


class RegionFilter(admin.SimpleListFilter):
    """Institutions by the region of their country."""

    title = _("region")
    parameter_name = "region"

    def lookups(self, request, model_admin):
        occurring = set(Country.objects.exclude(institutions=None).values_list("region", flat=True))
        return [choice for choice in Region.choices if choice[0] in occurring]

    def queryset(self, request, queryset):
        return queryset.filter(country__region=self.value()) if self.value() else queryset


@admin.register(Country)
class CountryAdmin(RecordAdmin):
    list_display = ["alpha2", "name_en", "name_ru", "name_tg", "region", "erasmus_programme_country"]
    list_display_links = ["alpha2", "name_en"]
    list_filter = ["region", "eu_member", "erasmus_programme_country"]
    search_fields = ["search_text"]
    fieldsets = [
        (None, {"fields": ["name_en", "name_ru", "name_tg", "other_names"]}),
        (_("Codes"), {"fields": ["alpha2", "alpha3", "numeric", "region"]}),
        (_("Erasmus+"), {"fields": ["erasmus_prefix", "eu_member", "erasmus_programme_country"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "alpha2"] if obj else fields


@admin.register(CooperationArea)
class CooperationAreaAdmin(ListEntryAdmin):
    pass


class InstitutionNameInline(admin.TabularInline):
    model = InstitutionName
    extra = 0


class IdentifierInline(admin.TabularInline):
    model = Identifier
    extra = 0


class OrganizationalUnitInline(admin.TabularInline):
    model = OrganizationalUnit
    extra = 0
    formfield_overrides = RecordAdmin.formfield_overrides


class ContactInline(admin.StackedInline):
    model = Contact
    extra = 0
    autocomplete_fields = ["unit", "backup_of"]
    fields = [("name", "role"), ("email", "phone"), ("unit", "backup_of"), "last_confirmed_on", "notes"]


class InstitutionForm(SpanModelForm):
    """The office's form of a partner."""

    spans = {"cooperating_since": "cooperating_since"}
    cooperating_since = SpanFormField(label=_("Cooperating since"), required=False)
    another_institution = forms.BooleanField(
        label=_("This is another institution"),
        required=False,
        widget=forms.HiddenInput,
        help_text=_("Tick it and save again, if it is none of them."),
    )

    def clean(self):
        """Ask once before a partner is added that resembles existing ones; nothing typed is lost."""
        super().clean()
        if self.instance.pk or self.cleaned_data.get("another_institution") or not self.cleaned_data.get("country"):
            return
        names = {self.cleaned_data.get(name) for name in ("name", "name_en", "name_ru", "name_tg")} - {"", None}
        country = self.cleaned_data["country"]
        alike = {found.pk: (found, "") for name in names for found in similar_institutions(name, country)}
        equal = Identifier.objects.filter(value__in=self.sent_identifiers()).select_related("institution__country")
        alike |= {row.institution_id: (row.institution, str(row)) for row in equal}
        if alike:
            self.fields["another_institution"].widget = forms.CheckboxInput()
            self.add_error("another_institution", self.resemblance(alike.values()))

    def sent_identifiers(self):
        """Return the identifiers that were sent with the form, each as its scheme writes it."""
        found = []
        for name, value in self.data.items():
            if name.startswith("identifiers-") and name.endswith("-value") and value.strip():
                scheme = self.data.get(f"{name.removesuffix('value')}scheme", "")
                try:
                    found.append(normalise(scheme, value))
                except ValidationError:  # told at the identifier itself
                    continue
        return found

    def resemblance(self, alike):
        rows = [
            (
                reverse("admin:partners_institution_change", args=[other.pk]),
                other.display_name,
                other.country.display_name,
                f" ({identifier})" if identifier else "",
            )
            for other, identifier in alike
        ]
        links = format_html_join(", ", '<a href="{}" target="_blank">{}, {}</a>{}', rows)
        return format_html(gettext("Is it one of these, which are recorded already? {}"), links)


@admin.register(Institution)
class InstitutionAdmin(RecordAdmin):
    table = INSTITUTIONS
    form = InstitutionForm
    list_display = ["name_and_home", "acronym", "country", "city", "kind", "relation", "published"]
    list_select_related = ["country"]
    list_filter = [
        computed_filter("relation", _("relation today"), Relation.choices, "in_relation"),
        "published",
        "kind",
        RegionFilter,
        through_filter("country", _("country")),
    ]
    search_fields = ["search_text"]
    ordering = ["sort_en", "pk"]
    autocomplete_fields = ["country", "successor"]
    readonly_fields = ["public_address"]
    inlines = [InstitutionNameInline, IdentifierInline, ContactInline, OrganizationalUnitInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    ("name_en", "acronym"),
                    ("name_ru", "name_tg"),
                    "kind",
                    "published",
                ]
            },
        ),
        (
            _("Where it is"),
            {"fields": [("country", "city"), "address", "website", ("latitude", "longitude")]},
        ),
        (_("Cooperation"), {"fields": ["cooperating_since", ("successor", "closed_on"), "notes"]}),
    ]
    home_fieldset = (_("International relations department"), {"fields": ["department", "department_created_on"]})

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [(None, {"fields": ["another_institution"]}), *self.fieldsets]
        kept = (_("What follows from it"), {"fields": ["public_address"]})
        return [*self.fieldsets, self.home_fieldset] if obj.is_home else [*self.fieldsets, kept]

    def get_queryset(self, request):
        queryset = super().get_queryset(request)
        of_list = request.resolver_match and request.resolver_match.url_name.endswith("_changelist")
        return queryset.with_relation(timezone.localdate()) if of_list else queryset

    @admin.display(description=_("institution"), ordering="sort_en")
    def name_and_home(self, institution):
        return institution.display_name

    @admin.display(description=_("relation today"))
    def relation(self, institution):
        return _("home institution") if institution.is_home else Relation(institution.relation).label

    def buttons(self, request, obj):
        found = super().buttons(request, obj)
        if request.user.has_perm("partners.merge_institution"):
            found.append(Button(_("Merge with another"), f"{reverse('office:merge')}?first={obj.pk}"))
        return found

    def get_view_on_site_url(self, obj=None):
        return None if obj is None or obj.is_home else super().get_view_on_site_url(obj)

    def has_delete_permission(self, request, obj=None):
        return not (obj and obj.is_home) and super().has_delete_permission(request, obj)
