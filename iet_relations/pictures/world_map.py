"""The world as an SVG: countries shaded by a number and linked to their page.

The outlines come from ``fixtures/world_map.json``, which ``scripts/make_map`` made from Natural Earth. They are
drawn for orientation and take no position on borders; the page that shows the map says so.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

OUTLINES = Path(__file__).resolve().parent.parent.parent / "fixtures" / "world_map.json"
DOT = 7  # radius of a small country's dot, in units of the drawing (2000 wide)
STEPS = (
    (1, 2, 3, 4, 5),
    (1, 2, 3, 5, 10),
    (1, 2, 5, 10, 20),
    (1, 5, 10, 25, 50),
    (1, 10, 25, 50, 100),
    (1, 10, 50, 100, 500),
    (1, 50, 100, 500, 1000),
    (1, 100, 500, 1000, 5000),
    (1, 500, 1000, 5000, 10000),
    (1, 1000, 5000, 10000, 50000),
)


@dataclass(frozen=True)
class Shading:
    """What a country shows: its number (``None`` if unknown), its page, and the words for both."""

    count: int | None
    url: str
    label: str


@dataclass(frozen=True)
class LegendItem:
    """One line of the legend: the shade's CSS class and the numbers that it stands for, both inclusive."""

    css_class: str
    text: str


@functools.cache
def outlines() -> dict:
    """``width``, ``height``, ``land`` (areas without a code), ``shapes`` (path by alpha-2), ``dots`` (x, y)."""
    return json.loads(OUTLINES.read_text(encoding="utf-8"))


def lower_bounds(highest: int) -> tuple[int, ...]:
    """The five classes' lowest numbers, for numbers from 1 to ``highest``."""
    return next((steps for steps in STEPS if highest < steps[-1] * 2), STEPS[-1])


def shade(count: int | None, bounds: tuple[int, ...]) -> str:
    """The CSS class of a number: ``map-1`` to ``map-5``, ``map-unknown`` for ``None``, empty for 0."""
    if count is None:
        return "map-unknown"
    reached = sum(count >= bound for bound in bounds)
    return f"map-{reached}" if reached else ""


def legend(values: Mapping[str, Shading]) -> list[LegendItem]:
    """The shades that occur on the map, lowest first, unknown last."""
    counts = [value.count for value in values.values()]
    highest = max((count for count in counts if count), default=0)
    bounds = lower_bounds(highest)
    items = []
    for place, low in enumerate(bounds):
        if low > highest:
            break
        high = min(bounds[place + 1] - 1, highest) if place + 1 < len(bounds) else highest
        text = number_format(low) if low == high else f"{number_format(low)}–{number_format(high)}"
        items.append(LegendItem(f"map-{place + 1}", text))
    if None in counts:
        items.append(LegendItem("map-unknown", pgettext("value", "not recorded")))
    return items


def world_map(
    values: Mapping[str, Shading], *, title: str, description: str = "", home: str = "", identifier: str = "map"
) -> SafeString:
    """The map as an SVG for a page; countries (alpha-2) in ``values`` are links, named by their label.

    ``home`` is marked by an outline. A code without any outline is left out: the table beside the map has it.
    Colours come from the classes ``map-1`` … ``map-5``, ``map-unknown``, ``map-land`` and ``map-home``.
    """
    drawing = outlines()
    bounds = lower_bounds(max((value.count or 0 for value in values.values()), default=0))
    land = drawing["land"] + "".join(path for code, path in drawing["shapes"].items() if code not in values)
    parts = [f'<path class="map-land" d="{land}"/>']
    small = []
    for code, value in sorted(values.items()):
        paint = f'class="{shade(value.count, bounds) or "map-land"}"'
        if value.count is None:
            paint += f' fill="url(#{identifier}-hatch)"'
        drawn = f'<path {paint} d="{drawing["shapes"][code]}"/>' if code in drawing["shapes"] else ""
        if code in drawing["dots"]:
            x, y = drawing["dots"][code]
            drawn += f'<circle class="map-reach" cx="{x}" cy="{y}" r="{DOT * 3}"/>'
            drawn += f'<circle {paint} cx="{x}" cy="{y}" r="{DOT}"/>'
        if drawn:
            label = escape(value.label)
            link = f'<a href="{escape(value.url)}" aria-label="{label}"><title>{label}</title>{drawn}</a>'
            (small if code in drawing["dots"] else parts).append(link)
    if home in drawing["shapes"]:
        css_class = "map-home map-home-shaded" if home in values else "map-home"
        parts.append(f'<path class="{css_class}" d="{drawing["shapes"][home]}"/>')
    desc = f'<desc id="{identifier}-desc">{escape(description)}</desc>' if description else ""
    described = f' aria-describedby="{identifier}-desc"' if description else ""
    return mark_safe(  # nosec B308 # every text that comes in is escaped above
        f'<svg class="map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing["width"]} {drawing["height"]}"'
        f' aria-labelledby="{identifier}-title"{described}>'
        f'<title id="{identifier}-title">{escape(title)}</title>{desc}{_hatch(values, identifier)}'
        f"{''.join(parts)}{''.join(small)}</svg>"
    )


def _hatch(values, identifier):
    if all(value.count is not None for value in values.values()):
        return ""
    return (
        f'<defs><pattern id="{identifier}-hatch" width="12" height="12" patternUnits="userSpaceOnUse">'
        '<path class="hatch-line" d="M-2 14 14-2M-2 2 2-2M10 14 14 10"/></pattern></defs>'
    )
