"""Institutions, their people and their agreements: the rules, and what they are on a day."""

import itertools
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import models

from iet_relations.academic_year import AcademicYear
from partners.models import Agreement, AgreementParty, Contact, Institution
from partners.models.agreement import next_reference
from partners.models.agreement_sets import EXPIRING_WITHIN, State
from partners.models.institution_sets import Relation
from tests.factories import (
    ActivityFactory,
    AgreementDocumentFactory,
    AgreementFactory,
    AgreementKindFactory,
    AgreementPartyFactory,
    AmendmentFactory,
    ContactFactory,
    CountryFactory,
    ExchangeFactory,
    HomeFactory,
    IdentifierFactory,
    InstitutionFactory,
    InstitutionNameFactory,
    NotDuplicateFactory,
    OrganizationalUnitFactory,
    ProjectFactory,
)
from tests.rules import answers, named_constraints, refused

pytestmark = pytest.mark.django_db

DAY = date(2017, 1, 31)


def institution(**fields):
    return InstitutionFactory.build(country=CountryFactory(), slug="built", **fields)


def agreement(**fields):
    return AgreementFactory.build(kind=AgreementKindFactory(), reference="IET-2016-001", **fields)


def again(factory, **fields):
    """Return a second, unsaved record with the same fields as one that exists."""
    first = factory(**fields)
    names = [field.name for field in first._meta.concrete_fields if not field.primary_key]
    return type(first)(**{name: getattr(first, name) for name in names})


def itself(factory, field):
    """Return a saved record that is about to point to itself."""
    record = factory()
    setattr(record, field, record)
    return record


def not_duplicate_of_itself():
    one = InstitutionFactory()
    return NotDuplicateFactory.build(first=one, second=one, decided_by=None)


BROKEN = [
    ("institution_one_home", lambda: HomeFactory() and institution(is_home=True)),
    ("institution_cooperating_since_is_a_span", lambda: institution(cooperating_since_first=DAY)),
    ("institution_cooperating_since_is_a_span", lambda: institution(cooperating_since_last=DAY)),
    (
        "institution_cooperating_since_is_a_span",
        lambda: institution(cooperating_since_first=DAY, cooperating_since_last=DAY - timedelta(1)),
    ),
    ("institution_coordinates_in_pairs", lambda: institution(latitude=40)),
    ("institution_coordinates_in_pairs", lambda: institution(longitude=40)),
    ("institution_not_its_own_successor", lambda: itself(InstitutionFactory, "successor")),
    ("institution_name_once", lambda: again(InstitutionNameFactory)),
    ("identifier_once_per_institution", lambda: again(IdentifierFactory)),
    (
        "identifier_valid_to_after_from",
        lambda: IdentifierFactory.build(institution=InstitutionFactory(), valid_from=DAY, valid_to=DAY - timedelta(1)),
    ),
    ("unit_once_per_institution", lambda: again(OrganizationalUnitFactory)),
    ("contact_not_its_own_backup", lambda: itself(ContactFactory, "backup_of")),
    ("agreement_signed_has_first_day", lambda: agreement(in_force_from=None)),
    ("agreement_ends_after_it_begins", lambda: agreement(in_force_from=DAY, ends_on=DAY - timedelta(1))),
    (
        "agreement_ends_after_it_begins",
        lambda: agreement(status="draft", in_force_from=DAY, ends_on=DAY - timedelta(1)),
    ),
    ("agreement_terminated_after_it_begins", lambda: agreement(in_force_from=DAY, terminated_on=DAY - timedelta(1))),
    ("agreement_terminated_after_it_begins", lambda: agreement(status="draft", terminated_on=DAY)),
    (
        "agreement_terminated_before_it_ends",
        lambda: agreement(ends_on=DAY, terminated_on=DAY + timedelta(1)),
    ),
    ("agreement_not_its_own_renewal", lambda: itself(AgreementFactory, "renews")),
    ("party_once_per_agreement", lambda: again(AgreementPartyFactory)),
    ("amendment_number_once", lambda: again(AmendmentFactory)),
    ("document_once_per_agreement", lambda: again(AgreementDocumentFactory)),
    ("not_duplicate_once", lambda: again(NotDuplicateFactory)),
    ("not_duplicate_is_of_two", lambda: not_duplicate_of_itself()),
]


