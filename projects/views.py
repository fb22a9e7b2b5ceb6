"""Public pages of projects and activities. Only published records, and never a person."""

from functools import lru_cache

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from iet_relations.lists.listing import ListingView
from partners.models import Institution
from partners.models.institution_sets import linked, public_condition
from partners.views import RecordView, document_response, exchange_figure
from projects.exporting import ACTIVITIES, PROJECTS
from projects.filters import ActivityFilterSet, ProjectFilterSet
from projects.models import Activity, Participation, Project, ProjectDocument


class ProjectList(ListingView):
    """Projects, and what they are on the day."""

    template_name = "projects/project_list.html"
    filterset_class = ProjectFilterSet
    table = PROJECTS
    file_name = "projects"

    def get_queryset(self):
        return Project.objects.public()

    def detailed(self, on):
        return detailed_projects(on)


@lru_cache(maxsize=16)
def detailed_projects(on):
    """Return the published projects with their state on the day and their partners, enough to name them."""
    rows = Participation.objects.filter(public_condition("institution__")).select_related("institution")
    partners = Prefetch("participations", rows.only("project", *linked("institution__")), "partner_participations")
    return Project.objects.public().with_state(on).select_related("action__programme").prefetch_related(partners)


class ProjectDetail(RecordView):
    """A project: what it is about, who takes part in which role, and what came of it."""

    template_name = "projects/project_detail.html"

    def get_queryset(self):
        participations = Participation.objects.select_related("institution__country")
        documents = ProjectDocument.objects.filter(public=True)
        return (
            Project.objects.public()
            .with_state(self.on)
            .select_related("action__programme__funder")
            .prefetch_related(
                Prefetch("participations", participations, "all_participations"),
                Prefetch("documents", documents, "public_documents"),
            )
        )

    def get_context_data(self, **kwargs):
        project = self.object
        shown = [
            participation
            for participation in project.all_participations
            if participation.institution.published or participation.institution.is_home
        ]
        order = {role: place for place, role in enumerate((*Participation.Role.values, ""))}
        return super().get_context_data(
            trail=[(_("Projects"), reverse("projects:project-list"))],
            structured_data=structured_project(project, shown, self.request),
            participations=sorted(shown, key=lambda participation: order[participation.role]),
            hidden_participations=len(project.all_participations) - len(shown),
            activities=project.activities.public().select_related("kind"),
            exchanges=exchange_figure(project.exchanges.public().begun(self.on)),
            **kwargs,
        )


def structured_project(project, participations, request):
    """Return the project in the vocabulary of schema.org."""
    data = {
        "@context": "https://schema.org",
        "@type": "ResearchProject",
        "name": project.title or project.acronym or project.reference,
        "alternateName": project.acronym,
        "identifier": project.reference,
        "url": request.build_absolute_uri(project.get_absolute_url()),
        "description": project.summary,
        "foundingDate": project.starts_on,
        "dissolutionDate": project.ends_on,
        "funder": {"@type": "Organization", "name": project.action.programme.funder.display_name},
        "member": [
            {"@type": "Organization", "name": participation.institution.display_name}
            for participation in participations
        ],
        "sameAs": project.website,
    }
    return {name: value for name, value in data.items() if value}


class ActivityList(ListingView):
    """Conferences, symposia, joint research, language training, visits."""

    template_name = "projects/activity_list.html"
    filterset_class = ActivityFilterSet
    table = ACTIVITIES
    file_name = "activities"

    def get_queryset(self):
        return Activity.objects.public()

    def detailed(self, on):
        partners = Institution.objects.public().only(*linked())
        return (
            self.get_queryset().select_related("kind").prefetch_related(Prefetch("institutions", partners, "partners"))
        )


def partners_of_activity():
    """Return the prefetch of an activity's published partners, as ``partners``."""
    return Prefetch("institutions", Institution.objects.public().select_related("country"), "partners")


class ActivityDetail(RecordView):
    """An activity: when, where, with whom, under what, and what came of it."""

    template_name = "projects/activity_detail.html"

    def get_queryset(self):
        return (
            Activity.objects.public()
            .select_related("kind", "agreement", "project__action")
            .prefetch_related(partners_of_activity())
        )

    def get_context_data(self, **kwargs):
        trail = [(_("Activities"), reverse("projects:activity-list"))]
        return super().get_context_data(trail=trail, is_over=self.object.last_day < self.on, **kwargs)


def project_document(request, pk):
    """The file of a project's document."""
    return document_response(ProjectDocument.objects, pk, "projects.view_projectdocument", request.user)
