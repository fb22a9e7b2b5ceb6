"""The PDF of the annual report, made from data written by hand and taken apart again."""

import io
import re
import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from django.utils import translation

from reports.rendering import ReportError, tables, write_file
from reports.rendering.glyphs import LIBERTINUS_SERIF, showable
from reports.rendering.pdf import render_pdf, typeset, typeset_form
from tests.reports.sample import LONG_NAME, WORDS, sample_report


def text_of(pdf):
    """The file's text as it is copied, on one line, with the words together that a hyphen broke at a line's end."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return re.sub(r"\s+", " ", re.sub(r"[\u00ad\ufffe\x02]\s*", "", "\n".join(pages)))


def structure_of(pdf):
    """The structure tree's elements, depth first, as ``(kind, element)``."""

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for child in node:
                yield from walk(child)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield str(node.S), node
            yield from walk(node.get("/K"))

    return list(walk(pdf.Root.StructTreeRoot.K))


def open_pdf(content):
    return pikepdf.open(io.BytesIO(content))


@pytest.mark.parametrize("language", ["en", "ru", "tg"])
def test_text_of_the_report_copies_as_it_was_written(language):
    words = WORDS[language]

    text = text_of(render_pdf(sample_report(language)))

    missing = [
        word
        for word in (words["title"], words["institution"], words["summary"], words["prose"].strip(), words["by_year"])
        if word not in text
    ]
    assert missing == []


@pytest.mark.parametrize("language", ["en", "ru", "tg"])
def test_report_declares_its_standards_title_language_and_day(language):
    pdf = open_pdf(render_pdf(sample_report(language)))

    metadata = pdf.open_metadata()
    assert {
        "ua": metadata["pdfuaid:part"],
        "a": metadata["pdfaid:part"] + metadata["pdfaid:conformance"],
        "title": metadata["dc:title"],
        "language": str(pdf.Root.Lang),
        "shown": bool(pdf.Root.ViewerPreferences.DisplayDocTitle),
        "tagged": bool(pdf.Root.MarkInfo.Marked),
        "made": str(pdf.docinfo.CreationDate),
    } == {
        "ua": "1",
        "a": "3A",
        "title": WORDS[language]["title"],
        "language": language,
        "shown": True,
        "tagged": True,
        "made": "D:20170831000000Z",
    }


def test_headings_table_heads_and_charts_are_tagged():
    report = sample_report("en")

    pdf = open_pdf(render_pdf(report))

    structure = structure_of(pdf)
    assert [str(element.T) for kind, element in structure if kind == "/H1"] == [
        "Contents",
        "Number",
        "Partners",
        "Sources",
        "Agreements in force",
    ]
    assert [str(element.Alt) for kind, element in structure if kind == "/Figure"] == [
        "Partners by country: 1, 1",
        "Exchanges by academic year and direction: 0–21, 1–15",
    ]
    kinds = [kind for kind, _ in structure]
    assert {kind: kinds.count(kind) for kind in ("/Table", "/Caption", "/TH", "/TR")} == {
        "/Table": 3,
        "/Caption": 5,
        "/TH": 2 + 3 + 4,
        "/TR": (1 + 3) + (1 + 8) + (1 + 30),
    }


def test_name_in_another_language_is_tagged_with_it():
    pdf = open_pdf(render_pdf(sample_report("tg")))

    structure = structure_of(pdf)
    assert [str(element.Lang) for kind, element in structure if kind == "/TD" and "/Lang" in element] == ["it"] * 30


def test_figures_are_attached_as_csv():
    report = sample_report("ru")

    pdf = open_pdf(render_pdf(report))

    assert {name: file.get_file().read_bytes() for name, file in pdf.attachments.items()} == {
        "2016-2017.csv": tables.report_csv(report)
    }


def test_same_data_make_the_same_bytes():
    assert render_pdf(sample_report("ru")) == render_pdf(sample_report("ru"))


@pytest.mark.parametrize("language", ["en", "ru", "tg"])
@pytest.mark.parametrize("name", [LONG_NAME, "Ш" * 300, "W" * 300, "mw@%" * 75, "Ab-" * 100, "x " * 150])
def test_long_names_break_inside_their_cell(language, name):
    pdf = render_pdf(sample_report(language, agreements=9, names=[name]))

    with closing(pypdfium2.PdfDocument(pdf)) as document:
        letters = document[len(document) - 1].get_textpage()
        text = letters.get_text_range()
        next_column = letters.get_charbox(text.index(WORDS[language]["country"]))[0]
        first = re.escape(name[:2].strip())
        places = [found.start() + step for found in re.finditer(first, text) for step in range(2)]
        assert max(letters.get_charbox(place)[2] for place in places) < next_column
        copied = "".join(page.get_textpage().get_text_range() for page in document)
        copied = re.sub(r"\s", "", copied.replace("\ufffe", "-"))
        assert copied.count(re.sub(r"\s", "", name)) == 3


