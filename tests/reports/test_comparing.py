"""Two years compared, ten years in a row, and the tables that no indicator breaks down."""

import csv
import datetime

import pytest

from iet_relations.academic_year import AcademicYear
from reports.annual_report import build_report, moment_of
from reports.rendering.wording import cell_text
from tests.factories import AgreementFactory, ExchangeFactory, HomeFactory, InstitutionFactory, ProjectFactory

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 23)


@pytest.fixture
def two_years():
    HomeFactory()
    bologna = InstitutionFactory(name_en="Bologna")
    cantabria = InstitutionFactory(name_en="Cantabria", country__alpha2="ES")
    AgreementFactory(reference="A", partners=[bologna], in_force_from=datetime.date(2015, 10, 1))
    ExchangeFactory(partner=bologna, academic_year=AcademicYear(2015), count=5)
    ExchangeFactory(partner=bologna, count=2)
    ExchangeFactory(partner=cantabria, count=4, activity="STA", direction="incoming")
    ProjectFactory(title="Tourism", budget=800000, our_share="60000.50", currency="EUR")
    ProjectFactory(title="Unknown", budget=None)


def shown(table):
    kinds = [column["kind"] for column in table["columns"]]
    return [[cell_text(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in table["rows"]]


def tables_of(year):
    report = build_report(moment_of(AcademicYear(year), TODAY), "en")
    return {table["key"]: table for section in report["sections"] for table in section["tables"]}


def test_page_sets_two_years_side_by_side_with_their_differences(client, two_years):
    tables = client.get("/reports/compare/?from=2015-2016&to=2016/17").context["tables"]

    rows = {table["caption"]: shown(table) for table in tables}
    assert ["Exchanges", "5", "6", "+1"] in rows["Indicators"]
    assert ["Places agreed", "not recorded", "not recorded", "not known"] in rows["Indicators"]
    assert rows["Exchanges – country: what differs"] == [
        ["Italy", "5", "2", "−3"],
        ["Spain", "not recorded", "4", "not known"],
    ]


def test_each_number_of_a_comparison_leads_to_the_rows_of_its_year(client, two_years):
    row = client.get("/reports/compare/?from=2015-2016&to=2016-2017").context["tables"][0]["rows"][0]

    assert [cell["href"] for cell in row[1:3]] == ["/reports/2015-2016/partners/", "/reports/2016-2017/partners/"]


def test_file_of_a_comparison_has_every_number_also_of_what_is_gone(client, two_years):
    response = client.get("/reports/compare.csv?from=2016-2017&to=2015-2016")

    rows = list(csv.DictReader(b"".join(response.streaming_content).decode().splitlines()))
    assert [
        (row["key"], row["from"], row["to"], row["difference"])
        for row in rows
        if (row["indicator"], row["breakdown"]) == ("exchanges", "country")
    ] == [("IT", "2", "5", "3"), ("ES", "4", "", "")]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2008-2009", "Reports begin with 2009/2010; there is none of 2008/2009."),
        ("to=2150-2151", "The academic year 2150/2151 has not begun yet."),
        ("to=soon", "Write an academic year like 2016/2017."),
        ("from=%00", ""),
    ],
)
def test_years_that_cannot_be_compared_are_refused_in_a_sentence(client, query, sentence):
    response = client.get(f"/reports/compare/?{query}")

    assert (response.status_code, sentence in response.content.decode()) == (400, True)


@pytest.mark.parametrize("prefix", ["", "/ru", "/tg"])
def test_without_years_the_last_two_that_are_over_are_compared(client, prefix):
    context = client.get(f"{prefix}/reports/compare/").context["comparison"]

    assert context.before.year == context.now.year.previous


def test_ten_years_stand_in_a_row_and_the_last_is_that_of_the_report(two_years):
    found = tables_of(2016)

    assert [row[0] for row in found["trend_exchanges"]["rows"]] == [f"{year}/{year + 1}" for year in range(2009, 2017)]
    assert shown(found["trend_exchanges"])[-2:] == [
        ["2015/2016", "5", "not recorded", "not recorded"],
        ["2016/2017", "6", "not recorded", "not recorded"],
    ]
    assert found["trend_agreements"]["chart"]["columns"] == [1]
    assert (found["trend_activities"]["rows"], found["trend_activities"]["chart"]) == ([], None)
    assert len(tables_of(2024)["trend_partners"]["rows"]) == 10


def test_budgets_are_added_up_by_currency_and_unknown_ones_make_them_at_least(two_years):
    assert shown(tables_of(2016)["budgets"]) == [
        ["not recorded", "1", "not recorded", "not recorded"],
        ["EUR", "1", "at least 800,000", "at least 60,000.5"],
    ]


def test_students_and_teachers_are_told_apart_out_and_in_by_country_and_partner(two_years):
    assert shown(tables_of(2016)["exchanges_by_partner_and_people"]) == [
        ["Italy", "Bologna", "2", "0", "0", "0"],
        ["Spain", "Cantabria", "0", "0", "0", "4"],
    ]


def test_institutions_are_counted_by_their_relation_on_the_day(two_years):
    InstitutionFactory(name_en="Nothing yet")

    assert shown(tables_of(2016)["relations"]) == [["prospect", "1"], ["active", "2"]]
