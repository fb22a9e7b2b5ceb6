"""What every page needs to frame itself: navigation, languages, canonical address. Nothing here asks the database."""

from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.urls import get_script_prefix, translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGES = {"en": "English", "ru": "Русский", "tg": "Тоҷикӣ"}  # each in its own words
SECTIONS = (
    ("partners/", _("Partners")),
    ("countries/", _("Countries")),
    ("agreements/", _("Agreements")),
    ("projects/", _("Projects")),
    ("mobility/", _("Mobility")),
    ("activities/", _("Activities")),
    ("reports/", _("Reports")),
    ("about/", _("About")),
)


def language_root(language):
    """The address of the home page in a language: ``/``, ``/ru/``, ``/tg/``."""
    prefix = "" if language == settings.LANGUAGE_CODE else f"{language}/"
    return f"{get_script_prefix()}{prefix}"


def in_language(url, language):
    """The same page, with the same query, in another language; also for an address that has no page."""
    translated = translate_url(url, language)
    if translated != url:
        return translated
    parts = urlsplit(url)
    for other in LANGUAGES:
        root = language_root(other)
        if other != settings.LANGUAGE_CODE and parts.path.startswith(root):
            rest = parts.path[len(root) :]
            break
    else:
        rest = parts.path[len(language_root(settings.LANGUAGE_CODE)) :]
    return urlunsplit(("", "", language_root(language) + rest, parts.query, ""))


def frame(request):
    """Context processor for ``base.html``.

    ``root`` is the home page of the page's language; ``navigation`` a list of ``url, label, current``; ``languages``
    a list of ``code, name, url, current`` whose addresses keep page and query; ``canonical_url`` and ``alternates``
    (``code, url``) are absolute and without a query.
    """
    language = get_language() or settings.LANGUAGE_CODE
    root = language_root(language)
    address = request.get_full_path()
    try:
        origin = f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        origin = ""
    return {
        "root": root,
        "origin": origin,
        "navigation": [
            {"url": root + path, "label": label, "current": request.path.startswith(root + path)}
            for path, label in SECTIONS
        ],
        "languages": [
            {"code": code, "name": name, "url": in_language(address, code), "current": code == language}
            for code, name in LANGUAGES.items()
        ],
        "canonical_url": origin + urlsplit(address).path,
        "alternates": [
            {"code": code, "url": origin + in_language(urlsplit(address).path, code)} for code in LANGUAGES
        ],
        "public_email": settings.PUBLIC_EMAIL,
        "public_phone": settings.PUBLIC_PHONE,
    }
