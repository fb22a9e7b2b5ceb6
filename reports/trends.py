"""Every indicator over the last ten academic years, as tables with charts, in the form of :mod:`reports.rendering`."""

from django.utils.translation import gettext as _

from reports.indicators import INDICATORS
from reports.report_tables import number, table, text

DRAWN = {
    "partners": ("partners", "partner_countries"),
    "agreements": ("agreements_in_force",),
    "projects": ("projects_running", "projects_new"),
    "exchanges": ("exchanges",),
    "foreign_students": ("foreign_students",),
    "activities": ("activities",),
}
"""The indicators that the chart of a section shows; its table has all of them."""


def trend_tables(figures):
    """A table for each section: a row for each academic year, a column for each indicator."""
    captions = {
        "partners": _("Partners, year by year"),
        "agreements": _("Agreements, year by year"),
        "projects": _("Projects, year by year"),
        "exchanges": _("Exchanges and places, year by year"),
        "foreign_students": _("Students from abroad, year by year"),
        "activities": _("Activities, year by year"),
    }
    return [_table(section, caption, figures) for section, caption in captions.items()]


def _table(section, caption, figures):
    indicators, years = [one for one in INDICATORS if one.section == section], figures.years
    numbers = [[figures.numbers.whole(one.key, year) for one in indicators] for year in years]
    something = any(found.value for row in numbers for found in row)
    drawn = [place for place, one in enumerate(indicators) if one.key in DRAWN[section]]
    chart = {
        "kind": "columns",
        "columns": [place + 1 for place in drawn],
        "caption": caption,
        "alt": _("Column chart, %(caption)s. All numbers stand in the table that follows.") % {"caption": caption},
    }
    return table(
        f"trend_{section}",
        caption,
        [
            text("academic_year", _("Academic year")),
            *(number(one.key, str(one.name), qualified=True) for one in indicators),
        ],
        [
            [
                str(year.year),
                *(
                    {"value": found.value, "qualifier": found.qualifier, "href": one.address(year)}
                    for one, found in zip(indicators, row, strict=True)
                ),
            ]
            for year, row in zip(years, numbers, strict=True)
            if something
        ],
        empty=_("Nothing is recorded in these years."),
        # one column, or columns without height, show nothing that the table does not
        chart=chart if len(years) > 1 and any(row[place].value for row in numbers for place in drawn) else None,
    )
