"""What the addresses of reports may say after the question mark."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from iet_relations.academic_year import AcademicYear


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


class YearField(forms.CharField):
    """An academic year in any of the forms in which people write it."""

    def clean(self, value):
        value = super().clean(value)
        try:
            return AcademicYear.parse(value) if value else None
        except ValueError as problem:
            raise forms.ValidationError(problem.args[0]) from None


class ComparisonForm(forms.Form):
    """The two academic years to compare; without them the last two that are over."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("from", "to"):  # the first is a word of Python and cannot be an attribute
            self.fields[name] = YearField(required=False, max_length=40)


class PublishForm(forms.Form):
    """Publishing a report; a later edition says what it corrects."""

    correction = forms.CharField(
        label=_("What this edition corrects"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Readers see it beside the edition: the number of exchanges to Spain was too low by two."),
    )

    def __init__(self, *args, first, **kwargs):
        super().__init__(*args, **kwargs)
        if first:
            del self.fields["correction"]


class ChecksumForm(forms.Form):
    """A file, or its SHA-256, to look for among the published ones."""

    sha256 = forms.CharField(
        label=_("SHA-256 of a file"),
        required=False,
        max_length=64,
        validators=[RegexValidator(r"^[0-9a-fA-F]{64}\Z", _("A SHA-256 has 64 digits and letters from a to f."))],
    )
    file = forms.FileField(label=_("or the file itself"), required=False, max_length=200)

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned.get("sha256") and not cleaned.get("file"):
            raise forms.ValidationError(_("Give a file or its SHA-256."))
        return cleaned
