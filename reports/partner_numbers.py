"""The numbers of partners as of many moments, from one look at each kind of work that makes an institution a partner.

They are those of the rows that the indicators give, whose condition would ask each institution about all of its work
anew for every moment.
"""

from collections import Counter, defaultdict

from django.db.models import Count, Min, Q, Value
from django.db.models.lookups import GreaterThan

from iet_relations.academic_year import AcademicYear, start_of
from mobility.models import Exchange
from mobility.models.exchange import held_in_condition as exchanges_held_in
from partners.models import AgreementParty, Institution
from partners.models.agreement_sets import in_force_condition
from partners.models.institution_sets import Relation
from projects.models import Activity, Participation
from projects.models.activity import held_in_condition as activities_held_in
from projects.models.project import running_in_condition
from reports.moments import moments_met

COLUMNS = "country_id", "kind"
AT_ONCE = 2000
"""Rows that are read at once."""


def partner_numbers(moments):
    """Count active institutions and those whose cooperation began by each of COLUMNS, and all by their relation.

    Returns ``{(indicator, column): Counter}`` for each moment, with the Counter of relations under ``"relation"``.
    """
    work, found = _Work(moments), []
    parts, closed, since, begun_in = {}, {}, dict(work.first), defaultdict(set)
    columns = "pk", "closed_on", "cooperating_since_last", *COLUMNS
    rows = moments[0].records(Institution).order_by().values_list(*columns)
    for institution, closed_on, recorded, *values in rows.iterator(chunk_size=AT_ONCE):
        parts[institution] = values
        if closed_on:
            closed[institution] = closed_on
        if first := recorded or work.first.get(institution):
            begun_in[AcademicYear.containing(first).start].add(institution)
        if recorded:
            since[institution] = min(recorded, work.first.get(institution, recorded))
    for moment, current in zip(moments, work.current, strict=True):
        gone = {institution for institution, day in closed.items() if day <= moment.on}
        active = (current & parts.keys()) - gone
        begun = {institution for institution, day in since.items() if day <= moment.on} & parts.keys()
        relations = {Relation.CLOSED: len(gone), Relation.ACTIVE: len(active)}
        relations[Relation.DORMANT] = len(begun - active - gone)
        relations[Relation.PROSPECT] = len(parts) - sum(relations.values())
        counters = {
            (key, column): Counter(parts[institution][place] for institution in institutions)
            for key, institutions in (("partners", active), ("partners_new", begun_in[moment.year.start]))
            for place, column in enumerate(COLUMNS)
        }
        found.append(counters | {"relation": +Counter(relations)})
    return found


class _Work:
    """What institutions do together with us: which do at each moment, and the day on which the first work began."""

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
        firsts = {
            f"first{place}": Min(start_of(column) if column.endswith("year") else column, filter=Q(**where) or None)
            for place, (column, where) in enumerate(beginnings.items())
        }
        found = rows.filter(**{f"{institution}__isnull": False}).order_by().values_list(institution)
        counts = [Count(Value(1), filter=condition(moment)) for moment in self.moments]
        found = found.annotate(met=moments_met([GreaterThan(count, 0) for count in counts]), **firsts)
        together = defaultdict(list)
        for key, met, *days in found.iterator(chunk_size=AT_ONCE):
            together[met].append(key)
            for first in days:
                if first is not None:
                    day = AcademicYear(first).first_day if isinstance(first, int) else first
                    self.first[key] = min(day, self.first.get(key, day))
        for met, keys in together.items():
            for place, current in enumerate(self.current):
                if met >> place & 1:
                    current.update(keys)
