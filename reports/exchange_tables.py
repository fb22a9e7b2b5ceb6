"""The report's tables of exchanges: who went and came, in which direction, and the places that agreements provide."""

from collections import defaultdict
from itertools import chain, islice

from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from iet_relations.academic_year import AcademicYear
from iet_relations.naming import sort_field
from mobility.models import ExchangeTotal
from mobility.models.classification import Direction, MobilityActivity
from mobility.models.exchange import held_in_condition
from reports.breakdowns import BY_COUNTRY, BY_PARTNER, MANY
from reports.indicators import BY_KEY, Number, summed
from reports.moments import FIRST_YEAR
from reports.place_numbers import AT_ONCE
from reports.rendering.rows import Rows
from reports.report_tables import number, table, text
from reports.tallies import NOTHING

STUDENTS = (MobilityActivity.SMS, MobilityActivity.SMT)
TEACHERS = (MobilityActivity.STA, MobilityActivity.STT)


def going(direction):
    return _("Going abroad") if direction == Direction.OUTGOING else _("Coming here")


def _people(rows, *names):
    """``{(value, …): people}`` of totals of exchanges."""
    found = rows.order_by().values_list(*names).annotate(people=Sum("count"))
    return {tuple(values): people for *values, people in found if people}


def held_this_year(moment):
    """People by country, direction and mobility in the year."""
    totals = moment.records(ExchangeTotal).filter(held_in_condition(moment.year))
    return _people(totals, "country_id", "direction", "activity")


def by_activity(held):
    """People by mobility and direction in the year; a mobility without people is left out."""
    people = defaultdict(int)
    for (_country, direction, activity), count in held.items():
        people[activity, direction] += count
    rows = [
        [str(activity.label), *(people.get((activity, direction)) for direction in Direction)]
        for activity in MobilityActivity
        if any((activity, direction) in people for direction in Direction)
    ]
    return table(
        "exchanges_by_activity_and_direction",
        _("Exchanges by mobility and direction"),
        [text("activity", _("Mobility")), *(number(str(one), going(one)) for one in Direction)],
        rows,
        empty=_("Nothing is recorded for the year."),
    )


def by_year(moment):
    """People by academic year and direction, since the department was created; a year without records is unknown."""
    people = _people(moment.records(ExchangeTotal).begun(moment.on), "academic_year", "direction")
    first = min([FIRST_YEAR.start, *(year.start for year, _direction in people)])
    years = [AcademicYear(start) for start in range(first, moment.year.start + 1)] if people else []
    rows = [[str(year), *(people.get((year, direction)) for direction in Direction)] for year in years]
    caption = _("Exchanges by academic year since 2009/2010")
    chart = {
        "kind": "columns",
        "columns": [1, 2],
        "caption": caption,
        "alt": _("Column chart, %(caption)s, in both directions. All numbers stand in the table that follows.")
        % {"caption": caption},
    }
    return table(
        "exchanges_by_year",
        caption,
        [text("academic_year", _("Academic year")), *(number(str(one), going(one)) for one in Direction)],
        rows,
        empty=_("No exchange is recorded since 2009/2010."),
        chart=chart if rows else None,
    )


PEOPLE = {
    "students_outgoing": (Direction.OUTGOING, STUDENTS),
    "teachers_outgoing": (Direction.OUTGOING, TEACHERS),
    "students_incoming": (Direction.INCOMING, STUDENTS),
    "teachers_incoming": (Direction.INCOMING, TEACHERS),
}
"""The columns of people: their direction and mobilities."""


def _columns_of_people():
    labels = (
        _("Students going abroad"),
        _("Teachers going abroad"),
        _("Students coming here"),
        _("Teachers coming here"),
    )
    return [number(key, label) for key, label in zip(PEOPLE, labels, strict=True)]


def _place(direction, activity):
    """Which of the columns of people an exchange belongs to."""
    return next(place for place, (way, kinds) in enumerate(PEOPLE.values()) if direction == way and activity in kinds)


def _named(labels, key):
    label, lang = labels.get(key) or (None, "")
    return {"value": label, "lang": lang} if lang else label


def by_country(held):
    """Students and teachers out and in, by country."""
    people = defaultdict(lambda: [0, 0, 0, 0])
    for (country, direction, activity), count in held.items():
        people[country][_place(direction, activity)] += count
    labels = BY_COUNTRY.labels(set(people))
    return table(
        "exchanges_by_country_and_people",
        _("Students and teachers by country"),
        [text("country", _("Country")), *_columns_of_people()],
        [[_named(labels, country), *people[country]] for country in labels],
        empty=_("Nothing is recorded for the year."),
    )


def by_partner(moment):
    """The same by country and partner."""
    found = _people_by_partner(moment)
    return table(
        "exchanges_by_partner_and_people",
        _("Students and teachers by country and partner"),
        [text("country", _("Country")), text("partner", _("Partner")), *_columns_of_people()],
        Rows(
            lambda: chain.from_iterable(map(_rows_by_partner, _portions(found.iterator(chunk_size=AT_ONCE)))),
            lambda number: _rows_by_partner(list(found[:number])),
        ),
        empty=_("Nothing is recorded for the year."),
    )


def _people_by_partner(moment):
    """Country, partner and the columns of people, in the order of the reader's names."""
    people = {name: Sum("count", filter=Q(direction=way, activity__in=kinds)) for name, (way, kinds) in PEOPLE.items()}
    found = BY_KEY["exchanges"].rows(moment).order_by().values_list("country_id", "partner__slug")
    by_name = F(f"partner__{sort_field()}").asc(nulls_last=True)
    return found.annotate(**people).order_by(f"country__{sort_field()}", by_name, "partner__slug")


def _portions(rows):
    while some := list(islice(rows, MANY)):
        yield some


def _rows_by_partner(found):
    countries = BY_COUNTRY.labels({country for country, *_rest in found})
    partners = BY_PARTNER.labels({partner for _country, partner, *_people in found if partner})
    return [
        [_named(countries, country), _named(partners, partner), *(number or 0 for number in people)]
        for country, partner, *people in found
    ]


def balance(figures):
    """Places agreed and used by partner and direction; the same rows as the indicators of places."""
    return table(
        "balance",
        _("Places agreed and used"),
        [
            text("partner", _("Partner")),
            text("direction", _("Direction")),
            number("agreed", _("Agreed"), qualified=True),
            number("used", _("Used"), qualified=True),
            number("left", _("Left"), qualified=True),
        ],
        Rows(lambda: _rows_of_balance(figures)),
        empty=_("No agreement provides places in the year."),
    )


def _rows_of_balance(figures):
    found = figures.numbers.places([figures.moment])[figures.moment]
    agreed, used = found["places_agreed", "both"], found["places_used", "both"]
    by = BY_KEY["places_agreed"].breakdowns["partner"]
    labels = figures.labels(by, {slug for slug, _direction in (*agreed, *used)} - {""})
    order = {slug: place for place, slug in enumerate(labels)}
    for key in sorted({*agreed, *used}, key=lambda key: (order.get(key[0], len(order)), key[1])):
        slug, direction = key
        name, lang = labels.get(slug, (str(by.rest), ""))
        places, people = summed(*agreed.get(key, NOTHING)), Number(used.get(key, NOTHING).total or 0)
        left = None if places.value is None or places.qualifier else places.value - people.value
        cells = [{"value": one.value, "qualifier": one.qualifier} for one in (places, people, Number(left))]
        yield [{"value": name, "lang": lang}, going(direction), *cells]
