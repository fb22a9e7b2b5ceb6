"""Staff pages of programmes, projects and activities."""

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from iet_relations.staff.document_admin import DocumentAdmin, DocumentInline
from iet_relations.staff.record_admin import ListEntryAdmin, RecordAdmin
from iet_relations.staff.record_filters import academic_year_filter, computed_filter, through_filter
from projects.exporting import ACTIVITIES, PROJECTS
from projects.models import (
    Action,
    Activity,
    ActivityKind,
    Funder,
    Participation,
    Programme,
    Project,
    ProjectDeadline,
    ProjectDocument,
)
from projects.models.project import State


@admin.register(Funder)
class FunderAdmin(ListEntryAdmin):
    fields = [*ListEntryAdmin.fields, "website"]


@admin.register(Programme)
class ProgrammeAdmin(ListEntryAdmin):
    list_display = ["name_en", "funder", "name_ru", "name_tg", "key", "position"]
    list_select_related = ["funder"]
    list_filter = ["funder"]
    fields = ["funder", *ListEntryAdmin.fields]


@admin.register(Action)
class ActionAdmin(ListEntryAdmin):
    list_display = ["name_en", "code", "programme", "name_ru", "name_tg", "key", "position"]
    list_select_related = ["programme"]
    list_filter = ["programme"]
    fields = ["programme", "code", *ListEntryAdmin.fields]
    searched = (*ListEntryAdmin.searched, "code")


@admin.register(ActivityKind)
class ActivityKindAdmin(ListEntryAdmin):
    pass


class ParticipationInline(admin.TabularInline):
    model = Participation
    extra = 0
    autocomplete_fields = ["institution", "contact"]


class ProjectDeadlineInline(admin.TabularInline):
    model = ProjectDeadline
    extra = 0


class ProjectDocumentInline(DocumentInline):
    model = ProjectDocument
    publishing = ("public", "projects.publish_project")


@admin.register(ProjectDocument)
class ProjectDocumentAdmin(DocumentAdmin):
    list_display = ["title", "project", "public", "uploaded_at"]
    list_select_related = ["project"]
    list_filter = ["public"]
    date_hierarchy = "uploaded_at"
    search_fields = ["title", "project__search_text", "sha256"]
    publishing = ("public", "projects.publish_project")
    owner = "project"


@admin.register(Project)
class ProjectAdmin(RecordAdmin):
    table = PROJECTS
    list_display = ["display_title", "acronym", "reference", "action", "state", "starts_on", "ends_on", "published"]
    list_select_related = ["action"]
    list_filter = [
        computed_filter("state", _("state today"), State.choices, "in_state"),
        "published",
        through_filter("action__programme", _("programme")),
        through_filter("participations__institution__country", _("country")),
        academic_year_filter("first_academic_year", _("first academic year")),
    ]
    date_hierarchy = "starts_on"
    search_fields = ["search_text"]
    autocomplete_fields = ["action"]
    readonly_fields = ["public_address"]
    inlines = [ParticipationInline, ProjectDeadlineInline, ProjectDocumentInline]
    fieldsets = [
        (None, {"fields": ["title", ("acronym", "reference"), "action", "published"]}),
        (_("When"), {"fields": [("starts_on", "ends_on"), "first_academic_year"]}),
        (_("Money"), {"fields": [("budget", "our_share", "currency")]}),
        (_("What it is about"), {"fields": ["summary", "themes", "results", "website", "notes"]}),
    ]

    def get_fieldsets(self, request, obj=None):
        kept = (_("What follows from it"), {"fields": ["public_address"]})
        return [*self.fieldsets, kept] if obj else self.fieldsets

    def get_queryset(self, request):
        queryset = super().get_queryset(request)
        of_list = request.resolver_match and request.resolver_match.url_name.endswith("_changelist")
        return queryset.with_state(timezone.localdate()) if of_list else queryset

    @admin.display(description=_("title"), ordering="title")
    def display_title(self, project):
        return project.display_title

    @admin.display(description=_("state today"))
    def state(self, project):
        return State(project.state).label


@admin.register(Activity)
class ActivityAdmin(RecordAdmin):
    table = ACTIVITIES
    list_display = ["title", "kind", "starts_on", "ends_on", "place", "participants_actual", "published"]
    list_select_related = ["kind"]
    list_filter = ["published", "kind"]
    date_hierarchy = "starts_on"
    search_fields = ["search_text"]
    autocomplete_fields = ["institutions", "agreement", "project"]
    fieldsets = [
        (None, {"fields": ["title", "kind", ("starts_on", "ends_on"), "place", "published"]}),
        (_("With whom"), {"fields": ["institutions", "agreement", "project"]}),
        (_("What came of it"), {"fields": [("participants_planned", "participants_actual"), "outcome"]}),
    ]
