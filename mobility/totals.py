"""Exchanges added up by what the mobility page tells apart."""

from collections import Counter
from functools import cached_property

from django.db.models import Count, Sum

from iet_relations.academic_year import AcademicYear
from iet_relations.remembering import remembered
from mobility.models import Exchange, ExchangeTotal
from partners.models import Institution

FIELDS = {"year": "academic_year", "direction": "direction", "activity": "activity", "status": "status"}
DIMENSIONS = ("year", "direction", "activity", "country")
WATCHED = (Exchange, Institution)
"""Whose writes change totals."""
HELD = (Exchange.Status.UNDER_WAY.value, Exchange.Status.COMPLETED.value)


class Totals:
    """The people of exchanges up to the academic year of a day, and the values chosen for each dimension.

    An empty list of values is all of them. Without partners the numbers come from the summary; with them from the
    partners' own exchanges. Two questions answer all: one by year, direction, activity and status, one by country.
    """

    def __init__(self, on, chosen, partners=None):
        self.last_year = AcademicYear.containing(on)
        self.chosen = {name: sorted(chosen.get(name) or []) for name in DIMENSIONS}
        self.partners = partners
        self._kept = {}

    def rows(self):
        """The rows of the summary or of the partners' exchanges, whatever is chosen of the dimensions."""
        if self.partners is None:
            rows = ExchangeTotal.objects.public()
        else:
            rows = Exchange.objects.public().filter(partner__in=self.partners.institutions.values("pk"))
        return rows.filter(academic_year__lte=self.last_year).order_by()

    @cached_property
    def cells(self):
        """Return {(year, direction, activity, status): (people, exchanges)} of the chosen countries."""
        return self._remembered("cells", self._cells, country=self.chosen["country"])

    def _cells(self):
        rows = self.rows()
        if self.chosen["country"]:
            rows = rows.filter(country__in=self.chosen["country"])
        number = Sum("rows") if self.partners is None else Count("pk")
        found = rows.values_list(*FIELDS.values()).annotate(people=Sum("count"), number=number)
        return {(year.slug, *others): (people, number) for year, *others, people, number in found if number}

    @cached_property
    def by_country(self):
        """Return the people held by {(country, direction)} for all that is chosen but the countries."""
        chosen = {name: values for name, values in self.chosen.items() if name != "country"}
        return self._remembered("by country", self._by_country, **chosen)

    def _by_country(self):
        rows = self.rows().filter(status__in=HELD)
        for name, field in FIELDS.items():
            if values := self.chosen.get(name):
                values = [AcademicYear.parse(value) for value in values] if name == "year" else values
                rows = rows.filter(**{f"{field}__in": values})
        found = rows.values_list("country_id", "direction").annotate(people=Sum("count"))
        return {(country, direction): people for country, direction, people in found if people}

    def _remembered(self, what, find, **chosen):
        partners = self.partners and self.partners.text
        return remembered(
            ("exchange totals", what, self.last_year.start, sorted(chosen.items()), partners), find, WATCHED
        )

    def by(self, *names, without=None, statuses=HELD):
        """Return the people of these statuses by one dimension {value: people} or several {(value, …): people}.

        The values chosen of the dimension ``without`` are left aside; of countries only the people held are known.
        """
        kinds = ("country", "direction") if "country" in names else tuple(FIELDS)
        places = [kinds.index(name) for name in names]
        found = Counter()
        for key, people in self._left(kinds, without if self.chosen.get(without) else None, statuses):
            found[key[places[0]] if len(places) == 1 else tuple(key[place] for place in places)] += people
        return found

    def _left(self, kinds, without, statuses):
        """Return pairs of key and people of the cells that what is chosen leaves; looked for once."""
        asked = (kinds, without, statuses)
        if asked not in self._kept:
            if "country" in kinds:
                cells = self.by_country.items()
            else:
                cells = ((key, people) for key, (people, _number) in self.cells.items() if key[-1] in statuses)
            wanted = [
                (kinds.index(name), set(values))
                for name, values in self.chosen.items()
                if values and name != without and name in kinds
            ]
            self._kept[asked] = [
                (key, people)
                for key, people in cells
                if people and all(key[place] in values for place, values in wanted)
            ]
        return self._kept[asked]

    def people(self, *statuses):
        """Return how many people of these statuses there are; without any, those who went."""
        return sum(self.by("direction", statuses=statuses or HELD).values())

    def exchanges(self):
        """Return how many exchanges of any status there are."""
        wanted = [(place, self.chosen[name]) for place, name in enumerate(FIELDS) if self.chosen.get(name)]
        return sum(
            number
            for key, (_people, number) in self.cells.items()
            if all(key[place] in values for place, values in wanted)
        )
