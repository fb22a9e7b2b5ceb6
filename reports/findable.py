"""Annual reports and sources among the results of the search: few, and found by their names as records are."""

from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from iet_relations.academic_year import AcademicYear
from iet_relations.naming import NAME_LANGUAGES
from iet_relations.remembering import remembered
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


def named_by(asked: Asked, text: str) -> bool:
    """Return whether a search text has every word that is asked for, in any spelling."""
    return bool(asked.words) and all(any(one in text for one in word.patterns()) for word in asked.words)


def reports_named(asked: Asked) -> list[ReportOfYear]:
    """Return the reports that the words name, in any of the languages, the latest first."""
    years = [year for year in report_years(timezone.localdate()) if named_by(asked, text_of_report(year))]
    if not years:
        return []
    editions = {}
    for edition in ReportEdition.objects.only("academic_year", "number", "published_at").order_by("number"):
        editions[edition.academic_year] = edition
    return [ReportOfYear(year, editions.get(year)) for year in years]


@lru_cache(maxsize=200)
def text_of_report(year: AcademicYear) -> str:
    """Return the search text of a year's report: its title in each language, and the year."""
    titles = []
    for language in NAME_LANGUAGES:
        with translation.override(language):
            titles.append(ReportOfYear(year, None).title)
    return search_text([*titles, year.slug])


def sources_named(asked: Asked) -> list[Source]:
    """Return the published sources whose title or publisher has the words."""
    named = [
        key for key, text in remembered(("texts of sources",), texts_of_sources, [Source]) if named_by(asked, text)
    ]
    return list(Source.objects.filter(pk__in=named)) if named else []


def texts_of_sources() -> list[tuple[int, str]]:
    """Return the key and the search text of each published source."""
    titles = Source.objects.filter(published=True).order_by().values_list("pk", "title", "publisher")
    return [(key, search_text([title, publisher])) for key, title, publisher in titles]
