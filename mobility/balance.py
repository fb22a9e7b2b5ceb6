"""Agreed places against used ones: what each side owes the other, by partner and direction in an academic year."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Sum

from mobility.models import Exchange, MobilityTerm
from partners.models import Institution


@dataclass(frozen=True)
class Balance:
    """Places of one partner in one direction and academic year, in people.

    ``agreed`` is None where a valid term gives no number; ``used`` counts exchanges under way or completed with the
    partner under the activities that the terms provide.
    """

    partner: Institution
    direction: str
    agreed: int | None
    used: int

    @property
    def left(self):
        """Places still free; negative when more were used than agreed, None when the agreed number is not known."""
        return None if self.agreed is None else self.agreed - self.used


def places_balance(year, public=False):
    """Return the Balance rows of an academic year, by partner and direction.

    A term belongs to its partner, or where it names none to the only partner of its agreement; a term of an
    agreement with several partners that names none belongs to nobody and is left out.
    """
    terms = MobilityTerm.objects.valid_in(year)
    exchanges = Exchange.objects.held_in(year)
    if public:
        terms, exchanges = terms.public(), exchanges.public()
    agreed, activities = defaultdict(list), defaultdict(set)
    rows = terms.with_partner_slug().order_by().exclude(partner_slug=None)
    for slug, direction, activity, places in rows.values_list(
        "partner_slug", "direction", "activity", "places_per_year"
    ):
        agreed[slug, direction].append(places)
        activities[slug, direction].add(activity)
    held = exchanges.filter(partner__slug__in={slug for slug, _direction in agreed}).order_by()
    used = {
        (slug, direction, activity): people
        for slug, direction, activity, people in held.values_list("partner__slug", "direction", "activity").annotate(
            people=Sum("count")
        )
    }
    slugs = {slug for slug, _direction in agreed}
    partners = {partner.slug: partner for partner in Institution.objects.filter(slug__in=slugs)}
    balances = [
        Balance(
            partners[slug],
            direction,
            None if None in places else sum(places),
            sum(used.get((slug, direction, activity), 0) for activity in activities[slug, direction]),
        )
        for (slug, direction), places in agreed.items()
    ]
    return sorted(balances, key=lambda row: (row.partner.sort_en, row.partner.pk, row.direction))
