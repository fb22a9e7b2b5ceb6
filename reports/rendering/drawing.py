"""The charts of a report's tables, for the page and for paper."""

from iet_relations.pictures import charts

from .wording import cell_text, value_of

BARS = 8
"""The most bars that one chart shows; the table beside it has the rest."""


def draw(table, identifier, palette=None, showable=str):
    """The SVG of a table's chart, drawn from the table's own rows, so that it cannot tell other numbers.

    ``palette`` is for paper; ``showable`` cleans each text that goes in.
    """
    chart, columns, rows = table["chart"], table["columns"], table["rows"]
    labels = [showable(cell_text(row[0], columns[0]["kind"])) for row in rows]
    if chart["kind"] == "bars":
        index = chart["columns"][0]
        bars = [
            charts.Bar(label, value_of(row[index]), showable(cell_text(row[index], "number")))
            for label, row in zip(labels, rows, strict=True)
        ]
        return charts.bars(showable(table["caption"]), bars[:BARS], identifier=identifier, palette=palette)
    series = [
        charts.Series(showable(columns[index]["label"]), [value_of(row[index]) for row in rows])
        for index in chart["columns"]
    ]
    stacked = chart["kind"] == "stacked"
    return charts.columns(
        showable(table["caption"]), labels, series, identifier=identifier, palette=palette, stacked=stacked
    )
