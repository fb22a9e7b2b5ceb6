"""Files as other offices and registers write them, and files that mean harm: told in sentences, never half read."""

import re
import zipfile

import openpyxl
import pytest
import xlsxwriter

from office.importing.kinds import KINDS
from office.importing.mapping import make_mapping
from office.importing.problems import FileRefused
from office.importing.reading import Source
from office.models import ImportBatch

INSTITUTIONS = ("id", "name", "country", "city", "address", "website", "erasmus_code", "pic", "oid")
EXCHANGES = (
    "id",
    "academic_year",
    "direction",
    "activity",
    "partner",
    "country",
    "count",
    "from",
    "to",
    "person_name",
)
BROKEN = "The workbook is broken and cannot be read. Open it in a spreadsheet program and save it again as XLSX."
WEB_PAGE = "This is a web page or XML, whatever its name says. Open it in a spreadsheet program, save it as XLSX."


def sheet(path, rows, merged=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    book.save(path)
    return path


def altered(path, rows, change):
    """Write rows as XLSX, with each part of the archive passed through ``change(name, content)``."""
    plain = path.with_name("plain.xlsx")
    with xlsxwriter.Workbook(plain) as book:
        one = book.add_worksheet()
        for number, row in enumerate(rows):
            one.write_row(number, 0, row)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return path


def rejected(report):
    return [(one["line"], one["column"], one["value"]) for one in report["rejected"]]


def test_the_official_list_of_the_erasmus_charter_is_read_as_it_is(load, tmp_path):
    rows = [
        ["Higher Education Institutions holding an Erasmus Charter 2021-2027"],
        ["Last update: 01/03/2024"],
        [],
        [
            *("Proposal Number", "Erasmus Code", "PIC", "OID", "Organisation Legal Name", "Street"),
            "City",
            "Country Cd",
        ],
        [1, "I  BOLOGNA01", 999993953, "E10209369", "ALMA MATER STUDIORUM\xa0", "VIA ZAMBONI 33", "BOLOGNA", "IT"],
        [2, "e  santand01 ", "999867853", "E10208927", "UNIVERSIDAD DE CANTABRIA", "AVENIDA 1", "SANTANDER", "ES"],
        [3, "D\xa0 koln01", 999854467, "E10209154", "UNIVERSITAET ZU KOELN", "PLATZ 1", "KOELN", "DE"],
        [3, "D  KOLN01", 999854467, "E10209154", "UNIVERSITAET ZU KOELN", "PLATZ 1", "KOELN", "DE"],
    ]

    report, said = load("institutions", sheet(tmp_path / "eche.xlsx", rows), "--guess")

    counts = [report[name] for name in ("read", "created", "unchanged", "rejected")]
    assert (counts, said, report["header_line"]) == ([4, 3, 1, []], "", 4)
    assert [(one["line"], one["column"]) for one in report["duplicates"]] == [(8, "Organisation Legal Name")]
    assert report["mapping"]["Organisation Legal Name"] == "name"
    table = KINDS["institutions"].table
    exported = table.make_rows(KINDS["institutions"].model.objects.filter(is_home=False), public=False)
    assert {(row["name"], row["erasmus_code"]) for row in exported} == {
        ("ALMA MATER STUDIORUM", "I  BOLOGNA01"),
        ("UNIVERSIDAD DE CANTABRIA", "E  SANTAND01"),
        ("UNIVERSITAET ZU KOELN", "D  KOLN01"),
    }


def test_headings_over_two_merged_rows_are_read_together(tmp_path):
    rows = [
        ["Сведения о мобильности за 2016-2017 учебный год"],
        ["№\nп/п", "Ф.И.О.", "Вуз-\nпартнёр", "Срок обучения", None],
        [None, None, None, "с", "по"],
        [1, "Каримов А.", "Болонский университет", "01.09.2016", "30.06.2017"],
    ]
    path = sheet(tmp_path / "file.xlsx", rows, ("A2:A3", "B2:B3", "C2:C3", "D2:E2"))

    mapping = make_mapping(Source(path), "exchanges", EXCHANGES, guess=True)

    assert (mapping.header_line, mapping.last_header_line) == (2, 3)
    assert mapping.taken == {
        "Ф.И.О.": "person_name",
        "Вуз- партнёр": "partner",
        "Срок обучения с": "from",
        "Срок обучения по": "to",
    }


def test_headings_over_two_lines_of_a_text_are_read_together(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("ФИО;Страна;Период;;Курс\n;;с;по;\nКаримов А.;Италия;01.09.2016;30.06.2017;2\n", encoding="cp1251")

    mapping = make_mapping(Source(path), "exchanges", EXCHANGES, guess=True)

    assert (mapping.last_header_line, mapping.headings[2:4]) == (2, ["Период с", "Период по"])
    assert [mapping.columns[place] for place in range(4)] == ["person_name", "country", "from", "to"]


def test_a_first_row_with_few_values_is_no_second_line_of_headings(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("name,country,,\nPartner,IT,city,x\n", encoding="utf-8")

    assert make_mapping(Source(path), "institutions", INSTITUTIONS).last_header_line == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"name;country\nUniwersytet \xa3\xf3dzki;PL\nPolitechnika \x8cl\xb9ska;PL\n", "cp1250"),
        (b"name;country\nUniversit\xe4t K\xf6ln;DE\nUniversidad de Logro\xf1o;ES\n", "cp1252"),
    ],
)
def test_polish_is_told_from_western_letters(tmp_path, text, found):
    path = tmp_path / "file.csv"
    path.write_bytes(text)

    assert Source(path).encoding == found


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("<table><tr><td>name</td></tr></table>".encode("utf-16"), WEB_PAGE),
        (b"<!-- made by a portal --><table><tr><td>name</td></tr></table>", WEB_PAGE),
        (b"MIME-Version: 1.0\nX-Document-Type: Workbook\n", WEB_PAGE),
        (b'[{"name": "A", "country": "IT"}]', "This is a JSON file, not a table. CSV and XLSX can be imported."),
        (b"sep=;\r\n", "The file has no rows."),
        (b",,,\n,,,\n", "The file has no rows."),
        (
            b"name,country\n" + b"A" * 1_100_000 + b",IT\n",
            "Line 2: a cell is longer than a million characters, or a quotation mark there is never closed.",
        ),
    ],
)
def test_what_only_looks_like_a_table_is_refused_in_a_sentence(load, content, sentence):
    report, said = load("institutions", content)

    assert (said, report["refused"], report["read"]) == (sentence, sentence, 0)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--encoding", "base64"], "There is no encoding “base64”."),
        (["--header-row", "0"], "Line 0 has no headings."),
        (["--sheet", "Partners"], "A CSV file has no sheets."),
    ],
)
def test_an_option_that_does_not_fit_the_file_is_refused(load, options, sentence):
    assert load("institutions", "name,country\nA,IT\n", *options)[1] == sentence


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_that_declares_entities_is_refused(load, tmp_path, part):
    def change(name, content):
        return re.sub(rb"(?<=\?>)", ENTITIES, content, count=1) if name == part else content

    path = altered(tmp_path / "file.xlsx", [["name", "country"], ["A", "IT"]], change)

    assert load("institutions", path)[1] == BROKEN


