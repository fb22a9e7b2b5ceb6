"""The tables of the annual report, in the form of :mod:`reports.rendering`. Worded in the active language.

Tables of figures only repeat what :class:`reports.annual_report.Figures` computed. Tables of records list the
published records as of the moment; longer ones than LONGEST are cut, with a sentence that says so.
"""

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from iet_relations.academic_year import AcademicYear
from mobility.models import Exchange
from mobility.models.classification import Direction, MobilityActivity
from partners.models import Agreement
from reports.indicators import BY_KEY, Number, summed, totals
from reports.record_tables import columns_and_rows, number, text
from reports.rendering.wording import number_text

LONGEST = 500
"""Rows of a table in the document; files and pages have all."""

SHORT = 30
"""Rows of a table of figures inside a section."""


def table(key, caption, columns, rows, *, empty, limit=LONGEST, chart=None, from_figures=False, notes=()):
    """A table in the report's form. ``rows`` is a list, or a QuerySet with ``row`` to make cells of a record."""
    rows, notes = list(rows[: limit + 1]) if limit else list(rows), list(notes)
    if limit and len(rows) > limit:
        rows = rows[:limit]
        notes.append(
            _("Only the first %(count)s rows are shown here; the CSV file of the report has all.")
            % {"count": number_text(limit)}
        )
    return {
        "key": key,
        "caption": caption,
        "columns": columns,
        "rows": rows,
        "notes": notes,
        "empty": empty,
        "from_figures": from_figures,
        "chart": chart if rows else None,
    }


def figure_cell(figure, which="value"):
    """A figure's number as a cell that a page can address and link to its rows."""
    cell = {"value": figure[which]}
    if which == "value":
        cell |= {"qualifier": figure["qualifier"], "href": figure["rows_url"]}
        cell |= {name: figure[name] for name in ("indicator", "breakdown", "key")}
    else:
        cell["qualifier"] = figure[f"{which}_qualifier"]
    return cell


def reported_cell(figure):
    """The reported number of a figure; where no source has one, the words for that."""
    cell = figure_cell(figure, "reported") if figure else {"value": None}
    return cell | {"unknown": _("not reported")}


def label_cell(figure):
    return {"value": figure["label"], "lang": figure["lang"]} if figure["lang"] else figure["label"]


# Figures


def key_figures(headlines, moment):
    """All headline figures: this year, the year before, and what sources report."""
    reported = any(figure["reported"] is not None for figure in headlines)
    columns = [
        text("indicator", _("Indicator")),
        number("value", str(moment.year)),
        number("previous", str(moment.year.previous)),
    ]
    if reported:
        columns += [number("reported", _("Reported")), text("source", _("Source"))]
    return table(
        "key_figures",
        _("Key figures: recorded, the year before, and reported"),
        columns,
        [
            [figure["label"], figure_cell(figure), figure_cell(figure, "previous")]
            + ([reported_cell(figure), {"value": figure["source_mark"], "unknown": "–"}] if reported else [])
            for figure in headlines
        ],
        empty="",
        from_figures=True,
    )


def parts(figures, key, breakdown, caption, *, chart=None, limit=SHORT):
    """An indicator broken down: the part, this year, the year before, and reported where a source has it."""
    rows = figures.parts(key, breakdown)
    indicator = BY_KEY[key]
    reported = any(figure["reported"] is not None for figure in rows)
    columns = [
        text("label", str(indicator.breakdowns[breakdown].name)),
        number("value", str(figures.moment.year)),
        number("previous", str(figures.moment.year.previous)),
    ] + ([number("reported", _("Reported"))] if reported else [])
    drawn = [figure for figure in rows if figure["value"] is not None]
    return table(
        f"{key}_by_{breakdown}",
        caption,
        columns,
        [
            [label_cell(figure), figure_cell(figure), figure_cell(figure, "previous")]
            + ([reported_cell(figure)] if reported else [])
            for figure in rows
        ],
        empty=_("Nothing is recorded for the year."),
        limit=limit,
        from_figures=True,
        chart=chart and drawn and _chart(chart, caption, [1], drawn),
    )


