"""Small SVG charts, drawn from plain numbers.

The same functions serve the page and the paper. On a page (no palette) a chart has no width of its own: horizontal
places are percentages, so that letters keep their size on a phone, and colours come from the classes of
``static/css/components.css``. With a :class:`Palette` the chart has a fixed width and carries its colours and font
in attributes, which is what the PDF needs.

A chart never stands alone: a table with the same numbers goes next to it (``templates/_chart.html``).
An unknown value (``None``) is drawn hatched and named in the legend; zero is written as 0. They never look alike.
"""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from iet_relations.formats import integer_text

LINE = 20  # height of a line of text, in px
CHARACTER = 7.4  # width to reserve for a character of a label, in px: generous, Cyrillic is wide
PHONE = 264  # width, in px, that a chart has on the narrowest phone; what has no width of its own is laid out for it
AXIS = 9  # per cent of the width kept free for the numbers of the axis


@dataclass(frozen=True)
class Palette:
    """Colours (CSS notation) and font of a chart that cannot use the site's style sheet."""

    ink: str
    muted: str
    line: str
    series: tuple[str, ...]
    on_series: tuple[str, ...]
    font: str


PAPER = Palette(
    ink="#14213d",
    muted="#4b566b",
    line="#c9cdd6",
    series=("#23458f", "#e5954d", "#2c7a78", "#8b4a72", "#7c8494", "#b9a23a"),
    on_series=("#ffffff", "#14213d", "#ffffff", "#ffffff", "#14213d", "#14213d"),
    font="Libertinus Serif",
)