@pytest.mark.parametrize(("name", "record"), BROKEN, ids=[f"{n}-{i}" for i, (n, _) in enumerate(BROKEN)])
def test_the_database_and_the_forms_refuse_what_breaks_a_rule_with_a_sentence(name, record):
    refused(record(), name)


def test_every_rule_of_the_app_is_proven():
    assert sorted({name for name, _record in BROKEN}) == sorted(named_constraints("partners"))


@pytest.mark.parametrize(
    "record",
    [
        lambda: institution(cooperating_since_first=DAY, cooperating_since_last=DAY),
        lambda: institution(latitude=-90, longitude=180),
        lambda: agreement(in_force_from=DAY, ends_on=DAY, terminated_on=DAY),
        lambda: agreement(ends_on=DAY, renews_automatically=True, terminated_on=DAY + timedelta(900)),
        lambda: agreement(status="draft", in_force_from=None),
        lambda: IdentifierFactory.build(institution=InstitutionFactory(), valid_from=DAY, valid_to=DAY),
    ],
)
def test_bounds_are_inclusive_and_unknown_dates_are_allowed(record):
    assert answers(record()) == ([], True)


@pytest.mark.parametrize("place", [{"latitude": 91, "longitude": 0}, {"latitude": 0, "longitude": -181}])
def test_a_place_that_is_not_on_earth_is_refused(place):
    sentences, saved = answers(institution(**place))

    assert len(sentences) == 1
    assert not saved


# --- agreements as of a day ---


@pytest.mark.parametrize(
    ("fields", "day", "state"),
    [
        ({"in_force_from": DAY}, DAY - timedelta(1), State.UPCOMING),
        ({"in_force_from": DAY}, DAY, State.IN_FORCE),
        ({"in_force_from": DAY}, date(2099, 1, 1), State.IN_FORCE),
        ({"ends_on": DAY}, DAY - timedelta(EXPIRING_WITHIN + 1), State.UPCOMING),
        ({"in_force_from": date(2010, 1, 1), "ends_on": DAY}, DAY - timedelta(181), State.IN_FORCE),
        ({"in_force_from": date(2010, 1, 1), "ends_on": DAY}, DAY - timedelta(180), State.EXPIRING),
        ({"ends_on": DAY}, DAY, State.EXPIRING),
        ({"ends_on": DAY}, DAY + timedelta(1), State.EXPIRED),
        ({"ends_on": DAY, "renews_automatically": True}, DAY, State.IN_FORCE),
        ({"ends_on": DAY, "renews_automatically": True}, DAY + timedelta(1), State.IN_FORCE),
        ({"terminated_on": DAY}, DAY - timedelta(1), State.EXPIRING),
        ({"terminated_on": DAY}, DAY, State.EXPIRING),
        ({"terminated_on": DAY}, DAY + timedelta(1), State.TERMINATED),
        ({"terminated_on": DAY, "ends_on": date(2018, 1, 1)}, date(2018, 1, 2), State.TERMINATED),
        (
            {"ends_on": DAY, "renews_automatically": True, "terminated_on": date(2019, 1, 1)},
            date(2019, 1, 1),
            State.EXPIRING,
        ),
        (
            {"ends_on": DAY, "renews_automatically": True, "terminated_on": date(2019, 1, 1)},
            date(2019, 1, 2),
            State.TERMINATED,
        ),
        ({"status": "draft", "in_force_from": date(2010, 1, 1), "ends_on": DAY}, DAY, State.DRAFT),
        ({"status": "in_negotiation"}, DAY, State.IN_NEGOTIATION),
        ({"status": "withdrawn"}, DAY, State.WITHDRAWN),
    ],
)
def test_an_agreement_is_in_force_from_its_first_to_its_last_day(fields, day, state):
    record = AgreementFactory(**fields)

    assert record.state_on(day) == state
    assert Agreement.objects.with_state(day).get().state == state


