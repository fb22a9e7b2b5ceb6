"""What rows add up to."""

from typing import NamedTuple


class Tally(NamedTuple):
    """What the rows of a number, or of a part of it, add up to: their sum, how many know theirs, and how many."""

    total: int | None
    known: int
    rows: int

    def __add__(self, other):
        return Tally((self.total or 0) + (other.total or 0), self.known + other.known, self.rows + other.rows)


NOTHING = Tally(None, 0, 0)


class Same(dict):
    """Gives one object for equal ones: very many partners have the same few tallies, and their slugs stand in many."""

    def __missing__(self, value):
        self[value] = value
        return value
