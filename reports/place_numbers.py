"""The places that exchanges use, as of many moments, from one look at the terms and one at the exchanges.

They are those of the rows that the indicator gives, whose condition would join both anew for every moment.
"""

from collections import defaultdict

from django.db.models import Count, Exists, OuterRef, Sum

from iet_relations.academic_year import start_of
from mobility.models import Exchange, MobilityTerm
from mobility.models.term import valid_in_condition
from partners.models import Institution

KIND = "direction", "activity"
AT_ONCE = 2000
"""Rows that are read at once."""


def used_places(moments, near):
    """Return people and rows of exchanges that use a place, by moment, column and part: a list of both.

    The columns are ``direction``, and for the ``near`` moments ``partner``, whose parts are slugs, and ``both``, whose
    parts are pairs of these.
    """
    provided = _provided(moments)
    partners = {partner for kinds in provided.values() for partner, *_kind in kinds}
    years = defaultdict(list)
    for moment in moments:
        years[moment.year.start].append(moment)
    held = moments[0].records(Exchange).held().filter(academic_year__range=(min(years), max(years))).order_by()
    terms = MobilityTerm.objects.order_by()
    if not terms.filter(partner=None).exists():  # most exchanges are with partners of whom no term speaks
        same = {name: OuterRef(name) for name in ("partner", *KIND)}
        held = held.filter(Exists(terms.filter(**same)))
    slugs = dict(Institution.objects.values_list("pk", "slug"))
    found = {moment: {"direction": {}, "partner": {}, "both": {}} for moment in moments}
    rows = held.values_list(start_of("academic_year"), "partner", *KIND).annotate(people=Sum("count"), rows=Count("*"))
    for year, partner, direction, activity, people, number in rows.iterator(chunk_size=AT_ONCE):
        if partner not in partners:
            continue
        for moment in years.get(year, ()):
            if (partner, direction, activity) in provided[moment]:
                parts = [("direction", direction)]
                if moment in near:
                    parts += [("partner", slugs[partner]), ("both", (slugs[partner], direction))]
                for column, part in parts:
                    sums = found[moment][column].setdefault(part, [0, 0])
                    sums[0] += people
                    sums[1] += number
    return found


def _provided(moments):
    """For each moment the partners, directions and mobilities that terms provide places for."""
    flags = {f"n{place}": Count("pk", filter=valid_in_condition(one.year)) for place, one in enumerate(moments)}
    terms = moments[0].records(MobilityTerm).with_partner_key().order_by().values_list("partner_key", *KIND)
    found = {moment: set() for moment in moments}
    for partner, direction, activity, *valid in terms.annotate(**flags):
        for kinds, number in zip(found.values(), valid, strict=True):
            if number and partner:
                kinds.add((partner, direction, activity))
    return found
