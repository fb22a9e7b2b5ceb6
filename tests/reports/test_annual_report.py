"""The annual report: the same numbers on the page, in the PDF, CSV, XLSX and JSON, and the rows behind them."""

import csv
import datetime
import io
import json
import re
from html.parser import HTMLParser

import openpyxl
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from iet_relations.academic_year import AcademicYear
from reports.annual_report import NoReport, build_report, moment_of
from reports.figures import headline_figures
from reports.moments import Moment
from reports.partner_numbers import partner_numbers
from reports.rendering import tables
from reports.rendering.pdf import render_pdf
from reports.rendering.wording import number_text
from tests.factories import (
    ActivityFactory,
    AgreementFactory,
    CountryFactory,
    ExchangeFactory,
    ForeignStudentsFactory,
    HomeFactory,
    InstitutionFactory,
    MobilityTermFactory,
    ProjectFactory,
    ReportedFigureFactory,
)
from tests.partners.test_views import bytes_of
from tests.reports.test_pdf import text_of

pytestmark = pytest.mark.django_db

YEAR = AcademicYear(2016)
TODAY = datetime.date(2026, 11, 23)


@pytest.fixture
def year_of_work():
    """A year with something for each indicator, and a reported figure for some."""
    HomeFactory(city="Khujand")
    bologna = InstitutionFactory(name_en="Bologna & Co", name_ru="Болонский университет")
    cantabria = InstitutionFactory(name_en="Cantabria", country__alpha2="ES")
    agreement = AgreementFactory(reference="IET-2016-001", partners=[bologna], ends_on=datetime.date(2017, 12, 31))
    AgreementFactory(reference="IET-2016-002", partners=[cantabria], renews_automatically=True)
    MobilityTermFactory(agreement=agreement, places_per_year=5)
    ProjectFactory(title="Tourism", coordinator=bologna)
    ProjectFactory(title="", partners=[cantabria])
    ExchangeFactory(partner=bologna, count=4)
    ExchangeFactory(partner=cantabria, direction="incoming", count=1234)
    ExchangeFactory(partner=cantabria, academic_year=AcademicYear(2014), count=2)
    ForeignStudentsFactory(count=12)
    ForeignStudentsFactory(country=CountryFactory(alpha2="UZ"), count=None)
    ActivityFactory(title="=1+1 conference", institutions=[bologna])
    ReportedFigureFactory(statement="F14")
    ReportedFigureFactory(
        indicator="projects_running",
        breakdown="programme",
        key="erasmus-plus",
        number=4,
        qualifier="exactly",
        statement="F7",
    )


class DataElements(HTMLParser):
    """The numbers of a page by indicator, breakdown and key."""

    def __init__(self, html):
        super().__init__()
        self.numbers, self.current = {}, None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "data-indicator" in attributes:
            self.current = tuple(attributes[f"data-{name}"] for name in ("indicator", "breakdown", "key"))
            if "value" in attributes:
                self.numbers.setdefault(self.current, set()).add(attributes["value"])


def figures_of(report):
    return [figure for section in report["sections"] for figure in section["figures"]]


def test_csv_lists_every_indicator_of_the_year(year_of_work):
    report = build_report(moment_of(YEAR, TODAY), "en")

    rows = list(csv.DictReader(io.StringIO(tables.report_csv(report).decode())))

    assert {
        row["indicator"]: (row["value"], row["qualifier"], row["previous"], row["reported"], row["reported_qualifier"])
        for row in rows
        if not row["breakdown"]
    } == {
        "partners": ("2", "", "0", "50", "more_than"),
        "partner_countries": ("2", "", "0", "", ""),
        "partners_new": ("1", "", "0", "", ""),
        "agreements_in_force": ("2", "", "0", "", ""),
        "agreements_expiring": ("1", "", "0", "", ""),
        "agreements_signed": ("2", "", "0", "", ""),
        "agreements_ended": ("0", "", "0", "", ""),
        "projects_running": ("2", "", "0", "", ""),
        "projects_new": ("2", "", "0", "", ""),
        "exchanges": ("1238", "", "", "", ""),
        "places_agreed": ("5", "", "", "", ""),
        "places_used": ("4", "", "", "", ""),
        "foreign_students": ("12", "at_least", "", "", ""),
        "foreign_student_countries": ("2", "", "0", "", ""),
        "activities": ("1", "", "0", "", ""),
    }
    assert [
        (row["key"], row["label"], row["value"], row["reported"], row["source"])
        for row in rows
        if (row["indicator"], row["breakdown"]) == ("projects_running", "programme")
    ] == [("erasmus-plus", "ERASMUS+", "2", "4", "Yearbook of the department (F7)")]


