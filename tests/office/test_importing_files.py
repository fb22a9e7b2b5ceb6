"""Files as offices have them: every encoding, delimiter, layout and accident is read, or refused in a sentence."""

import datetime
import io
import zipfile

import openpyxl
import pytest
import xlsxwriter

from office.importing.cell_marks import NEVER_COMPUTED, ErrorCell
from office.importing.mapping import make_mapping
from office.importing.problems import FileRefused
from office.importing.reading import Source

COLUMNS = ("id", "name", "name_ru", "name_tg", "country", "city", "website", "erasmus_code", "pic", "published")
RUSSIAN = "Название вуза;Страна;Город\r\nСанкт-Петербургский университет;Россия;Санкт-Петербург\r\n"


@pytest.fixture
def written(tmp_path):
    def write(content, name="file.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def workbook(tmp_path):
    """Write rows as an XLSX file and return its path; ``change`` gets the openpyxl sheet before it is saved."""

    def write(rows, change=lambda sheet: None):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        change(book.active)
        path = tmp_path / "file.xlsx"
        book.save(path)
        return path

    return write


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("cp1251", "cp1251"),
        ("koi8-r", "koi8-r"),
        ("cp866", "cp866"),
        ("iso8859-5", "iso8859-5"),
        ("mac-cyrillic", "mac-cyrillic"),
    ],
)
def test_the_encoding_of_russian_text_is_found_out(written, encoding, found):
    source = Source(written(RUSSIAN, encoding=encoding))

    assert (source.encoding, source.delimiter) == (found, ";")
    assert list(source.rows())[1] == (2, ["Санкт-Петербургский университет", "Россия", "Санкт-Петербург"])


def test_a_short_text_of_dos_is_not_taken_for_western_letters(written):
    source = Source(written("Вуз;Страна\nБолонский университет;Италия\nМГУ;Россия\n", encoding="cp866"))

    assert (source.encoding, list(source.rows())[2]) == ("cp866", (3, ["МГУ", "Россия"]))


