"""The pieces that pages are made of: what they say, and what they never leave to colour or to a dash."""

import re
from datetime import date

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from iet_relations.academic_year import AcademicYear
from tests.factories import CountryFactory

UNKNOWN = '<span class="not-recorded">not recorded</span>'


def words(name, context, request=None):
    """The text of a rendered partial, without markup and with single spaces."""
    return " ".join(re.sub(r"<[^>]*>", " ", render_to_string(name, context, request)).split())


FIGURE = {
    "indicator": "partners",
    "label": "Partner institutions",
    "value": 3,
    "reported": 50,
    "reported_qualifier": "more_than",
    "rows_url": "/partners/?relation=active",
    "source_url": "/about/#F14",
}


def test_a_figure_shows_what_was_reported_beside_what_is_recorded():
    html = render_to_string("_figure.html", {"figure": FIGURE})

    assert words("_figure.html", {"figure": FIGURE}) == (
        "Partner institutions more than 50 reported : Partner institutions 3 recorded here : Partner institutions"
    )
    assert 'data-indicator="partners" data-breakdown="" data-key=""' in html
    assert re.findall(r'<a href="([^"]*)"', html) == ["/about/#F14", "/partners/?relation=active"]


def test_an_unknown_figure_is_written_and_zero_is_a_number():
    unknown, zero = ({**FIGURE, "value": value, "reported": None} for value in (None, 0))

    assert words("_figure.html", {"figure": unknown}) == "Partner institutions not recorded in this registry"
    assert words("_figure.html", {"figure": zero}) == "Partner institutions 0 recorded here : Partner institutions"


def test_the_value_of_a_figure_is_for_machines_in_every_language():
    with translation.override("ru"):
        html = render_to_string("_figure.html", {"figure": {**FIGURE, "value": 1234}})

    assert 'value="1234"' in html
    assert "1\xa0234</data>" in html


def test_a_table_writes_unknown_zero_and_links():
    table = {
        "caption": "Exchanges",
        "columns": ["Academic year", "Outgoing", "Incoming"],
        "rows": [
            {"label": "2016/2017", "cells": [None, 0]},
            {"label": "2015/2016", "cells": [{"value": 0, "url": "/x"}, 2]},
        ],
        "totals": [None, 2],
    }

    assert words("_table.html", {"table": table}) == (
        "Exchanges Academic year Outgoing Incoming 2016/2017 not recorded 0 2015/2016 0 2 Total not recorded 2"
    )


def test_pages_keep_the_filters(rf):
    page = Paginator(range(2000), 1).page(1000)
    request = rf.get("/partners/?q=a%20b&country=it&page=1000")

    html = render_to_string("_pagination.html", {"page_obj": page}, request)

    assert re.findall(r'href="([^"]*)"', html) == [
        f"?q=a+b&amp;country=it&amp;page={number}" for number in (999, 1, 999, 1000, 1001, 2000, 1001)
    ]


def test_one_page_needs_no_pages(rf):
    assert words("_pagination.html", {"page_obj": Paginator([1], 10).page(1)}, rf.get("/")) == ""


AGREEMENT = ["draft", "in_negotiation", "upcoming", "in_force", "expiring", "expired", "terminated", "withdrawn"]
PROJECT = ["upcoming", "running", "completed", "unknown"]


def test_every_state_of_an_agreement_has_a_shape_of_its_own():
    shapes = {re.search(r"<svg.*</svg>", render_to_string("_state.html", {"state": s}))[0] for s in AGREEMENT}

    assert len(shapes) == 8


@pytest.mark.parametrize("state", [*AGREEMENT, *PROJECT])
def test_a_state_is_told_in_words(state):
    assert words("_state.html", {"state": state, "label": "дар амал"}) == "дар амал"


def test_text_in_chips_and_figures_is_escaped():
    chips = [{"label": "Search", "value": "<script>", "remove_url": '?a="b'}]

    html = render_to_string("_chips.html", {"chips": chips}) + render_to_string(
        "_figure.html", {"figure": {**FIGURE, "label": "<script>", "key": '"x'}}
    )

    assert "<script>" not in html
    assert 'href="?a=&quot;b"' in html and 'data-key="&quot;x"' in html


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (12, "12"), ("Khujand", "Khujand"), ("<b>", "&lt;b&gt;"), (None, UNKNOWN), ("", UNKNOWN)],
)
def test_an_unknown_value_is_told_and_zero_is_known(value, written):
    assert Template("{{ value|recorded }}").render(Context({"value": value})) == written


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (date(2016, 9, 1), None, "1 September 2016"),
        (date(2016, 9, 1), date(2016, 9, 1), "1 September 2016"),
        (date(2016, 9, 1), date(2017, 1, 31), "1 September 2016 – 31 January 2017"),
        (AcademicYear(2016), AcademicYear(2017), "2016/2017 – 2017/2018"),
    ],
)
def test_days_are_one_or_the_first_and_the_last(first, last, written):
    assert Template("{% days first last %}").render(Context({"first": first, "last": last})) == written


def test_a_name_in_another_language_says_which():
    with translation.override("ru"):
        record = CountryFactory.build(name_en="Italy & co", name_ru="")
        assert Template("{{ record|named }}").render(Context({"record": record})) == (
            '<span lang="en">Italy &amp; co</span>'
        )
    assert Template("{{ record|named }}").render(Context({"record": record})) == "Italy &amp; co"