def cross(figures, keys, breakdown, caption, *, chart=None, reported=False):
    """Several indicators by the same breakdown, one a column; the reported numbers are of the first."""
    by_part = {}
    for key in keys:
        for figure in figures.parts(key, breakdown):
            by_part.setdefault(figure["key"], {})[key] = figure
    columns = [text("label", str(BY_KEY[keys[0]].breakdowns[breakdown].name))]
    columns += [number(key, str(BY_KEY[key].name)) for key in keys]
    stated = {part: found[keys[0]] for part, found in by_part.items() if keys[0] in found}
    reported = reported and any(figure["reported"] is not None for figure in stated.values())
    if reported:
        columns.append(number("reported", _("Reported: %(indicator)s") % {"indicator": BY_KEY[keys[0]].name}))
    rows = []
    for part, found in by_part.items():
        row = [label_cell(next(iter(found.values())))]
        row += [figure_cell(found[key]) if key in found else 0 for key in keys]
        if reported:
            row.append(reported_cell(stated.get(part)))
        rows.append(row)
    return table(
        f"{breakdown}_of_{keys[0]}",
        caption,
        columns,
        rows,
        empty=_("Nothing is recorded for the year."),
        from_figures=True,
        chart=chart and rows and _chart(chart, caption, [1], list(stated.values())),
    )


def _chart(kind, caption, columns, figures):
    """The chart of a table; in place of seeing it, the three largest are told."""
    largest = [f"{figure['label']} – {number_text(figure['value'], figure['qualifier'])}" for figure in figures[:3]]
    return {
        "kind": kind,
        "columns": columns,
        "caption": caption,
        "alt": _("Bar chart, %(caption)s. The largest: %(largest)s. All numbers stand in the table that follows.")
        % {"caption": caption, "largest": "; ".join(largest)},
    }


def exchanges_by_activity(moment):
    """People by mobility and direction in the year; a mobility without people is left out."""
    held = BY_KEY["exchanges"].rows(moment).order_by().values("activity", "direction").annotate(people=Sum("count"))
    people = {(row["activity"], row["direction"]): row["people"] for row in held}
    rows = [
        [str(activity.label), *(people.get((activity, direction)) for direction in Direction)]
        for activity in MobilityActivity
        if any((activity, direction) in people for direction in Direction)
    ]
    caption = _("Exchanges by mobility and direction")
    return table(
        "exchanges_by_activity_and_direction",
        caption,
        [text("activity", _("Mobility")), *(number(str(one), _direction(one)) for one in Direction)],
        rows,
        empty=_("Nothing is recorded for the year."),
    )


def exchanges_by_year(moment):
    """People by academic year and direction, since the department was created; a year without records is unknown."""
    held = moment.records(Exchange).held().filter(academic_year__lte=moment.year)
    held = held.order_by().values("academic_year", "direction").annotate(people=Sum("count"))
    people = {(row["academic_year"], row["direction"]): row["people"] for row in held}
    first = min([2009, *(year.start for year, _direction_ in people)])
    years = [AcademicYear(start) for start in range(first, moment.year.start + 1)] if people else []
    rows = [[str(year), *(people.get((year, direction)) for direction in Direction)] for year in years]
    caption = _("Exchanges by academic year since 2009/2010")
    return table(
        "exchanges_by_year",
        caption,
        [text("academic_year", _("Academic year")), *(number(str(one), _direction(one)) for one in Direction)],
        rows,
        empty=_("No exchange is recorded since 2009/2010."),
        chart={
            "kind": "columns",
            "columns": [1, 2],
            "caption": caption,
            "alt": _("Column chart, %(caption)s, in both directions. All numbers stand in the table that follows.")
            % {"caption": caption},
        },
    )


