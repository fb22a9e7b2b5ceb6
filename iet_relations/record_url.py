"""The address of a record's page."""

from functools import lru_cache
from urllib.parse import quote

from django.urls import get_script_prefix, reverse
from django.utils.http import RFC3986_SUBDELIMS
from django.utils.translation import get_language

SAFE = RFC3986_SUBDELIMS + "/~:@"
MARK = "9876543210"  # may stand for a number as for a name


def record_url(page, key):
    """Return ``reverse(page, args=[key])``: several times as fast, for pages that lead to many records."""
    start, end = _url_around(page, get_language(), get_script_prefix())
    return f"{start}{quote(str(key), safe=SAFE)}{end}"


@lru_cache(maxsize=64)
def _url_around(page, language, script_prefix):
    """Return what stands before and after the key in the address."""
    start, _mark, end = reverse(page, args=[MARK]).partition(MARK)
    return start, end
