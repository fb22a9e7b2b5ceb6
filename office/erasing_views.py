"""The head's page to erase personal data: first how much it would be, then for good."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from office.erasing import erase


class EraseForm(forms.Form):
    """Up to which day, and whether it is meant."""

    ended_before = forms.DateField(
        label=gettext_lazy("Ended before"),
        widget=AdminDateWidget,
        help_text=gettext_lazy("Exchanges whose last day is before this day, and contacts deleted before it."),
    )
    contacts_of_closed = forms.BooleanField(
        label=gettext_lazy("Also the contacts of institutions that closed before this day"), required=False
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("Erase it now. I know that nobody can bring it back."), required=False
    )

    def clean_ended_before(self):
        day = self.cleaned_data["ended_before"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come: exchanges that run need their names."))
        return day


@never_cache
def erase_personal_data(request):
    """Tell how much would be erased; erase it when that is confirmed."""
    if not request.user.has_perm("partners.erase_personal_data"):
        raise PermissionDenied
    form = EraseForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        day, closed = form.cleaned_data["ended_before"], form.cleaned_data["contacts_of_closed"]
        found = erase(day, closed, dry_run=not form.cleaned_data["confirmed"])
        if form.cleaned_data["confirmed"]:
            messages.success(
                request,
                _("Erased: names in %(exchanges)s exchanges, %(history)s rows of history, %(contacts)s contacts.")
                % {"exchanges": found.exchanges, "history": found.history_rows, "contacts": found.contacts},
            )
            if not found.overwritten:
                messages.warning(
                    request,
                    _("The database was in use: its files may still hold what was erased. Erase once more later."),
                )
            return redirect("office:erase-personal-data")
    context = {"title": _("Erase personal data"), "form": form, "found": found, "media": form.media}
    request.current_app = admin.site.name
    return TemplateResponse(
        request, "office/erase_personal_data.html", {**admin.site.each_context(request), **context}
    )
