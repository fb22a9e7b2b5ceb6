"""The records that the product ships in ``fixtures/``, and how they come into a registry: once, and never again.

The files are Django fixtures with natural keys instead of primary keys. Models without one have an identity of their
own (``IDENTITY``); a citation names its record as ``"record": [model, identity]``.

A record that exists, or that the history knows under the same identity, is left as it is: it has been loaded before,
and what staff changed, renamed or deleted since is theirs to decide.
"""

import json
from itertools import groupby

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.core.serializers.base import DeserializationError
from django.core.serializers.python import Deserializer
from django.db import transaction
from simple_history.utils import bulk_create_with_history

from iet_relations.search.searching import PartOfSearch

CLASSIFICATIONS = ("countries", "isced_fields", "languages")
FILES = (*CLASSIFICATIONS, "lists", "facts")
REASON = "facts 2009–2017"

IDENTITY = {
    "mobility.foreignstudents": ("country", "academic_year"),
    "partners.institution": ("slug",),
    "partners.institutionname": ("institution", "name"),
    "projects.participation": ("project", "institution"),
    "projects.project": ("slug",),
    "reports.citation": ("source", "number", "content_type", "object_id"),
    "reports.reportedfigure": ("source", "statement", "indicator", "breakdown", "key"),
}
"""The fields that tell which record it is. Of other models it is the primary key if that is a code, else ``key``."""


def load(files=FILES):
    """Create the shipped records that the registry has never had; return how many were ``created`` and ``kept``.

    All or nothing. A record that refers to one which is no longer there is not created either.
    """
    counts = {"created": 0, "kept": 0}
    with transaction.atomic():
        for model, entries in batches(files):
            created = _create_missing(model, entries)
            counts["created"] += created
            counts["kept"] += len(entries) - created
    return counts


def batches(files=FILES):
    """Yield ``(model, entries)`` in the order of the files; entries of one model stand together."""
    for name in files:
        entries = json.loads((settings.BASE_DIR / "fixtures" / f"{name}.json").read_text(encoding="utf-8"))
        for label, batch in groupby(entries, key=lambda entry: entry["model"]):
            yield apps.get_model(label), list(batch)


def identity_fields(model):
    """Return the fields by which a shipped record of the model is recognised."""
    names = IDENTITY.get(model._meta.label_lower) or (("key",) if model._meta.pk.name == "id" else ("pk",))
    return [model._meta.pk if name == "pk" else model._meta.get_field(name) for name in names]


def identities(rows):
    """Return the identities of a model's records, or of its historical records, as a set of tuples."""
    fields = identity_fields(getattr(rows.model, "instance_type", rows.model))
    return set(rows.order_by().values_list(*(field.attname for field in fields)))


def shipped_identities(model, files=FILES):
    """Return the identities of the shipped records of the model, as far as what they refer to is there."""
    entries = [entry for other, batch in batches(files) if other is model for entry in batch]
    return {_identity(record) for entry in entries if (record := _read(model, entry))}


def _create_missing(model, entries):
    known = identities(model._default_manager.all()) | identities(model.history.all())
    records = [record for entry in entries if (record := _read(model, entry)) and _identity(record) not in known]
    if records:
        bulk_create_with_history(records, model, default_change_reason=REASON)
    if records and issubclass(model, PartOfSearch):
        owner = model._meta.get_field(model.search_owner)
        owners = {getattr(record, owner.attname) for record in records}
        owner.related_model._default_manager.filter(pk__in=owners).refresh_search()
    return len(records)


def _identity(record):
    return tuple(getattr(record, field.attname) for field in identity_fields(type(record)))


def _read(model, entry):
    """Return the unsaved record that an entry describes, or None if something that it refers to is not there."""
    fields = dict(entry["fields"])
    try:
        if about := fields.pop("record", None):
            target = apps.get_model(about[0])
            names = [field.name for field in identity_fields(target)]
            fields["object_id"] = str(target._default_manager.get(**dict(zip(names, about[1], strict=True))).pk)
            fields["content_type"] = ContentType.objects.get_for_model(target).pk
        (item,) = Deserializer([{**entry, "fields": fields}])
    except ObjectDoesNotExist:
        return None
    except DeserializationError as error:
        if isinstance(error.__context__, ObjectDoesNotExist):
            return None
        raise
    return item.object
