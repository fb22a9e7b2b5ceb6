"""The page about the department: its goals and work in the words of its sources, and the sources themselves."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch
from django.shortcuts import render
from django.urls import reverse

from partners.models import CooperationArea, Institution
from reports.models import Citation, ReportedFigure, Source


def about(request):
    """The department, what it is responsible for, in which areas it cooperates, and where all this is from."""
    home = Institution.objects.filter(is_home=True).select_related("country").first()
    areas = list(CooperationArea.objects.all())
    citations = footnotes(home, areas)
    sources = Source.objects.filter(published=True).prefetch_related(
        Prefetch("figures", ReportedFigure.objects.order_by("period_last", "statement")), "citations"
    )
    return render(
        request,
        "reports/about.html",
        {
            "home": home,
            "areas": areas,
            "data_url": reverse("reports:data"),
            "citations": citations,
            "marks": {citation.number: place for place, citation in enumerate(citations, start=1)},
            "sources": [(source, statements(source)) for source in sources],
        },
    )


def footnotes(home, areas):
    """Return the citations of the home institution and of the areas of cooperation, each statement once."""
    found = Citation.objects.filter(source__published=True).select_related("source").order_by("source", "number", "pk")
    of_areas = found.filter(
        content_type=ContentType.objects.get_for_model(CooperationArea), object_id__in=[str(area.pk) for area in areas]
    )
    of_home = (
        found.filter(content_type=ContentType.objects.get_for_model(Institution), object_id=str(home.pk))
        if home
        else found.none()
    )
    different = {(citation.source_id, citation.quote): citation for citation in (*of_home, *of_areas)}
    return list(different.values())


def statements(source):
    """Return the different statements of a source, (number, quotation), in the order of their numbers."""
    found = {(one.number, one.quote) for one in source.citations.all()}
    found |= {(one.statement, one.quote) for one in source.figures.all()}
    return sorted(found, key=lambda one: (len(one[0]), one[0], one[1]))
