"""Cells that come back from a file as they went out, and files that spreadsheets can open."""

import csv
import datetime
import io
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iet_relations.lists.tables import as_it_was, csv_lines, join_list, neutral, split_list, write_xlsx


@pytest.mark.parametrize("text", ["=1+1", "+992 92 000 00 00", "-5 places", "@home", "\tx", "\rx", "'s-Hertogenbosch"])
def test_a_text_that_looks_like_a_formula_goes_out_with_an_apostrophe(text):
    assert neutral(text) == "'" + text
    assert as_it_was("'" + text) == text


def test_numbers_and_plain_texts_stay_as_they_are():
    assert [neutral(cell) for cell in (-5, Decimal("-1.5"), None, "a=b", "")] == [-5, Decimal("-1.5"), None, "a=b", ""]
    assert as_it_was("'Aini Street") == "'Aini Street"


@given(st.text())
def test_every_text_comes_back_as_it_was(text):
    assert as_it_was(neutral(text)) == text


@given(st.lists(st.text(min_size=1).map(str.strip).filter(bool)))
def test_every_list_comes_back_as_it_was(values):
    assert split_list(join_list(values)) == values


def test_a_list_may_hold_its_own_separator():
    assert join_list(["a|b", "c"]) == r"a\|b|c"
    assert split_list(r" a\|b | c ||") == ["a|b", "c"]


def test_csv_has_the_header_first_and_iso_dates():
    rows = [["Rome", datetime.date(2017, 1, 31), None, Decimal("-41.90000"), -3], ['say "so"', "a\nb", "=1", "", 0]]

    text = "".join(csv_lines(["a", "b", "c", "d", "e"], rows))

    assert text == 'a,b,c,d,e\r\nRome,2017-01-31,,-41.90000,-3\r\n"say ""so""","a\nb",\'=1,,0\r\n'


def test_csv_is_made_piece_by_piece():
    pieces = list(csv_lines(["n"], ([number] for number in range(2000))))

    assert len(pieces) > 3
    assert list(csv.reader(io.StringIO("".join(pieces)))) == [["n"], *([str(number)] for number in range(2000))]


def test_a_workbook_has_real_numbers_and_dates_and_says_what_it_is_about():
    file = io.BytesIO()

    write_xlsx(
        file,
        ["name", "on", "count", "budget"],
        [["=1+1", datetime.date(2017, 1, 31), 12, Decimal("10.50")], ["a\x00b", datetime.date(1755, 1, 1), None, ""]],
        title="exchanges",
        about=[("Filter", "year: 2016/2017")],
    )

    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["exchanges", "about"]
    assert list(book["exchanges"].values) == [
        ("name", "on", "count", "budget"),
        ("'=1+1", datetime.datetime(2017, 1, 31), 12, 10.5),
        ("ab", "1755-01-01", None, None),
    ]
    assert list(book["about"].values) == [("Filter", "year: 2016/2017")]
