"""CSV files whose cells the database computes: a million rows stream through without becoming Python values."""

import csv

from django.db import connection, transaction
from django.db.models import Case, Func, TextField, Value, When
from django.db.models.functions import Concat, NullIf, Substr
from django.db.models.lookups import In

from iet_relations.lists.tables import FORMULA_STARTS, csv_lines

ROWS_AT_ONCE = 500
LONGEST = 600
"""Seconds after which PostgreSQL ends an export; whoever reads slower than that asks for less."""


class YearText(Func):
    """An academic year as files write it, 2016/2017, from the column of its first calendar year."""

    template = "(%(expressions)s || '/' || (%(expressions)s + 1))"
    output_field = TextField()


def neutral_text(expression):
    """Return the expression of a text as ``tables.neutral`` writes it, NULL where it is empty."""
    risky = In(Substr(expression, 1, 1, output_field=TextField()), FORMULA_STARTS)
    text = Case(
        When(risky, then=Concat(Value("'"), expression, output_field=TextField())),
        default=expression,
        output_field=TextField(),
    )
    return NullIf(text, Value(""), output_field=TextField())


def streamed_csv(columns, cells):
    """Yield a CSV file, the header first, as bytes; ``cells`` is a ``values_list`` of the columns' cells.

    Whoever stops reading ends the query.
    """
    yield "".join(csv_lines(columns, [])).encode()
    sql, values = cells.query.sql_with_params()
    yield from (_from_postgresql if connection.vendor == "postgresql" else _from_sqlite)(sql, values)


def _from_postgresql(sql, values):
    with transaction.atomic(), connection.cursor() as cursor:
        # The first rows are wanted at once: along the index of the order, without sorting everything before.
        for setting in ("enable_sort", "enable_hashjoin", "enable_mergejoin", "jit"):
            cursor.execute(f"SET LOCAL {setting} = off")
        cursor.execute(f"SET LOCAL statement_timeout = '{LONGEST}s'")
        # Of psycopg itself: Django's cursor that notes its queries takes no values here.
        with cursor.cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)", values) as copy:
            lines = []
            for line in copy:
                lines.append(line[:-1])
                if len(lines) == ROWS_AT_ONCE:
                    yield b"\r\n".join(lines) + b"\r\n"
                    lines.clear()
            if lines:
                yield b"\r\n".join(lines) + b"\r\n"


def _from_sqlite(sql, values):
    lines = []
    writer = csv.writer(_Lines(lines))
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            writer.writerows(rows)
            yield "".join(lines).encode()
            lines.clear()


class _Lines:
    """What the csv module takes for a file: each line goes to a list."""

    def __init__(self, lines):
        self.write = lines.append
