"""Publishing a report: what is kept, that it stays, what has changed since, and checking a file."""

import datetime
import hashlib

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from iet_relations.academic_year import AcademicYear
from reports.annual_report import build_report, moment_of
from reports.models import EditionFile, ReportEdition
from reports.publishing import changes, data_of, publish
from tests.factories import AgreementFactory, ExchangeFactory, HomeFactory, InstitutionFactory, UserFactory
from tests.reports.test_pdf import text_of

pytestmark = pytest.mark.django_db

YEAR = AcademicYear(2016)
NOW = datetime.datetime(2017, 9, 15, 9, 30, tzinfo=datetime.UTC)


def moment():
    return moment_of(YEAR, datetime.date(2017, 9, 15))


@pytest.fixture
def published():
    HomeFactory()
    bologna = InstitutionFactory(name_en="Bologna", name_ru="Болонья")
    AgreementFactory(reference="IET-2016-001", partners=[bologna])
    ExchangeFactory(partner=bologna, count=3)
    return publish(moment(), "Head of the department", now=NOW)


def sign_in(client, role):
    user = UserFactory(username=role, first_name="Zarina", last_name="Karimova")
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)


def test_edition_keeps_every_format_in_every_language_with_its_checksum(published):
    files = {(file.language, file.kind): file for file in published.files.all()}

    assert set(files) == {(a, b) for a in ("en", "ru", "tg") for b in ("pdf", "csv", "xlsx", "json")}
    assert {file.sha256 == hashlib.sha256(bytes(file.content)).hexdigest() for file in files.values()} == {True}
    assert {file.size == len(bytes(file.content)) for file in files.values()} == {True}
    assert "Edition 1, published on 15 September 2017" in text_of(bytes(files["en", "pdf"].content))


@pytest.mark.parametrize("rows", [ReportEdition.objects, EditionFile.objects])
@pytest.mark.parametrize(
    "change",
    [lambda rows: rows.update(**{rows.model._meta.pk.name: 77}), lambda rows: rows.all()._raw_delete("default")],
)
def test_database_refuses_to_change_or_delete_an_edition(published, rows, change):
    before = list(rows.values())

    with pytest.raises(DatabaseError, match="A published edition of a report is final"), transaction.atomic():
        change(rows)

    assert list(rows.values()) == before


@pytest.mark.postgresql  # SQLite has no TRUNCATE
@pytest.mark.parametrize("table", ["reports_editionfile", "reports_reportedition CASCADE"])
def test_database_refuses_to_empty_the_tables_of_editions(published, table):
    with (
        pytest.raises(DatabaseError, match="A published edition of a report is final"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table}")

    assert EditionFile.objects.count() == 12


def test_next_edition_has_the_next_number_and_says_what_it_corrects(published):
    second = publish(moment(), "Head of the department", "One exchange was missing.", NOW)

    assert (second.number, second.correction, published.number) == (2, "One exchange was missing.", 1)


def test_nothing_has_changed_right_after_publishing(published):
    live = build_report(moment(), "ru")

    assert changes(data_of(published, "ru"), live) == {"figures": [], "records": []}


def test_changes_since_an_edition_name_figures_and_records(published):
    AgreementFactory(reference="IET-2016-002", partners=[InstitutionFactory(name_en="Cantabria")])
    ExchangeFactory(partner__name_en="Turin", count=2)

    found = changes(data_of(published, "en"), build_report(moment(), "en"))

    headlines = [(one["label"], one["before"], one["after"]) for one in found["figures"] if not one["part"]]
    assert headlines == [
        ("Partner institutions", "1", "3"),
        ("New partners", "1", "3"),
        ("Agreements in force", "1", "2"),
        ("Agreements signed", "1", "2"),
        ("Exchanges", "3", "5"),
    ]
    added = {one["caption"]: one["added"] for one in found["records"]}
    assert added["Partner institutions on the day of the report"] == ["Cantabria", "Turin"]
    assert added["Agreements in force on the day of the report"] == ["IET-2016-002"]


def test_page_of_editions_lists_files_and_changes(client, published):
    ExchangeFactory(partner=InstitutionFactory(name_en="Turin"))

    html = client.get("/reports/2016-2017/editions/").content.decode()

    pdf = published.files.get(language="en", kind="pdf")
    assert "Published on 15 September 2017, as of 31 August 2017." in html
    assert f"<code>{pdf.sha256}</code>" in html
    assert "New: Turin" in html
    assert "Edition 1 was published on 15 September 2017." in client.get("/reports/2016-2017/").content.decode()


def test_published_file_is_served_byte_for_byte(client, published):
    response = client.get("/tg/reports/2016-2017/editions/1.pdf")

    file = published.files.get(language="tg", kind="pdf")
    assert response.content == bytes(file.content)
    assert response["ETag"] == f'"{file.sha256}"'
    assert client.get("/reports/2016-2017/editions/2.pdf").status_code == 404


def test_a_file_is_checked_against_the_published_ones(client, published):
    file = published.files.get(language="ru", kind="csv")
    address = "/reports/2016-2017/editions/"
    unchanged, other = SimpleUploadedFile("a.csv", bytes(file.content)), SimpleUploadedFile("b.csv", b"section\n")

    answers = [
        client.post(address, data).content.decode()
        for data in ({"file": unchanged}, {"sha256": file.sha256.upper()}, {"file": other}, {"sha256": "abc"}, {})
    ]

    sentences = [
        "It is unchanged: 2016/2017, edition 1, CSV, language ru.",
        "It is unchanged: 2016/2017, edition 1, CSV, language ru.",
        "It is none of the published files.",
        "A SHA-256 has 64 digits and letters from a to f.",
        "Give a file or its SHA-256.",
    ]
    assert [sentence in answer for sentence, answer in zip(sentences, answers, strict=True)] == [True] * 5


def test_head_publishes_on_the_page_and_corrects_with_a_reason(client):
    HomeFactory()
    sign_in(client, "Head of department")
    address = "/reports/2016-2017/publish/"

    assert "Publish this report" in client.get("/reports/2016-2017/").content.decode()
    assert client.get(address).status_code == 200
    first = client.post(address)
    without_reason = client.post(address)
    second = client.post(address, {"correction": "A wrong title."})

    assert [first["Location"], second["Location"]] == ["/reports/2016-2017/editions/"] * 2
    assert without_reason.status_code == 200
    assert list(ReportEdition.objects.values_list("number", "published_by", "correction")) == [
        (2, "Zarina Karimova", "A wrong title."),
        (1, "Zarina Karimova", ""),
    ]


@pytest.mark.parametrize("role", ["Viewer", "Editor", "Administrator"])
def test_nobody_else_publishes(client, role):
    sign_in(client, role)

    assert client.post("/reports/2016-2017/publish/").status_code == 403
    assert ReportEdition.objects.count() == 0
    assert "Publish this report" not in client.get("/reports/2016-2017/").content.decode()


def test_visitor_who_wants_to_publish_signs_in_first(client):
    response = client.post("/reports/2016-2017/publish/")

    assert response["Location"] == "/admin/login/?next=/reports/2016-2017/publish/"


def test_year_without_an_edition_says_so(client):
    assert (
        "No edition of this report has been published." in client.get("/reports/2015-2016/editions/").content.decode()
    )


def test_staff_look_at_editions_and_change_nothing(admin_client, published):
    page = admin_client.get(f"/admin/reports/reportedition/{published.pk}/change/")

    assert page.status_code == 200
    assert admin_client.post(f"/admin/reports/reportedition/{published.pk}/delete/").status_code == 403
    assert admin_client.get("/admin/reports/reportedition/add/").status_code == 403
