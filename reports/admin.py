"""Staff pages of sources, and of what is quoted from them; citations stand on every record that can carry them."""

from django.contrib import admin
from django.contrib.contenttypes.admin import GenericTabularInline
from django.contrib.contenttypes.forms import BaseGenericInlineFormSet
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from iet_relations.staff.record_admin import RecordAdmin
from iet_relations.staff.span_field import SpanFormField, SpanModelForm
from reports.models import Citation, ReportedFigure, ReportEdition, Source


class CitationFormSet(BaseGenericInlineFormSet):
    """Citations of one record; the same statement of a source only once."""

    def clean(self):
        seen = set()
        for form in self.forms:
            row = getattr(form, "cleaned_data", {})
            if not row.get("source") or not row.get("quote") or row.get("DELETE"):
                continue
            statement = (row["source"].pk, row["quote"])
            if statement in seen:
                form.add_error("quote", _("This statement is attached to the record already."))
                raise ValidationError(_("The same statement is quoted twice."))
            seen.add(statement)


class CitationInline(GenericTabularInline):
    model = Citation
    formset = CitationFormSet
    extra = 0
    autocomplete_fields = ["source"]


for model, model_admin in admin.site._registry.items():
    if hasattr(model, "citations"):
        model_admin.inlines = [*model_admin.inlines, CitationInline]


class SourceForm(SpanModelForm):
    spans = {"dated": "dated"}
    dated = SpanFormField(label=_("Dated"), required=False)


@admin.register(Source)
class SourceAdmin(RecordAdmin):
    form = SourceForm
    list_display = ["title", "publisher", "dated", "published"]
    list_filter = ["published"]
    search_fields = ["title", "publisher", "key"]
    prepopulated_fields = {"key": ["title"]}
    fields = ["title", "key", "publisher", "dated", "url", "text", "published"]

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else super().get_prepopulated_fields(request, obj)

    @admin.display(description=_("dated"), ordering="dated_first")
    def dated(self, source):
        return source.dated


class ReportedFigureForm(SpanModelForm):
    spans = {"period": "period"}
    period = SpanFormField(label=_("Day or period"))


@admin.register(ReportedFigure)
class ReportedFigureAdmin(RecordAdmin):
    form = ReportedFigureForm
    list_display = ["indicator", "breakdown", "key", "qualifier", "number", "period", "source"]
    list_select_related = ["source"]
    list_filter = ["indicator", "qualifier", "source"]
    date_hierarchy = "period_last"
    search_fields = ["indicator", "quote"]
    autocomplete_fields = ["source"]
    fieldsets = [
        (None, {"fields": ["indicator", ("breakdown", "key"), ("qualifier", "number"), "period"]}),
        (_("Where it is reported"), {"fields": ["source", "statement", "quote"]}),
    ]

    @admin.display(description=_("day or period"), ordering="period_last")
    def period(self, figure):
        return figure.period


@admin.register(Citation)
class CitationAdmin(RecordAdmin):
    """Where each statement is used; new ones are added on the record that they are about."""

    list_display = ["number", "quote", "source", "content_type"]
    list_select_related = ["source", "content_type"]
    list_filter = ["source", "content_type"]
    search_fields = ["number", "quote"]
    autocomplete_fields = ["source"]
    fields = ["source", "number", "quote", "record_link"]
    readonly_fields = ["record_link"]

    def has_add_permission(self, request):
        return False

    @admin.display(description=_("record"))
    def record_link(self, citation):
        return self._named(citation.record) if citation.record else _("The record does not exist any more.")


@admin.register(ReportEdition)
class ReportEditionAdmin(admin.ModelAdmin):
    """Editions can be looked at; they are published on the report's page and never change."""

    list_display = ["__str__", "as_of", "published_at", "published_by"]
    list_filter = ["academic_year"]
    fields = ["academic_year", "number", "as_of", "published_at", "published_by", "correction"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def view_on_site(self, edition):
        return reverse("reports:edition-list", args=[edition.academic_year])