def test_a_workbook_whose_packed_data_is_damaged_is_refused(load, tmp_path):
    path = sheet(tmp_path / "file.xlsx", [["name", "country"], *([f"University {n * n}", "IT"] for n in range(300))])
    content = bytearray(path.read_bytes())
    start = content.index(b"xl/worksheets/sheet1.xml") + 100
    for place in range(start, start + 600):
        content[place] ^= 0x55
    path.write_bytes(content)

    assert load("institutions", path)[1] == BROKEN


def test_a_workbook_packed_like_no_real_one_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _megabyte in range(60):
                part.write(b"<row/>" * 170_000)

    with pytest.raises(FileRefused, match="too large when unpacked"):
        Source(path)


def test_a_strict_workbook_is_read_like_any_other(load, tmp_path):
    def change(_name, content):
        content = content.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        )
        return content.replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/"
        )

    path = altered(tmp_path / "file.xlsx", [["name", "country"], ["Università", "IT"]], change)

    report, said = load("institutions", path)

    assert ([report["created"], report["rejected"]], said) == ([1, []], "")


def test_values_beyond_the_widest_table_are_told(load):
    text = ",".join(["name", "country", *(f"x{n}" for n in range(500))]) + "\nA,IT" + ",1" * 500 + "\n"

    report, _said = load("institutions", text)

    assert report["created"] == 1
    assert report["notes"][-1] == "Only the first 300 columns were read; there are values beyond them."


