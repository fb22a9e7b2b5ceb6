"""Exchanges added up by what the mobility page tells apart."""

from collections import Counter

from django.db.models import Sum

from iet_relations.academic_year import AcademicYear
from iet_relations.remembering import remembered
from mobility.models import Exchange, ExchangeTotal

DIMENSIONS = {"year": "academic_year", "direction": "direction", "activity": "activity", "country": "country_id"}
HELD = (Exchange.Status.UNDER_WAY, Exchange.Status.COMPLETED)


class Totals:
    """The people of exchanges up to the academic year of a day, and the values chosen for each dimension.

    An empty list of values is all of them. Without partners the numbers come from the summary; with them from the
    partners' own exchanges.
    """

    def __init__(self, on, chosen, partners=None):
        self.last_year = AcademicYear.containing(on)
        self.chosen = {name: sorted(chosen.get(name) or []) for name in DIMENSIONS}
        self.partners = partners

    def rows(self, without=None):
        """The rows that the chosen values leave, those of the dimension ``without`` left aside."""
        if self.partners is None:
            rows = ExchangeTotal.objects.public()
        else:
            rows = Exchange.objects.public().filter(partner__in=self.partners.institutions.values("pk"))
        rows = rows.filter(academic_year__lte=self.last_year).order_by()
        for name, values in self.chosen.items():
            if values and name != without:
                values = [AcademicYear.parse(value) for value in values] if name == "year" else values
                rows = rows.filter(**{f"{DIMENSIONS[name]}__in": values})
        return rows

    def by(self, *names, without=None, statuses=HELD):
        """Return the people held, by one dimension ``{value: people}`` or several ``{(value, …): people}``."""
        chosen = {name: values for name, values in self.chosen.items() if name != without}
        key = ("exchange totals", self.last_year.start, chosen, self.partners and self.partners.text, names, statuses)
        return remembered(key, lambda: self._by(names, without, statuses))

    def _by(self, names, without, statuses):
        rows = self.rows(without).filter(status__in=statuses).values_list(*(DIMENSIONS[name] for name in names))
        found = Counter()
        for *values, people in rows.annotate(people=Sum("count")):
            values = tuple(value.slug if isinstance(value, AcademicYear) else value for value in values)
            if people:
                found[values if len(names) > 1 else values[0]] += people
        return found

    def people(self, *statuses):
        """Return how many people of these statuses there are; without any, those who went."""
        return sum(self.by("direction", statuses=statuses or HELD).values())
