"""The charts: every number is written, unknown and zero never look alike, and nothing in them is inline style."""

from xml.etree import ElementTree

import pytest

from iet_relations.pictures.charts import PAPER, Bar, Series, bars, columns

SVG = "{http://www.w3.org/2000/svg}"
YEARS = ["2014/2015", "2015/2016", "2016/2017"]


def texts(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_columns_write_every_number_and_break_the_year():
    svg = columns("Exchanges", ["2016/2017"], [Series("Outgoing", [3]), Series("Incoming", [4])], identifier="x")

    assert texts(svg) == ["Outgoing", "Incoming", "1", "2", "3", "4", "3", "4", "2016/", "2017"]


def test_stacked_columns_write_the_total_above_and_say_when_it_is_a_minimum():
    svg = columns(
        "Exchanges",
        YEARS,
        [Series("Outgoing", [3, None, None]), Series("Incoming", [4, 5, None])],
        identifier="x",
        stacked=True,
        plot_height=400,
    )

    assert texts(svg) == [
        *("Outgoing", "Incoming", "not recorded"),
        *("2", "4", "6", "8"),
        *("3", "4", "7", "2014/", "2015"),
        *("≥ 5", "2015/", "2016"),
        *("2016/", "2017"),
    ]


def test_zero_is_written_and_unknown_is_hatched():
    zero = columns("Activities", YEARS, [Series("Held", [1, 0, 2])], identifier="x")
    unknown = columns("Activities", YEARS, [Series("Held", [1, None, 2])], identifier="x")

    assert ("hatch" in zero, "0" in texts(zero), "not recorded" in texts(zero)) == (False, True, False)
    assert ("hatch" in unknown, "0" in texts(unknown), "not recorded" in texts(unknown)) == (True, False, True)


def test_bars_tell_zero_unknown_and_qualified_numbers_apart():
    svg = bars("Partners", [Bar("Italy", 0), Bar("Spain", None), Bar("Russia", 12, "at least 12")], identifier="x")

    assert texts(svg) == ["Italy", "0", "Spain", "not recorded", "Russia", "at least 12"]


def test_long_labels_are_wrapped_to_three_lines():
    name = "Институт экономики и торговли Таджикского государственного университета коммерции в городе Худжанде"

    assert texts(bars("Partners", [Bar(name, 7)], identifier="x")) == [
        "Институт экономики и торговли",
        "Таджикского государственного",
        "университета коммерции в городе …",
        "7",
    ]


def test_text_that_comes_in_is_escaped():
    svg = bars("<b>&", [Bar("<script>alert(1)</script>", 1)], identifier="x", description="a < b")

    assert "<script" not in svg and "<b>" not in svg
    assert ElementTree.fromstring(svg).find(f"{SVG}desc").text == "a < b"


@pytest.mark.parametrize("palette", [None, PAPER])
def test_a_chart_of_nothing_is_still_a_chart(palette):
    drawn = [
        columns("None", [], [], identifier="x", palette=palette),
        columns("None", YEARS, [Series("Held", [0, 0, 0])], identifier="y", palette=palette),
        bars("None", [], identifier="z", palette=palette),
    ]

    assert [ElementTree.fromstring(svg).get("role") for svg in drawn] == ["img", "img", "img"]


def test_page_charts_carry_classes_and_paper_charts_carry_colours():
    on_page = columns("Held", YEARS, [Series("Held", [1, None, 2])], identifier="x")
    on_paper = columns("Held", YEARS, [Series("Held", [1, None, 2])], identifier="x", palette=PAPER, width=500)

    assert ('class="series-1"' in on_page, PAPER.series[0] in on_page, "style=" in on_page) == (True, False, False)
    assert ('class="series-1"' in on_paper, PAPER.series[0] in on_paper, 'width="500"' in on_paper) == (
        False,
        True,
        True,
    )


def test_a_series_of_another_length_is_refused():
    with pytest.raises(ValueError, match="one value for each category"):
        columns("Held", YEARS, [Series("Held", [1])], identifier="x")
