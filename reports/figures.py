"""Figures: numbers of indicators with their labels, beside the year before and beside what sources report."""

from django.urls import reverse

from iet_relations.academic_year import AcademicYear
from reports.indicators import BY_KEY
from reports.models import ReportedFigure, Source


class Figures:
    """The figures of a moment, each beside the year before and beside what sources report of it.

    ``before`` is another moment to stand in place of the year before.
    """

    def __init__(self, moment, before=None):
        self.moment, self.before = moment, before or moment.previous
        self.reported = {}
        figures = ReportedFigure.objects.public() if moment.public else ReportedFigure.objects.all()
        # ordered by the end of their period, latest first: a later statement stands for an earlier one
        for figure in figures.in_year(moment.year).select_related("source"):
            self.reported.setdefault((figure.indicator, figure.breakdown, figure.key), figure)
        self.sources = list(Source.objects.filter(pk__in={one.source_id for one in self.reported.values()}))
        self._headlines, self._parts, self._numbers = {}, {}, {}

    def number(self, key, moment):
        """The number of an indicator as of any moment; asked for once."""
        if (key, moment) not in self._numbers:
            self._numbers[key, moment] = BY_KEY[key].number(moment)
        return self._numbers[key, moment]

    def headline(self, key):
        """The figure of an indicator as a whole."""
        if key not in self._headlines:
            indicator = BY_KEY[key]
            now, before = self.number(key, self.moment), self.number(key, self.before)
            self._headlines[key] = self._figure(indicator, "", "", str(indicator.name), "", now, before)
        return self._headlines[key]

    def parts(self, key, breakdown, also=()):
        """The figures of an indicator's parts; what a source reports has a row, also where nothing is recorded.

        ``also`` names keys to show as well.
        """
        if (key, breakdown) not in self._parts:
            indicator = BY_KEY[key]
            also = [*also, *(part for (one, by, part) in self.reported if (one, by) == (key, breakdown))]
            before = indicator.numbers(self.before, breakdown)
            self._parts[key, breakdown] = [
                self._figure(indicator, breakdown, part.key, part.label, part.lang, part.number, before.get(part.key))
                for part in indicator.parts(self.moment, breakdown, also)
            ]
        return self._parts[key, breakdown]

    def _figure(self, indicator, breakdown, key, label, lang, now, before):
        if before is None:
            before = (None, "") if indicator.total else (0, "")
        reported = self.reported.get((indicator.key, breakdown, key))
        return {
            "indicator": indicator.key,
            "breakdown": breakdown,
            "key": key,
            "label": label,
            "lang": lang,
            "value": now[0],
            "qualifier": now[1],
            "unit": indicator.unit,
            "previous": before[0],
            "previous_qualifier": before[1],
            "reported": reported.number if reported else None,
            "reported_qualifier": reported.qualifier if reported else "",
            "source": _source_label(reported) if reported else "",
            "source_mark": self._source_mark(reported) if reported else "",
            "meaning": str(indicator.meaning),
            "rows_url": indicator.address(self.moment, breakdown, key),
            "source_url": _source_address(reported) if reported else "",
            "reported_when": reported.period if reported else "",
        }

    def _source_mark(self, reported):
        """The source's number in the report's list of sources, and that of the statement: “[1] F14”."""
        numbers = {source.pk: number for number, source in enumerate(self.sources, start=1)}
        number = numbers.get(reported.source_id)
        return f"[{number}] {reported.statement}".strip() if number else reported.statement


def _source_address(reported):
    """Where the statement is quoted: in the report of the year that it speaks of."""
    year = AcademicYear.containing(reported.period_last)
    return f"{reverse('reports:report-detail', args=[year])}#sources"


def _source_label(reported):
    return f"{reported.source.title} ({reported.statement})" if reported.statement else reported.source.title


def headline_figures(moment, keys):
    """The figures of indicators, for the home page: the recorded number beside the reported one.

    A number that no source reports for this academic year stands beside the latest one reported before.
    """
    figures = Figures(moment)
    earlier = ReportedFigure.objects.public().filter(breakdown="", period_last__lte=moment.on)
    for reported in earlier.select_related("source"):
        figures.reported.setdefault((reported.indicator, "", ""), reported)
    return [figures.headline(key) for key in keys]
