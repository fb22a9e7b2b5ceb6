"""The home page: what the department is, its figures, the map, and what is new."""

from django.db.models import F
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from iet_relations.academic_year import AcademicYear
from iet_relations.remembering import remembered
from partners.models import Agreement, Institution
from partners.views import partner_parties
from partners.world import map_of
from projects.models import Activity, Project
from reports.figures import headline_figures
from reports.models import ReportedFigure
from reports.moments import Moment

FIGURES = (
    "partners",
    "partner_countries",
    "partners_new",
    "agreements_in_force",
    "projects_running",
    "projects_new",
    "exchanges",
    "foreign_student_countries",
    "activities",
)
LATEST = 4
"""How many agreements, projects and activities the page shows."""


def home(request):
    """The first page: figures reported beside figures recorded, the map of partners, the latest records."""
    today = timezone.localdate()
    moment, figures = latest_figures(today)
    institution = Institution.objects.filter(is_home=True).select_related("country").first()
    activities = Activity.objects.public().begun(today).select_related("kind")
    agreements = Agreement.objects.public().filter(status="signed", in_force_from__lte=today).with_state(today)
    projects = Project.objects.public().with_state(today).select_related("action__programme")
    return render(
        request,
        "reports/home.html",
        {
            "home": institution,
            "structured_data": structured_data(institution, request),
            "moment": moment,
            "figures": figures,
            "agreements": agreements.select_related("kind").prefetch_related(partner_parties())[:LATEST],
            "projects": projects.order_by(
                F("starts_on").desc(nulls_last=True), F("first_academic_year").desc(nulls_last=True), "-title", "-pk"
            )[:LATEST],
            "activities": activities[:LATEST],
            **map_of(request, today),
        },
    )


def latest_figures(today):
    """Return the Moment of the figures, and them: of today, or of the end of the latest year that a source reports on.

    The second where no partner is recorded as active today: numbers of nothing would say that there is nothing.
    """
    now = Moment.on_day(today)
    figures = figures_of(now)
    reported = ReportedFigure.objects.public().filter(period_last__lte=today).order_by("-period_last").first()
    active = next(figure["value"] for figure in figures if figure["indicator"] == "partners")
    if reported is None or active:
        return now, figures
    moment = Moment.of(AcademicYear.containing(reported.period_last), today)
    return moment, figures_of(moment)


def figures_of(moment):
    return remembered(("figures of home", moment, get_language()), lambda: headline_figures(moment, FIGURES))


def structured_data(home, request):
    """Return the home institution in the vocabulary of schema.org."""
    return {
        "@context": "https://schema.org",
        "@type": "CollegeOrUniversity",
        "name": home.display_name if home else _("Institute of Economics and Trade"),
        "url": request.build_absolute_uri(reverse("reports:home")),
        **({"department": {"@type": "Organization", "name": home.department}} if home and home.department else {}),
    }
