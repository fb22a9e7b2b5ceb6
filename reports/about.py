"""The page about the department: its goals and work in the words of its sources, and the sources themselves."""

from django.db.models import Prefetch
from django.shortcuts import render

from partners.models import CooperationArea, Institution
from reports.models import Citation, ReportedFigure, Source


def about(request):
    """The department, what it is responsible for, with whom it works in which areas, and where all this is from."""
    home = Institution.objects.filter(is_home=True).select_related("country").first()
    citations = list(home.citations.filter(source__published=True).select_related("source")) if home else []
    figures = Prefetch("figures", ReportedFigure.objects.order_by("period_last", "statement"))
    sources = Source.objects.filter(published=True).prefetch_related(
        figures, Prefetch("citations", Citation.objects.order_by("number", "pk"))
    )
    areas = CooperationArea.objects.all()
    return render(
        request,
        "reports/about.html",
        {
            "home": home,
            "citations": citations,
            "areas": areas,
            "sources": [(source, statements(source)) for source in sources],
        },
    )


def statements(source):
    """Return the different statements of a source, (number, quotation), in the order of their numbers."""
    found = {(one.number, one.quote) for one in source.citations.all()}
    found |= {(one.statement, one.quote) for one in source.figures.all()}
    return sorted(found, key=lambda one: (len(one[0]), one[0], one[1]))
