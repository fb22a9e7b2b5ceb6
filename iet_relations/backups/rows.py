"""Rows of any table as JSON lines that read the same from SQLite and from PostgreSQL."""

import base64
import datetime
import decimal
import hashlib
import json
import uuid
from functools import partial

from django.db import models

LEFT_OUT = {"sessions.session", "axes.accessattempt", "axes.accessattemptexpiration", "axes.accesslog"}
LEFT_OUT |= {"axes.accessfailurelog"}
LEFT_OUT |= {"iet_relations.change", "mobility.exchangetotal"}  # triggers keep them, while rows come back as well
AT_A_TIME = 2000
"""Rows in memory."""


def stored_models(apps):
    """Return every model whose rows belong into a backup, many-to-many tables included, by label."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        if options.managed and not options.proxy and options.label_lower not in LEFT_OUT:
            found[options.label_lower] = model
    return dict(sorted(found.items()))


def columns(model):
    """Return the fields of a model that are written, by their place in its table."""
    return [field for field in model._meta.local_concrete_fields if not getattr(field, "generated", False)]


def encoded(field, value):
    """Return a value of a column as JSON knows it."""
    if value is None or isinstance(field, models.JSONField):
        return value
    value = field.get_prep_value(value)
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value


def decoded(field, value):
    """Return what ``encoded`` was given."""
    if isinstance(field, models.BinaryField) and value is not None:
        return base64.b64decode(value)
    if isinstance(field, models.JSONField) or value is None or isinstance(field, models.ForeignKey):
        return value
    return field.to_python(value)


def lines(model, names):
    """Yield every row of a model as a line of bytes, ordered by key, with the columns ``names``."""
    fields = _fields(model, names)
    rows = model._base_manager.order_by("pk").values_list(*[field.attname for field in fields])
    for row in rows.iterator(chunk_size=AT_A_TIME):
        values = [encoded(field, value) for field, value in zip(fields, row, strict=True)]
        yield json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


class Sum:
    """Counts rows and sums up their checksums, whatever their order."""

    def __init__(self):
        self.rows = self.total = 0

    def add(self, line):
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(line).digest())) % 2**256

    def result(self):
        return {"rows": self.rows, "sum": f"{self.total:064x}"}


def _fields(model, names):
    by_name = {field.attname: field for field in columns(model)}
    return [by_name[name] for name in names]


def summed(model, names):
    """Return the number of a model's rows in the database and the sum of their checksums."""
    found = Sum()
    for line in lines(model, names):
        found.add(line)
    return found.result()


def _as_given(field, row, add):
    return getattr(row, field.attname)


def insert(model, source, names):
    """Insert the rows that the lines of ``source`` hold, whose values are of the columns ``names``, exactly so.

    ``model`` is one of a migration state: its fields are changed to write what they are given and compute nothing.
    """
    fields = _fields(model, names)
    for field in fields:
        field.pre_save = partial(_as_given, field)
    rows = []
    for line in source:
        values = (decoded(field, value) for field, value in zip(fields, json.loads(line), strict=True))
        rows.append(model(**dict(zip(names, values, strict=True))))
        if len(rows) == AT_A_TIME:
            model._base_manager.bulk_create(rows, batch_size=AT_A_TIME)
            rows = []
    model._base_manager.bulk_create(rows, batch_size=AT_A_TIME)
