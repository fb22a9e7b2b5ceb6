"""The numbers of partners as of many moments, from one look at each kind of work that makes an institution a partner.

They are those of the rows that the indicators give, whose condition would ask each institution about all of its work
anew for every moment.
"""

from collections import Counter, defaultdict
from functools import cache

from django.db.models import Case, Count, Min, Q, Sum, Value, When
from django.db.models.lookups import GreaterThan

from iet_relations.academic_year import AcademicYear, start_of
from mobility.models import Exchange
from partners.models import AgreementParty, Institution
from partners.models.agreement_sets import in_force_condition
from partners.models.institution_sets import Relation
from projects.models import Activity, Participation
from projects.models.activity import held_in_condition as activities_held_in
from projects.models.project import running_in_condition
from reports.moments import moments_met

COLUMNS = "country_id", "kind"
AT_ONCE = 500
"""Rows that are read at once."""


def partner_numbers(moments):
    """Count active institutions and those whose cooperation began by each of COLUMNS, and all by their relation.

    Returns ``{(indicator, column): Counter}`` for each moment, with the Counter of relations under ``"relation"``.
    """

    @cache
    def reached(day):
        """Return the moments at which the day has come, as bits."""
        return sum(1 << place for place, moment in enumerate(moments) if day and day <= moment.on)

    work = _Work(moments)
    active, began, relations = Counter(), Counter(), Counter()
    columns = "pk", "closed_on", "cooperating_since_last", *COLUMNS
    rows = moments[0].records(Institution).order_by().values_list(*columns)
    for institution, closed_on, recorded, *parts in rows.iterator(chunk_size=AT_ONCE):
        first = work.first.get(institution)
        closed = reached(closed_on)
        working = work.met.get(institution, 0) & ~closed
        relations[closed, working, reached(min(filter(None, (recorded, first)), default=None))] += 1
        year = AcademicYear.containing(recorded or first).start if recorded or first else None
        for column, part in zip(COLUMNS, parts, strict=True):
            active[column, part, working] += 1
            began[column, part, year] += 1
    return [_at(moment, 1 << place, active, began, relations) for place, moment in enumerate(moments)]


def _at(moment, bit, active, began, relations):
    """Return what partner_numbers has counted of one moment."""
    found = {(key, column): Counter() for key in ("partners", "partners_new") for column in COLUMNS}
    for (column, part, working), number in active.items():
        if working & bit:
            found["partners", column][part] += number
    for (column, part, year), number in began.items():
        if year == moment.year.start:
            found["partners_new", column][part] += number
    found["relation"] = Counter()
    for (closed, working, begun), number in relations.items():
        if closed & bit:
            relation = Relation.CLOSED
        elif working & bit:
            relation = Relation.ACTIVE
        else:
            relation = Relation.DORMANT if begun & bit else Relation.PROSPECT
        found["relation"][relation] += number
    return found


class _Work:
    """What institutions do together with us: ``met`` says at which moments, as bits, ``first`` since which day."""

    def __init__(self, moments):
        self.moments = moments
        self.met, self.first = defaultdict(int), {}
        records = moments[0].records
        self._note(
            records(AgreementParty),
            "institution",
            self._any(lambda moment: in_force_condition(moment.on, "agreement__")),
            {"agreement__in_force_from": {"agreement__status": "signed"}},
        )
        self._note(
            records(Participation),
            "institution",
            self._any(lambda moment: running_in_condition(moment.year, "project__")),
            {"project__starts_on": {}, "project__first_academic_year": {"project__starts_on": None}},
        )
        held = self._any(lambda moment: activities_held_in(moment.year))
        self._note(records(Activity), "institutions", held, {"starts_on": {}})
        held = Exchange.objects.held()  # those with an institution that does not count are not looked up
        self._note(held, "partner", self._years(), {"academic_year": {}})

    def _any(self, condition):
        """Return the bits of the moments at which the condition holds for one of the rows."""
        counts = [Count(Value(1), filter=condition(moment)) for moment in self.moments]
        return moments_met([GreaterThan(count, 0) for count in counts])

    def _years(self):
        """Return the bits of the moments in whose year there is a row, looking at each of many rows once."""
        bits = defaultdict(int)
        for place, moment in enumerate(self.moments):
            bits[moment.year.start] |= 1 << place
        return Sum(Case(*(When(academic_year=year, then=met) for year, met in bits.items()), default=0), distinct=True)

    def _note(self, rows, institution, met, beginnings):
        """Note the work of rows: at which moments there is some, and when it began, by columns that say so."""
        firsts = {
            f"first{place}": Min(start_of(column) if column.endswith("year") else column, filter=Q(**where) or None)
            for place, (column, where) in enumerate(beginnings.items())
        }
        found = rows.filter(**{f"{institution}__isnull": False}).order_by().values_list(institution)
        for key, met_by, *days in found.annotate(met=met, **firsts).iterator(chunk_size=AT_ONCE):
            self.met[key] |= met_by
            for first in days:
                if first is not None:
                    day = AcademicYear(first).first_day if isinstance(first, int) else first
                    self.first[key] = min(day, self.first.get(key, day))
