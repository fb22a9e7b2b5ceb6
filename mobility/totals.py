"""Exchanges added up once by all that the mobility page tells apart, and taken apart again without the database."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Sum

from mobility.models import Exchange

DIMENSIONS = ("year", "direction", "activity", "country")
HELD = (Exchange.Status.UNDER_WAY, Exchange.Status.COMPLETED)


@dataclass(frozen=True)
class Cell:
    """How many people share an academic year (its slug), direction, activity, country (code) and status."""

    year: str
    direction: str
    activity: str
    country: str
    status: str
    people: int


class Totals:
    """The cells of a set of exchanges, and the values chosen for each dimension (an empty list: all)."""

    def __init__(self, exchanges, chosen):
        rows = exchanges.order_by().values_list("academic_year", "direction", "activity", "country_id", "status")
        self.cells = [Cell(year.slug, *rest) for year, *rest in rows.annotate(people=Sum("count"))]
        self.chosen = {name: chosen.get(name) or [] for name in DIMENSIONS}

    def chosen_cells(self, without=None):
        """The cells that the chosen values leave, those of the dimension ``without`` left aside."""
        wanted = [(name, values) for name, values in self.chosen.items() if values and name != without]
        return [cell for cell in self.cells if all(getattr(cell, name) in values for name, values in wanted)]

    def by(self, *names, without=None):
        """Return the people held, by one dimension ``{value: people}`` or several ``{(value, …): people}``."""
        found = Counter()
        for cell in self.chosen_cells(without):
            if cell.status in HELD:
                key = tuple(getattr(cell, name) for name in names)
                found[key if len(names) > 1 else key[0]] += cell.people
        return found

    def people(self, *statuses):
        """Return how many people of these statuses there are; without any, those who went."""
        return sum(cell.people for cell in self.chosen_cells() if cell.status in (statuses or HELD))
