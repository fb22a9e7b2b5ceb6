"""Annotations of records as SQL that is written once."""

from django.db import DEFAULT_DB_ALIAS
from django.db.models.expressions import RawSQL


class SpelledOut(RawSQL):
    """An expression as its SQL; where tables are called otherwise, within another query, the expression itself."""

    def __init__(self, query, name):
        self.expression, self.prefixes = query.annotations[name], query.subq_aliases
        super().__init__(*query.get_compiler(DEFAULT_DB_ALIAS).compile(self.expression), self.expression.output_field)

    def resolve_expression(self, query=None, *args, **kwargs):
        query.subq_aliases |= self.prefixes  # what tables are called in the subqueries of the expression
        return super().resolve_expression(query, *args, **kwargs)

    def relabeled_clone(self, change_map):
        return self.expression.relabeled_clone(change_map)


def spelled_out(records, *names):
    """Return the records with these of their annotations as SQL.

    Django writes out a query whenever it is asked; what is long and the same for a whole day costs a page more to
    write than to answer.
    """
    again = records.all()
    for name in names:
        again.query.annotations[name] = SpelledOut(records.query, name)
    return again
