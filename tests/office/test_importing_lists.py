"""Lists of ministries and of the Commission: what is no record is left out, what is doubtful is not guessed."""

import datetime

import openpyxl
import pytest

from mobility.models import Exchange
from office.importing.kinds import KINDS
from office.importing.mapping import make_mapping
from office.importing.reading import Source
from partners.models import Institution
from tests.factories import InstitutionFactory
from tests.office.test_importing_awkward import rejected, sheet

FIXED = ("--set", "academic_year=2016/2017", "--set", "direction=outgoing", "--set", "activity=SMS")


def test_numbered_lines_and_signatures_below_a_list_are_no_people(load, tmp_path):
    rows = [["№", "ФИО", "Примечание"], [1, "Раҳимов Фирӯз", None], [2, None, None], [3, None, "выбыл"]]
    rows += [[None, "Исполнитель: Иванов И.И."], [None, "Начальник отдела", "Петров"], ["Ректор ________ Сидоров"]]

    path = sheet(tmp_path / "list.xlsx", rows)
    report, _said = load("exchanges", path, "--guess", "--keep-going", *FIXED, "--set", "country=Italy")

    assert [one["line"] for one in report["skipped"]] == [3, 5, 6, 7]
    assert rejected(report) == [(4, "", "")]
    assert list(Exchange.objects.values_list("person_name", flat=True)) == ["Раҳимов Фирӯз"]


def test_values_that_only_a_person_understands_are_offered_and_not_taken(load, tmp_path):
    head = ["country", "count", "from", "to", "activity", "person_name"]
    rows = [
        ["Italy", "3 чел.", "с 12.09.2016 по 30.01.2017", None, "SMS", None],
        ["Italy", 1, 42625, datetime.date(2017, 1, 30), "SMS", "12"],
        ["Italy", 1, None, None, "HE-SMS-SHT", None],
        ["Italy", 1, None, None, "Student mobility for traineeships - HE-SMP-T", None],
    ]

    report, _said = load("exchanges", sheet(tmp_path / "list.xlsx", [head, *rows]), "--keep-going", *FIXED[:4])

    assert [(one["line"], one["column"], one["suggestions"]) for one in report["rejected"]] == [
        (2, "count", ["3"]),
        (2, "from", []),
        (3, "from", ["2016-09-12"]),
        (3, "person_name", []),
    ]
    assert list(Exchange.objects.order_by("pk").values_list("activity", flat=True)) == ["SMS", "SMT"]


def test_letters_of_another_alphabet_are_told_and_marks_inside_words_left_out(load):
    text = "name,country,erasmus_code\nBologna,Italy,I  ВOLOGNA01\nUniversitу,Italy,\n"
    text += "Slov\u00adenska \u200bVysoka,Italy,\n"

    report, _said = load("institutions", text, "--keep-going")

    assert [(one["line"], one["suggestions"]) for one in report["rejected"]] == [(2, ["I  BOLOGNA01"])]
    assert report["rejected"][0]["reason"].endswith("which only look like Latin ones: В.")
    assert [(one["line"], one["reason"]) for one in report["warnings"]] == [
        (3, "Latin and Cyrillic letters stand in one word: Universitу.")
    ]
    assert "Slovenska Vysoka" in Institution.objects.values_list("name", flat=True)


def test_a_stored_mark_inside_a_word_is_no_difference(load):
    kept = InstitutionFactory(name="Slov\u00adenska", country_id="IT")

    report, _said = load("institutions", f"id,name\n{kept.slug},Slov\u00adenska\n")

    assert (report["unchanged"], report["updated"]) == (1, 0)


def test_a_formula_that_was_never_computed_does_not_empty_a_field(load, tmp_path):
    report, _said = load(
        "institutions", sheet(tmp_path / "f.xlsx", [["name", "country", "city"], ["A", "Italy", "=1"]])
    )

    assert rejected(report) == [(2, "city", "=…")]


@pytest.mark.parametrize(
    ("rows", "hint"),
    [
        ([["Болонья", "Италия"]], "write a line of headings above the first row"),
        ([["Отчёт отдела"]], "Read was the sheet “Sheet”; there are also: Данные."),
    ],
)
def test_a_table_without_its_headings_is_refused_with_what_to_do(load, tmp_path, rows, hint):
    path = tmp_path / "file.xlsx"
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.create_sheet("Данные").append(["name", "country"])
    book.save(path)

    _report, said = load("institutions", path, "--guess")

    assert hint in said


@pytest.mark.parametrize(
    ("kind", "heading", "column"),
    [
        ("exchanges", "Participants", "count"),
        ("exchanges", "Receiving Organization", "partner"),
        ("exchanges", "Принимающий вуз", "partner"),
        ("exchanges", "Направление мобильности", "direction"),
        ("exchanges", "ФИО студента", "person_name"),
        ("agreements", "Номи муассиса", "partners"),
        ("agreements", "Дата соглашения", "signed_on"),
        ("projects", "Project Summary", "summary"),
        (
            "projects",
            "EU Grant award in euros (This amount represents the grant awarded after the selection)",
            "budget",
        ),
        ("institutions", "Organisation Legal Name\n(in English)", "name_en"),
        ("institutions", "ID", ""),
        ("contacts", "Должность", ""),
    ],
)
def test_headings_of_well_known_lists_are_certain(tmp_path, kind, heading, column):
    path = sheet(tmp_path / "file.xlsx", [[heading, "x"], ["1", "2"]])

    names = KINDS[kind].table.columns
    mapping = make_mapping(Source(path), kind, names, guess=True, header_line=1)

    assert mapping.columns[0] == column
