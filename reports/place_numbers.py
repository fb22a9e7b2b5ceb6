"""The places that exchanges use, as of many moments, from one look at the terms and one at the exchanges.

They are those of the rows that the indicator gives, whose condition would join both anew for every moment.
"""

from collections import Counter, defaultdict

from django.db.models import Count, Sum

from mobility.models import Exchange, MobilityTerm
from mobility.models.term import valid_in_condition

KIND = "direction", "activity"


def used_places(column, moments):
    """People and rows of exchanges that use a place, for each moment: two counters by ``direction`` or the partner."""
    provided = _provided(moments)
    partners = {partner for found in provided for partner, *_kind in found}
    places = defaultdict(list)
    for place, moment in enumerate(moments):
        places[moment.year].append(place)
    held = moments[0].records(Exchange).held().filter(academic_year__in=set(places)).order_by()
    terms = MobilityTerm.objects.order_by()
    if not terms.filter(partner=None).exists():
        held = held.filter(partner__in=terms.values("partner"))
    people, rows = [Counter() for _moment in moments], [Counter() for _moment in moments]
    found = held.values_list("academic_year", "partner__slug", *KIND).annotate(Sum("count"), Count("pk"))
    for year, partner, direction, activity, count, number in found:
        if partner not in partners:
            continue
        part = direction if column == "direction" else partner
        for place in places[year]:
            if (partner, direction, activity) in provided[place]:
                people[place][part] += count
                rows[place][part] += number
    return people, rows


def _provided(moments):
    """For each moment the partners, directions and mobilities that terms provide places for."""
    flags = {f"n{place}": Count("pk", filter=valid_in_condition(one.year)) for place, one in enumerate(moments)}
    terms = moments[0].records(MobilityTerm).with_partner_slug().order_by().values_list("partner_slug", *KIND)
    found = [set() for _moment in moments]
    for partner, direction, activity, *valid in terms.annotate(**flags):
        for kinds, number in zip(found, valid, strict=True):
            if number and partner:
                kinds.add((partner, direction, activity))
    return found
