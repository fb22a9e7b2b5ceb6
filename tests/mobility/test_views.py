"""What visitors see of exchanges: totals, and students from abroad."""

import csv

import pytest

from iet_relations.academic_year import AcademicYear
from tests.factories import CitationFactory, ExchangeFactory, ForeignStudentsFactory, InstitutionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry():
    """Exchanges with Bologna and Madrid, with Germany alone, nominated, cancelled, and with a hidden partner."""
    bologna = InstitutionFactory(name_en="University of Bologna")
    madrid = InstitutionFactory(name_en="Madrid", country__alpha2="ES")
    ExchangeFactory(partner=bologna, count=7)
    ExchangeFactory(partner=bologna, count=7)
    ExchangeFactory(partner=bologna, direction="incoming", activity="STA")
    ExchangeFactory(partner=madrid, academic_year=AcademicYear(2014), count=3, status="under_way")
    ExchangeFactory(partner=None, country__alpha2="DE", academic_year=AcademicYear(2014), count=2)
    ExchangeFactory(partner=bologna, count=100, status="nominated")
    ExchangeFactory(partner=bologna, count=200, status="cancelled")
    ExchangeFactory(partner__published=False, count=1000)


@pytest.mark.parametrize(
    ("query", "people"),
    [
        ("", 20),
        ("year=2016-2017", 15),
        ("year=2014/15", 5),
        ("year=2014-2015&year=2016-2017", 20),
        ("year=2010-2011", 0),
        ("direction=incoming", 1),
        ("activity=SMS", 19),
        ("country=Германия", 2),
        ("partner=university-of-bologna", 15),
        ("partner=madrid&year=2016-2017", 0),
        ("on=2015-08-31", 5),
        ("on=2010-01-01", 0),
    ],
)
def test_exchanges_are_added_up_by(client, registry, query, people):
    response = client.get(f"/mobility/?{query}")

    assert (response.status_code, response.context["people"]) == (200, people)


def test_totals_are_told_by_year_activity_country_and_partner(client, registry):
    context = client.get("/mobility/").context

    assert [(row["label"], row["cells"]) for row in context["figure"]["table"]["rows"]] == [
        ("2014/2015", [5, 0]),
        ("2015/2016", [0, 0]),
        ("2016/2017", [14, 1]),
    ]
    assert [(row["label"], row["cells"]) for row in context["by_activity"]["rows"]] == [
        ("Student studies", [19, 0, 19]),
        ("Staff teaching", [0, 1, 1]),
    ]
    assert [(row["label"], row["url"], row["cells"]) for row in context["by_country"]["rows"]] == [
        ("Italy", "/mobility/?country=IT", [14, 1, 15]),
        ("Spain", "/mobility/?country=ES", [3, 0, 3]),
        ("Germany", "/mobility/?country=DE", [2, 0, 2]),
    ]
    assert [(row["label"], row["cells"]) for row in context["by_partner"]["rows"]] == [
        ("University of Bologna", [15]),
        ("Madrid", [3]),
    ]
    assert (context["nominated"], context["cancelled"]) == (100, 200)


def test_choices_count_the_people_that_the_other_filters_leave(client, registry):
    listing = client.get("/mobility/?year=2016-2017&country=IT").context["listing"]

    choices = {
        field.name: [label for value, label in field.field.widget.choices]
        for field in listing.fields
        if hasattr(field.field, "show_counts")
    }
    assert choices == {
        "year": ["2016/2017 (15)"],
        "direction": ["Outgoing (14)", "Incoming (1)"],
        "activity": ["Student studies (14)", "Staff teaching (1)"],
        "country": ["Italy (15)"],
    }


def test_the_file_has_a_row_for_each_exchange_and_no_person(client, registry):
    ExchangeFactory(academic_year=AcademicYear(2011), person_name="Daler", person_email="daler@example.org")

    rows = list(csv.DictReader(b"".join(client.get("/mobility.csv?on=2015-08-31")).decode().splitlines()))

    assert [(row["academic_year"], row["country"], row["partner"], row["count"]) for row in rows] == [
        ("2014/2015", "DE", "", "2"),
        ("2014/2015", "ES", "madrid", "3"),
        ("2011/2012", "IT", rows[2]["partner"], "1"),
    ]
    assert not {"person_name", "person_email"} & set(rows[0])


def test_an_unknown_number_of_students_is_not_a_zero(client):
    known = ForeignStudentsFactory()
    ForeignStudentsFactory(country__alpha2="UZ", count=None)
    ForeignStudentsFactory(country__alpha2="KG", count=5, published=False)
    CitationFactory(record=known, quote="Students from abroad study here.")

    response = client.get("/mobility/")

    assert [(row["label"], row["cells"]) for row in response.context["students_chart"]["table"]["rows"]] == [
        ("Kazakhstan", [12]),
        ("Uzbekistan", [None]),
    ]
    assert "In 2016/2017 students from 2 countries were enrolled at the Institute." in response.content.decode()
    assert "Students from abroad study here." in response.content.decode()


def test_what_an_unpublished_source_says_is_not_quoted(client):
    students = ForeignStudentsFactory()
    CitationFactory(record=students, quote="Known to all.")
    CitationFactory(record=students, quote="For the house alone.", source__key="notes", source__published=False)

    page = client.get("/mobility/").content.decode()

    assert "Known to all." in page
    assert "For the house alone." not in page