def test_the_state_in_the_database_and_in_python_agree_for_every_agreement_on_every_day():
    days = [date(2016, 9, 1) + timedelta(shift) for shift in (-1, 0, 1, 179, 180, 181, 182, 364, 365, 366, 367, 800)]
    bounds = [None, date(2016, 9, 1), date(2017, 3, 1), date(2017, 9, 1)]
    for number, (status, starts, ends, terminated, renewing) in enumerate(
        itertools.product(Agreement.Status.values, bounds, bounds, bounds, (False, True))
    ):
        record = agreement(
            status=status,
            in_force_from=starts,
            ends_on=ends,
            terminated_on=terminated,
            renews_automatically=renewing,
        )
        record.reference = f"G-{number}"
        try:
            record.full_clean()
        except ValidationError:
            continue
        record.save()

    seen = set()
    for day in days:
        computed = {record.reference: record.state_on(day) for record in Agreement.objects.all()}
        annotated = dict(Agreement.objects.with_state(day).values_list("reference", "state"))
        chosen = {
            state: set(Agreement.objects.in_state(state, day).values_list("reference", flat=True)) for state in State
        }
        seen |= set(computed.values())
        assert annotated == computed
        for state in State:
            also = {State.EXPIRING} if state == State.IN_FORCE else set()
            chosen = set(Agreement.objects.in_state(state, day).values_list("reference", flat=True))
            assert chosen == {name for name, found in computed.items() if found in {state, *also}}

    assert Agreement.objects.count() > 60
    assert seen == set(State)


def test_an_unknown_state_is_refused():
    with pytest.raises(ValueError, match="alive"):
        Agreement.objects.in_state("alive", DAY)


def test_an_agreement_is_signed_when_its_last_party_has_signed():
    bologna, cantabria = InstitutionFactory(), InstitutionFactory()
    record = AgreementFactory()
    for party, day in ((bologna, date(2016, 8, 31)), (cantabria, date(2016, 9, 1)), (HomeFactory(), None)):
        AgreementPartyFactory(agreement=record, institution=party, signed_on=day)
    AgreementFactory(status="draft")

    assert [a.signed_on for a in Agreement.objects.with_signed_on().order_by("pk")] == [date(2016, 9, 1), None]
    assert list(Agreement.objects.signed_between(date(2016, 9, 1), date(2016, 9, 1))) == [record]
    assert list(Agreement.objects.signed_between(date(2016, 8, 1), date(2016, 8, 31))) == []


def test_what_ends_in_a_period_counts_termination_and_end_but_no_renewal():
    def ending(**fields):
        return AgreementFactory(in_force_from=date(2014, 1, 1), **fields).pk

    ends, terminated = ending(ends_on=DAY), ending(terminated_on=DAY, ends_on=date(2020, 1, 1))
    ending(ends_on=DAY, renews_automatically=True)
    ending(ends_on=DAY + timedelta(1))
    ending(status="draft", ends_on=DAY)

    assert set(Agreement.objects.ending_between(DAY, DAY).values_list("pk", flat=True)) == {ends, terminated}
    assert Agreement.objects.ending_within(0, DAY - timedelta(1)).count() == 0
    assert Agreement.objects.ending_within(1, DAY - timedelta(1)).count() == 2


def test_references_are_assigned_by_year_and_never_given_twice():
    first, second = AgreementFactory(), AgreementFactory()
    draft = AgreementFactory(status="draft", in_force_from=date(2017, 5, 1))
    second.delete()

    assert (first.reference, draft.reference) == ("IET-2016-001", "IET-2017-001")
    assert next_reference(2016) == "IET-2016-003"
    AgreementFactory(reference="IET-2016-1200")
    assert AgreementFactory().reference == "IET-2016-1201"


@pytest.mark.parametrize("reference", ["../etc", "a\nb", "<b>", "-1", "a?b"])
def test_a_reference_that_could_not_stand_in_an_address_is_refused(reference):
    with pytest.raises(ValidationError) as refusal:
        AgreementFactory.build(kind=AgreementKindFactory(), reference=reference).full_clean()

    assert list(refusal.value.message_dict) == ["reference"]


