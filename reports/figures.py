"""Figures: numbers of indicators with their labels, beside the year before and beside what sources report."""

from django.urls import reverse

from iet_relations.academic_year import AcademicYear
from reports.breakdowns import MANY
from reports.indicators import BY_KEY
from reports.models import ReportedFigure, Source
from reports.moments import FIRST_YEAR, Moment
from reports.numbers import Numbers, number_of
from reports.tallies import NOTHING

YEARS = 10
"""How many academic years a trend goes back, that of the moment included."""


class Figures:
    """The figures of a moment, each beside the year before and beside what sources report of it.

    ``before`` is another moment to stand in place of the year before; ``years`` are the ends of the academic years
    whose numbers are asked for as well.
    """

    def __init__(self, moment, before=None, years=()):
        self.moment, self.before, self.years = moment, before or moment.previous, years
        self.numbers = Numbers([self.before, moment], years)
        self.reported = {}
        figures = ReportedFigure.objects.public() if moment.public else ReportedFigure.objects.all()
        # ordered by the end of their period, latest first: a later statement stands for an earlier one
        for figure in figures.in_year(moment.year).select_related("source"):
            self.reported.setdefault((figure.indicator, figure.breakdown, figure.key), figure)
        self.sources = list(Source.objects.filter(pk__in={one.source_id for one in self.reported.values()}))
        self._headlines, self._parts, self._addresses, self._labels = {}, {}, {}, {}

    def headline(self, key):
        """The figure of an indicator as a whole."""
        if key not in self._headlines:
            indicator = BY_KEY[key]
            now, before = self.numbers.whole(key, self.moment), self.numbers.whole(key, self.before)
            figure = self._figure(indicator, "", "", str(indicator.name), "", now, before)
            self._headlines[key] = figure | {"meaning": str(indicator.meaning)}
        return self._headlines[key]

    def parts(self, key, breakdown):
        """The figures of an indicator's parts, largest first or in the order of their list."""
        if (key, breakdown) not in self._parts:
            self._parts[key, breakdown] = list(self.each_part(key, breakdown))
        return self._parts[key, breakdown]

    def each_part(self, key, breakdown, also_before=False):
        """Yield what ``parts`` lists; what a source reports has a row, also where nothing is recorded.

        With ``also_before`` so do parts that only the moment before has.
        """
        indicator, by = BY_KEY[key], BY_KEY[key].breakdowns[breakdown]
        now = self.numbers.tallies(key, breakdown, self.moment)
        before = self.numbers.tallies(key, breakdown, self.before)
        shown = set(now) | {part for one, of, part in self.reported if (one, of) == (key, breakdown)}
        shown |= set(before) if also_before else set()
        labels = self.labels(by, shown - {""})

        def number(tallies, part):
            return number_of(indicator, tallies.get(part, NOTHING))

        parts = [part for part in labels if part in shown]
        parts += sorted(shown.difference(labels))
        if by.ranked:
            parts.sort(key=lambda part: -(number(now, part).value or 0))
        for part in parts:
            label, lang = labels.get(part) or (part or str(by.rest), "")
            yield self._figure(indicator, breakdown, part, label, lang, number(now, part), number(before, part))

    def labels(self, by, keys):
        """What parts are called; of an endless breakdown the labels of all records are read once."""
        if not by.endless or len(keys) <= MANY:
            return by.labels(keys)
        if by.labels not in self._labels:
            self._labels[by.labels] = by.labels(keys)
        return self._labels[by.labels]

    def _figure(self, indicator, breakdown, key, label, lang, now, before):
        reported = self.reported.get((indicator.key, breakdown, key))
        if (indicator.key, breakdown) not in self._addresses:
            self._addresses[indicator.key, breakdown] = indicator.addresses(self.moment, breakdown)
        return {
            "indicator": indicator.key,
            "breakdown": breakdown,
            "key": key,
            "label": label,
            "lang": lang,
            "value": now.value,
            "qualifier": now.qualifier,
            "unit": indicator.unit,
            "previous": before.value,
            "previous_qualifier": before.qualifier,
            "reported": reported.number if reported else None,
            "reported_qualifier": reported.qualifier if reported else "",
            "source": _source_label(reported) if reported else "",
            "source_mark": self._source_mark(reported) if reported else "",
            "rows_url": self._addresses[indicator.key, breakdown](key),
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


def years_up_to(moment):
    """The ends of the academic years up to that of the moment, YEARS at most; the last is the moment itself."""
    first = max(FIRST_YEAR.start, moment.year.start - YEARS + 1)
    years = map(AcademicYear, range(first, moment.year.start))
    return [*(Moment(year, year.last_day, moment.public) for year in years), moment]


def headline_figures(moment, keys):
    """The figures of indicators, for the home page: the recorded number beside the reported one.

    A number that no source reports for this academic year stands beside the latest one reported before.
    """
    figures = Figures(moment, before=moment)  # the year before is not shown
    earlier = ReportedFigure.objects.public().filter(breakdown="", period_last__lte=moment.on)
    for reported in earlier.select_related("source"):
        figures.reported.setdefault((reported.indicator, "", ""), reported)
    return [figures.headline(key) for key in keys]
