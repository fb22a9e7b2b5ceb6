"""Institutions, agreements and contacts as rows of files."""

from django.db.models import Prefetch

from iet_relations.date_spans import write_span
from iet_relations.lists.tables import Table, join_list, yes_no
from partners.identifiers import Scheme
from partners.models import AgreementParty

CHUNK = 500
"""Records whose related rows are fetched together."""

SCHEME_COLUMNS = {
    "erasmus_code": Scheme.ERASMUS,
    "pic": Scheme.PIC,
    "oid": Scheme.OID,
    "ror": Scheme.ROR,
    "schac": Scheme.SCHAC,
    "wikidata": Scheme.WIKIDATA,
}


def institution_rows(queryset, public=False):
    """Yield institutions but the home one; several identifiers of a scheme stand in one cell."""
    queryset = queryset.filter(is_home=False).prefetch_related("other_names", "identifiers")
    for institution in queryset.iterator(chunk_size=CHUNK):
        identifiers = {column: [] for column in SCHEME_COLUMNS}
        for identifier in institution.identifiers.all():
            if (column := COLUMN_OF_SCHEME.get(identifier.scheme)) is not None:
                identifiers[column].append(identifier.value)
        yield {
            "id": institution.slug,
            "name": institution.name,
            "name_ru": institution.name_ru,
            "name_tg": institution.name_tg,
            "acronym": institution.acronym,
            "other_names": join_list(name.name for name in institution.other_names.all()),
            "kind": institution.kind,
            "country": institution.country_id,
            "city": institution.city,
            "address": institution.address,
            "website": institution.website,
            "latitude": institution.latitude,
            "longitude": institution.longitude,
            "cooperating_since": write_span(institution.cooperating_since_first, institution.cooperating_since_last),
            **{column: join_list(values) for column, values in identifiers.items()},
            "published": yes_no(institution.published),
            "name_en": institution.name_en,
        }


COLUMN_OF_SCHEME = {scheme.value: column for column, scheme in SCHEME_COLUMNS.items()}

INSTITUTIONS = Table(
    "institutions",
    (
        *("id", "name", "name_ru", "name_tg", "acronym", "other_names", "kind", "country", "city"),
        *("address", "website", "latitude", "longitude", "cooperating_since", *SCHEME_COLUMNS, "published"),
        "name_en",
    ),
    institution_rows,
)


def agreement_rows(queryset, public=False):
    """Yield agreements; ``signed_on`` is the last party's signature, ``partners`` are the parties but ours."""
    parties = AgreementParty.objects.filter(institution__is_home=False).select_related("institution")
    if public:
        parties = parties.filter(institution__published=True)
    queryset = queryset.with_signed_on().select_related("kind", "renews")
    queryset = queryset.prefetch_related("areas", Prefetch("parties", parties, to_attr="partner_parties"))
    for agreement in queryset.iterator(chunk_size=CHUNK):
        earlier = agreement.renews
        yield {
            "id": agreement.reference,
            "reference": agreement.reference,
            "partner_reference": agreement.partner_reference,
            "kind": agreement.kind.name_en,
            "title": agreement.title,
            "partners": join_list(party.institution.slug for party in agreement.partner_parties),
            "areas": join_list(area.name_en for area in agreement.areas.all()),
            "status": agreement.status,
            "signed_on": agreement.signed_on,
            "in_force_from": agreement.in_force_from,
            "ends_on": agreement.ends_on,
            "renews_automatically": yes_no(agreement.renews_automatically),
            "notice_months": agreement.notice_months,
            "terminated_on": agreement.terminated_on,
            "termination_reason": agreement.termination_reason,
            "renews": earlier.reference if earlier and (earlier.published or not public) else "",
            "published": yes_no(agreement.published),
        }


AGREEMENTS = Table(
    "agreements",
    (
        *("id", "reference", "partner_reference", "kind", "title", "partners", "areas", "status", "signed_on"),
        *("in_force_from", "ends_on", "renews_automatically", "notice_months", "terminated_on", "termination_reason"),
        *("renews", "published"),
    ),
    agreement_rows,
)


def contact_rows(queryset, public=False):
    """Yield people at partners; there is no public variant."""
    if public:
        raise PermissionError("Contacts are for staff only.")
    names = ("pk", "institution__slug", "name", "role", "email", "phone", "unit__name", "last_confirmed_on")
    for values in queryset.filter(institution__is_home=False).values_list(*names).iterator(chunk_size=5000):
        row = dict(zip(CONTACTS.columns, values, strict=True))
        yield {**row, "unit": row["unit"] or ""}


CONTACTS = Table(
    "contacts", ("id", "partner", "name", "role", "email", "phone", "unit", "last_confirmed_on"), contact_rows
)


def country_rows(queryset, public=True):
    """Yield countries with the numbers that the list of countries annotates, as of its day."""
    for country in queryset:
        yield {
            "id": country.alpha2,
            "name_en": country.name_en,
            "name_ru": country.name_ru,
            "name_tg": country.name_tg,
            "region": country.region,
            "partners": country.partners,
            "partners_active": country.partners_active,
            "agreements_in_force": country.agreements_in_force,
            "exchanges": country.exchanged,
            "foreign_students": country.students,
        }


COUNTRIES = Table(
    "countries",
    (
        *("id", "name_en", "name_ru", "name_tg", "region", "partners", "partners_active", "agreements_in_force"),
        *("exchanges", "foreign_students"),
    ),
    country_rows,
)