def test_a_row_with_more_cells_than_headings_is_rejected_and_one_with_fewer_told(load):
    report, _said = load(
        "institutions", "name,country,city\nA,IT\nB,IT,Rome,Via Roma,1\nC,IT,Rome,,\n", "--keep-going"
    )

    assert rejected(report) == [(3, "", "Via Roma")]
    assert [(one["line"], one["column"]) for one in report["warnings"]] == [(2, "")]
    assert report["created"] == 2


def test_error_cells_of_any_language_are_empty_and_told(load):
    report, _said = load("institutions", "name;country;city\nA;IT;#Н/Д\nB;IT;#ДЕЛ/0!\nC;IT;#N/A\nD;IT;#######\n")

    assert [(one["line"], one["column"], one["value"]) for one in report["warnings"]] == [
        (2, "city", "#Н/Д"),
        (3, "city", "#ДЕЛ/0!"),
        (4, "city", "#N/A"),
    ]
    assert rejected(report) == [(5, "city", "#######")]


def test_marks_that_nobody_sees_are_no_part_of_headings_and_names(load):
    report, said = load("institutions", "\u200bname\u200b,country\xa0\n\ufeffUni\u200f,\u200eIT\u200b\n")

    assert ([report["created"], report["rejected"]], said) == ([1, []], "")
    assert KINDS["institutions"].model.objects.get(is_home=False).name == "Uni"


def test_a_column_without_heading_that_holds_values_is_told(load):
    report, _said = load("institutions", "name,,country\nA,x,IT\n")

    assert report["notes"] == ["Columns without a heading that hold values, left out: 2."]


def test_a_warning_about_the_whole_row_names_no_column(load, tmp_path):
    path = sheet(tmp_path / "file.xlsx", [["no", "name", "country"], [1, "A", "IT"]])
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[2].hidden = True
    book.active.column_dimensions["C"].hidden = True
    book.save(path)

    report, _said = load("institutions", path)

    assert [(one["line"], one["column"]) for one in report["warnings"]] == [(2, "")]
    assert report["notes"] == ["Columns left out: no.", "Columns that are hidden in the sheet were read: country."]


@pytest.mark.parametrize(
    ("value", "nearest"),
    [("Deutschland", "Germany"), ("Spagna", "Spain"), ("Itly", "Italy")],
)
def test_a_country_in_another_language_is_rejected_with_the_one_that_is_meant(load, value, nearest):
    report, _said = load("institutions", f"name,country\nA,{value}\n")

    assert rejected(report) == [(2, "country", value)]
    assert report["rejected"][0]["suggestions"][0] == nearest


@pytest.mark.parametrize("word", ["нет", "–", "н/д", "отсутствует", "нест"])
def test_a_word_for_none_is_no_value(load, word):
    report, _said = load("institutions", f"name,country,city\nA,IT,{word}\n")

    assert rejected(report) == [(2, "city", word)]
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    "day", ["12.03.2016 г.", "12.03.2016г.", "«12» марта 2016 г.", "12 марта 2016 года", "12 March 2016", "2016-03-12"]
)
def test_dates_as_letters_write_them_are_read(day):
    from office.importing.cells import Day

    assert Day().read(day).isoformat() == "2016-03-12"
