"""Annotations of records as SQL that is written once."""

from django.db.models.expressions import RawSQL


def spelled_out(records, *names):
    """Return the records with these of their annotations as SQL.

    Django writes out a query whenever it is asked; what is long and the same for a whole day costs a page more to
    write than to answer. Such records are for asking, not for use within another query.
    """
    query = records.query
    compiler = query.get_compiler(records.db)
    written = {}
    for name in names:
        sql, params = compiler.compile(query.annotations[name])
        written[name] = RawSQL(sql, params, query.annotations[name].output_field)  # nosec B611 # Django's own
    again = records.all()
    for name, expression in written.items():
        again.query.annotations[name] = expression
    return again
