"""Identifiers of institutions: their schemes, how a value is written, and what makes it wrong."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class Scheme(models.TextChoices):
    """Who gives the identifier out."""

    ERASMUS = "erasmus", _("Erasmus code")
    PIC = "pic", _("PIC")
    OID = "oid", _("OID")
    ROR = "ror", _("ROR")
    SCHAC = "schac", _("SCHAC")
    WIKIDATA = "wikidata", _("Wikidata")
    OTHER = "other", _("other")


def normalise(scheme, value):
    """Return ``value`` as its scheme writes it, or raise ValidationError saying what is wrong.

    Sources: the code lists of the European Commission (Erasmus code, PIC, OID), ror.org (ROR: Crockford base32 with
    an ISO 7064 MOD 97-10 checksum), REFEDS (SCHAC home organisation: a domain name), wikidata.org (Q and a number).
    """
    value = str(value).strip()
    if scheme != Scheme.OTHER and (cyrillic := sorted(set(re.findall("[\u0400-\u04ff]", value)))):
        raise ValidationError(
            _("There are Cyrillic letters in it, which only look like Latin ones: %(letters)s."),
            code="cyrillic",
            params={"letters": ", ".join(cyrillic)},
        )
    reader = {
        Scheme.ERASMUS: _erasmus,
        Scheme.PIC: _pic,
        Scheme.OID: _oid,
        Scheme.ROR: _ror,
        Scheme.SCHAC: _schac,
        Scheme.WIKIDATA: _wikidata,
    }.get(scheme)
    return reader(value) if reader else value


LOOKING_LATIN = str.maketrans("АВЕЅІЈКМНОРСТУХаеіјкморсух", "ABESIJKMHOPCTYXaeijkmopcyx")


def in_latin(value):
    """Return the value with the Latin letter for each Cyrillic one that looks the same."""
    return value.translate(LOOKING_LATIN)


def is_well_written(scheme, value):
    """Whether the value is already as ``normalise`` would write it."""
    try:
        return normalise(scheme, value) == value
    except ValidationError:
        return False


def registry_url(scheme, value):
    """Return the page of the identifier in its own registry, or "" where there is none."""
    return {
        Scheme.ROR: f"https://ror.org/{value}",
        Scheme.WIKIDATA: f"https://www.wikidata.org/wiki/{value}",
        Scheme.SCHAC: f"https://{value}/",
    }.get(scheme, "")


def _erasmus(value):
    found = re.fullmatch(r"([A-Z]{1,3})\s*([A-Z][A-Z.'-]{0,7})\s*(\d{2,3})", value.upper())
    # Three letters without a space are a prefix only for these two: IBOLOGNA01 begins with I, not with IBO.
    prefix = re.match(r"(IRL|LUX)(?=\s*[A-Z])|([A-Z]{1,2})(?=\s)|", value.upper())[0]
    if not prefix and found:
        raise ValidationError(
            _(
                "In an Erasmus code the country letters take three places, with spaces: “I  BOLOGNA01” (I and two "
                "spaces), “SF HELSINK01” (SF and one), “IRLDUBLIN01” (none)."
            ),
            code="erasmus",
        )
    rest = re.fullmatch(r"\s*([A-Z][A-Z.' -]{1,8}?)\s*(\d{2,3})", value.upper()[len(prefix) :])
    if not prefix or not rest:
        raise ValidationError(
            _("An Erasmus code has country letters, a town and a number, like “I  BOLOGNA01” or “E  SANTAND01”."),
            code="erasmus",
        )
    return f"{prefix:<3}{rest[1]}{rest[2]}"


def _pic(value):
    digits = re.sub(r"\s", "", value)
    if not re.fullmatch(r"\d{9}", digits, re.ASCII):
        raise ValidationError(_("A PIC has nine digits, like 999993953."), code="pic")
    return digits


def _oid(value):
    code = re.sub(r"\s", "", value).upper()
    if not re.fullmatch(r"E\d{8}", code, re.ASCII):
        raise ValidationError(_("An OID is E and eight digits, like E10209108."), code="oid")
    return code


def _ror(value):
    code = re.sub(r"^(https?://)?(www\.)?ror\.org/", "", value.lower())
    if not re.fullmatch(r"0[0-9a-hjkmnp-tv-z]{6}\d{2}", code):
        raise ValidationError(
            _("A ROR id is 0, six letters or digits (never i, l, o, u) and two digits, like 01111rn36."), code="ror"
        )
    number = 0
    for character in code[:-2]:
        number = number * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(character)
    if 98 - (number * 100) % 97 != int(code[-2:]):
        raise ValidationError(_("The check digits of this ROR id do not fit: look for a typing error."), code="ror")
    return code


def _schac(value):
    domain = re.sub(r"^(urn:schac:homeorganization:|https?://)", "", value.lower()).rstrip("/")
    if not re.fullmatch(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", domain):
        raise ValidationError(_("A SCHAC code is the domain name of the institution, like unibo.it."), code="schac")
    return domain


def _wikidata(value):
    code = re.sub(r"^(https?://)?(www\.)?wikidata\.org/(wiki|entity)/", "", value).upper()
    if not re.fullmatch(r"Q[1-9]\d*", code, re.ASCII):
        raise ValidationError(_("A Wikidata id is Q and a number, like Q131262."), code="wikidata")
    return code