def test_a_renewal_is_visible_from_both_sides():
    earlier = AgreementFactory(ends_on=DAY)
    later = AgreementFactory(in_force_from=DAY + timedelta(1), renews=earlier)

    assert (later.renews, earlier.renewed_by) == (earlier, later)


def test_amendments_are_numbered():
    record = AgreementFactory()

    assert [AmendmentFactory(agreement=record).number for _ in range(3)] == [1, 2, 3]
    assert str(record.amendments.last()) == "Amendment 3"


# --- institutions as of a day ---


@pytest.fixture
def relations():
    """Institutions that have worked with us in every way, and in none, published and not."""
    ended = {"in_force_from": date(2010, 1, 1), "ends_on": date(2012, 1, 1)}
    for published in (True, False):
        AgreementFactory(partners=[InstitutionFactory()], published=published)
        AgreementFactory(partners=[InstitutionFactory()], published=published, **ended)
        AgreementFactory(partners=[InstitutionFactory()], published=published, status="draft")
        ProjectFactory(partners=[InstitutionFactory()], published=published)
        ProjectFactory(
            partners=[InstitutionFactory()],
            published=published,
            starts_on=date(2012, 1, 1),
            ends_on=date(2013, 1, 1),
        )
        ActivityFactory(institutions=[InstitutionFactory()], published=published)
        ExchangeFactory(partner=InstitutionFactory(published=published))
    ExchangeFactory(partner=InstitutionFactory(), status="nominated")
    ExchangeFactory(partner=InstitutionFactory(), status="cancelled")
    ExchangeFactory(partner=InstitutionFactory(), academic_year=AcademicYear(2010))
    ExchangeFactory(partner=None, country=CountryFactory(alpha2="ES"))
    ActivityFactory()
    InstitutionFactory(cooperating_since_first=date(2011, 1, 1), cooperating_since_last=date(2011, 12, 31))
    InstitutionFactory()
    AgreementFactory(partners=[InstitutionFactory(closed_on=date(2017, 1, 31))])


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize(
    "day",
    [
        date(2009, 9, 1),
        date(2010, 12, 1),
        date(2012, 1, 2),
        date(2016, 8, 31),
        date(2017, 1, 30),
        DAY,
        date(2020, 1, 1),
    ],
)
def test_every_institution_has_one_relation_whichever_way_it_is_asked(relations, day, public):
    everyone = Institution.objects.partners()
    annotated = dict(everyone.with_relation(day, public).values_list("pk", "relation"))

    for relation in Relation:
        chosen = set(everyone.in_relation(relation, day, public).values_list("pk", flat=True))
        assert chosen == {pk for pk, found in annotated.items() if found == relation}
    if not public:
        assert {record.pk: record.relation_on(day) for record in everyone} == annotated


def relation_of(made, day, public=False):
    return Institution.objects.with_relation(day, public).get(pk=made.pk).relation


def test_an_agreement_makes_a_partner_active_on_its_last_day_and_dormant_after():
    partner = InstitutionFactory()
    AgreementFactory(partners=[partner], ends_on=DAY)

    days = (date(2016, 8, 31), date(2016, 9, 1), DAY, DAY + timedelta(1))
    assert [relation_of(partner, day) for day in days] == ["prospect", "active", "active", "dormant"]


def test_a_project_without_dates_makes_a_partner_active_in_its_first_academic_year_only():
    partner = InstitutionFactory()
    ProjectFactory(partners=[partner])

    days = (date(2016, 8, 31), date(2016, 9, 1), date(2017, 8, 31), date(2017, 9, 1))
    assert [relation_of(partner, day) for day in days] == ["prospect", "active", "active", "dormant"]


def test_an_exchange_counts_when_it_was_held_and_not_when_it_was_cancelled_or_only_planned():
    held, planned = InstitutionFactory(), InstitutionFactory()
    ExchangeFactory(partner=held)
    ExchangeFactory(partner=planned, status="nominated")
    ExchangeFactory(partner=planned, status="cancelled")

    assert [relation_of(partner, DAY) for partner in (held, planned)] == ["active", "prospect"]


def test_only_published_records_count_in_public():
    partner = InstitutionFactory()
    AgreementFactory(partners=[partner], published=False)

    assert [relation_of(partner, DAY, public) for public in (False, True)] == ["active", "prospect"]


