"""Public pages for search engines, each with its other languages."""

from django.contrib.sitemaps import Sitemap
from django.shortcuts import render
from django.urls import reverse

from partners.models import Agreement, Country, Institution
from projects.models import Activity, Project

PAGES = (
    "reports:home",
    "partners:institution-list",
    "partners:country-list",
    "partners:agreement-list",
    "projects:project-list",
    "projects:activity-list",
    "mobility:exchange-list",
    "reports:report-list",
    "reports:about",
    "reports:data",
)


class Pages(Sitemap):
    """The home page, the lists and the pages about the registry."""

    i18n = alternates = x_default = True

    def items(self):
        return PAGES

    def location(self, item):
        return reverse(item)


class Records(Sitemap):
    """The pages of the published records of a model."""

    i18n = alternates = x_default = True
    limit = 3000  # three languages, each with its alternates: below the 50 MB that a sitemap may have

    def __init__(self, records):
        self.records = records

    def items(self):
        return self.records().order_by("pk")

    def lastmod(self, record):
        return getattr(record, "updated_at", None)


SITEMAPS = {
    "pages": Pages,
    "partners": Records(lambda: Institution.objects.public()),
    "countries": Records(lambda: Country.objects.connected()),
    "agreements": Records(lambda: Agreement.objects.public()),
    "projects": Records(lambda: Project.objects.public()),
    "activities": Records(lambda: Activity.objects.public()),
}


def robots(request):
    """What programs should leave alone: the staff's pages, and lists sorted and filtered in every possible way."""
    context = {"sitemap": request.build_absolute_uri(reverse("sitemap"))}
    return render(request, "robots.txt", context, content_type="text/plain; charset=utf-8")
