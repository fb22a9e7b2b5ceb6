"""Dates and numbers as readers of each language write them, where Django's own formats differ."""

from django.utils.formats import number_format


def integer_text(number):
    """Return a whole number as the reader's language writes it; a short one is written alike in all of them."""
    return str(number) if 0 <= number < 1000 else number_format(number)
