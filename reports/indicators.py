"""Every number that the site or a report shows, defined once: what it means, and the rows that it counts.

A number is taken *as of* a :class:`Moment`: an academic year and a day in it. :meth:`Indicator.rows` gives the
records behind it, :meth:`Indicator.number` counts or sums exactly these, and :meth:`Indicator.parts` breaks the
number down. Page, PDF, CSV, XLSX, JSON, home page and the list behind a number all come from here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Count, F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from iet_relations.academic_year import AcademicYear
from iet_relations.naming import current_language, sort_field
from mobility.models import Exchange, ForeignStudents, MobilityTerm
from mobility.models.classification import Direction, MobilityActivity
from partners.models import Agreement, AgreementKind, Country, Institution
from partners.models.agreement_sets import State
from projects.models import Action, Activity, ActivityKind, Programme, Project

NOT_RECORDED = pgettext_lazy("value", "not recorded")

FIRST_YEAR = AcademicYear(2009)
"""The academic year in which the department was created; there is no report before it."""


@dataclass(frozen=True)
class Moment:
    """The academic year that a number is about, the day as of which it is taken, and for whom.

    With ``public`` only published records count.
    """

    year: AcademicYear
    on: date
    public: bool = True

    @classmethod
    def of(cls, year, today, public=True):
        """The last day of the academic year, or today while the year runs."""
        return cls(year, min(year.last_day, today), public)

    @classmethod
    def on_day(cls, day, public=True):
        return cls(AcademicYear.containing(day), day, public)

    @property
    def previous(self):
        """The end of the year before."""
        return Moment(self.year.previous, self.year.previous.last_day, self.public)

    def records(self, model):
        """All records of a model that count for the reader."""
        return model.objects.public() if self.public else model.objects.all()


class Number(NamedTuple):
    """A value (None: not recorded), and ``at_least`` where something unknown would add to it."""

    value: int | None
    qualifier: str = ""


class Part(NamedTuple):
    """The number of one country, kind, partner …; ``lang`` is set where the label is in another language."""

    key: str
    label: str
    lang: str
    number: Number


@dataclass(frozen=True)
class Breakdown:
    """By what a number is broken down: the path to the key, and the labels of keys, in the order of the list.

    ``labels`` takes the keys and gives ``{key: (label, language)}``; ``rest`` labels the rows without a key.
    ``ranked`` puts the largest first. ``prepare`` adds to the rows what the path needs.
    """

    name: Promise
    path: str
    labels: Callable[[set], dict[str, tuple[str, str]]]
    ranked: bool = True
    rest: Promise | None = None
    prepare: Callable[[QuerySet, Moment], QuerySet] = lambda rows, moment: rows

    def of(self, rows, moment):
        """The rows, each with the key of its part as ``part``."""
        return self.prepare(rows, moment).annotate(part=F(self.path))


@dataclass(frozen=True)
class Indicator:
    """One number: its key in files, its name, its meaning, its unit, and the rows that it counts or sums.

    ``total`` names the field to sum; without it the rows are counted. A sum of no rows at all is unknown rather than
    0, since nothing says that there was nobody; unknown addends make a sum “at least”.
    """

    key: str
    section: str
    name: Promise
    meaning: Promise
    unit: str
    rows: Callable[[Moment], QuerySet]
    total: str = ""
    breakdowns: dict[str, Breakdown] = field(default_factory=dict)

    def number(self, moment):
        rows = self.rows(moment).order_by()
        if not self.total:
            return Number(rows.count())
        return summed(rows.aggregate(**totals(self.total)))

    def numbers(self, moment, breakdown):
        """The number's parts by key; parts without rows are left out."""
        rows = self.breakdowns[breakdown].of(self.rows(moment), moment).order_by().values("part")
        if self.total:
            rows = rows.annotate(**totals(self.total))
            return {row["part"] or "": summed(row) for row in rows}
        rows = rows.annotate(rows=Count("pk", distinct=True))
        return {row["part"] or "": Number(row["rows"]) for row in rows}

    def parts(self, moment, breakdown, also=()):
        """The number's parts, largest first or in the order of their list; ``also`` names keys to show regardless."""
        by = self.breakdowns[breakdown]
        numbers = self.numbers(moment, breakdown)
        for key in also:
            numbers.setdefault(key, Number(None if self.total else 0))
        labels = by.labels(set(numbers))
        place = {key: index for index, key in enumerate(labels)}
        parts = [
            Part(key, *(labels.get(key) or (key or str(by.rest or NOT_RECORDED), "")), number)
            for key, number in numbers.items()
        ]
        parts.sort(key=lambda part: place.get(part.key, len(place)))
        return sorted(parts, key=lambda part: -(part.number.value or 0)) if by.ranked else parts

    def part_rows(self, moment, breakdown, key):
        """The rows of one part of the number."""
        chosen = Q(part=key) if key else Q(part__isnull=True)
        return self.breakdowns[breakdown].of(self.rows(moment), moment).filter(chosen).distinct()

    def address(self, moment, breakdown="", key=""):
        """The page that lists the rows behind the number, or behind one part of it."""
        query = {"breakdown": breakdown, "key": key} if breakdown else {}
        if moment.on != moment.year.last_day:
            query["on"] = moment.on.isoformat()
        path = reverse("reports:indicator-rows", args=[moment.year, self.key])
        return f"{path}?{urlencode(query)}" if query else path


