"""One text box for a day, month, year or span that is stored as its first and last possible day."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from iet_relations.date_spans import parse_span, write_span


class SpanFormField(forms.CharField):
    """Reads “2009”, “2016-09”, “2016-09-01” or two of them joined by “/” as (first day, last day)."""

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("help_text", _("A day, a month, a year or a span: 2016-09-01, 2016-09, 2009, 2015/2016."))
        super().__init__(**kwargs)

    def to_python(self, value):
        try:
            return parse_span(super().to_python(value))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None

    def validate(self, value):
        if self.required and value == (None, None):
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value):
        """A text's validators do not fit the pair of days that it was read as."""

    def prepare_value(self, value):
        return write_span(*value) if isinstance(value, tuple) else value

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial), data)


class SpanModelForm(forms.ModelForm):
    """A ModelForm whose SpanFormFields fill pairs of columns; ``spans`` maps the field to the columns' first part.

    The columns take part in the validation of constraints as if they were fields of the form.
    """

    spans = {}

    def __init__(self, *args, instance=None, initial=None, **kwargs):
        stored = {
            name: (getattr(instance, f"{prefix}_first"), getattr(instance, f"{prefix}_last"))
            for name, prefix in self.spans.items()
            if instance is not None
        }
        super().__init__(*args, instance=instance, initial={**stored, **(initial or {})}, **kwargs)

    def _post_clean(self):
        for name, prefix in self.spans.items():
            if name in self.cleaned_data:
                first, last = self.cleaned_data[name]
                setattr(self.instance, f"{prefix}_first", first)
                setattr(self.instance, f"{prefix}_last", last)
        super()._post_clean()

    def _get_validation_exclusions(self):
        filled = {
            f"{prefix}_{end}"
            for name, prefix in self.spans.items()
            if name in self.cleaned_data
            for end in ("first", "last")
        }
        return super()._get_validation_exclusions() - filled