def test_reported_part_without_records_has_a_row_of_its_own(year_of_work):
    ReportedFigureFactory(indicator="partners", breakdown="country", key="RU", number=7, qualifier="exactly")
    CountryFactory(alpha2="RU")

    report = build_report(moment_of(YEAR, TODAY), "ru")

    assert [
        (figure["label"], figure["value"], figure["reported"])
        for figure in figures_of(report)
        if (figure["indicator"], figure["breakdown"]) == ("partners", "country")
    ] == [("Испания", 1, None), ("Италия", 1, None), ("Россия", 0, 7)]


def told_by_every_format(client, address):
    """The numbers of a report by (indicator, breakdown, key) as its CSV has them, once all formats agree on them."""
    answer = client.get(f"{address}/")
    page = DataElements(answer.content.decode()).numbers
    from_csv = list(csv.DictReader(io.StringIO(bytes_of(client.get(f"{address}.csv")).decode(), newline="")))
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}.xlsx").content))
    from_json = figures_of(json.loads(bytes_of(client.get(f"{address}.json"))))
    pdf = text_of(client.get(f"{address}.pdf").content)

    numbers = {(row["indicator"], row["breakdown"], row["key"]): row["value"] for row in from_csv}
    assert len(numbers) == len(from_csv)
    assert numbers == {
        (row[1], row[2] or "", row[3] or ""): "" if row[5] is None else str(row[5])
        for sheet in book
        if sheet["A1"].value == "section"
        for row in sheet.iter_rows(min_row=2, values_only=True)
    }
    assert numbers == {
        (one["indicator"], one["breakdown"], one["key"]): "" if one["value"] is None else str(one["value"])
        for one in from_json
    }
    shown = {place: values for place, values in page.items() if place in numbers}
    assert shown == {place: {numbers[place]} for place in shown}
    assert {place for place in numbers if not place[1]} <= set(shown)
    headlines = [figure for figure in from_json if not figure["breakdown"]]
    with translation.override(answer.headers["Content-Language"]):
        written = [f"{one['label']} {number_text(one['value'], one['qualifier'])}" for one in headlines]
    said = re.sub(r"\s+", "", pdf)
    assert [words for words in written if re.sub(r"\s+", "", words) not in said] == []
    return numbers


@pytest.mark.parametrize("prefix", ["", "/ru", "/tg"])
def test_page_pdf_csv_xlsx_and_json_have_the_same_numbers(client, year_of_work, prefix):
    numbers = told_by_every_format(client, f"{prefix}/reports/2016-2017")

    assert numbers["exchanges", "", ""] == "1238"


@pytest.mark.parametrize("prefix", ["", "/ru", "/tg"])
def test_all_formats_agree_on_a_year_with_nothing(client, prefix):
    numbers = told_by_every_format(client, f"{prefix}/reports/2010-2011")

    assert (numbers["partners", "", ""], numbers["exchanges", "", ""]) == ("0", "")


def test_all_formats_agree_on_the_facts_among_synthetic_records(client):
    call_command("load_synthetic", institutions=6, exchanges=100, on=datetime.date(2017, 1, 31), verbosity=0)

    found = [told_by_every_format(client, f"{prefix}/reports/2016-2017") for prefix in ("", "/ru", "/tg")]

    assert found[0] == found[1] == found[2]
    assert int(found[0]["foreign_student_countries", "", ""]) >= 6
    assert int(found[0]["exchanges", "", ""]) > 0


def test_file_of_the_report_is_that_of_its_data(client, year_of_work):
    report = build_report(moment_of(YEAR, TODAY), "tg")

    assert client.get("/tg/reports/2016-2017.pdf").content == render_pdf(report)


