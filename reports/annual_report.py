"""The annual report's data: everything that page, PDF, CSV, XLSX and JSON of a report show.

:func:`build_report` computes it live from the records. Its form is described in :mod:`reports.rendering`.
"""

from itertools import chain

from django.utils import translation
from django.utils.translation import gettext as _

from iet_relations.academic_year import AcademicYear
from iet_relations.synthetic import is_synthetic
from partners.models import Institution
from reports import count_tables, exchange_tables
from reports import report_tables as tables
from reports.figures import Figures, years_up_to
from reports.gaps import gaps_table
from reports.indicators import BY_KEY, INDICATORS
from reports.moments import FIRST_YEAR, Moment
from reports.rendering.rows import Rows
from reports.rendering.wording import day_text
from reports.trends import trend_tables

LARGE = ("partners", "partner_countries", "agreements_in_force", "projects_running", "exchanges", "activities")
"""The figures that a report shows large at its beginning."""


class NoReport(ValueError):
    """There is no report of this academic year; the message says why."""


def report_years(today):
    """The academic years that have a report, the latest first."""
    return [AcademicYear(start) for start in range(AcademicYear.containing(today).start, FIRST_YEAR.start - 1, -1)]


def moment_of(year, today, on=None, public=True):
    """The Moment of a year's report: its last day, today while it runs, or the day ``on`` of the year.

    Raises :class:`NoReport` for a year before the first or not begun, and for a day outside the year or to come.
    """
    if year < FIRST_YEAR:
        raise NoReport(
            _("Reports begin with %(first)s; there is none of %(year)s.") % {"first": FIRST_YEAR, "year": year}
        )
    if year.first_day > today:
        raise NoReport(_("The academic year %(year)s has not begun yet.") % {"year": year})
    if on is None:
        return Moment.of(year, today, public)
    if not year.first_day <= on <= year.last_day:
        raise NoReport(_("%(day)s is not a day of the academic year %(year)s.") % {"day": day_text(on), "year": year})
    if on > today:
        raise NoReport(_("%(day)s has not come yet.") % {"day": day_text(on)})
    return Moment(year, on, public)


def build_report(moment, language, for_staff=False):
    """The report as of the moment, worded in a language (en, ru, tg), as plain JSON values and ``Rows`` of them.

    ``for_staff`` leads from gaps to the forms of the records.
    """
    with translation.override(language):
        return _Report(moment, language, for_staff).data()


def heading_of(moment, language):
    """What the report is called, and whose it is."""
    with translation.override(language):
        home = Institution.objects.filter(is_home=True).first()
        return {
            "title": _("Annual report on international relations %(year)s") % {"year": moment.year},
            "institution": home.display_name if home else "",
            "department": _("International Relations Department"),
            # the one city that is named in the reader's language; others stand as they are recorded
            "city": _("Khujand") if home and home.city == "Khujand" else home.city if home else "",
        }


