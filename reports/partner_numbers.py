"""The numbers of partners as of many moments, from one look at each kind of work that makes an institution a partner.

They are those of the rows that the indicators give, whose condition would ask each institution about all of its work
anew for every moment.
"""

from collections import Counter
from datetime import date

from django.db.models import Count, Min, Q, Value

from iet_relations.academic_year import AcademicYear, start_of
from mobility.models import Exchange
from mobility.models.exchange import held_in_condition as exchanges_held_in
from partners.models import AgreementParty, Institution
from partners.models.agreement_sets import in_force_condition
from projects.models import Activity, Participation
from projects.models.activity import held_in_condition as activities_held_in
from projects.models.project import running_in_condition

COLUMNS = "country_id", "kind"
AT_ONCE = 2000
"""Rows that are read at once."""


def partner_numbers(moments, near=()):
    """Count active institutions and those whose cooperation began, for each moment and by each of COLUMNS.

    Returns ``{moment: {(indicator, column): Counter}}``, for moments that are not ``near`` too.
    """
    counted = ("partners", "partners_new")
    found = {one: {(key, column): Counter() for key in counted for column in COLUMNS} for one in moments}
    work = _Work(moments)
    busy, years = set().union(*work.current), {moment.year.start for moment in moments}
    columns = "pk", "closed_on", "cooperating_since_last", *COLUMNS
    for institution, closed, since, *parts in (
        moments[0].records(Institution).order_by().values_list(*columns).iterator(chunk_size=AT_ONCE)
    ):
        first = AcademicYear.containing(since).start if since else work.first.get(institution)
        if institution not in busy and first not in years:
            continue
        for moment, current, counters in zip(moments, work.current, found.values(), strict=True):
            if institution in current and not (closed and closed <= moment.on):
                for column, part in zip(COLUMNS, parts, strict=True):
                    counters["partners", column][part] += 1
            if first == moment.year.start:
                for column, part in zip(COLUMNS, parts, strict=True):
                    counters["partners_new", column][part] += 1
    return found


class _Work:
    """What institutions do together with us: at each moment, and in which year the first academic year of it began."""

    def __init__(self, moments):
        self.moments = moments
        self.current = [set() for _moment in moments]
        self.first = {}
        records = moments[0].records
        self._note(
            records(AgreementParty),
            "institution",
            lambda moment: in_force_condition(moment.on, "agreement__"),
            {"agreement__in_force_from": {"agreement__status": "signed"}},
        )
        self._note(
            records(Participation),
            "institution",
            lambda moment: running_in_condition(moment.year, "project__"),
            {"project__starts_on": {}, "project__first_academic_year": {"project__starts_on": None}},
        )
        self._note(
            records(Activity), "institutions", lambda moment: activities_held_in(moment.year), {"starts_on": {}}
        )
        held = Exchange.objects.held()  # those with an institution that does not count are not looked up
        self._note(held, "partner", lambda moment: exchanges_held_in(moment.year), {"academic_year": {}})

    def _note(self, rows, institution, condition, beginnings):
        """Note the work of rows: when the condition holds, and when it began, by columns that say so for some."""
        flags = {f"n{place}": Count(Value(1), filter=condition(one)) for place, one in enumerate(self.moments)}
        firsts = {
            f"first{place}": Min(start_of(column) if column.endswith("year") else column, filter=Q(**where) or None)
            for place, (column, where) in enumerate(beginnings.items())
        }
        found = rows.filter(**{f"{institution}__isnull": False}).order_by().values_list(institution)
        for key, *values in found.annotate(**flags, **firsts).iterator(chunk_size=AT_ONCE):
            for place, current in enumerate(self.current):
                if values[place]:
                    current.add(key)
            for first in values[len(flags) :]:
                if first is not None:
                    start = AcademicYear.containing(first).start if isinstance(first, date) else first
                    self.first[key] = min(start, self.first.get(key, start))
