"""Two academic years side by side: every number of both, and by how much the later differs."""

from itertools import chain

from django.utils.translation import gettext as _

from reports.figures import Figures
from reports.indicators import BY_KEY, INDICATORS
from reports.rendering.rows import cut
from reports.report_tables import figure_cell, label_cell, number, table, text

SHORT = 30
"""Rows of a table of what differs."""

COLUMNS = (
    *("section", "indicator", "breakdown", "key", "label", "unit"),
    *("from", "from_qualifier", "to", "to_qualifier", "difference"),
)
"""The columns of the CSV file; ``from`` and ``to`` are as of the two years, ``difference`` is empty where unknown."""


def difference(figure):
    """By how much a figure differs from before; None where either is not known exactly."""
    inexact = figure["qualifier"] or figure["previous_qualifier"]
    if inexact or figure["value"] is None or figure["previous"] is None:
        return None
    return figure["value"] - figure["previous"]


def signed(value):
    """A difference in words of its own: “+3”, “−2”, “0”."""
    return f"+{value}" if value > 0 else f"−{-value}" if value < 0 else "0"


class Comparison:
    """The figures of a moment beside those of another, in the active language."""

    def __init__(self, before, now):
        self.before, self.now = before, now
        self.figures = Figures(now, before)

    def headlines(self):
        return [self.figures.headline(one.key) for one in INDICATORS]

    def broken_down(self):
        """Pairs of an indicator's breakdown and its figures, also of parts that only the earlier moment has."""
        for indicator in INDICATORS:
            for breakdown in indicator.breakdowns:
                yield indicator, breakdown, self.figures.each_part(indicator.key, breakdown, also_before=True)

    def rows(self):
        """The rows of the CSV file: the whole numbers first, then their parts."""
        parts = (figure for *_part, figures in self.broken_down() for figure in figures)
        for one in chain(self.headlines(), parts):
            yield [
                *(BY_KEY[one["indicator"]].section, one["indicator"], one["breakdown"], one["key"]),
                *(one["label"], one["unit"], one["previous"], one["previous_qualifier"]),
                *(one["value"], one["qualifier"], difference(one)),
            ]

    def tables(self):
        """The table of all indicators, then one for each breakdown in which something differs."""
        yield self._table("indicators", _("Indicators"), _("Indicator"), self.headlines())
        for indicator, breakdown, figures in self.broken_down():
            changed = [one for one in figures if difference(one) != 0]
            if changed:
                by = indicator.breakdowns[breakdown].name
                caption = _("%(indicator)s – %(breakdown)s: what differs") % {
                    "indicator": indicator.name,
                    "breakdown": str(by).lower(),
                }
                changed.sort(key=lambda one: -abs(difference(one) or 0))
                yield self._table(f"{indicator.key}_by_{breakdown}", caption, str(by), changed[: SHORT + 1])

    def _table(self, key, caption, label, figures):
        columns = [
            text("label", label),
            number("from", str(self.before.year)),
            number("to", str(self.now.year)),
            number("difference", _("Difference")),
        ]
        return cut(table(key, caption, columns, [self._row(figure) for figure in figures], empty=""), SHORT)

    def _row(self, figure):
        key, breakdown = figure["indicator"], figure["breakdown"]
        before = figure_cell(figure, "previous") | {"href": BY_KEY[key].address(self.before, breakdown, figure["key"])}
        change = difference(figure)
        told = {"value": None if change is None else signed(change), "unknown": _("not known")}
        return [label_cell(figure), before, figure_cell(figure), told]
