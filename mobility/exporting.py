"""Mobility terms and exchanges as rows of files."""

from django.db.models import Case, F, When

from iet_relations.lists.copying import YearText, neutral_text
from iet_relations.lists.tables import Table

CHUNK = 5000
"""Rows fetched at a time; each takes a few hundred bytes."""


def term_rows(queryset, public=False):
    """Yield the mobility terms of agreements; the field is its ISCED-F code, the language its two-letter code."""
    partner = _where_published("partner__slug", "partner__published", public)
    queryset = queryset.annotate(partner_slug=partner)
    names = (
        *("pk", "agreement__reference", "partner_slug", "direction", "activity", "places_per_year", "total_months"),
        *("field_id", "level", "language_id", "cefr", "first_academic_year", "last_academic_year"),
    )
    for values in queryset.values_list(*names).iterator(chunk_size=CHUNK):
        row = dict(zip(TERMS.columns, values, strict=True))
        for column in ("partner", "field", "language"):
            row[column] = row[column] or ""
        for column in ("first_academic_year", "last_academic_year"):
            row[column] = str(row[column] or "")
        yield row


TERMS = Table(
    "terms",
    (
        *("id", "agreement", "partner", "direction", "activity", "places_per_year", "total_months", "field", "level"),
        *("language", "cefr", "first_academic_year", "last_academic_year"),
    ),
    term_rows,
)


def exchange_rows(queryset, public=False):
    """Yield exchanges, one row per record; any number of them with one query."""
    queryset = queryset.annotate(
        partner_slug=_where_published("partner__slug", "partner__published", public),
        agreement_reference=_where_published("agreement__reference", "agreement__published", public),
        project_slug=_where_published("project__slug", "project__published", public),
    )
    names = (
        *("pk", "academic_year", "direction", "activity", "partner_slug", "country_id", "count", "starts_on"),
        *("ends_on", "status", "agreement_reference", "project_slug", "field_id", "level", "person_name"),
        "person_email",
    )
    years = {}
    for values in queryset.values_list(*names).iterator(chunk_size=CHUNK):
        row = dict(zip(EXCHANGES.columns, values, strict=True))
        year = row["academic_year"]
        row["academic_year"] = years.get(year) or years.setdefault(year, str(year))
        for column in ("partner", "agreement", "project", "field"):
            row[column] = row[column] or ""
        yield row


def exchange_cells(queryset):
    """Return the cells of visitors' CSV, computed by the database, in the order of the public columns."""
    text = {name: neutral_text(F(name)) for name in ("direction", "activity", "country_id", "status", "field_id")}
    return queryset.values_list(
        "pk",
        YearText(F("academic_year")),
        text["direction"],
        text["activity"],
        neutral_text(_where_published("partner__slug", "partner__published", True)),
        text["country_id"],
        "count",
        "starts_on",
        "ends_on",
        text["status"],
        neutral_text(_where_published("agreement__reference", "agreement__published", True)),
        neutral_text(_where_published("project__slug", "project__published", True)),
        text["field_id"],
        neutral_text(F("level")),
    )


EXCHANGES = Table(
    "exchanges",
    (
        *("id", "academic_year", "direction", "activity", "partner", "country", "count", "from", "to", "status"),
        *("agreement", "project", "field", "level", "person_name", "person_email"),
    ),
    exchange_rows,
    personal=("person_name", "person_email"),
    public_cells=exchange_cells,
)


def _where_published(value, published, public):
    """Return the expression of a related record's public id; for visitors only where that record is published."""
    return Case(When(**{published: True}, then=F(value))) if public else F(value)
