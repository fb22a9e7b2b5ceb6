"""Answers that take long to find, kept while no record changes."""

import hashlib
import time

from django.core.cache import cache
from django.db import connection

from iet_relations.data_state import data_state

SECONDS = 24 * 3600

SLOW = 0.5
"""A hint that takes more seconds than this …"""

SLOW_FOR = 60
"""… is given again for so many, whatever was written."""


def remembered(key, find, models=None):
    """Return ``find()``, or what it returned before for the same ``key`` (a tuple of values) and the same records.

    With ``models`` only writes to these count. The state is read before the records are, so what is kept is never
    older than its state. Within a transaction nothing is kept: what it has written may never come to be.
    """
    if connection.in_atomic_block:
        return find()
    name = f"remembered-{hashlib.sha256(repr((data_state(models), key)).encode()).hexdigest()}"
    kept = cache.get(name)
    if kept is None:
        kept = (find(),)
        cache.set(name, kept, SECONDS)
    return kept[0]


def hinted(key, find, models):
    """As ``remembered``, for staff's hints alone: where looking is slow, changes show after SLOW_FOR seconds."""
    if connection.in_atomic_block:
        return find()
    name = f"hinted-{hashlib.sha256(repr(key).encode()).hexdigest()}"
    if (slow := cache.get(name)) is not None:
        return slow
    began = time.monotonic()
    found = remembered(key, find, models)
    if time.monotonic() - began > SLOW:
        cache.set(name, found, SLOW_FOR)
    return found
