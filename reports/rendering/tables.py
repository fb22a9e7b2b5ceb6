"""The annual report as CSV: its figures, one a row, and each of its tables; and as JSON."""

import json

from iet_relations.lists.tables import csv_lines

from .wording import value_of

COLUMNS = (
    "section",
    "indicator",
    "breakdown",
    "key",
    "label",
    "value",
    "qualifier",
    "unit",
    "previous",
    "reported",
    "reported_qualifier",
    "source",
)


def report_csv(report):
    """The figures of a report as CSV (UTF-8, RFC 4180), headline and broken down, in the report's order."""
    return _csv(
        COLUMNS,
        (
            [section["key"], *(figure[column] for column in COLUMNS[1:])]
            for section in report["sections"]
            for figure in section.get("figures", [])
        ),
    )


def table_csv(table):
    """One table of a report as CSV: the columns' keys as header, bare values, dates in ISO form.

    A column of numbers with qualifiers is followed by ``<key>_qualifier``.
    """
    qualified = [
        any(isinstance(row[index], dict) and row[index].get("qualifier") for row in table["rows"])
        for index in range(len(table["columns"]))
    ]
    header = []
    for column, has_qualifier in zip(table["columns"], qualified, strict=True):
        header += [column["key"], f"{column['key']}_qualifier"] if has_qualifier else [column["key"]]

    def cells(row):
        for cell, has_qualifier in zip(row, qualified, strict=True):
            yield value_of(cell)
            if has_qualifier:
                yield cell.get("qualifier", "") if isinstance(cell, dict) else ""

    return _csv(header, (list(cells(row)) for row in table["rows"]))


def _csv(header, rows):
    return "".join(csv_lines(header, rows)).encode()


def report_json(report):
    """The report's data as JSON (UTF-8), in its own order, so that the same data makes the same bytes."""
    return (json.dumps(report, ensure_ascii=False, indent=1) + "\n").encode()
