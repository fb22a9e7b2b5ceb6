"""Annual reports and sources among the results of the search: few, and found by their names as records are."""

from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from iet_relations.academic_year import AcademicYear
from iet_relations.naming import NAME_LANGUAGES
from iet_relations.search.words import Asked, search_text
from reports.annual_report import report_years
from reports.models import ReportEdition, Source


@dataclass(frozen=True)
class ReportOfYear:
    """The annual report of a year, and its last published edition where there is one."""

    year: AcademicYear
    edition: ReportEdition | None

    @property
    def title(self):
        return _("Annual report on international relations %(year)s") % {"year": self.year}

    def get_absolute_url(self):
        return reverse("reports:report-detail", args=[self.year])


text_of = lru_cache(maxsize=200)(search_text)
"""The same few titles are asked for by every search."""


def named_by(asked: Asked, names) -> bool:
    """Return whether the names have every word that is asked for, in any spelling."""
    text = text_of(tuple(names))
    return bool(asked.words) and all(any(one in text for one in word.patterns()) for word in asked.words)


def reports_named(asked: Asked) -> list[ReportOfYear]:
    """Return the reports that the words name, in any of the languages, the latest first."""
    editions = {}
    for edition in ReportEdition.objects.only("academic_year", "number", "published_at").order_by("number"):
        editions[edition.academic_year] = edition
    every = [ReportOfYear(year, editions.get(year)) for year in report_years(timezone.localdate())]
    return [report for report in every if named_by(asked, [*titles(report), report.year.slug])]


def titles(report):
    """Yield the report's title in each language."""
    for language in NAME_LANGUAGES:
        with translation.override(language):
            yield report.title


def sources_named(asked: Asked) -> list[Source]:
    """Return the published sources whose title or publisher has the words."""
    return [
        source for source in Source.objects.filter(published=True) if named_by(asked, [source.title, source.publisher])
    ]