class _Report:
    """Puts the sections of one report together; the reader's language is active."""

    def __init__(self, moment, language, for_staff):
        self.moment, self.language, self.for_staff = moment, language, for_staff
        self.figures = Figures(moment, years=years_up_to(moment))
        self.year = str(moment.year)

    def data(self):
        sections = [
            self.key_figures(),
            self.partners(),
            self.agreements(),
            self.projects(),
            self.exchanges(),
            self.foreign_students(),
            self.activities(),
            self.trends(),
            self.gaps(),
            *self.annexes(),
        ]
        return {
            "language": self.language,
            "year": self.moment.year.slug,
            "year_label": self.year,
            "as_of": self.moment.on.isoformat(),
            **heading_of(self.moment, self.language),
            "signatures": [_("Rector"), _("Head of the International Relations Department")],
            "notice": _("Synthetic data: every institution, agreement and number here is made up.")
            if is_synthetic()
            else "",
            "summary": self.summary(),
            "sections": sections,
            "sources": self.sources(),
        }

    def summary(self):
        return [
            _(
                "The report covers the academic year %(year)s and shows the state on %(day)s, computed from the "
                "records of the registry: every number can be traced to the records that it counts."
            )
            % {"year": self.year, "day": day_text(self.moment.on)},
            _(
                "Recorded is what the registry holds. Reported is what a source states, with its qualifier; it stands "
                "beside the recorded number and never replaces it. What is not known is written as not recorded and "
                "makes a sum “at least”."
            ),
        ]

    def section(self, key, title, broken, shown):
        """A section with the figures of its indicators: the headline ones, and those broken down."""
        headlines = [self.figures.headline(one.key) for one in INDICATORS if one.section == key]
        return {
            "key": key,
            "title": title,
            "paragraphs": [],
            "figures": Rows(lambda: chain(headlines, chain.from_iterable(self.parts(*one) for one in broken))),
            "highlights": headlines,
            "tables": shown,
        }

    def parts(self, indicator, breakdown):
        if BY_KEY[indicator].breakdowns[breakdown].endless:
            return self.figures.each_part(indicator, breakdown)
        return self.figures.parts(indicator, breakdown)

    def key_figures(self):
        headlines = [self.figures.headline(indicator.key) for indicator in INDICATORS]
        return {
            "key": "key_figures",
            "title": _("Key figures"),
            "paragraphs": [],
            "highlights": [self.figures.headline(key) for key in LARGE],
            "figures": [],
            "tables": [tables.key_figures(headlines, self.moment)],
        }

    def partners(self):
        return self.section(
            "partners",
            _("Partners"),
            broken=[("partners", "country"), ("partners", "kind"), ("partners_new", "country")],
            shown=[
                tables.parts(self.figures, "partners", "country", _("Partner institutions by country"), chart="bars"),
                count_tables.relations(self.figures),
                tables.new_partners(self.moment),
            ],
        )

    def agreements(self):
        kinds = [(one.key, "kind") for one in INDICATORS if one.section == "agreements"]
        return self.section(
            "agreements",
            _("Agreements"),
            broken=[*kinds, ("agreements_in_force", "country"), ("agreements_in_force", "state")],
            shown=[
                tables.cross(self.figures, [key for key, _by in kinds], "kind", _("Agreements by kind")),
                tables.agreements_of_the_year(self.moment),
                tables.agreements_expiring(self.moment),
            ],
        )

    def projects(self):
        return self.section(
            "projects",
            _("Projects"),
            broken=[
                ("projects_running", "programme"),
                ("projects_new", "programme"),
                ("projects_running", "action"),
                ("projects_new", "action"),
            ],
            shown=[
                tables.cross(
                    self.figures,
                    ["projects_running", "projects_new"],
                    "programme",
                    _("Projects by programme"),
                    chart="bars",
                    reported=True,
                ),
                tables.cross(self.figures, ["projects_running", "projects_new"], "action", _("Projects by action")),
                count_tables.budgets(self.moment),
                tables.new_projects(self.moment),
                tables.projects(self.moment),
            ],
        )

    def exchanges(self):
        held = exchange_tables.held_this_year(self.moment)
        return self.section(
            "exchanges",
            _("Exchanges"),
            broken=[
                *[("exchanges", by) for by in ("direction", "activity", "country", "partner")],
                *[(key, by) for key in ("places_agreed", "places_used") for by in ("direction", "partner")],
            ],
            shown=[
                exchange_tables.by_activity(held),
                exchange_tables.by_year(self.moment),
                tables.parts(self.figures, "exchanges", "country", _("Exchanges by country"), chart="bars"),
                exchange_tables.by_country(held),
                exchange_tables.balance(self.figures),
            ],
        )

    def foreign_students(self):
        return self.section(
            "foreign_students",
            _("Students from abroad"),
            broken=[("foreign_students", "country")],
            shown=[
                tables.parts(
                    self.figures, "foreign_students", "country", _("Students from abroad by country"), chart="bars"
                )
            ],
        )

    def activities(self):
        return self.section(
            "activities",
            _("Activities"),
            broken=[("activities", "kind")],
            shown=[
                tables.parts(self.figures, "activities", "kind", _("Activities by kind")),
                tables.activities(self.moment),
            ],
        )

    def trends(self):
        return {
            "key": "trends",
            "title": _("Ten years"),
            "paragraphs": [
                _(
                    "Each number is that of the last day of its academic year, computed from what the registry holds "
                    "today; years before %(first)s are not recorded."
                )
                % {"first": FIRST_YEAR}
            ],
            "figures": [],
            "highlights": [],
            "tables": trend_tables(self.figures),
        }

    def gaps(self):
        table = gaps_table(self.moment, self.figures, [one.key for one in INDICATORS], self.for_staff)
        return {
            "key": "gaps",
            "title": _("Gaps"),
            "paragraphs": [_("What is missing or doubtful in the records of the year, and so in this report.")],
            "figures": [],
            "highlights": [],
            "tables": [table],
        }

    def annexes(self):
        return [
            {"key": key, "title": title, "annex": True, "paragraphs": [], "figures": [], "tables": shown}
            for key, title, counted, shown in (
                ("annex_partners", _("Partner institutions"), "partners", [tables.partners(self.moment)]),
                (
                    "annex_agreements",
                    _("Agreements in force"),
                    "agreements_in_force",
                    [tables.agreements_in_force(self.moment)],
                ),
                (
                    "annex_exchanges",
                    _("Exchanges by partner"),
                    "exchanges",
                    [
                        tables.parts(self.figures, "exchanges", "partner", _("Exchanges by partner")),
                        exchange_tables.by_partner(self.moment),
                    ],
                ),
            )
            if self.figures.headline(counted)["value"]
        ]

    def sources(self):
        """The sources of the reported figures, with the statements that they were taken from."""
        statements = {}
        for reported in self.figures.reported.values():
            statements.setdefault(reported.source_id, []).append(reported)
        return [
            {
                "title": source.title,
                "publisher": source.publisher,
                "date": source.dated_last.isoformat() if source.dated_first == source.dated_last else None,
                "dated": source.dated,
                "url": source.url,
                "statements": [
                    {"text": text, "lang": ""}
                    for text in dict.fromkeys(
                        f"{one.statement} {one.quote}".strip()
                        for one in sorted(statements[source.pk], key=lambda one: (len(one.statement), one.statement))
                    )
                ],
            }
            for source in self.figures.sources
        ]