def test_an_institution_is_closed_from_the_day_it_closed():
    partner = InstitutionFactory(closed_on=DAY)
    AgreementFactory(partners=[partner])

    assert [relation_of(partner, day) for day in (DAY - timedelta(1), DAY)] == ["active", "closed"]


def test_an_unknown_relation_is_refused():
    with pytest.raises(ValueError, match="friendly"):
        Institution.objects.in_relation("friendly", DAY)


def test_the_public_set_leaves_out_the_home_institution_and_what_is_not_published():
    HomeFactory()
    InstitutionFactory(published=False)
    shown = InstitutionFactory()

    assert list(Institution.objects.public()) == [shown]


# --- names, slugs, identifiers ---


def test_the_slug_comes_from_the_english_name_once_and_is_never_given_twice():
    first = InstitutionFactory(name="Донишгоҳи Болоня", name_en="University of Bologna")
    first.name_en = "Alma Mater"
    first.save()
    first.delete()
    second, third = (
        InstitutionFactory(name_en="University of Bologna"),
        InstitutionFactory(name="Донишгоҳ", name_en=""),
    )

    assert (first.slug, second.slug, third.slug) == ("university-of-bologna", "university-of-bologna-2", "donishgokh")


def test_an_institution_is_found_by_its_other_names_and_identifiers_until_they_go():
    partner = InstitutionFactory(name_en="University of Bologna")
    name = InstitutionNameFactory(institution=partner, name="Studium of Bulgaro")
    code = IdentifierFactory(institution=partner, value="I  BOLOGNA01")
    words = ["bologna university", "bulgaro studium", "bologna01", "БОЛОГНА"]

    before = [list(Institution.objects.matching(text)) for text in words]
    name.delete()
    code.delete()

    assert before == [[partner]] * 4
    assert [list(Institution.objects.matching(text)) for text in words] == [[partner], [], [], [partner]]


def test_an_agreement_is_found_by_the_names_of_its_parties():
    partner = InstitutionFactory(name_en="University of Cantabria")
    record = AgreementFactory(partners=[partner], title="Mobility")
    AgreementFactory(title="Mobility")

    assert list(Agreement.objects.matching("cantabria mobility")) == [record]


def test_an_identifier_is_stored_as_its_scheme_writes_it():
    code = IdentifierFactory.build(institution=InstitutionFactory(), value="i bologna01")

    code.full_clean()

    assert code.value == "I  BOLOGNA01"


def test_a_wrong_identifier_is_told_on_its_field():
    with pytest.raises(ValidationError) as refusal:
        IdentifierFactory.build(institution=InstitutionFactory(), scheme="pic", value="12").full_clean()

    assert refusal.value.message_dict == {"value": ["A PIC has nine digits, like 999993953."]}


def test_the_time_since_which_we_cooperate_is_shown_as_far_as_it_is_known():
    def since(first, last):
        return InstitutionFactory.build(cooperating_since_first=first, cooperating_since_last=last).cooperating_since

    assert since(None, None) == ""
    assert since(date(2009, 1, 1), date(2009, 12, 31)) == "2009"
    assert since(date(2016, 9, 1), date(2016, 9, 30)) == "September 2016"


def test_contacts_that_nobody_confirmed_for_long_are_known():
    never, long_ago = ContactFactory(), ContactFactory(last_confirmed_on=DAY - timedelta(1))
    ContactFactory(last_confirmed_on=DAY)

    assert set(Contact.objects.not_confirmed_since(DAY)) == {never, long_ago}


def test_what_an_agreement_needs_cannot_be_deleted_under_it():
    party = AgreementPartyFactory()

    with pytest.raises(models.ProtectedError):
        party.institution.delete()
    assert AgreementParty.objects.count() == 1


def test_every_change_is_in_the_history():
    partner = InstitutionFactory(name_en="Before")
    partner.name_en = "After"
    partner.save()
    partner.delete()

    rows = [(row.history_type, row.name_en) for row in Institution.history.order_by("history_id")]
    assert rows == [("+", "Before"), ("~", "After"), ("-", "After")]
