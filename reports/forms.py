"""What the addresses of reports may say after the question mark."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DayForm(forms.Form):
    """The day as of which a report is wanted; empty: the last day of its year, today while it runs."""

    on = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Write a date like 2017-01-31.")},
    )


class RowsForm(DayForm):
    """Which part of a number, and which page of its rows."""

    breakdown = forms.SlugField(required=False)
    key = forms.CharField(required=False, max_length=120)
    page = forms.IntegerField(required=False, min_value=1)
