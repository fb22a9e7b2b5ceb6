"""The office’s own pages: account, possible duplicates, merges; and the calendar behind a secret address."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from office.calendar import calendar_of
from office.models import StaffProfile
from partners import merging
from partners.duplicates import possible_duplicates
from partners.models import Institution, MergeRecord, NotDuplicate

MERGE = "partners.merge_institution"


def page(request, template, title, **context):
    """Return a page of the admin site."""
    request.current_app = admin.site.name
    return TemplateResponse(request, template, {**admin.site.each_context(request), "title": title, **context})


def require(request, permission):
    if not request.user.has_perm(permission):
        raise PermissionDenied


class AccountForm(forms.ModelForm):
    """What a colleague chooses for themselves."""

    class Meta:
        model = StaffProfile
        fields = ["language"]


@never_cache
def account(request):
    """A colleague's own page: the language of mails, and the secret address of the calendar, shown once."""
    profile = StaffProfile.objects.of(request.user)
    form = AccountForm(request.POST if request.POST.get("do") == "save" else None, instance=profile)
    token = None
    if request.method == "POST":
        if request.POST.get("do") == "make":
            token = profile.make_calendar_token(timezone.now())
        elif request.POST.get("do") == "revoke":
            profile.revoke_calendar()
            messages.success(request, _("The calendar’s address no longer works."))
            return redirect("office:account")
        elif form.is_valid():
            form.save()
            messages.success(request, _("Saved."))
            return redirect("office:account")
    address = token and request.build_absolute_uri(reverse("calendar", args=[token]))
    return page(request, "office/account.html", _("My account"), form=form, profile=profile, address=address)


@never_cache
def calendar(request, token):
    """The dates that a colleague is reminded of, for a calendar program; a wrong or revoked address is not found."""
    try:
        profile = StaffProfile.objects.by_token(token)
    except StaffProfile.DoesNotExist:
        raise Http404 from None
    return HttpResponse(calendar_of(profile, timezone.localdate()), content_type="text/calendar; charset=utf-8")


def duplicates(request):
    """Pairs of institutions that may be one."""
    require(request, "partners.view_institution")
    pairs = Paginator(possible_duplicates(), 25).get_page(request.GET.get("p"))
    keys = {key for pair in pairs for key in (pair.first, pair.second)}
    institutions = Institution.objects.select_related("country").in_bulk(keys)
    rows = [
        {"both": [institutions[pair.first], institutions[pair.second]], "identifier": pair.identifier}
        for pair in pairs
        if pair.first in institutions and pair.second in institutions
    ]
    may_merge = request.user.has_perm(MERGE)
    return page(
        request, "office/duplicates.html", _("Possible duplicates"), rows=rows, page=pairs, may_merge=may_merge
    )


@require_POST
def are_two(request):
    """Remember that two institutions are two."""
    require(request, "partners.change_institution")
    first = get_object_or_404(Institution, pk=_key(request.POST.get("first")))
    second = get_object_or_404(Institution, pk=_key(request.POST.get("second")))
    if first != second:
        NotDuplicate.objects.get_or_create(first=first, second=second, defaults={"decided_by": request.user})
        messages.success(
            request, _("“%(one)s” and “%(other)s” are two institutions: noted.") % {"one": first, "other": second}
        )
    return redirect("office:duplicates")


class PairForm(forms.Form):
    """Which two institutions to look at."""

    first = forms.ModelChoiceField(Institution.objects.all(), label=gettext_lazy("One institution"))
    second = forms.ModelChoiceField(Institution.objects.all(), label=gettext_lazy("The other"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = AutocompleteSelect(Institution._meta.get_field("successor"), admin.site)
            field.widget.choices = field.choices

    def clean(self):
        if not self.errors and self.cleaned_data["first"] == self.cleaned_data["second"]:
            raise ValidationError(_("Choose two different institutions."))


def merge(request):
    """Choose two institutions, see them side by side, and merge one into the other."""
    require(request, MERGE)
    chosen = {name: _key(request.GET.get(name)) or "" for name in ("first", "second")}
    form = PairForm(chosen if "second" in request.GET else None, initial=chosen)
    if not form.is_valid():
        return page(request, "office/merge_choose.html", _("Merge two institutions"), form=form)
    pair = [form.cleaned_data["first"], form.cleaned_data["second"]]
    if request.method == "POST":
        kept = next((each for each in pair if str(each.pk) == request.POST.get("kept")), None)
        if kept is None:
            messages.error(request, _("Choose which of the two stays."))
            return redirect(request.get_full_path())
        other = pair[1] if kept == pair[0] else pair[0]
        try:
            record = merging.merge(kept, other, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(request.get_full_path())
        messages.success(
            request,
            format_html(
                '{} <a href="{}">{}</a>',
                _("“%(other)s” was merged into “%(kept)s”.") % {"other": record.merged_name, "kept": kept},
                reverse("office:merges"),
                _("Undo it there."),
            ),
        )
        return redirect("admin:partners_institution_change", kept.pk)
    sides = [{"institution": each, "attached": merging.attached(each)} for each in pair]
    fields = [
        (field.verbose_name, [merging.shown(field, each) for each in pair])
        for field in Institution._meta.concrete_fields
        if field.editable and not field.primary_key and not field.is_relation
    ]
    rows = [(label, values, values[0] != values[1]) for label, values in fields if any(values)]
    return page(request, "office/merge.html", _("Merge two institutions"), sides=sides, rows=rows)


def merges(request):
    """What was merged, the newest first."""
    require(request, "partners.view_institution")
    found = MergeRecord.objects.defer("steps").select_related("kept", "done_by", "undone_by")
    records = Paginator(found, 50).get_page(request.GET.get("p"))
    return page(
        request,
        "office/merges.html",
        _("Merged institutions"),
        page=records,
        records=records,
        may_undo=request.user.has_perm(MERGE),
    )


def undo_merge(request, pk):
    """Undo a merge; what was changed since is shown first, and stays as it is."""
    require(request, MERGE)
    record = get_object_or_404(MergeRecord, pk=pk)
    changed = [] if record.undone_at else merging.changed_since(record)
    if request.method == "POST":
        try:
            merging.undo(record, by=request.user, force="force" in request.POST)
        except ValidationError as error:
            if record.undone_at or record.kept_id != record.kept_key:
                messages.error(request, " ".join(error.messages))
                return redirect("office:merges")
        else:
            messages.success(request, _("The merge of “%(name)s” is undone.") % {"name": record.merged_name})
            return redirect("office:merges")
    return page(request, "office/merge_undo.html", _("Undo a merge"), record=record, changed=changed)


def _key(text):
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else 0
