"""The report's tables of who went and came: students and teachers, out and in, by country and partner."""

from collections import defaultdict

from django.db.models import Sum
from django.utils.translation import gettext as _

from mobility.models.classification import Direction, MobilityActivity
from reports.indicators import BY_KEY
from reports.report_tables import SHORT, number, table, text

STUDENTS = (MobilityActivity.SMS, MobilityActivity.SMT)


def exchanges_by_country(moment):
    """Students and teachers out and in, by country."""
    return _table(
        moment, ("country",), "exchanges_by_country_and_people", _("Students and teachers by country"), SHORT
    )


def exchanges_by_partner(moment):
    """The same by country and partner."""
    caption = _("Students and teachers by country and partner")
    return _table(moment, ("country", "partner"), "exchanges_by_partner_and_people", caption, None)


def _table(moment, by, key, caption, limit):
    exchanges = BY_KEY["exchanges"]
    paths = [exchanges.breakdowns[name].path for name in by]
    rows = exchanges.rows(moment).order_by().values_list(*paths, "direction", "activity")
    people = defaultdict(lambda: [0, 0, 0, 0])
    for *parts, direction, activity, count in rows.annotate(people=Sum("count")):
        place = 2 * (direction == Direction.INCOMING) + (activity not in STUDENTS)
        people[tuple(part or "" for part in parts)][place] += count
    labels = [exchanges.breakdowns[name].labels({parts[place] for parts in people}) for place, name in enumerate(by)]
    orders = [{part: index for index, part in enumerate(found)} for found in labels]

    def order(parts):
        return [places.get(part, len(places)) for places, part in zip(orders, parts, strict=True)]

    def cells(parts):
        for place, part in enumerate(parts):
            label, lang = labels[place].get(part) or (None, "")
            yield {"value": label, "lang": lang} if lang else label

    columns = {"country": text("country", _("Country")), "partner": text("partner", _("Partner"))}
    return table(
        key,
        caption,
        [
            *(columns[name] for name in by),
            number("students_outgoing", _("Students going abroad")),
            number("teachers_outgoing", _("Teachers going abroad")),
            number("students_incoming", _("Students coming here")),
            number("teachers_incoming", _("Teachers coming here")),
        ],
        [[*cells(parts), *people[parts]] for parts in sorted(people, key=order)],
        empty=_("Nothing is recorded for the year."),
        **({"limit": limit} if limit else {}),
    )