def _direction(direction):
    return _("Going abroad") if direction == Direction.OUTGOING else _("Coming here")


def balance(moment):
    """Places agreed and used by partner and direction; the same rows as the indicators of places."""
    agreed, used = BY_KEY["places_agreed"], BY_KEY["places_used"]
    by = agreed.breakdowns["partner"]
    numbers = {}
    for place, indicator in enumerate((agreed, used)):
        rows = indicator.breakdowns["partner"].of(indicator.rows(moment), moment).order_by()
        for row in rows.values("part", "direction").annotate(**totals(indicator.total)):
            numbers.setdefault((row["part"] or "", row["direction"]), {})[place] = summed(row)
    labels = by.labels({slug for slug, _direction_ in numbers})
    order = {slug: place for place, slug in enumerate(labels)}
    rows = []
    for slug, direction in sorted(numbers, key=lambda key: (order.get(key[0], len(order)), key[1])):
        name, lang = labels.get(slug, (str(by.rest), ""))
        places = numbers[slug, direction].get(0, Number(None))
        people = numbers[slug, direction].get(1, Number(0))
        left = None if places.value is None or places.qualifier else places.value - people.value
        cells = [{"value": one.value, "qualifier": one.qualifier} for one in (places, people, Number(left))]
        rows.append([{"value": name, "lang": lang}, _direction(direction), *cells])
    return table(
        "balance",
        _("Places agreed and used"),
        [
            text("partner", _("Partner")),
            text("direction", _("Direction")),
            number("agreed", _("Agreed")),
            number("used", _("Used")),
            number("left", _("Left")),
        ],
        rows,
        empty=_("No agreement provides places in the year."),
    )


# Records


def records(key, caption, rows, *, empty):
    """A table of records as they are listed everywhere in reports."""
    columns, cells = columns_and_rows(rows, last=LONGEST + 1)
    return table(key, caption, columns, cells, empty=empty) | {"of_records": True}


def new_partners(moment):
    return records(
        "new_partners",
        _("New partners of the year"),
        BY_KEY["partners_new"].rows(moment),
        empty=_("No cooperation is recorded as begun in the year."),
    )


def partners(moment):
    return records(
        "annex_partners",
        _("Partner institutions on the day of the report"),
        BY_KEY["partners"].rows(moment),
        empty=_("No partner institution is recorded for the year."),
    )


def agreements_of_the_year(moment):
    """Agreements signed or ended in the year."""
    chosen = [BY_KEY[key].rows(moment).order_by().values("pk") for key in ("agreements_signed", "agreements_ended")]
    return records(
        "agreements_of_the_year",
        _("Agreements signed or ended in the year"),
        Agreement.objects.filter(Q(pk__in=chosen[0]) | Q(pk__in=chosen[1])),
        empty=_("No agreement was signed or ended in the year."),
    )


def agreements_expiring(moment):
    return records(
        "agreements_expiring",
        _("Agreements that end within 180 days after the day"),
        BY_KEY["agreements_expiring"].rows(moment),
        empty=_("No agreement ends within 180 days after the day."),
    )


def agreements_in_force(moment):
    return records(
        "annex_agreements",
        _("Agreements in force on the day of the report"),
        BY_KEY["agreements_in_force"].rows(moment),
        empty=_("No agreement is recorded as in force on the day."),
    )


def new_projects(moment):
    return records(
        "new_projects",
        _("Projects that started in the year"),
        BY_KEY["projects_new"].rows(moment),
        empty=_("No project is recorded as started in the year."),
    )


def projects(moment):
    return records(
        "projects",
        _("Projects running in the year"),
        BY_KEY["projects_running"].rows(moment),
        empty=_("No project is recorded as running in the year."),
    )


def activities(moment):
    return records(
        "activities",
        _("Activities of the year"),
        BY_KEY["activities"].rows(moment),
        empty=_("No activity is recorded for the year."),
    )