@pytest.mark.parametrize("language", ["en", "ru", "tg"])
def test_year_with_nothing_has_a_report(client, language):
    prefix = "" if language == "en" else f"/{language}"

    kinds = {
        ending: client.get(f"{prefix}/reports/2010-2011.{ending}")["Content-Type"].split(";")[0]
        for ending in ("pdf", "csv", "xlsx", "json")
    }

    assert kinds == {
        "pdf": "application/pdf",
        "csv": "text/csv",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "json": "application/json",
    }
    assert client.get(f"{prefix}/reports/2010-2011/").status_code == 200


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/reports/2008-2009/", 404, "Reports begin with 2009/2010; there is none of 2008/2009."),
        ("/reports/2150-2151/", 404, "The academic year 2150/2151 has not begun yet."),
        ("/reports/2016-2018/", 404, "An academic year joins two years that follow each other, like 2016/2017."),
        ("/reports/nonsense/", 404, "Write an academic year like 2016/2017."),
        ("/reports/nonsense.pdf", 404, "Write an academic year like 2016/2017."),
        ("/reports/2016-2017/?on=2018-01-01", 404, "1 January 2018 is not a day of the academic year 2016/2017."),
        ("/reports/2016-2017/?on=soon", 400, "Write a date like 2017-01-31."),
        ("/reports/2016-2017/partners/?breakdown=colour", 400, "This number is not broken down by “colour”."),
        ("/reports/2016-2017/nothing/", 404, ""),
        ("/reports/2016-2017/nothing.csv", 404, ""),
    ],
)
def test_address_without_a_report_says_why(client, address, status, sentence):
    response = client.get(address)

    assert response.status_code == status
    assert sentence in response.content.decode()


def test_year_written_otherwise_leads_to_its_address(client):
    response = client.get("/reports/2016-17/")

    assert (response.status_code, response["Location"]) == (301, "/reports/2016-2017/")


def test_report_as_of_a_day_looks_at_that_day(year_of_work):
    AgreementFactory(reference="LATER", partners=[InstitutionFactory()], in_force_from=datetime.date(2017, 2, 1))

    numbers = {
        day: {
            figure["indicator"]: figure["value"]
            for figure in figures_of(build_report(moment_of(YEAR, TODAY, day), "en"))
            if not figure["breakdown"]
        }["agreements_in_force"]
        for day in (None, datetime.date(2017, 1, 31))
    }

    assert numbers == {None: 3, datetime.date(2017, 1, 31): 2}


def test_running_year_is_taken_as_of_today():
    assert moment_of(AcademicYear(2026), TODAY) == Moment(AcademicYear(2026), TODAY)
    with pytest.raises(NoReport):
        moment_of(AcademicYear(2026), TODAY, datetime.date(2026, 12, 1))


@pytest.mark.parametrize("language", ["en", "ru", "tg"])
def test_every_number_of_the_page_leads_to_its_rows(client, year_of_work, language):
    report = build_report(moment_of(YEAR, TODAY), language)

    wrong = {}
    for figure in figures_of(report):
        response = client.get(figure["rows_url"])
        number = response.context["number"] if response.status_code == 200 else None
        if number is None or number.value != figure["value"]:
            wrong[figure["rows_url"]] = (response.status_code, number, figure["value"])

    assert wrong == {}


def test_rows_name_the_records_and_nobody(client, year_of_work):
    ExchangeFactory(person_name="Somebody", person_email="somebody@example.org")

    html = client.get("/reports/2016-2017/exchanges/?breakdown=country&key=IT").content.decode()

    assert "Bologna &amp; Co" in html
    assert "Somebody" not in html
    assert "somebody@" not in html


def test_gaps_name_records_to_complete_and_numbers_not_reached(year_of_work):
    report = build_report(moment_of(YEAR, TODAY), "en")

    gaps = next(section for section in report["sections"] if section["key"] == "gaps")["tables"][0]["rows"]
    assert [(record["value"] if isinstance(record, dict) else record, what) for record, what in gaps] == [
        ("Partner institutions", "Reported: more than 50. Recorded: 2."),
        ("Title not recorded (Capacity building in higher education)", "title not recorded; dates not recorded"),
        ("Tourism (Capacity building in higher education)", "dates not recorded"),
        ("Agreements in force", "no document is attached to 2 of them"),
        ("Students from Uzbekistan", "number not recorded"),
        ("=1+1 conference", "number of participants not recorded"),
    ]


