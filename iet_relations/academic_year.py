"""Academic years: 1 September to 31 August, written “2016/2017”."""

import datetime
import re
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

WRITTEN = re.compile(r"(?<!\d)(\d{4})\s*[-‐‑–—/]\s*(\d{4}|\d{2})(?!\d)")
EARLIEST, LATEST = 1900, 2199


@dataclass(frozen=True, order=True)
class AcademicYear:
    """The academic year that begins on 1 September of ``start``; years compare and sort by time."""

    start: int

    @classmethod
    def parse(cls, text):
        """Read “2016/2017”, “2016-2017”, “2016/17” or “2016–2017 уч. год”.

        Words around the years are allowed, other digits are not. Raises ValueError with a sentence for people.
        """
        found = WRITTEN.search(str(text))
        rest = WRITTEN.sub("", str(text), count=1)
        if not found or re.search(r"\d", rest):
            raise ValueError(_("Write an academic year like 2016/2017."))
        start, end = int(found[1]), found[2]
        if int(end) != (start + 1 if len(end) == 4 else (start + 1) % 100):
            raise ValueError(_("An academic year joins two years that follow each other, like 2016/2017."))
        if not EARLIEST <= start <= LATEST:
            raise ValueError(_("Write an academic year like 2016/2017."))
        return cls(start)

    @classmethod
    def containing(cls, day):
        """Return the academic year in which ``day`` lies."""
        return cls(day.year if day.month >= 9 else day.year - 1)

    @property
    def first_day(self):
        return datetime.date(self.start, 9, 1)

    @property
    def last_day(self):
        """31 August; the year includes it."""
        return datetime.date(self.start + 1, 8, 31)

    @property
    def slug(self):
        """The form used in addresses: “2016-2017”."""
        return f"{self.start}-{self.start + 1}"

    @property
    def previous(self):
        return AcademicYear(self.start - 1)

    @property
    def next(self):
        return AcademicYear(self.start + 1)

    def __str__(self):
        return f"{self.start}/{self.start + 1}"


def as_academic_year(value):
    """Return an AcademicYear for a year, its start as an int, or its written form; None stays None."""
    if value is None or isinstance(value, AcademicYear):
        return value
    if isinstance(value, int):
        return AcademicYear(value)
    return AcademicYear.parse(value)


class AcademicYearFormField(forms.Field):
    """A text box that reads every usual way of writing an academic year."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("placeholder", "2016/2017")

    def prepare_value(self, value):
        return str(AcademicYear(value)) if isinstance(value, int) else value and str(value)

    def to_python(self, value):
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            return AcademicYear.parse(value)
        except ValueError as error:
            raise ValidationError(error.args[0], code="invalid") from None


class AcademicYearField(models.Field):
    """Stores an AcademicYear as the small integer of the calendar year in which it begins."""

    description = _("Academic year")

    def get_internal_type(self):
        return "SmallIntegerField"

    def from_db_value(self, value, expression, connection):
        return None if value is None else AcademicYear(value)

    def to_python(self, value):
        try:
            return as_academic_year(value or None)
        except ValueError as error:
            raise ValidationError(error.args[0], code="invalid") from None

    def get_prep_value(self, value):
        value = as_academic_year(super().get_prep_value(value))
        return None if value is None else value.start

    def value_to_string(self, obj):
        value = self.value_from_object(obj)
        return "" if value is None else str(value)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": AcademicYearFormField, **kwargs})


def start_of(path):
    """Return the expression of the year in which an academic year begins, for queries with very many rows."""
    return models.ExpressionWrapper(models.F(path), output_field=models.SmallIntegerField())
