"""The plain pages: generic views, annotations, a paginator."""

from django.db import connection
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.generic import DetailView
from django_filters.views import FilterView

from mobility.models import Exchange, ForeignStudents
from partners.models import Agreement, Country, Institution
from projects.models import Activity, Project
from scripts.bench.baseline.filters import AgreementFilter, ExchangeFilter, InstitutionFilter

HELD = ("under_way", "completed")
PUBLIC = Q(partner__isnull=True) | Q(partner__published=True)


def home(request):
    today = timezone.localdate()
    partners = Institution.objects.filter(published=True, is_home=False)
    agreements = Agreement.objects.filter(published=True, status="signed", in_force_from__lte=today)
    exchanges = Exchange.objects.filter(PUBLIC, status__in=HELD)
    context = {
        "partners": partners.count(),
        "countries": partners.values("country").distinct().count(),
        "agreements": agreements.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today)).count(),
        "projects": Project.objects.filter(published=True, starts_on__lte=today, ends_on__gte=today).count(),
        "exchanges": exchanges.aggregate(people=Sum("count"))["people"],
        "by_country": Country.objects.annotate(
            partners=Count("institutions", filter=Q(institutions__published=True))
        ).order_by("-partners")[:10],
        "latest_agreements": agreements.select_related("kind").order_by("-in_force_from")[:4],
        "latest_projects": Project.objects.filter(published=True).order_by("-starts_on")[:4],
        "latest_activities": Activity.objects.filter(published=True).select_related("kind")[:4],
    }
    return render(request, "home.html", context)


class InstitutionList(FilterView):
    template_name = "institutions.html"
    filterset_class = InstitutionFilter
    paginate_by = 25

    def get_queryset(self):
        return (
            Institution.objects.filter(published=True, is_home=False)
            .select_related("country")
            .annotate(agreement_count=Count("agreements", filter=Q(agreements__published=True), distinct=True))
            .order_by("name")
        )


class InstitutionDetail(DetailView):
    template_name = "institution.html"
    queryset = Institution.objects.filter(published=True).select_related("country")

    def get_context_data(self, **kwargs):
        institution = self.object
        exchanges = institution.exchanges.filter(status__in=HELD)
        return super().get_context_data(
            agreements=institution.agreements.filter(published=True).select_related("kind"),
            participations=institution.participations.filter(project__published=True).select_related("project"),
            activities=institution.activities.filter(published=True).select_related("kind"),
            exchanges=exchanges.select_related("agreement", "project").order_by("-academic_year", "-pk")[:100],
            by_year=exchanges.values("academic_year", "direction")
            .annotate(people=Sum("count"))
            .order_by("academic_year", "direction"),
            **kwargs,
        )


class AgreementList(FilterView):
    template_name = "agreements.html"
    filterset_class = AgreementFilter
    paginate_by = 25
    queryset = (
        Agreement.objects.filter(published=True)
        .select_related("kind")
        .annotate(party_count=Count("parties"))
        .order_by("-in_force_from", "reference")
    )


class ExchangeList(FilterView):
    """Exchanges, and how many people they are in each year and of each country."""

    template_name = "exchanges.html"
    filterset_class = ExchangeFilter
    paginate_by = 50
    queryset = Exchange.objects.filter(PUBLIC).select_related("partner", "country").order_by("-academic_year", "-pk")

    def get_context_data(self, **kwargs):
        held = self.object_list.filter(status__in=HELD).order_by()
        return super().get_context_data(
            people=held.aggregate(people=Sum("count"))["people"],
            by_year=held.values("academic_year", "direction").annotate(people=Sum("count")).order_by("academic_year"),
            by_country=held.values("country__name_en").annotate(people=Sum("count")).order_by("-people"),
            **kwargs,
        )


def report(request, year):
    """One academic year: people by country and direction, and the other numbers of the year."""
    held = Exchange.objects.filter(PUBLIC, status__in=HELD, academic_year=year)
    first, last = f"{year}-09-01", f"{year + 1}-08-31"
    context = {
        "year": year,
        "rows": held.values("country__name_en", "direction")
        .annotate(people=Sum("count"))
        .order_by("country__name_en"),
        "people": held.aggregate(people=Sum("count"))["people"],
        "partners": held.values("partner").distinct().count(),
        "signed": Agreement.objects.filter(published=True, in_force_from__range=(first, last)).count(),
        "projects": Project.objects.filter(published=True, starts_on__lte=last, ends_on__gte=first).count(),
        "activities": Activity.objects.filter(published=True, starts_on__range=(first, last)).count(),
        "students": ForeignStudents.objects.filter(academic_year=year).select_related("country"),
    }
    return render(request, "report.html", context)


# What no page can cost less than: a constant answer, one query, a template of 50 rows.


def constant(request):
    return HttpResponse("A constant page.")


def one_query(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reports_syntheticdataset")
        return HttpResponse(f"{cursor.fetchone()[0]} data set")


ROWS = [
    {"pk": n, "reference": f"IET-2026-{n:03}", "title": f"Cooperation with University {n}", "kind": "Memorandum",
     "begins": "1 September 2026", "ends": "31 August 2031", "count": n}
    for n in range(1, 51)
]  # fmt: skip


def template_only(request):
    return render(request, "rows.html", {"rows": ROWS})
