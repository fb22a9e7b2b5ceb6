"""Answers that take long to find, kept while no record changes."""

import ctypes
import gc
import hashlib
import threading
import time
from contextlib import nullcontext, suppress

from django.core.cache import cache
from django.db import connection

from iet_relations.data_state import data_state

SECONDS = 24 * 3600

SLOW = 0.5
"""An answer that takes more seconds than this is slow."""
SLOW_FOR = 60
"""A hint that is slow is given again for so many seconds, whatever was written."""

_ALONE = threading.RLock()


def remembered(key, find, models=None, alone=False):
    """Return ``find()``, or what it returned before for the same ``key`` (a tuple of values) and the same records.

    With ``models`` only writes to these count. With ``alone``, for what takes long and much memory, one thread of the
    process looks at a time, and none for what another has just found. The state is read before the records are, so
    what is kept is never older than its state. Within a transaction nothing is kept: what it has written may never
    come to be.
    """
    return remembered_each([key], lambda missing: [find()], models, alone)[0]


def remembered_each(keys, find, models=None, alone=False):
    """Return the answers for several keys, as ``remembered`` does; ``find(missing)`` gives those of the keys not kept.

    Both are lists in the order of their keys.
    """
    if connection.in_atomic_block:
        return find(keys)
    state = data_state(models)
    names = {f"remembered-{hashlib.sha256(repr((state, key)).encode()).hexdigest()}": key for key in keys}
    kept = cache.get_many(names)
    if len(kept) < len(names):
        with _ALONE if alone else nullcontext():
            if alone:
                kept = cache.get_many(names)
            kept |= _found(find, {name: key for name, key in names.items() if name not in kept})
    return [kept[name] for name in names]


def _found(find, missing):
    """Find the answers for the keys of some names, and keep them."""
    if not missing:
        return {}
    began = time.monotonic()
    found = dict(zip(missing, find(list(missing.values())), strict=True))
    cache.set_many(found, SECONDS)
    if time.monotonic() - began > SLOW:
        give_memory_back()
    return found


def give_memory_back():
    """Give what a long piece of work has left free back to the system, where the C library can: else it is kept."""
    gc.collect()  # parts of a report know each other: left to itself, one is still there when the next is made
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


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
