"""Answers that take long to find, kept while the records that they follow from do not change."""

import time

from django.core.cache import cache
from django.db.models import Max

SECONDS = 300
"""An answer is never older than this."""

SLOW = 0.5
"""An answer that takes more seconds than this …"""

SLOW_FOR = 60
"""… is given again for so many, whatever was written."""


def remembered(name, models, find):
    """Return ``find()``, or what it returned before when no record of ``models`` was written since.

    Their histories tell. What is written past the history (a bulk update) is noticed after SECONDS. In a registry so
    large that looking is slow, changes show after SLOW_FOR seconds.
    """
    if (slow := cache.get(f"slow-{name}")) is not None:
        return slow
    state = [_last_written(model) for model in models]
    kept = cache.get(f"remembered-{name}")
    if kept and kept[0] == state:
        return kept[1]
    began = time.monotonic()
    found = find()
    cache.set(f"remembered-{name}", (state, found), SECONDS)
    if time.monotonic() - began > SLOW:
        cache.set(f"slow-{name}", found, SLOW_FOR)
    return found


def _last_written(model):
    history = getattr(model, "history", None)
    return (
        model._base_manager.aggregate(last=Max("pk"))["last"],
        history and history.aggregate(last=Max("history_date"))["last"],
    )
