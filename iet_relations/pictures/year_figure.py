"""Numbers by academic year as a chart and its table, for the partial ``_chart.html``."""

from django.utils.text import capfirst

from iet_relations.academic_year import AcademicYear
from iet_relations.pictures.charts import Series, columns


def year_figure(title, row_label, numbers, series, identifier, url_of=None):
    """Return title, chart and table of ``numbers``, a dict from (academic year, key of a series) to a number.

    ``series`` are (key, label) in the order of drawing. The years run from the first to the last without a gap; a
    year in between without records counts 0 of them. ``url_of(year)`` is the page behind a year. None without numbers.
    """
    if not numbers:
        return None
    first, last = min(year for year, key in numbers), max(year for year, key in numbers)
    years = [AcademicYear(start) for start in range(first.start, last.start + 1)]
    values = {key: [numbers.get((year, key), 0) for year in years] for key, label in series}
    drawn = [Series(capfirst(label), values[key]) for key, label in series]
    rows = [
        {
            "label": str(year),
            "url": url_of(year) if url_of else "",
            "cells": [values[key][place] for key, label in series],
        }
        for place, year in enumerate(years)
    ]
    return {
        "title": title,
        "chart": columns(title, [str(year) for year in years], drawn, identifier=identifier, stacked=True),
        "table": {
            "caption": title,
            "columns": [row_label, *(capfirst(label) for key, label in series)],
            "rows": rows,
            "totals": [sum(values[key]) for key, label in series],
        },
    }