@dataclass(frozen=True)
class Series:
    """One measure over all categories: a value for each category, ``None`` where nothing is recorded."""

    label: str
    values: Sequence[int | None]


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart. ``text`` replaces the written number, e.g. “at least 12”."""

    label: str
    value: int | None
    text: str = ""


def columns(
    title: str,
    categories: Sequence[str],
    series: Sequence[Series],
    *,
    identifier: str,
    description: str = "",
    stacked: bool = False,
    palette: Palette | None = None,
    width: int = 640,
    plot_height: int = 190,
) -> SafeString:
    """Columns over categories (mostly academic years), grouped side by side or stacked.

    ``identifier`` must be unique on the page. ``width`` (px) counts only with a palette. A category label is broken
    after a slash: “2016/2017” stands on two lines. Raises ValueError if a series is not as long as the categories.
    """
    if any(len(one.values) != len(categories) for one in series):
        raise ValueError("every series needs one value for each category")
    pen = _Pen(identifier, palette, width)
    if len(categories) * (1 if stacked else len(series)) > 20:
        pen.value_size = 9  # numbers of neighbours would overlap
    unknown = any(value is None for one in series for value in one.values)
    legend_height = pen.legend([one.label for one in series], unknown) if len(series) > 1 or unknown else 0
    top = legend_height + LINE
    base = top + plot_height
    totals = [sum(one.values[i] or 0 for one in series) for i in range(len(categories))]
    highest = max(totals if stacked else [v or 0 for one in series for v in one.values], default=0)
    ticks = _ticks(highest)
    scale = plot_height / ticks[-1]

    for tick in ticks:
        y = base - tick * scale
        pen.rule(y, strong=tick == 0)
        if tick:
            pen.text(0, y - 4, integer_text(tick), kind="tick")

    step = (100 - AXIS) / max(len(categories), 1)
    gap = min(step * 0.25, 4)
    for index, category in enumerate(categories):
        left = AXIS + index * step + gap / 2
        room = min(step - gap, 14)
        left += (step - gap - room) / 2
        values = [one.values[index] for one in series]
        if stacked:
            _stack(pen, left, room, base, scale, values, totals[index])
        else:
            for place, value in enumerate(values):
                part = room / len(values)
                _column(pen, left + part * place, part * 0.94, base, scale, value, place)
        lines = category.replace("/", "/\n").split("\n")
        for row, part_of_label in enumerate(lines):
            kind = "tick odd" if index % 2 else "tick"
            pen.text(left + room / 2, base + 18 + row * 15, part_of_label, kind=kind, anchor="middle")
    height = base + 26 + 15 * max((category.count("/") for category in categories), default=0)
    dense = len(categories) * (1 if stacked else len(series)) > 8
    return pen.finish(
        title, description, height, "chart chart-columns chart-dense" if dense else "chart chart-columns"
    )


def _column(pen, left, room, base, scale, value, place):
    if value is None:
        pen.hatch(left, base - 28, room, 28)
        return
    if value:
        pen.block(left, base - value * scale, room, value * scale, place)
    pen.text(left + room / 2, base - value * scale - 5, integer_text(value), kind="value", anchor="middle")


def _stack(pen, left, room, base, scale, values, total):
    y = base
    for place, value in enumerate(values):
        if not value:
            continue
        y -= value * scale
        pen.block(left, y, room, value * scale, place)
        if value * scale >= LINE - 2 and value != total:
            pen.text(left + room / 2, y + value * scale / 2 + 4, integer_text(value), place=place, anchor="middle")
    written = integer_text(total)
    if any(value is None for value in values):
        y -= 28
        pen.hatch(left, y, room, 28)
        written = f"≥ {written}" if total else ""
    if written:
        pen.text(left + room / 2, y - 5, written, kind="value", anchor="middle")


def bars(
    title: str,
    rows: Sequence[Bar],
    *,
    identifier: str,
    description: str = "",
    palette: Palette | None = None,
    width: int = 640,
) -> SafeString:
    """Horizontal bars: the label and the number on a line, the bar beneath, in the order given.

    ``identifier`` must be unique on the page; ``width`` (px) counts only with a palette.
    """
    pen = _Pen(identifier, palette, width)
    highest = max((row.value or 0 for row in rows), default=0) or 1
    not_recorded = pgettext("value", "not recorded")
    y = 0
    for row in rows:
        written = row.text or (not_recorded if row.value is None else integer_text(row.value))
        room = int((pen.room - CHARACTER * len(written)) / CHARACTER)
        lines = textwrap.wrap(row.label, max(room, 12), max_lines=3, placeholder=" …") or [""]
        for line in lines:
            y += LINE
            pen.text(0, y - 5, line, kind="label")
        pen.text(100, y - 5, written, kind="missing" if row.value is None else "value", anchor="end")
        if row.value is None:
            pen.hatch(0, y, 12, 9)
        else:
            pen.block(0, y + 4, 100, 1, None)
            if row.value:
                pen.block(0, y, max(100 * row.value / highest, 0.5), 9, 0)
        y += 21
    return pen.finish(title, description, max(y - 6, 1), "chart chart-bars")


def _ticks(highest: int) -> list[int]:
    """Zero and up to four round whole numbers; the last is not below the highest value."""
    if highest <= 0:
        return [0, 1]
    magnitude = 10 ** math.floor(math.log10(highest / 4)) if highest > 4 else 1
    step = next(m * magnitude for m in (1, 2, 2.5, 5, 10) if m * magnitude * 4 >= highest and m * magnitude % 1 == 0)
    return [int(step * i) for i in range(math.ceil(highest / step) + 1)]


class _Pen:
    """Collects SVG elements; horizontal places and widths are given in per cent of the chart's width."""

    def __init__(self, identifier, palette, width):
        self.identifier, self.palette, self.width = identifier, palette, width
        self.room = width if palette else PHONE
        self.parts, self.value_size = [], 13

    def x(self, percent):
        if self.palette:
            return f"{percent * self.width / 100:.1f}"
        return f"{percent:.2f}%".replace(".00%", "%")

    def paint(self, css_class, **fixed):
        """The class on a page; the given attributes on paper."""
        if not self.palette:
            return f'class="{css_class}"'
        return " ".join(f'{name.replace("_", "-")}="{value}"' for name, value in fixed.items())

    def text(self, x, y, text, *, kind="inside", place=0, anchor="start"):
        style = {"font_family": self.palette.font, "font_size": 13} if self.palette else {}
        if kind == "inside":
            paint = self.paint(f"inside on-{place % 6 + 1}", fill=self._of("on_series", place), **style)
        elif kind in ("value", "label"):
            weight = "bold" if kind == "value" else "normal"
            if kind == "value" and style:
                style["font_size"] = self.value_size
            paint = self.paint(kind, fill=self._of("ink"), font_weight=weight, **style)
        else:
            paint = self.paint(kind, fill=self._of("muted"), **style)
        end = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self.parts.append(f'<text x="{self.x(x)}" y="{y:.1f}"{end} {paint}>{escape(text)}</text>')

    def _of(self, name, place=None):
        if not self.palette:
            return ""
        value = getattr(self.palette, name)
        return value if place is None else value[place % len(value)]

    def block(self, x, y, width, height, place):
        """A filled rectangle in the colour of the series at ``place``; ``None`` is the hairline of the grid."""
        if place is None:
            paint = self.paint("track", fill=self._of("line"))
        else:
            paint = self.paint(f"series-{place % 6 + 1}", fill=self._of("series", place))
        self._rect(self.x(x), y, self.x(width), height, paint)

    def hatch(self, x, y, width, height):
        self._rect(self.x(x), y, self.x(width), height, self._hatched())

    def _hatched(self):
        paint = self.paint("hatched", stroke=self._of("muted"), stroke_width="1")
        return f'fill="url(#{self.identifier}-hatch)" {paint}'

    def _rect(self, x, y, width, height, paint):
        self.parts.append(f'<rect x="{x}" y="{y:.1f}" width="{width}" height="{height:.1f}" {paint}/>')

    def rule(self, y, *, strong=False):
        colour = self._of("muted") if strong else self._of("line")
        paint = self.paint("axis" if strong else "grid", stroke=colour, stroke_width="1")
        self.parts.append(f'<line x1="0" y1="{y:.1f}" x2="{self.x(100)}" y2="{y:.1f}" {paint}/>')

    def legend(self, labels, unknown):
        """Draw the legend from the top; returns its height."""
        left, y = 0, 0
        for place, label in enumerate([*labels, pgettext("value", "not recorded")] if unknown else labels):
            needed = 20 + CHARACTER * len(label) + 16
            if left and left + needed > self.room:
                left, y = 0, y + LINE
            if place < len(labels):
                paint = self.paint(f"series-{place % 6 + 1}", fill=self._of("series", place))
            else:
                paint = self._hatched()
            self._rect(left, y + 3, 12, 12, paint)
            text = self.paint("label", fill=self._of("ink"), font_family=self._of("font"), font_size=13)
            self.parts.append(f'<text x="{left + 18}" y="{y + 14}" {text}>{escape(label)}</text>')
            left += needed
        return y + LINE + 8

    def finish(self, title, description, height, css_class):
        """The whole SVG, described for those who do not see it."""
        labelled = f'aria-labelledby="{self.identifier}-title"'
        desc = ""
        if description:
            labelled += f' aria-describedby="{self.identifier}-desc"'
            desc = f'<desc id="{self.identifier}-desc">{escape(description)}</desc>'
        stroke = self.paint("hatch-line", stroke=self._of("muted"), stroke_width="1.5")
        hatch = (
            f'<defs><pattern id="{self.identifier}-hatch" width="6" height="6" patternUnits="userSpaceOnUse">'
            f'<path d="M-1 7 7 -1M-1 1 1 -1M5 7 7 5" {stroke} fill="none"/></pattern></defs>'
            if any("-hatch)" in part for part in self.parts)
            else ""
        )
        size = f'width="{self.width if self.palette else "100%"}" height="{height:.0f}"'
        if self.palette:
            size += f' viewBox="0 0 {self.width} {height:.0f}"'
        return mark_safe(  # nosec B308 # every text that comes in is escaped above
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{css_class}" role="img" {labelled} {size}>'
            f'<title id="{self.identifier}-title">{escape(title)}</title>{desc}{hatch}{"".join(self.parts)}</svg>'
        )