def totals(field):
    """What a query must add up for ``summed``."""
    return {"total": Sum(field), "known": Count(field), "rows": Count("pk")}


def summed(row):
    """The sum of a field over rows, “at least” where some of them do not know it; unknown where none does."""
    if not row["known"]:
        return Number(None)
    return Number(row["total"], "at_least" if row["known"] < row["rows"] else "")


# Labels of keys


def _choices(choices):
    """Labels of a field with choices, in their order."""
    return lambda keys: {value: (str(label), "") for value, label in choices.choices if value in keys}


def _records(model, key="key"):
    """Labels of records by a field of theirs, by name in the reader's language."""

    def labels(keys):
        found = model.objects.filter(**{f"{key}__in": keys}).order_by(sort_field())
        here = current_language()
        return {
            getattr(record, key): (record.display_name, "" if record.display_lang == here else record.display_lang)
            for record in found
        }

    return labels


def _by_country(path, prepare=lambda rows, moment: rows):
    return Breakdown(_("Country"), path, _records(Country, "alpha2"), prepare=prepare)


def _by_partner(path, prepare=lambda rows, moment: rows):
    rest = _("partner not recorded")
    return Breakdown(_("Partner"), path, _records(Institution, "slug"), rest=rest, prepare=prepare)


def _of_partners(rows, moment):
    """Agreements, once for each of their partners that count."""
    # one filter() for both conditions: two would look at two different parties
    conditions = {"institutions__is_home": False}
    if moment.public:
        conditions["institutions__published"] = True
    return rows.filter(**conditions)


BY_DIRECTION = Breakdown(_("Direction"), "direction", _choices(Direction), ranked=False)
BY_ACTIVITY = Breakdown(_("Mobility"), "activity", _choices(MobilityActivity), ranked=False)
BY_AGREEMENT_KIND = Breakdown(_("Kind of agreement"), "kind__key", _records(AgreementKind))
BY_PROGRAMME = Breakdown(_("Programme"), "action__programme__key", _records(Programme))
BY_ACTION = Breakdown(_("Action"), "action__key", _records(Action))
BY_STATE = Breakdown(
    _("State"),
    "state",
    _choices(State),
    ranked=False,
    prepare=lambda rows, moment: rows.with_state(moment.on),
)


# Rows


def _partners(moment):
    return moment.records(Institution).partners().active(moment.on, moment.public)


def _agreements(moment):
    return moment.records(Agreement)


def _year(moment):
    return moment.year.first_day, moment.year.last_day


def _places(moment):
    return moment.records(MobilityTerm).valid_in(moment.year)


def _used_places(moment):
    """Exchanges of the year that use a place: with a partner that a term in the same direction and mobility names."""
    agreed = {}
    terms = _places(moment).with_partner_slug().values_list("direction", "activity", "partner_slug").order_by()
    for direction, activity, slug in terms.distinct():
        agreed.setdefault((direction, activity), set()).add(slug)
    conditions = [
        Q(direction=direction, activity=activity, partner__slug__in=slugs - {None})
        for (direction, activity), slugs in agreed.items()
    ]
    exchanges = moment.records(Exchange).held_in(moment.year)
    return exchanges.filter(reduce(or_, conditions)) if conditions else exchanges.none()


