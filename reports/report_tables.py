"""The tables of the annual report, in the form of :mod:`reports.rendering`. Worded in the active language.

Tables of figures only repeat what :class:`reports.figures.Figures` computed; tables of records list the records that
count as of the moment.
"""

from django.db.models import Q
from django.utils.translation import gettext as _

from partners.models import Agreement
from reports.indicators import BY_KEY
from reports.record_tables import listed, number, text
from reports.rendering.rows import Rows
from reports.rendering.wording import number_text


def table(key, caption, columns, rows, *, empty, chart=None, from_figures=False, notes=()):
    """A table in the report's form. ``rows`` is a list, or Rows of a table that can be long."""
    return {
        "key": key,
        "caption": caption,
        "columns": columns,
        "rows": rows,
        "notes": list(notes),
        "empty": empty,
        "from_figures": from_figures,
        "chart": chart,
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
        number("value", str(moment.year), qualified=True),
        number("previous", str(moment.year.previous), qualified=True),
    ]
    if reported:
        columns += [number("reported", _("Reported"), qualified=True), text("source", _("Source"))]
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


def parts(figures, key, breakdown, caption, *, chart=None):
    """An indicator broken down: the part, this year, the year before, and reported where a source has it."""
    indicator = BY_KEY[key]
    by = indicator.breakdowns[breakdown]
    columns = [
        text("label", str(by.name)),
        number("value", str(figures.moment.year), qualified=True),
        number("previous", str(figures.moment.year.previous), qualified=True),
    ]
    empty = _("Nothing is recorded for the year.")
    name = f"{key}_by_{breakdown}"
    if by.endless:
        rows = Rows(lambda: map(_part_row, figures.each_part(key, breakdown)))
        return table(name, caption, columns, rows, empty=empty, from_figures=True)
    found = figures.parts(key, breakdown)
    if reported := any(figure["reported"] is not None for figure in found):
        columns.append(number("reported", _("Reported"), qualified=True))
    drawn = [figure for figure in found if figure["value"] is not None]
    rows = [_part_row(figure) + ([reported_cell(figure)] if reported else []) for figure in found]
    chart = _chart(chart, caption, [1], drawn) if chart and drawn else None
    return table(name, caption, columns, rows, empty=empty, from_figures=True, chart=chart)


def _part_row(figure):
    return [label_cell(figure), figure_cell(figure), figure_cell(figure, "previous")]


def cross(figures, keys, breakdown, caption, *, chart=None, reported=False):
    """Several indicators by the same breakdown, one a column; the reported numbers are of the first."""
    by_part = {}
    for key in keys:
        for figure in figures.parts(key, breakdown):
            by_part.setdefault(figure["key"], {})[key] = figure
    columns = [text("label", str(BY_KEY[keys[0]].breakdowns[breakdown].name))]
    columns += [number(key, str(BY_KEY[key].name), qualified=True) for key in keys]
    stated = {part: found[keys[0]] for part, found in by_part.items() if keys[0] in found}
    reported = reported and any(figure["reported"] is not None for figure in stated.values())
    if reported:
        label = _("Reported: %(indicator)s") % {"indicator": BY_KEY[keys[0]].name}
        columns.append(number("reported", label, qualified=True))
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
        chart=_chart(chart, caption, [1], list(stated.values())) if chart and rows else None,
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


# Records


def records(key, caption, rows, *, empty):
    """A table of records as they are listed everywhere in reports."""
    found = listed(rows)
    return table(key, caption, found.columns, found.streamed(), empty=empty) | {"of_records": True}


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
