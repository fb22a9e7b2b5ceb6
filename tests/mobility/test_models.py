"""Mobility terms, exchanges and students from abroad: the rules, and what counts when."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from iet_relations.academic_year import AcademicYear
from mobility.models import Exchange, ForeignStudents, MobilityTerm
from tests.factories import (
    AgreementFactory,
    CountryFactory,
    ExchangeFactory,
    ForeignStudentsFactory,
    HomeFactory,
    InstitutionFactory,
    MobilityTermFactory,
)
from tests.rules import answers, named_constraints, refused

pytestmark = pytest.mark.django_db

DAY = date(2017, 1, 31)
YEAR = AcademicYear(2016)


def exchange(**fields):
    return ExchangeFactory.build(partner=InstitutionFactory(), **fields)


def term(**fields):
    return MobilityTermFactory.build(agreement=AgreementFactory(), **fields)


def students_twice():
    ForeignStudentsFactory()
    return ForeignStudents(country=CountryFactory(alpha2="KZ"), academic_year=YEAR, count=3)


BROKEN = [
    ("exchange_ends_after_it_starts", lambda: exchange(starts_on=DAY, ends_on=DAY - timedelta(1))),
    ("exchange_person_or_count", lambda: exchange(count=2, person_name="Somebody")),
    ("exchange_person_or_count", lambda: exchange(count=2, person_email="somebody@example.org")),
    ("foreign_students_once_a_year", students_twice),
    (
        "term_years_in_order",
        lambda: term(first_academic_year=YEAR, last_academic_year=YEAR.previous),
    ),
    ("term_months_not_negative", lambda: term(total_months=-1)),
]


@pytest.mark.parametrize(("name", "record"), BROKEN, ids=[f"{n}-{i}" for i, (n, _) in enumerate(BROKEN)])
def test_the_database_and_the_forms_refuse_what_breaks_a_rule_with_a_sentence(name, record):
    refused(record(), name)


def test_every_rule_of_the_app_is_proven():
    proven = {*(name for name, _record in BROKEN), "exchange_counts_somebody"}

    assert sorted(proven) == sorted(named_constraints("mobility"))


def test_an_exchange_of_nobody_is_refused():
    assert answers(exchange(count=0)) == (["Ensure this value is greater than or equal to 1."], False)


@pytest.mark.parametrize(
    "record",
    [
        lambda: exchange(starts_on=DAY, ends_on=DAY, person_name="Somebody"),
        lambda: exchange(count=12),
        lambda: exchange(ends_on=DAY),
        lambda: term(first_academic_year=YEAR, last_academic_year=YEAR),
        lambda: term(places_per_year=None, total_months=0),
        lambda: ForeignStudentsFactory.build(country=CountryFactory(), count=None),
    ],
)
def test_bounds_are_inclusive_and_unknown_values_are_allowed(record):
    assert answers(record()) == ([], True)


def test_two_equal_exchanges_are_two_people():
    partner = InstitutionFactory()
    for _ in range(2):
        ExchangeFactory(partner=partner)

    assert (Exchange.objects.count(), Exchange.objects.people()) == (2, 2)


def test_the_country_of_an_exchange_is_its_partner_s():
    spain = InstitutionFactory(country__alpha2="ES")
    record = Exchange(academic_year=YEAR, direction="outgoing", activity="SMS", partner=spain)
    record.full_clean()
    record.save()

    assert record.country == spain.country


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            lambda: {"partner": InstitutionFactory(name_en="Cantabria", country__alpha2="ES"), "country_id": "IT"},
            {"country": ["Cantabria is in Spain: leave the country empty or choose that one."]},
        ),
        (lambda: {"partner": HomeFactory()}, {"partner": ["The partner is the other institution, not ours."]}),
        (dict, {"partner": ["Say which partner, or at least which country."]}),
        (
            lambda: {"country_id": "IT", "academic_year": "2016/2018"},
            {"academic_year": ["An academic year joins two years that follow each other, like 2016/2017."]},
        ),
    ],
)
def test_an_exchange_that_contradicts_itself_is_told_on_its_field(fields, told):
    CountryFactory()
    record = Exchange(**{"academic_year": YEAR, "direction": "outgoing", "activity": "SMS", **fields()})

    with pytest.raises(ValidationError) as refusal:
        record.full_clean()

    assert refusal.value.message_dict == told


def test_what_was_held_is_under_way_or_completed():
    for count, status in enumerate(Exchange.Status.values, start=1):
        ExchangeFactory(status=status, count=count)
    ExchangeFactory(academic_year=YEAR.next, count=100)

    assert list(Exchange.objects.held_in(YEAR).order_by("pk").values_list("status", flat=True)) == [
        "under_way",
        "completed",
    ]
    assert Exchange.objects.held_in(YEAR).people() == 5
    assert Exchange.objects.begun(YEAR.last_day).people() == 5
    assert Exchange.objects.none().people() == 0


def test_visitors_count_exchanges_with_published_partners_and_those_without_a_partner():
    shown = ExchangeFactory()
    unnamed = ExchangeFactory(partner=None, country=CountryFactory(alpha2="ES"))
    ExchangeFactory(partner=InstitutionFactory(published=False))

    assert set(Exchange.objects.public()) == {shown, unnamed}


def places(year, **fields):
    """Whether a term with such an agreement provides places in the academic year."""
    about_term = {name: fields.pop(name) for name in list(fields) if name.endswith("academic_year")}
    made = MobilityTermFactory(agreement=AgreementFactory(**fields), **about_term)
    return made in MobilityTerm.objects.valid_in(year)


@pytest.mark.parametrize(
    ("fields", "valid"),
    [
        ({}, True),
        ({"first_academic_year": YEAR, "last_academic_year": YEAR}, True),
        ({"first_academic_year": YEAR.next}, False),
        ({"last_academic_year": YEAR.previous}, False),
        ({"in_force_from": YEAR.last_day}, True),
        ({"in_force_from": YEAR.next.first_day}, False),
        ({"in_force_from": date(2010, 1, 1), "ends_on": YEAR.first_day}, True),
        ({"in_force_from": date(2010, 1, 1), "ends_on": YEAR.previous.last_day}, False),
        ({"in_force_from": date(2010, 1, 1), "ends_on": date(2012, 1, 1), "renews_automatically": True}, True),
        ({"in_force_from": date(2010, 1, 1), "terminated_on": YEAR.first_day}, True),
        ({"in_force_from": date(2010, 1, 1), "terminated_on": YEAR.previous.last_day}, False),
        ({"status": "draft"}, False),
        ({"status": "in_negotiation", "in_force_from": date(2016, 9, 1)}, False),
    ],
)
def test_a_term_provides_places_while_its_agreement_is_in_force_and_within_its_own_years(fields, valid):
    assert places(YEAR, **fields) == valid


def test_a_term_is_public_with_its_agreement_and_its_partner():
    known, hidden = InstitutionFactory(), InstitutionFactory(published=False)
    both, secret = AgreementFactory(partners=[known, hidden]), AgreementFactory(partners=[hidden])
    shown = [MobilityTermFactory(agreement=both, partner=partner) for partner in (known, None)]
    MobilityTermFactory(agreement=both, partner=hidden)
    MobilityTermFactory(agreement=secret, partner=None)
    MobilityTermFactory(agreement=AgreementFactory(partners=[known], published=False), partner=known)

    assert list(MobilityTerm.objects.public().order_by("pk")) == shown


def test_a_term_names_a_party_of_its_agreement():
    partner, stranger = InstitutionFactory(), InstitutionFactory()
    record = AgreementFactory(partners=[partner])

    MobilityTermFactory.build(agreement=record, partner=partner).full_clean()
    with pytest.raises(ValidationError) as refusal:
        MobilityTermFactory.build(agreement=record, partner=stranger).full_clean()

    assert refusal.value.message_dict == {"partner": ["This institution is not a party to the agreement."]}


def test_students_from_abroad_are_known_by_year_their_number_may_be_unknown():
    known = ForeignStudentsFactory()
    unknown = ForeignStudentsFactory(country__alpha2="UZ", count=None)
    ForeignStudentsFactory(academic_year=YEAR.previous)
    ForeignStudentsFactory(country__alpha2="KG", published=False)

    assert list(ForeignStudents.objects.public().in_year(YEAR)) == [known, unknown]


def test_years_come_back_from_the_database_as_academic_years():
    ExchangeFactory(academic_year="2016–2017 уч. год")

    assert Exchange.objects.get().academic_year == YEAR
    assert Exchange.objects.filter(academic_year__lt=YEAR.next, academic_year__in=[YEAR, "2015/16"]).count() == 1
