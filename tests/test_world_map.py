"""The world map: every country can be reached, shades follow the numbers, and names are escaped."""

import xml.etree.ElementTree as ElementTree

import pytest

from iet_relations.pictures.world_map import Shading, legend, lower_bounds, outlines, shade, world_map

SVG = "{http://www.w3.org/2000/svg}"


def links(svg):
    return {
        link.get("aria-label"): (link.get("href"), [(part.tag.removeprefix(SVG), part.get("class")) for part in parts])
        for link in ElementTree.fromstring(svg).iter(f"{SVG}a")
        for parts in [list(link)[1:]]
    }


def test_every_country_has_an_outline_or_a_dot():
    drawn = outlines()["shapes"].keys() | outlines()["dots"].keys()

    assert len(drawn) == 249
    assert {"TJ", "XK", "TW", "PS", "TV", "GI", "EH", "VA"} <= drawn
    assert "AQ" not in drawn


def test_countries_with_a_value_are_links_and_small_ones_have_a_dot():
    svg = world_map(
        {
            "IT": Shading(3, "/countries/it/", "Italy: 3 partners"),
            "MT": Shading(1, "/countries/mt/", "Malta: 1 partner"),
            "UZ": Shading(None, "/countries/uz/", "Uzbekistan: not recorded"),
            "ZZ": Shading(1, "/countries/zz/", "Nowhere"),
        },
        title="Partners",
        home="TJ",
    )

    assert links(svg) == {
        "Italy: 3 partners": ("/countries/it/", [("path", "map-3")]),
        "Malta: 1 partner": (
            "/countries/mt/",
            [("path", "map-1"), ("circle", "map-reach"), ("circle", "map-1")],
        ),
        "Uzbekistan: not recorded": ("/countries/uz/", [("path", "map-unknown")]),
    }
    assert (svg.count("map-home"), "style=" in svg) == (1, False)


def test_names_on_the_map_are_escaped():
    svg = world_map({"IT": Shading(1, '/?a="b"&c', '<b>"Italy"</b>')}, title="<i>", description="<u>")

    assert list(links(svg).items()) == [('<b>"Italy"</b>', ('/?a="b"&c', [("path", "map-1")]))]
    assert "<b>" not in svg and "<i>" not in svg and "<u>" not in svg


@pytest.mark.parametrize(
    ("highest", "bounds"),
    [(0, (1, 2, 3, 4, 5)), (9, (1, 2, 3, 4, 5)), (10, (1, 2, 3, 5, 10)), (60, (1, 5, 10, 25, 50))],
)
def test_classes_grow_with_the_highest_number(highest, bounds):
    assert lower_bounds(highest) == bounds


def test_zero_and_unknown_have_no_shade_of_a_number():
    assert [shade(count, (1, 2, 3, 4, 5)) for count in (None, 0, 1, 5, 900)] == [
        *("map-unknown", "", "map-1", "map-5", "map-5"),
    ]


def test_legend_names_only_what_can_occur():
    values = {code: Shading(count, "/", code) for code, count in [("IT", 3), ("ES", 1), ("UZ", None)]}

    assert [(item.css_class, item.text) for item in legend(values)] == [
        ("map-1", "1"),
        ("map-2", "2"),
        ("map-3", "3"),
        ("map-unknown", "not recorded"),
    ]
