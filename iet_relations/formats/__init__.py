"""Dates and numbers as readers of each language write them, where Django's own formats differ."""

from functools import lru_cache

from django.utils.formats import number_format
from django.utils.translation import get_language


def integer_text(number):
    """Return a whole number as the reader's language writes it; a short one is written alike in all of them."""
    return str(number) if 0 <= number < 1000 else _long_integer_text(number, get_language())


@lru_cache(maxsize=4096)
def _long_integer_text(number, language):
    return number_format(number)
