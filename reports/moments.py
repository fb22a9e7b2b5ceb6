"""When a number is taken, and for whom."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, When

from iet_relations.academic_year import AcademicYear

FIRST_YEAR = AcademicYear(2009)
"""The academic year in which the department was created; there is no report before it."""


@dataclass(frozen=True)
class Moment:
    """The academic year that a number is about, the day as of which it is taken, and for whom.

    With ``public`` only published records count.
    """

    year: AcademicYear
    on: date
    public: bool = True

    @classmethod
    def of(cls, year, today, public=True):
        """The last day of the academic year, or today while the year runs."""
        return cls(year, min(year.last_day, today), public)

    @classmethod
    def on_day(cls, day, public=True):
        return cls(AcademicYear.containing(day), day, public)

    @property
    def previous(self):
        """The end of the year before."""
        return Moment(self.year.previous, self.year.previous.last_day, self.public)

    def records(self, model):
        """All records of a model that count for the reader; never the home institution."""
        if self.public:
            return model.objects.public()
        return model.objects.partners() if hasattr(model.objects, "partners") else model.objects.all()


def moments_met(conditions):
    """Return the expression of a number whose bits say which of the conditions hold, one for each of some moments.

    The first is the lowest bit. One number for a row is read several times as fast as a column for each moment.
    """
    bits = [Case(When(condition, then=1 << place), default=0) for place, condition in enumerate(conditions)]
    return sum(bits[1:], bits[0])