def test_home_page_figures_keep_the_latest_reported_number(year_of_work):
    figures = headline_figures(Moment.on_day(TODAY), ("partners", "exchanges"))

    assert [(one["indicator"], one["value"], one["reported"], one["source_url"]) for one in figures] == [
        ("partners", 1, 50, "/reports/2016-2017/#sources"),
        ("exchanges", None, None, ""),
    ]


def test_report_list_has_every_year_since_the_first(client):
    html = client.get("/reports/").content.decode()

    assert re.findall(r'href="/reports/(\d{4}-\d{4})/"', html)[-1] == "2009-2010"
    assert 'href="/reports/2016-2017.pdf"' in html


def test_table_of_records_is_a_file_as_well(client, year_of_work):
    response = client.get("/reports/2016-2017/activities.csv")

    assert bytes_of(response).decode().split("\r\n")[:2] == [
        "title,kind,starts_on,ends_on,place,partners,participants",
        "'=1+1 conference,Conference,2016-11-15,2016-11-15,,Bologna & Co,",
    ]


@pytest.mark.parametrize("format", ["pdf", "csv", "xlsx", "html", "json"])
def test_command_writes_the_report(year_of_work, tmp_path, capsys, format):
    path = tmp_path / f"report.{format}"

    call_command("annual_report", "2016/2017", format=format, language="ru", output=str(path))

    report = build_report(moment_of(YEAR, datetime.date.today()), "ru")
    content = path.read_bytes()
    assert capsys.readouterr().out == f"Wrote the report of 2016/2017 to {path} ({len(content):,} bytes).\n"
    if format == "csv":
        assert content == tables.report_csv(report)
    if format == "html":
        assert 'lang="ru"' in content.decode()


def test_command_writes_all_years(tmp_path, capsys):
    call_command("annual_report", "all", format="csv", output=str(tmp_path / "all"))

    names = sorted(path.name for path in (tmp_path / "all").iterdir())
    assert (names[0], names[7], len(names)) == ("2009-2010.csv", "2016-2017.csv", len(names))
    assert capsys.readouterr().out.startswith(f"Wrote {len(names)} reports to {tmp_path / 'all'} (")


@pytest.mark.parametrize(
    ("year", "options", "sentence"),
    [
        ("2008/2009", {}, "Reports begin with 2009/2010; there is none of 2008/2009."),
        ("soon", {}, "Write an academic year like 2016/2017."),
        ("2016/2017", {"on": "tomorrow"}, "--on: “tomorrow” is not a date. Write it like 2017-01-31."),
        ("all", {"on": "2017-01-31"}, "--on: a day belongs to one academic year"),
        ("all", {"output": "/dev/null/all"}, "--output: /dev/null/all: Not a directory"),
        ("2016/2017", {"output": "/nowhere/at/all.csv"}, "2016/2017: [Errno 2] No such file or directory"),
    ],
)
def test_command_says_what_is_wrong(year, options, sentence):
    with pytest.raises(CommandError, match=re.escape(sentence)):
        call_command("annual_report", year, format="csv", **options)


@pytest.mark.django_db(transaction=True)
def test_the_numbers_of_a_year_are_counted_once_for_all_reports(monkeypatch):
    cache.clear()
    HomeFactory()
    ExchangeFactory(partner=InstitutionFactory(), academic_year=AcademicYear(2012))
    asked = []

    def counted(moments):
        asked.append([moment.year.start for moment in moments])
        return partner_numbers(moments)

    monkeypatch.setattr("reports.numbers.partner_numbers", counted)
    today = datetime.date(2018, 12, 1)
    for start in (2016, 2014, 2017):
        build_report(moment_of(AcademicYear(start), today), "en")

    assert sorted(asked[0]) == list(range(2009, 2017))  # 2009 to 2016
    assert asked[1:] == [[2017]]  # those of 2014, and of 2016 beside 2017, are known


def test_an_agreement_without_any_party_lacks_the_day_of_its_signature_too():
    HomeFactory()
    alone = AgreementFactory()

    report = build_report(moment_of(YEAR, datetime.date(2018, 12, 1)), "en")

    gaps = next(section for section in report["sections"] if section["key"] == "gaps")
    told = [(row[0]["value"], row[1]) for row in gaps["tables"][0]["rows"] if isinstance(row[0], dict)]
    assert (alone.reference, "a party’s day of signature is not recorded") in told