INDICATORS = (
    Indicator(
        "partners",
        "partners",
        _("Partner institutions"),
        _(
            "Institutions other than ours with an agreement in force on the day, or a project running, an exchange or "
            "an activity in the academic year."
        ),
        "institutions",
        _partners,
        breakdowns={
            "country": _by_country("country_id"),
            "kind": Breakdown(_("Kind of institution"), "kind", _choices(Institution.Kind)),
        },
    ),
    Indicator(
        "partner_countries",
        "partners",
        _("Partner countries"),
        _("The countries of the partner institutions."),
        "countries",
        lambda moment: Country.objects.filter(pk__in=_partners(moment).order_by().values("country")),
    ),
    Indicator(
        "partners_new",
        "partners",
        _("New partners"),
        _(
            "Institutions whose cooperation began in the academic year: since the day that is recorded, else since "
            "the first agreement, project, exchange or activity."
        ),
        "institutions",
        lambda moment: moment.records(Institution).partners().begun_in(moment.year, moment.public),
        breakdowns={"country": _by_country("country_id")},
    ),
    Indicator(
        "agreements_in_force",
        "agreements",
        _("Agreements in force"),
        _("Signed agreements in force on the day; the last day of an agreement counts."),
        "agreements",
        lambda moment: _agreements(moment).in_force(moment.on),
        breakdowns={
            "kind": BY_AGREEMENT_KIND,
            "country": _by_country("institutions__country_id", _of_partners),
            "state": BY_STATE,
        },
    ),
    Indicator(
        "agreements_expiring",
        "agreements",
        _("Agreements about to end"),
        _("Of the agreements in force, those that end within 180 days after the day."),
        "agreements",
        lambda moment: _agreements(moment).expiring(moment.on),
        breakdowns={"kind": BY_AGREEMENT_KIND},
    ),
    Indicator(
        "agreements_signed",
        "agreements",
        _("Agreements signed"),
        _("Agreements whose last party signed in the academic year."),
        "agreements",
        lambda moment: _agreements(moment).signed_between(*_year(moment)),
        breakdowns={"kind": BY_AGREEMENT_KIND},
    ),
    Indicator(
        "agreements_ended",
        "agreements",
        _("Agreements ended"),
        _("Agreements whose last day, by their term or by termination, falls in the academic year."),
        "agreements",
        lambda moment: _agreements(moment).ending_between(*_year(moment)),
        breakdowns={"kind": BY_AGREEMENT_KIND},
    ),
    Indicator(
        "projects_running",
        "projects",
        _("Projects running"),
        _(
            "Projects running on at least one day of the academic year; without dates the first academic year stands "
            "for the project."
        ),
        "projects",
        lambda moment: moment.records(Project).running_in(moment.year),
        breakdowns={"programme": BY_PROGRAMME, "action": BY_ACTION},
    ),
    Indicator(
        "projects_new",
        "projects",
        _("New projects"),
        _("Projects that started in the academic year."),
        "projects",
        lambda moment: moment.records(Project).new_in(moment.year),
        breakdowns={"programme": BY_PROGRAMME, "action": BY_ACTION},
    ),
    Indicator(
        "exchanges",
        "exchanges",
        _("Exchanges"),
        _("Students and teachers whose stay was under way or completed in the academic year, in both directions."),
        "people",
        lambda moment: moment.records(Exchange).held_in(moment.year),
        total="count",
        breakdowns={
            "direction": BY_DIRECTION,
            "activity": BY_ACTIVITY,
            "country": _by_country("country_id"),
            "partner": _by_partner("partner__slug"),
        },
    ),
    Indicator(
        "places_agreed",
        "exchanges",
        _("Places agreed"),
        _("Places that the agreements provide in the academic year, in both directions."),
        "places",
        _places,
        total="places_per_year",
        breakdowns={
            "direction": BY_DIRECTION,
            "partner": _by_partner("partner_slug", lambda rows, moment: rows.with_partner_slug()),
        },
    ),
    Indicator(
        "places_used",
        "exchanges",
        _("Places used"),
        _("Exchanges of the academic year for which an agreement provides places with that partner."),
        "places",
        _used_places,
        total="count",
        breakdowns={"direction": BY_DIRECTION, "partner": _by_partner("partner__slug")},
    ),
    Indicator(
        "foreign_students",
        "foreign_students",
        _("Students from abroad"),
        _("Students from other countries enrolled at the Institute in the academic year."),
        "people",
        lambda moment: moment.records(ForeignStudents).in_year(moment.year),
        total="count",
        breakdowns={"country": _by_country("country_id")},
    ),
    Indicator(
        "foreign_student_countries",
        "foreign_students",
        _("Countries of students from abroad"),
        _("Countries from which students are enrolled at the Institute, also where their number is not recorded."),
        "countries",
        lambda moment: Country.objects.filter(
            pk__in=moment.records(ForeignStudents).in_year(moment.year).order_by().values("country")
        ),
    ),
    Indicator(
        "activities",
        "activities",
        _("Activities"),
        _("Conferences, symposia, joint research, language training and visits held in the academic year."),
        "activities",
        lambda moment: moment.records(Activity).held_in(moment.year),
        breakdowns={"kind": Breakdown(_("Kind of activity"), "kind__key", _records(ActivityKind))},
    ),
)
BY_KEY = {indicator.key: indicator for indicator in INDICATORS}
