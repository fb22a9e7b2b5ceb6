"""Every number of a report opens its rows, and the rows make the number; however many records there are."""

import datetime
from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from iet_relations.academic_year import AcademicYear
from partners.models import Institution
from partners.models.institution_sets import Relation
from reports.annual_report import build_report, moment_of
from reports.figures import years_up_to
from reports.indicators import BY_KEY, INDICATORS
from reports.moments import Moment
from reports.numbers import Numbers
from reports.partner_numbers import partner_numbers
from tests.factories import (
    ActivityFactory,
    AgreementFactory,
    CountryFactory,
    ExchangeFactory,
    ForeignStudentsFactory,
    InstitutionFactory,
    MobilityTermFactory,
    ProjectFactory,
)

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2017, 1, 31)


def test_rows_behind_every_number_of_facts_and_synthetic_records_make_that_number():
    call_command("load_synthetic", institutions=6, exchanges=100, on=TODAY, verbosity=0)
    moment = moment_of(AcademicYear(2016), TODAY)
    report = build_report(moment, "en")

    wrong, followed = [], 0
    for figure in (figure for section in report["sections"] for figure in section["figures"]):
        parts = urlsplit(figure["rows_url"])
        asked = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        indicator = BY_KEY[parts.path.split("/")[3]]
        rows = indicator.rows(moment)
        if asked.get("breakdown"):
            rows = indicator.part_rows(moment, asked["breakdown"], asked["key"])
        followed += 1
        if (figure["value"], figure["qualifier"]) != tuple(indicator.number_of(rows)):
            wrong.append((figure["rows_url"], figure["value"], indicator.number_of(rows)))

    assert wrong == []
    assert followed > 60


def test_numbers_of_ten_years_computed_together_are_those_of_their_rows():
    call_command("load_synthetic", institutions=6, exchanges=100, on=datetime.date(2026, 1, 31), verbosity=0)
    moment = moment_of(AcademicYear(2025), datetime.date(2026, 1, 31))
    years = years_up_to(moment)
    numbers = Numbers([moment.previous, moment], years)

    wrong = {
        (indicator.key, str(year.year)): (found, rows)
        for indicator in INDICATORS
        for year in years
        if (found := numbers.whole(indicator.key, year)) != (rows := indicator.number_of(indicator.rows(year)))
    }

    assert wrong == {}


def test_institutions_are_counted_by_the_relation_that_each_of_them_has_on_the_day():
    call_command("load_synthetic", institutions=60, exchanges=100, on=datetime.date(2026, 1, 31), verbosity=0)
    InstitutionFactory(closed_on=datetime.date(2015, 6, 1))
    InstitutionFactory(
        cooperating_since_first=datetime.date(2014, 1, 1), cooperating_since_last=datetime.date(2014, 12, 31)
    )
    AgreementFactory(in_force_from=datetime.date(2016, 12, 1), partners=[InstitutionFactory()])
    moments = [
        Moment.on_day(datetime.date(year, 11, 30), public) for year in (2012, 2016, 2025) for public in (False, True)
    ]

    counted = [partner_numbers([moment])[0]["relation"] for moment in moments]

    relations = [
        moment.records(Institution).with_relation(moment.on, moment.public).order_by().values_list("relation", "pk")
        for moment in moments
    ]
    assert counted == [Counter(relation for relation, _pk in found) for found in relations]
    assert set().union(*counted) == set(Relation)


def test_page_of_rows_shows_the_number_that_the_report_links(client):
    ExchangeFactory(partner__name_en="Cantabria", count=4)

    page = client.get("/reports/2016-2017/exchanges/?breakdown=partner&key=cantabria").content.decode()

    assert '<strong data-indicator="exchanges" data-breakdown="partner" data-key="cantabria">4</strong>' in page


@pytest.mark.parametrize("number", [2, 10**9])
def test_a_page_of_rows_that_is_not_there_is_told(client, number):
    ExchangeFactory()

    response = client.get(f"/reports/2016-2017/exchanges/?page={number}")

    assert response.status_code == 400
    assert f"This list has 1 page: there is no page {number}." in response.content.decode()


def work_of_a_year(*codes):
    for country in (CountryFactory(alpha2=code) for code in codes):
        partner = InstitutionFactory(country=country)
        agreement = AgreementFactory(partners=[partner], renews_automatically=True)
        MobilityTermFactory(agreement=agreement)
        ProjectFactory(title="", partners=[partner])
        ExchangeFactory(partner=partner)
        ForeignStudentsFactory(country=country, count=None)
        ActivityFactory(institutions=[partner])


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/reports/2016-2017/", 67),
        ("/reports/2016-2017.csv", 43),
        ("/reports/2016-2017.json", 73),
        ("/reports/compare/?from=2015-2016&to=2016-2017", 38),
    ],
)
def test_report_takes_the_same_queries_for_one_record_and_for_three(client, address, queries):
    taken = []
    for codes in (("IT",), ("ES", "FR")):
        work_of_a_year(*codes)
        with CaptureQueriesContext(connection) as captured:
            b"".join(client.get(address))
        taken.append(len(captured))

    assert taken == [queries, queries]
