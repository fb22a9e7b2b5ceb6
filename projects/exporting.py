"""Projects and activities as rows of files."""

from django.db.models import Prefetch

from iet_relations.lists.tables import Table, join_list, yes_no
from partners.models import Institution
from projects.models import Participation

CHUNK = 500
"""Records whose related rows are fetched together."""


def project_rows(queryset, public=False):
    """Yield projects; ``partners`` are those whose role is partner or not recorded.

    The home institution is named where it coordinates or is associated, and goes without saying as a partner.
    """
    participations = Participation.objects.select_related("institution")
    if public:
        participations = participations.exclude(institution__published=False, institution__is_home=False)
    queryset = queryset.select_related("action__programme__funder").prefetch_related(
        Prefetch("participations", participations, to_attr="participants")
    )
    for project in queryset.iterator(chunk_size=CHUNK):
        slugs = {"coordinator": [], "partner": [], "associated": []}
        for participant in project.participants:
            role = participant.role or "partner"
            if not (participant.institution.is_home and role == "partner"):
                slugs[role].append(participant.institution.slug)
        yield {
            "id": project.slug,
            "title": project.title,
            "acronym": project.acronym,
            "reference": project.reference,
            "funder": project.action.programme.funder.name_en,
            "programme": project.action.programme.name_en,
            "action": project.action.name_en,
            "coordinator": join_list(slugs["coordinator"]),
            "partners": join_list(slugs["partner"]),
            "associated": join_list(slugs["associated"]),
            "starts_on": project.starts_on,
            "ends_on": project.ends_on,
            "first_academic_year": str(project.first_academic_year or ""),
            "budget": project.budget,
            "our_share": project.our_share,
            "currency": project.currency,
            "website": project.website,
            "summary": project.summary,
            "published": yes_no(project.published),
        }


PROJECTS = Table(
    "projects",
    (
        *("id", "title", "acronym", "reference", "funder", "programme", "action", "coordinator", "partners"),
        *("associated", "starts_on", "ends_on", "first_academic_year", "budget", "our_share", "currency", "website"),
        *("summary", "published"),
    ),
    project_rows,
)


def activity_rows(queryset, public=False):
    """Yield activities; ``partners`` are their institutions but ours."""
    institutions = Institution.objects.filter(is_home=False)
    if public:
        institutions = institutions.filter(published=True)
    queryset = queryset.select_related("kind", "agreement", "project")
    queryset = queryset.prefetch_related(Prefetch("institutions", institutions, to_attr="partners"))
    for activity in queryset.iterator(chunk_size=CHUNK):
        agreement = activity.agreement
        project = activity.project
        yield {
            "id": activity.pk,
            "title": activity.title,
            "kind": activity.kind.name_en,
            "starts_on": activity.starts_on,
            "ends_on": activity.ends_on,
            "place": activity.place,
            "partners": join_list(partner.slug for partner in activity.partners),
            "agreement": agreement.reference if agreement and (agreement.published or not public) else "",
            "project": project.slug if project and (project.published or not public) else "",
            "planned": activity.participants_planned,
            "actual": activity.participants_actual,
            "outcome": activity.outcome,
            "published": yes_no(activity.published),
        }


ACTIVITIES = Table(
    "activities",
    (
        *("id", "title", "kind", "starts_on", "ends_on", "place", "partners", "agreement", "project", "planned"),
        *("actual", "outcome", "published"),
    ),
    activity_rows,
)
