"""The places that agreements provide and that exchanges use, as of many moments, from one look at the terms and one
at the exchanges.

They are those of the rows that the indicators give, whose conditions would join both anew for every moment.
"""

from collections import defaultdict
from functools import cache

from django.db.models import Count, Exists, OuterRef, Sum

from iet_relations.academic_year import start_of
from mobility.models import Exchange, MobilityTerm
from mobility.models.term import valid_in_condition
from partners.models import Institution
from reports.moments import moments_met
from reports.tallies import Tally

KIND = "direction", "activity"
PLACES = "places_agreed", "places_used"
AT_ONCE = 500
"""Rows that are read at once."""


def place_numbers(moments, near, same):
    """Return the places agreed and the people on places used: ``{moment: {(indicator, column): {part: Tally}}}``.

    The columns are ``direction``, and for the ``near`` moments ``partner``, whose parts are slugs (empty: no partner
    is known), and ``both``, whose parts are pairs of these. ``same`` makes one object of equal slugs and tallies.
    """
    detailed = [moment in near for moment in moments]
    sums = [defaultdict(lambda: defaultdict(lambda: [0, 0, 0])) for _moment in moments]

    def add(place, indicator, partner, direction, numbers):
        """Add to the parts of the moment at a place in the list."""
        columns = sums[place]
        parts = [columns[indicator, "direction"][direction]]
        if detailed[place]:
            parts.append(columns[indicator, "both"][partner, direction])
        for part in parts:
            part[0] += numbers[0]
            part[1] += numbers[1]
            part[2] += numbers[2]

    provided = defaultdict(int)  # the moments at which there are places, as bits, by partner, direction and mobility
    for partner, direction, activity, places, met in _terms(moments):
        numbers = places or 0, places is not None, 1
        for place in _places_of(met):
            add(place, "places_agreed", partner, direction, numbers)
        if partner:
            provided[partner, direction, activity] |= met
    at = defaultdict(list)
    for place, moment in enumerate(moments):
        at[moment.year.start].append(place)
    for year, partner, direction, activity, people, rows in _exchanges(moments, min(at), max(at)):
        met = provided.get((partner, direction, activity), 0)
        for place in at[year]:
            if met >> place & 1:
                add(place, "places_used", partner, direction, (people, rows, rows))
    slugs = _slugs({partner for columns in sums for name in PLACES for partner, _way in columns[name, "both"]}, same)
    for columns in sums:
        columns.default_factory = dict
        for key, parts in list(columns.items()):
            columns[key] = {part: same[Tally(*numbers)] for part, numbers in parts.items()}
        for name in PLACES:
            both = {(slugs[partner], direction): one for (partner, direction), one in columns[name, "both"].items()}
            columns[name, "both"], columns[name, "partner"] = both, (by_partner := {})
            for (slug, _direction), one in both.items():
                by_partner[slug] = by_partner[slug] + one if slug in by_partner else one
    return dict(zip(moments, sums, strict=True))


def _slugs(partners, same):
    """Return the slugs of partners by their keys."""
    institutions = Institution.objects.order_by().values_list("pk", "slug").iterator(chunk_size=AT_ONCE)
    return {pk: same[slug] for pk, slug in institutions if pk in partners} | {None: ""}


@cache
def _places_of(met):
    """Return the places of the bits that are set."""
    return [place for place in range(met.bit_length()) if met >> place & 1]


def _terms(moments):
    """Terms with the key of their partner, their places, and the number whose bits say at which moments they hold."""
    terms = moments[0].records(MobilityTerm).with_partner_key().order_by()
    met = moments_met([valid_in_condition(moment.year) for moment in moments])
    columns = terms.annotate(met=met).values_list("partner_key", *KIND, "places_per_year", "met")
    return columns.exclude(met=0).iterator(chunk_size=AT_ONCE)


def _exchanges(moments, first, last):
    """People and rows of exchanges by year, partner, direction and mobility, of partners of whom a term speaks."""
    held = moments[0].records(Exchange).held().filter(academic_year__range=(first, last)).order_by()
    terms = MobilityTerm.objects.order_by()
    held = held.filter(partner__in=terms.with_partner_key().values("partner_key"))  # most exchanges are with others
    if not terms.filter(partner=None).exists():
        same = {name: OuterRef(name) for name in ("partner", *KIND)}
        held = held.filter(Exists(terms.filter(**same)))
    rows = held.values_list(start_of("academic_year"), "partner", *KIND).annotate(people=Sum("count"), rows=Count("*"))
    return rows.iterator(chunk_size=AT_ONCE)
