"""The annual report as CSV: its figures, one a row, and each of its tables; and as JSON."""

import json
from collections.abc import Iterator
from itertools import chain, islice

from iet_relations.lists.tables import csv_lines

from .rows import Rows
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


def report_csv_lines(report) -> Iterator[str]:
    """The figures of a report as CSV (RFC 4180), headline and broken down, in the report's order."""
    return csv_lines(
        COLUMNS,
        (
            [section["key"], *(figure[column] for column in COLUMNS[1:])]
            for section in report["sections"]
            for figure in section.get("figures", [])
        ),
    )


def table_csv_lines(table) -> Iterator[str]:
    """One table of a report as CSV: the columns' keys as header, bare values, dates in ISO form.

    A column of numbers that can have a qualifier is followed by ``<key>_qualifier``.
    """
    qualified = [column.get("qualified", False) for column in table["columns"]]
    header = []
    for column, has_qualifier in zip(table["columns"], qualified, strict=True):
        header += [column["key"], f"{column['key']}_qualifier"] if has_qualifier else [column["key"]]

    def cells(row):
        for cell, has_qualifier in zip(row, qualified, strict=True):
            yield value_of(cell)
            if has_qualifier:
                yield cell.get("qualifier", "") if isinstance(cell, dict) else ""

    return csv_lines(header, (list(cells(row)) for row in table["rows"]))


def report_json_parts(report) -> Iterator[str]:
    """The report's data as JSON, in its own order, so that the same data makes the same bytes."""
    yield from json.JSONEncoder(ensure_ascii=False, indent=1, default=_ListOfRows).iterencode(report)
    yield "\n"


class _ListOfRows(list):
    """What the encoder takes for a list, without holding the rows."""

    def __init__(self, rows: Rows):
        rows = iter(rows)
        first = list(islice(rows, 1))
        super().__init__(first)  # so that it is empty only where there are none
        self.rows = chain(first, rows)

    def __iter__(self):
        return self.rows


def report_csv(report):
    return "".join(report_csv_lines(report)).encode()


def table_csv(table):
    return "".join(table_csv_lines(table)).encode()


def report_json(report):
    return "".join(report_json_parts(report)).encode()
