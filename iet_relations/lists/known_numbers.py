"""Numbers that were found by other queries, given back to the rows of a list so that it can show and sort by them."""

import json

from django.db.models import BigIntegerField, Func


class KnownNumber(Func):
    """The number that a dict has for the record's key, None where it has none.

    For lists of some hundred rows: the whole dict goes along with the query.
    """

    output_field = BigIntegerField()

    def __init__(self, key, numbers):
        super().__init__(key)
        self.numbers = json.dumps(numbers)

    def as_sqlite(self, compiler, connection):
        key, values = compiler.compile(self.source_expressions[0])
        return f"""json_extract(%s, '$."' || {key} || '"')""", [self.numbers, *values]

    def as_postgresql(self, compiler, connection):
        key, values = compiler.compile(self.source_expressions[0])
        return f"(%s::jsonb ->> {key})::bigint", [self.numbers, *values]