@pytest.mark.parametrize("name", ["Università di Bologna", "Universität Köln", "Université de Besançon", "Málaga"])
def test_western_names_are_windows_1252_even_where_only_one_letter_says_so(written, name):
    source = Source(written(f"name;country\n{name};IT\n", encoding="cp1252"))

    assert source.encoding == "cp1252"
    assert list(source.rows())[1] == (2, [name, "IT"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_out_though_values_hold_the_others(written, delimiter):
    lines = [["name", "country"], ['"a, b; c"', "IT"], ['"d, e; f"', "ES"]]

    source = Source(written("\n".join(delimiter.join(line) for line in lines)))

    assert source.delimiter == delimiter
    assert [cells for _line, cells in source.rows()] == [["name", "country"], ["a, b; c", "IT"], ["d, e; f", "ES"]]


def test_a_spreadsheet_may_name_its_delimiter_on_the_first_line(written):
    source = Source(written("sep=;\nname;country\nBologna;IT\n"))

    assert list(source.rows()) == [(2, ["name", "country"]), (3, ["Bologna", "IT"])]


def test_a_row_is_named_by_the_physical_line_on_which_it_begins(written):
    source = Source(written('name,address\r\nA,"Via Zamboni 33\r\n40126 Bologna"\r\nB,x\r\n'))

    assert [(line, cells[0]) for line, cells in source.rows()] == [(1, "name"), (2, "A"), (4, "B")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\r\n \r\n", "The file is empty."),
        (b"%PDF-1.7 \x00\x01", "This is a PDF file, not a table. CSV and XLSX can be imported."),
        (
            b"<html><table><tr><td>name</td></tr></table></html>",
            "This is a web page or XML, whatever its name says. Open it in a spreadsheet program, save it as XLSX.",
        ),
        (
            b"PK\x03\x04 cut off",
            "The workbook is broken: it seems to be cut off. Save it again, or send it anew, and try again.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "The workbook is broken and cannot be read. "
            "Open it in a spreadsheet program and save it again as XLSX.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "The workbook is protected with a password: save it without one and try again.",
        ),
        (bytes(range(32)) * 20, "This is not a table: the file holds binary data. CSV and XLSX can be imported."),
        (
            "имя,страна\nа,б\nв,г\nд,е\nж,з\n".encode() + b"\xff,x\n",
            "Line 6: the file is UTF-8, but a character there is broken. Save the file again as UTF-8.",
        ),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_a_sentence(written, content, sentence):
    with pytest.raises(FileRefused) as refused:
        list(Source(written(content, "file.xlsx")).rows())

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "content",
    ['name,city\nA,x\nB,"open\nC,z\n', 'name,city\nA,x\nB,"open\nC,"z"\n', 'name,city\nA,x\nB,"a" b\n'],
)
def test_a_quotation_mark_that_is_never_closed_is_refused_with_its_line(written, content):
    with pytest.raises(FileRefused, match="Line 3: a quotation mark"):
        list(Source(written(content)).rows())


def test_a_zip_archive_renamed_to_a_workbook_is_refused(written):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("photo.jpg", "x")

    with pytest.raises(FileRefused, match="This is a ZIP archive, not a workbook"):
        Source(written(archive.getvalue(), "file.xlsx"))


def test_a_workbook_gives_real_dates_and_numbers(workbook):
    path = workbook([["name", "on", "count", "share", "yes"], ["A", datetime.date(2017, 1, 31), 12, 1.5, True]])

    assert list(Source(path).rows())[1] == (2, ["A", datetime.date(2017, 1, 31), 12, 1.5, True])


def test_hidden_rows_and_sheets_and_merged_cells_are_noticed(workbook):
    def change(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.merge_cells("B2:B3")
        sheet.parent.create_sheet("secret").sheet_state = "hidden"

    source = Source(workbook([["name", "country"], ["A", "IT"], ["B", None]], change))

    assert source.sheets == [("Sheet", False), ("secret", True)]
    assert (source.hidden_rows, source.merged) == ([3], [(2, 3, 2, 2)])


def test_an_error_cell_and_a_formula_that_was_never_computed_are_not_values(workbook):
    rows = list(Source(workbook([["a", "b"], ["#N/A", "=1+1"]])).rows())

    assert rows[1] == (2, ["#N/A", NEVER_COMPUTED])
    assert [type(cell) for cell in rows[1][1]] == [ErrorCell, ErrorCell]


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [("2", "is empty"), ("Missing", "The workbook has no sheet “Missing”. It has: Sheet, Empty.")],
)
def test_a_sheet_that_is_empty_or_missing_is_refused(workbook, sheet, sentence):
    path = workbook([["name"], ["A"]], lambda sheet: sheet.parent.create_sheet("Empty"))

    with pytest.raises(FileRefused, match=sentence):
        Source(path, sheet=sheet)


def test_an_empty_workbook_is_refused(workbook):
    with pytest.raises(FileRefused, match=r"The workbook is empty\."):
        Source(workbook([]))


def test_a_million_declared_rows_are_not_read(workbook, tmp_path):
    small, huge = workbook([["name"], ["A"]]), tmp_path / "huge.xlsx"
    with zipfile.ZipFile(small) as old, zipfile.ZipFile(huge, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                text = text.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"')
                text = text.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>')
            new.writestr(part, text)

    assert list(Source(huge).rows()) == [(1, ["name"]), (2, ["A"])]


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _megabyte in range(610):
                part.write(bytes(2**20))

    with pytest.raises(FileRefused, match="too large when unpacked"):
        Source(path)


def test_the_headings_are_found_below_title_lines(written):
    path = written("Список вузов-партнеров;;\n;;\n;на 01.01.2017;\nНазвание вуза;Страна;Город\nA;Италия;Рим\n")

    mapping = make_mapping(Source(path), "institutions", COLUMNS, guess=True)

    assert mapping.header_line == 4
    assert mapping.taken == {"Название вуза": "name", "Страна": "country", "Город": "city"}


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Eramus Code", "erasmus_code"),
        ("ERASMUS CODE", "erasmus_code"),
        ("Erasmus+ code", "erasmus_code"),
        ("Legal name", "name"),
        ("Uni", "name"),
        ("Institution", "name"),
        ("Название вуза", "name"),
        ("Наименование  ВУЗа", "name"),
        ("Номи донишгоҳ", "name"),
        ("Кишвар", "country"),
        ("Давлат", "country"),
        ("Страна", "country"),
        ("Contry", "country"),
        ("country_alpha2", "country"),
        ("PIC code", "pic"),
        ("Город", "city"),
        ("Шаҳр", "city"),
        ("Сайт", "website"),
        ("Web-site", "website"),
    ],
)
def test_usual_and_misspelt_headings_are_certain(written, heading, column):
    mapping = make_mapping(Source(written(f"{heading};x1;x2\na;b;c\n")), "institutions", COLUMNS, guess=True)

    assert mapping.taken == {" ".join(heading.split()): column}


def test_without_guessing_only_our_own_names_are_taken_and_the_rest_is_proposed(written):
    mapping = make_mapping(Source(written("name,Kountry,Remarks\na,b,c\n")), "institutions", COLUMNS)

    assert mapping.taken == {"name": "name"}
    assert {mapping.headings[place]: one.column for place, one in mapping.proposals.items()} == {"Kountry": "country"}
    assert mapping.left_out == ["Kountry", "Remarks"]


def test_a_person_maps_any_heading_also_an_empty_or_a_repeated_one(written):
    path = written("Name,,Name,Country\na,IT,b,c\n")

    mapping = make_mapping(
        Source(path), "institutions", COLUMNS, chosen={"": "country", "Name (2)": "name_ru", "Country": ""}
    )

    assert mapping.columns == ["name", "country", "name_ru", ""]


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"Nome": "name"}, "The file has no heading “Nome”. It has: Name, Country."),
        ({"Name": "title"}, "There is no column “title”"),
        ({"Name": "city", "Country": "city"}, "Two headings are mapped to the column “city”"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_is_refused(written, chosen, sentence):
    with pytest.raises(FileRefused, match=sentence):
        make_mapping(Source(written("Name,Country\na,b\n")), "institutions", COLUMNS, chosen=chosen)


def test_old_workbooks_are_read_too(tmp_path):
    """An OpenDocument sheet, as LibreOffice declares it: with a million repeated empty rows."""
    path = tmp_path / "file.ods"
    cells = "".join(
        f"<table:table-row>{row}</table:table-row>"
        for row in (
            "<table:table-cell office:value-type='string'><text:p>name</text:p></table:table-cell>",
            "<table:table-cell office:value-type='string'><text:p>Рим</text:p></table:table-cell>",
        )
    )
    rest = "<table:table-row table:number-rows-repeated='1048574'><table:table-cell/></table:table-row>"
    spaces = " ".join(
        f"xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'" for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name='S'>"
            f"{cells}{rest}</table:table></office:spreadsheet></office:body></office:document-content>",
        )

    assert list(Source(path).rows()) == [(1, ["name"]), (2, ["Рим"])]


def test_our_own_workbook_is_read_with_its_first_sheet(tmp_path):
    path = tmp_path / "file.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("institutions").write_row(0, 0, ["id", "name"])
        book.add_worksheet("about").write_row(0, 0, ["Filter", "x"])

    assert Source(path).sheet == "institutions"
