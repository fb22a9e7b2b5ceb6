"""The form fields of public lists: what every value of an address has to be, and the sentence for one that is not."""

import datetime
import re
from html import escape

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.choices import BaseChoiceIterator
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from iet_relations.academic_year import AcademicYear
from iet_relations.formats import integer_text
from iet_relations.search.folding import fold

EARLIEST, LATEST = datetime.date(1900, 9, 1), datetime.date(2199, 8, 31)
A_FEW = 8  # choices that are boxes to tick; more of them are a list
CHECKED = mark_safe(" checked")  # nosec B308 # constant
SHOWN = 60  # characters of a wrong value that a sentence repeats


def shown(value):
    """Return a value from an address as a sentence may repeat it: short, and without control characters."""
    text = "".join(character if character.isprintable() else "�" for character in str(value)[: SHOWN + 1])
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


class DayInput(forms.DateInput):
    """A browser's own field for a day. It takes ISO days only, so a text that is none is left out of it."""

    def __init__(self):
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")

    def format_value(self, value):
        if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return None
        return super().format_value(value)


class DayField(forms.DateField):
    """A day between 1900 and 2199, in ISO form or as the reader's language writes it."""

    widget = DayInput
    default_error_messages = {"invalid": _("There is no such day. Write it like 2017-01-31.")}

    def clean(self, value):
        day = super().clean(value)
        if day and not EARLIEST <= day <= LATEST:
            raise ValidationError(_("The registry knows the days from 1900 to 2199."))
        return day


class SearchField(forms.CharField):
    """Words to look for; at least one letter or digit of any script."""

    def __init__(self, **kwargs):
        super().__init__(max_length=200, **kwargs)
        self.error_messages["max_length"] = _("Look for fewer words: 200 characters at most.")

    # The length goes first: nothing else may look at a query of 100 KB.
    def run_validators(self, value):
        super().run_validators(value)
        if value and not fold(value):
            raise ValidationError(_("Write at least one letter or digit to look for."))


# Django renders each choice by a template of its own, and puts choices in order at every step from the database to the
# page: two hundred countries would cost more than the rest of the page.


class Pairs(BaseChoiceIterator):
    """Choices that are pairs of value and label already."""

    def __init__(self, pairs):
        self.pairs = pairs

    def __iter__(self):
        return iter(self.pairs)


class ChoicesSelect(forms.Select):
    """A list that shows the one chosen value of a field that may have several."""

    def format_value(self, value):
        return [str(one) for one in (value if isinstance(value, list) else [value])] if value else [""]

    def render(self, name, value, attrs=None, renderer=None):
        chosen = set(self.format_value(value))
        options = "\n".join(
            f'<option value="{escape(key)}"{" selected" if key in chosen else ""}>{escape(str(label))}</option>'
            for key, label in self.choices
        )
        attributes = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return mark_safe(f"<select{attributes}>\n{options}\n</select>")  # nosec B308 # escaped above


class ChoicesBoxes(forms.CheckboxSelectMultiple):
    """A few choices, each a box to tick."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen = {str(one) for one in value or ()}
        attributes = self.build_attrs(self.attrs, attrs)
        identifier = attributes.pop("id", "")
        boxes = format_html_join(
            "",
            '<div>\n<label for="{0}_{1}"><input type="checkbox" name="{2}" value="{3}" id="{0}_{1}"{4}{5}>\n'
            " {6}</label>\n</div>",
            (
                (identifier, place, name, key, flatatt(attributes), CHECKED if str(key) in chosen else "", label)
                for place, (key, label) in enumerate(self.choices)
            ),
        )
        return format_html('<div id="{}">{}</div>', identifier, boxes)


class ChoicesField(forms.MultipleChoiceField):
    """One or several of the choices; ``choices`` may be a callable that reads them from the database."""

    widget = ChoicesBoxes
    default_error_messages = {"invalid_choice": _("There is no “%(value)s” to choose here.")}

    @cached_property
    def labels(self):
        """The label of each value."""
        return dict(self.choices)

    def to_python(self, value):
        return list(dict.fromkeys(text for text in super().to_python(value) if text.strip()))

    def validate(self, value):
        for text in value:
            if text not in self.labels:
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": shown(text)}
                )

    def label_of(self, value):
        return self.labels[value]

    def show_counts(self, counts, chosen):
        """Offer the values that records have, and the chosen ones, each with its number of records.

        A few values are boxes to tick; many are one list to choose from, unless several are chosen. Without
        ``counts`` all values are offered.
        """
        if counts is None:
            shown = [(value, capfirst(label)) for value, label in self.labels.items()]
        else:
            shown = [
                (value, f"{capfirst(label)} ({integer_text(counts.get(value, 0))})")
                for value, label in self.labels.items()
                if value in chosen or counts.get(value)
            ]
        if len(shown) > A_FEW and len(chosen) < 2:
            self.widget = ChoicesSelect(attrs=self.widget.attrs)
            shown = [("", _("Any")), *shown]
        self.widget.choices = Pairs(shown)
        self.is_offered = bool(shown)


class YearChoicesField(ChoicesField):
    """Academic years, however they are written; those that records have are offered, the latest first."""

    def to_python(self, value):
        try:
            return list(dict.fromkeys(AcademicYear.parse(text).slug for text in super().to_python(value)))
        except ValueError as error:
            raise ValidationError(error.args[0], code="invalid") from None

    def validate(self, value):
        """Any year may be asked for, also one without records."""

    def label_of(self, value):
        return str(AcademicYear.parse(value))

    def show_counts(self, counts, chosen):
        self.labels = {year: self.label_of(year) for year in sorted({*(counts or ()), *chosen}, reverse=True)}
        super().show_counts(counts, chosen)


class ListingForm(forms.Form):
    """What every list understands beside its filters: the day, the order and the page."""

    on = DayField(label=_("As of"), required=False)
    page = forms.IntegerField(
        label=_("Page"), required=False, min_value=1, error_messages={"invalid": _("A page is a whole number.")}
    )

    def __init__(self, *args, sorts=(), **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(key, key) for name in sorts for key in (name, f"-{name}")]
        self.fields["sort"] = SortField(choices=choices, required=False, label=_("Order"))


class SortField(forms.ChoiceField):
    """A column to sort by, with “-” before it for the other direction."""

    default_error_messages = {"invalid_choice": _("The list cannot be sorted by “%(value)s”.")}

    def validate(self, value):
        if value and not self.valid_value(value):
            raise ValidationError(self.error_messages["invalid_choice"], params={"value": shown(value)})
