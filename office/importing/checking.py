"""The models' rules for one record, without a query: its fields, its ``clean`` and its named constraints."""

import operator

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Q

COMPARISONS = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda value, choices: value in choices,
}


REMEMBERED = 10_000
"""Values of a field that are remembered as good: most stand in a file again and again."""


def problems_of(record, exclude, good):
    """Yield (field name or "", sentence) for each of the model's rules that the record breaks.

    Relations are not looked up again: whoever set them knows that they exist. ``exclude`` are fields not to check,
    ``good`` is a dict that remembers, from record to record, which values a field allows.
    """
    wrong = False
    for field in record._meta.concrete_fields:
        if field.is_relation or field.name in exclude:
            continue
        value = getattr(record, field.attname)
        known = good.setdefault(field.name, set())
        if (field.blank and value in field.empty_values) or (type(value), value) in known:
            continue
        try:
            cleaned = field.clean(value, record)
        except ValidationError as error:
            wrong = True
            yield field.name, " ".join(error.messages)
            continue
        if cleaned == value and len(known) < REMEMBERED:
            known.add((type(value), value))
        setattr(record, field.attname, cleaned)
    if wrong:
        return
    try:
        record.clean()
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            yield "", " ".join(error.messages)
        else:
            for name, messages in error.message_dict.items():
                yield name, " ".join(messages)
    for constraint in record._meta.constraints:
        if isinstance(constraint, CheckConstraint) and holds(constraint.condition, record) is False:
            yield blamed_field(constraint.condition, record), str(constraint.get_violation_error_message())


def holds(condition, record):
    """Evaluate a Q of plain comparisons on the record as SQL would: True, False, or None where a value is unknown."""
    results = []
    for child in condition.children:
        results.append(holds(child, record) if isinstance(child, Q) else _compare(*child, record))
    if condition.connector == Q.AND:
        result = False if False in results else None if None in results else True
    else:
        result = True if True in results else None if None in results else False
    return result if result is None or not condition.negated else not result


def _compare(lookup, wanted, record):
    name, _separator, comparison = lookup.partition("__")
    value = _value(record, name)
    if comparison == "isnull":
        return (value is None) == wanted
    if isinstance(wanted, F):
        wanted = _value(record, wanted.name)
    if value is None or wanted is None:
        return None
    return COMPARISONS[comparison or "exact"](value, wanted)


def _value(record, name):
    return record.pk if name == "pk" else getattr(record, record._meta.get_field(name).attname)


def blamed_field(condition, record):
    """Return the last field that a condition mentions and that has a value: the one to look at."""
    names = [name for name in _mentioned(condition) if _value(record, name) not in (None, "", False)]
    return names[-1] if names else ""


def _mentioned(condition):
    for child in condition.children:
        if isinstance(child, Q):
            yield from _mentioned(child)
        elif child[0] != "pk":
            yield child[0].partition("__")[0]