def test_names_that_no_font_has_are_transliterated():
    names = ["上海大学", "جامعة", "Ⴀბგ", "😀", "\x00\x07a\u202eb\u200d", "\ud800", "🂡\U000f0000"]

    text = text_of(render_pdf(sample_report("en", agreements=9, names=names)))

    assert [name for name in ("ShangHaiDaXue", "jm`h", "Abg", ":grinning:", "ab", "\ufffd") if name not in text] == []


def test_what_people_wrote_is_never_markup():
    names = ['#eval("1+1")', "*bold* _it_ $x^2$ @ref <a>", "= Heading #include", '\\ " // /* ` ```']

    text = text_of(render_pdf(sample_report("en", agreements=6, names=names)))

    assert [name for name in names if name not in text] == []


def test_every_character_taken_for_showable_is_shown():
    first_last = [part.split("-") for part in LIBERTINUS_SERIF.split()]
    characters = [chr(code) for pair in first_last for code in range(int(pair[0], 16), int(pair[-1], 16) + 1)]

    document, drawings = typeset_form(sample_report("en", agreements=1))
    document["sections"][0]["paragraphs"] = [" ".join(characters)]
    document["sections"][0]["title"] = "".join(characters)

    assert typeset(document, drawings, b"", date(2017, 8, 31)).startswith(b"%PDF-1.7")


def test_text_that_cannot_be_shown_is_named_with_its_place():
    document, drawings = typeset_form(sample_report("en"))
    document["sections"][2]["tables"][0]["rows"][4][1] = "大学"

    with pytest.raises(ReportError) as refused:
        typeset(document, drawings, b"", date(2017, 8, 31))

    assert "Agreements in force › Agreements in force › row 5 › 大学" in str(refused.value)


def test_rendering_that_takes_too_long_is_stopped_without_a_trace():
    before = set(Path(tempfile.gettempdir()).glob("report-*"))

    with pytest.raises(ReportError) as stopped:
        render_pdf(sample_report("en", agreements=500), seconds=0.01)

    assert str(stopped.value) == "The report was not typeset within 0.01 seconds and was stopped."
    assert set(Path(tempfile.gettempdir()).glob("report-*")) <= before


def test_rendering_that_needs_too_much_memory_says_so():
    document, drawings = typeset_form(sample_report("en", agreements=500))
    document["sections"][2]["tables"][0]["rows"] *= 20

    with pytest.raises(ReportError) as stopped:
        typeset(document, drawings, b"", date(2017, 8, 31), megabytes=300)

    assert str(stopped.value) == "Typesetting the report needed more than 300 MB of memory and was stopped."


def test_long_table_is_cut_in_the_document_with_a_sentence_that_says_so():
    document, _drawings = typeset_form(sample_report("en", agreements=101))

    table = document["sections"][2]["tables"][0]
    assert (len(table["rows"]), table["notes"][0][:28]) == (100, "Only the first 100 rows stan")


def test_file_is_whole_or_not_there(tmp_path):
    write_file(tmp_path / "a.pdf", b"old")

    with pytest.raises(TypeError):
        write_file(tmp_path / "a.pdf", "not bytes")

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.pdf": b"old"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ҷумҳурии Тоҷикистон ғ ӣ қ ӯ", "Ҷумҳурии Тоҷикистон ғ ӣ қ ӯ"),
        ("донишкадаи омузишӣ", "донишкадаи омузишӣ"),  # i with a combining macron becomes one letter
        ("上海 大学", "ShangHai DaXue"),
        ("one\ntwo\tthree\u2028four", "one two three four"),
        ("soft\u00adhyphen\u200b", "softhyphen"),
        ("\ue000\U0010ffff", "\ufffd"),
        ("", ""),
    ],
)
def test_showable_text(text, shown):
    assert showable(text) == shown


def test_wording_follows_the_language_of_the_report_not_of_the_reader():
    with translation.override("tg"):
        read_in_tajik = render_pdf(sample_report("en"))
    with translation.override("en"):
        read_in_english = render_pdf(sample_report("en"))

    assert read_in_tajik == read_in_english
