"""CSV files whose cells the database computes: a million rows stream through without becoming Python values."""

import csv
from itertools import islice

from django.db import connection, transaction
from django.db.models import Case, Func, IntegerField, TextField, Value, When
from django.db.models.functions import Concat, NullIf
from django.db.models.lookups import In

from iet_relations.lists.tables import FORMULA_STARTS, csv_lines

ROWS_AT_ONCE = 500
LONGEST = 600
"""Seconds after which PostgreSQL ends an export; whoever reads slower than that asks for less."""


class YearText(Func):
    """An academic year as files write it, 2016/2017, from the column of its first calendar year."""

    template = "(%(expressions)s || '/' || (%(expressions)s + 1))"
    output_field = TextField()


class FirstLetter(Func):
    """The number of a text's first letter, which is found and compared faster than the letter."""

    function = "ASCII"
    output_field = IntegerField()

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, function="UNICODE", **context)


def neutral_text(expression):
    """Return the expression of a text as ``tables.neutral`` writes it, NULL where it is empty."""
    risky = In(FirstLetter(expression), [ord(start) for start in FORMULA_STARTS])
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
            lines = iter(copy)
            while some := list(islice(lines, ROWS_AT_ONCE)):
                yield _with_crlf(some)


def _with_crlf(lines):
    """Return lines that end with LF as one text with CRLF; a line break within a cell stays what it is."""
    text = b"".join(lines)
    if text.count(b"\n") == len(lines):
        return text.replace(b"\n", b"\r\n")
    return b"".join(b"%s\r\n" % bytes(line)[:-1] for line in lines)


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
