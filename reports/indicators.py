"""Every number that the site or a report shows, defined once: what it means, and the rows that it counts.

A number is taken *as of* a :class:`reports.moments.Moment`: an academic year and a day in it. :meth:`Indicator.rows`
gives the records behind it; :class:`reports.numbers.Numbers` counts or sums exactly these, for many indicators and
moments at once. Page, PDF, CSV, XLSX, JSON, home page and the list behind a number all come from here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote_plus

from django.db.models import Count, F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mobility.models import Exchange, ExchangeTotal, ForeignStudents, MobilityTerm
from mobility.models.exchange import held_in_condition as exchanges_held_in
from mobility.models.term import valid_in_condition
from partners.models import Agreement, Country, Institution
from partners.models.agreement_sets import (
    EXPIRING_WITHIN,
    ending_condition,
    ending_within_condition,
    in_force_condition,
)
from projects.models import Activity, Project
from projects.models.activity import held_in_condition as activities_held_in
from projects.models.project import new_in_condition, running_in_condition
from reports.breakdowns import (
    BY_ACTION,
    BY_ACTIVITY,
    BY_ACTIVITY_KIND,
    BY_AGREEMENT_KIND,
    BY_COUNTRY,
    BY_COUNTRY_OF_PARTNERS,
    BY_DIRECTION,
    BY_INSTITUTION_KIND,
    BY_PARTNER,
    BY_PARTNER_OF_TERM,
    BY_PROGRAMME,
    BY_STATE,
    Breakdown,
)
from reports.moments import Moment


class Number(NamedTuple):
    """A value (None: not recorded), and ``at_least`` where something unknown would add to it."""

    value: int | None
    qualifier: str = ""


def sums_of(field):
    """What a query must add up for ``summed``."""
    return {"total": Sum(field), "known": Count(field), "rows": Count("*")}


def summed(total, known, rows):
    """The sum over rows, “at least” where some of them do not know their number; unknown where none does."""
    if not known:
        return Number(None)
    return Number(total, "at_least" if known < rows else "")


@dataclass(frozen=True)
class Indicator:
    """One number: its key in files, its name, its meaning, its unit, and the rows that it counts or sums.

    The rows are the ``records`` that count for the reader and meet the ``condition``; with ``countries_of`` they are
    the countries of another indicator's rows. ``total`` names the field to sum; without it the rows are counted. A sum
    of no rows at all is unknown rather than 0, since nothing says that there was nobody; unknown addends make a sum
    “at least”. Each row is in exactly one part of the first breakdown. ``summary`` is a model with the sums of the
    records by some of their columns, from which the same numbers are read faster.
    """

    key: str
    section: str
    name: Promise
    meaning: Promise
    unit: str
    records: type
    condition: Callable[[Moment], Q] | None = None
    total: str = ""
    breakdowns: dict[str, Breakdown] = field(default_factory=dict)
    countries_of: str = ""
    summary: type | None = None

    def rows(self, moment) -> QuerySet:
        if self.countries_of:
            counted = BY_KEY[self.countries_of].rows(moment)
            return Country.objects.filter(pk__in=counted.order_by().values("country"))
        return moment.records(self.records).filter(self.condition(moment))

    def part_rows(self, moment, breakdown, key):
        """The rows of one part of the number."""
        chosen = Q(part=key) if key else Q(part__isnull=True)
        return self.breakdowns[breakdown].of(self.rows(moment), moment).filter(chosen).distinct()

    def number_of(self, rows):
        """What these rows of the indicator make together."""
        if not self.total:
            return Number(rows.count())
        return summed(**rows.order_by().aggregate(**sums_of(self.total)))

    def address(self, moment, breakdown="", key=""):
        """The page that lists the rows behind the number, or behind one part of it."""
        return self.addresses(moment, breakdown)(key)

    def addresses(self, moment, breakdown=""):
        """Return what gives the address of the part with a key, for very many of them."""
        path = reverse("reports:indicator-rows", args=[moment.year, self.key])
        day = "" if moment.on == moment.year.last_day else f"on={moment.on.isoformat()}"
        if not breakdown:
            return lambda key: f"{path}?{day}" if day else path
        day = f"&{day}" if day else ""
        return lambda key: f"{path}?breakdown={breakdown}&key={quote_plus(key)}{day}"


def _year(moment):
    return moment.year.first_day, moment.year.last_day


def _uses_a_place(moment):
    """The Q of exchanges that use a place: with a partner for whom a term provides the same direction and mobility.

    A term is for its own partner, or where it names none for the only partner of its agreement.
    """
    terms = moment.records(MobilityTerm).filter(valid_in_condition(moment.year)).order_by()
    found = Q()
    for path, chosen in (
        ("partner__exchanges", terms),
        ("agreement__institutions__exchanges", terms.of_the_only_partner()),
    ):
        same = {f"{path}__direction": F("direction"), f"{path}__activity": F("activity")}
        found |= Q(pk__in=chosen.filter(**same, **{f"{path}__academic_year": moment.year}).values(f"{path}__pk"))
    return exchanges_held_in(moment.year) & found


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
        Institution,
        lambda moment: Institution.objects.is_active(moment.on, moment.public),
        breakdowns={"country": BY_COUNTRY, "kind": BY_INSTITUTION_KIND},
    ),
    Indicator(
        "partner_countries",
        "partners",
        _("Partner countries"),
        _("The countries of the partner institutions."),
        "countries",
        Country,
        countries_of="partners",
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
        Institution,
        lambda moment: Institution.objects.is_begun_in(moment.year, moment.public),
        breakdowns={"country": BY_COUNTRY},
    ),
    Indicator(
        "agreements_in_force",
        "agreements",
        _("Agreements in force"),
        _("Signed agreements in force on the day; the last day of an agreement counts."),
        "agreements",
        Agreement,
        lambda moment: in_force_condition(moment.on),
        breakdowns={"kind": BY_AGREEMENT_KIND, "country": BY_COUNTRY_OF_PARTNERS, "state": BY_STATE},
    ),
    Indicator(
        "agreements_expiring",
        "agreements",
        _("Agreements about to end"),
        _("Of the agreements in force, those that end within 180 days after the day."),
        "agreements",
        Agreement,
        lambda moment: ending_within_condition(EXPIRING_WITHIN, moment.on),
        breakdowns={"kind": BY_AGREEMENT_KIND},
    ),
    Indicator(
        "agreements_signed",
        "agreements",
        _("Agreements signed"),
        _("Agreements whose last party signed in the academic year."),
        "agreements",
        Agreement,
        lambda moment: Agreement.objects.is_signed_between(*_year(moment)),
        breakdowns={"kind": BY_AGREEMENT_KIND},
    ),
    Indicator(
        "agreements_ended",
        "agreements",
        _("Agreements ended"),
        _("Agreements whose last day, by their term or by termination, falls in the academic year."),
        "agreements",
        Agreement,
        lambda moment: ending_condition(*_year(moment)),
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
        Project,
        lambda moment: running_in_condition(moment.year),
        breakdowns={"action": BY_ACTION, "programme": BY_PROGRAMME},
    ),
    Indicator(
        "projects_new",
        "projects",
        _("New projects"),
        _("Projects that started in the academic year."),
        "projects",
        Project,
        lambda moment: new_in_condition(moment.year),
        breakdowns={"action": BY_ACTION, "programme": BY_PROGRAMME},
    ),
    Indicator(
        "exchanges",
        "exchanges",
        _("Exchanges"),
        _("Students and teachers whose stay was under way or completed in the academic year, in both directions."),
        "people",
        Exchange,
        lambda moment: exchanges_held_in(moment.year),
        total="count",
        breakdowns={
            "direction": BY_DIRECTION,
            "activity": BY_ACTIVITY,
            "country": BY_COUNTRY,
            "partner": BY_PARTNER,
        },
        summary=ExchangeTotal,
    ),
    Indicator(
        "places_agreed",
        "exchanges",
        _("Places agreed"),
        _("Places that the agreements provide in the academic year, in both directions."),
        "places",
        MobilityTerm,
        lambda moment: valid_in_condition(moment.year),
        total="places_per_year",
        breakdowns={"direction": BY_DIRECTION, "partner": BY_PARTNER_OF_TERM},
    ),
    Indicator(
        "places_used",
        "exchanges",
        _("Places used"),
        _("Exchanges of the academic year for which an agreement provides places with that partner."),
        "places",
        Exchange,
        _uses_a_place,
        total="count",
        breakdowns={"direction": BY_DIRECTION, "partner": BY_PARTNER},
    ),
    Indicator(
        "foreign_students",
        "foreign_students",
        _("Students from abroad"),
        _("Students from other countries enrolled at the Institute in the academic year."),
        "people",
        ForeignStudents,
        lambda moment: Q(academic_year=moment.year),
        total="count",
        breakdowns={"country": BY_COUNTRY},
    ),
    Indicator(
        "foreign_student_countries",
        "foreign_students",
        _("Countries of students from abroad"),
        _("Countries from which students are enrolled at the Institute, also where their number is not recorded."),
        "countries",
        Country,
        countries_of="foreign_students",
    ),
    Indicator(
        "activities",
        "activities",
        _("Activities"),
        _("Conferences, symposia, joint research, language training and visits held in the academic year."),
        "activities",
        Activity,
        lambda moment: activities_held_in(moment.year),
        breakdowns={"kind": BY_ACTIVITY_KIND},
    ),
)
BY_KEY = {indicator.key: indicator for indicator in INDICATORS}
