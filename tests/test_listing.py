"""Every list: what a senseless address gets, and how many queries a page takes."""

import pytest
from django.db import connection

from tests.factories import (
    ActivityFactory,
    AgreementFactory,
    ExchangeFactory,
    ForeignStudentsFactory,
    HomeFactory,
    InstitutionFactory,
    ProjectFactory,
)

pytestmark = pytest.mark.django_db

LISTS = ("partners", "countries", "agreements", "projects", "activities", "mobility")
SENSELESS = [
    ("on=2017-02-30", "As of: There is no such day. Write it like 2017-01-31."),
    ("on=9999-12-31", "As of: The registry knows the days from 1900 to 2199."),
    ("on=0001-01-01", "As of: The registry knows the days from 1900 to 2199."),
    ("on=%00", "As of: There is no such day. Write it like 2017-01-31."),
    ("page=0", "Page: Ensure this value is greater than or equal to 1."),
    ("page=-1", "Page: Ensure this value is greater than or equal to 1."),
    ("page=two", "Page: A page is a whole number."),
    ("page=2", "Page: This list has 1 page: there is no page 2."),
    ("page=" + "9" * 5000, "Page: A page is a whole number."),
    ("sort=password", "Order: The list cannot be sorted by “password”."),
    ("sort=%ED%A0%80", "Order: The list cannot be sorted by “���”."),
]
IN_PARTICULAR = [
    ("partners/?relation=friends", "Relation: There is no “friends” to choose here."),
    ("partners/?relation[]=x&relation=active&relation=x", "Relation: There is no “x” to choose here."),
    ("partners/?country=Atlantis", "Country: No country is called “Atlantis”."),
    ("partners/?country=%00", "Country: No country is called “�”."),
    ("partners/?kind=" + "x" * 100_000, f"Kind: There is no “{'x' * 60}…” to choose here."),
    ("partners/?q=" + "x" * 100_000, "Search: Look for fewer words: 200 characters at most."),
    ("partners/?q=%00", "Search: Null characters are not allowed."),
    ("partners/?q=%22%27%3B--", "Search: Write at least one letter or digit to look for."),
    (
        "agreements/?year=2016-2018",
        "In force in the academic year: An academic year joins two years that follow each other, like 2016/2017.",
    ),
    ("agreements/?partner=nobody", "Partner: No partner is called “nobody”."),
    ("agreements/?partner=%00", "Partner: Null characters are not allowed."),
    ("projects/?year=0", "Running in the academic year: Write an academic year like 2016/2017."),
    ("projects/?funder=nobody", "Funder: There is no “nobody” to choose here."),
    (
        "mobility/?year=2016-2015",
        "Academic year: An academic year joins two years that follow each other, like 2016/2017.",
    ),
    ("mobility/?direction=sideways", "Direction: There is no “sideways” to choose here."),
    ("activities/?kind=party", "Kind: There is no “party” to choose here."),
]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(("query", "sentence"), SENSELESS)
def test_every_list_says_what_is_wrong_with_its_address(client, name, query, sentence):
    response = client.get(f"/{name}/?{query}")

    assert (response.status_code, response.context["listing"].problems) == (400, [sentence])
    assert sentence in response.content.decode()


@pytest.mark.parametrize(("address", "sentence"), IN_PARTICULAR)
def test_a_wrong_filter_is_answered_by_a_sentence(client, address, sentence):
    response = client.get(f"/{address}")

    assert (response.status_code, response.context["listing"].problems) == (400, [sentence])


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_file_of_a_senseless_address_is_refused_with_the_sentence(client, name, ending):
    response = client.get(f"/{name}.{ending}?on=yesterday")

    assert (response.status_code, response.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert "There is no such day" in response.content.decode()


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("query", ["q=%F0%9F%98%80abc", "on=2500", "x=%ED%A0%80", "q=%u0000a", "page=", "sort="])
def test_odd_addresses_get_an_answer(client, name, query):
    assert client.get(f"/{name}/?{query}").status_code in (200, 400)


@pytest.mark.parametrize(
    "path",
    [
        "/partners/no-such/",
        "/partners/%00/",
        "/countries/zz/",
        "/countries/%00/",
        "/countries/italy/",
        "/agreements/%00/",
        "/agreements/a/b/c/",
        "/projects/no-such/",
        "/activities/99999999999999999999999/",
        "/partners.pdf",
        "/agreements/%ED%A0%80/",
    ],
)
def test_records_that_do_not_exist_are_not_found(client, path):
    assert client.get(path).status_code == 404


def test_a_record_as_of_no_day_says_so(client):
    partner = InstitutionFactory()

    response = client.get(f"{partner.get_absolute_url()}?on=2017-13-01")

    assert response.status_code == 400
    assert "There is no such day. Write it like 2017-01-31." in response.content.decode()


def records(number):
    """Make ``number`` rows for every list, with everything that a row shows."""
    HomeFactory()
    for country in ("IT", "ES", "RU")[:number]:
        partners = InstitutionFactory.create_batch(2, country__alpha2=country)
        AgreementFactory(partners=partners)
        ProjectFactory(partners=partners)
        ActivityFactory(institutions=partners)
        ExchangeFactory(partner=partners[0], count=3)
        ForeignStudentsFactory(country=partners[0].country)


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/partners/", 10),
        ("/countries/", 12),
        ("/agreements/", 9),
        ("/projects/", 12),
        ("/activities/", 7),
        ("/mobility/", 10),
        ("/", 18),
        ("/data/", 12),
        ("/about/", 5),
        ("/search/?q=university", 8),
        ("/reports/", 1),
        ("/reports/2016-2017/", 66),
        ("/reports/2016-2017/exchanges/", 5),
        ("/reports/2016-2017/partners/", 5),
        ("/reports/2016-2017/editions/", 35),
        ("/reports/compare/?from=2015-2016&to=2016-2017", 36),
        ("/partners.csv", 5),
        ("/countries.csv", 7),
        ("/agreements.csv", 5),
        ("/projects.csv", 4),
        ("/activities.csv", 4),
        ("/mobility.csv", 9 if connection.vendor == "postgresql" else 3),  # with the settings of its COPY
    ],
)
@pytest.mark.parametrize("number", [1, 3])
def test_a_list_takes_the_same_queries_for_one_row_and_for_three(
    client, django_assert_num_queries, path, queries, number
):
    records(number)
    b"".join(client.get(path))  # what is asked once only: the kinds of records

    with django_assert_num_queries(queries):
        response = client.get(path)
        content = b"".join(response)

    assert response.status_code == 200
    assert content
