"""Annotations of records as SQL that is written once."""

from django.db.models.expressions import RawSQL


class SpelledOut(RawSQL):
    """An expression as its SQL. Within another query tables are called otherwise, which the text cannot follow."""

    def relabeled_clone(self, change_map):
        raise NotImplementedError("Records with spelled out values are not for use within another query.")


def spelled_out(records, *names):
    """Return the records with these of their annotations as SQL.

    Django writes out a query whenever it is asked; what is long and the same for a whole day costs a page more to
    write than to answer. Such records are for asking, not for use within another query.
    """
    query = records.query
    compiler = query.get_compiler(records.db)
    again = records.all()
    for name in names:
        sql, params = compiler.compile(query.annotations[name])
        again.query.annotations[name] = SpelledOut(sql, params, query.annotations[name].output_field)
    return again
