"""Staff pages of agreements: what was decided, by whom it was signed, what follows from it today."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from iet_relations.staff import edit_conflicts
from iet_relations.staff.document_admin import DocumentAdmin, DocumentForm, DocumentInline
from iet_relations.staff.record_admin import Button, ListEntryAdmin, RecordAdmin, reason_of
from iet_relations.staff.record_filters import computed_filter, through_filter
from partners.exporting import AGREEMENTS
from partners.models import Agreement, AgreementDocument, AgreementKind, AgreementParty, Amendment, Institution
from partners.models.agreement_sets import State
from partners.renewing import chain, renew

PUBLISHING = ("visibility", "partners.publish_agreement")


@admin.register(AgreementKind)
class AgreementKindAdmin(ListEntryAdmin):
    pass


class AgreementPartyFormSet(forms.BaseInlineFormSet):
    """The parties of one agreement: two or more."""

    def clean(self):
        super().clean()
        parties = [
            form.cleaned_data["institution"]
            for form in self.forms
            if getattr(form, "cleaned_data", {}).get("institution") and not form.cleaned_data.get("DELETE")
        ]
        if len(parties) < 2 and not any(self.errors):
            raise ValidationError(_("An agreement has at least two parties: ours and a partner."))


class AgreementPartyInline(admin.TabularInline):
    model = AgreementParty
    formset = AgreementPartyFormSet
    autocomplete_fields = ["institution"]

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 2


class AmendmentInline(admin.TabularInline):
    model = Amendment
    extra = 0


class AgreementDocumentForm(DocumentForm):
    def file_is_kept(self):
        return self.instance.agreement.was_signed()


class AgreementDocumentInline(DocumentInline):
    model = AgreementDocument
    form = AgreementDocumentForm
    publishing = PUBLISHING


class AgreementForm(forms.ModelForm):
    """The office's form of an agreement: signed without a first day, it is in force from the last signature."""

    def clean(self):
        super().clean()
        signed = self.cleaned_data.get("status") == Agreement.Status.SIGNED
        if signed and "in_force_from" in self.cleaned_data and not self.cleaned_data["in_force_from"]:
            self.cleaned_data["in_force_from"] = self.last_signature()

    def last_signature(self):
        """Return the latest day of signature among the parties that were sent with the form, or None."""
        days = []
        for name, value in self.data.items():
            if name.startswith("parties-") and name.endswith("-signed_on") and value:
                try:
                    days.append(forms.DateField(localize=True).clean(value))
                except ValidationError:  # told at the party itself
                    continue
        return max(days, default=None)


class TerminationForm(forms.ModelForm):
    """The last day of an agreement and why; every rule of the agreement holds."""

    class Meta:
        model = Agreement
        fields = ["terminated_on", "termination_reason"]
        widgets = {"terminated_on": admin.widgets.AdminDateWidget}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True

    def _get_validation_exclusions(self):
        return set()


@admin.register(Agreement)
class AgreementAdmin(RecordAdmin):
    table = AGREEMENTS
    form = AgreementForm
    list_display = ["reference", "partners", "state", "ends_on", "in_force_from", "kind", "title", "published"]
    list_display_links = ["reference", "title"]
    list_select_related = ["kind"]
    list_filter = [
        computed_filter("state", _("state today"), State.choices, "in_state"),
        "published",
        "kind",
        "renews_automatically",
        through_filter("parties__institution__country", _("country")),
    ]
    date_hierarchy = "in_force_from"
    search_fields = ["search_text"]
    ordering = [F("in_force_from").desc(nulls_first=True), "reference"]
    autocomplete_fields = ["renews"]
    readonly_fields = ["state_today", "deadlines", "renewals"]
    inlines = [AgreementPartyInline, AmendmentInline, AgreementDocumentInline]
    fieldsets = [
        (None, {"fields": [("reference", "partner_reference"), "kind", "title", "areas"]}),
        (
            _("In force"),
            {
                "fields": [
                    "status",
                    ("in_force_from", "ends_on"),
                    ("renews_automatically", "notice_months"),
                    "renews",
                    "responsible",
                ]
            },
        ),
        (_("Termination"), {"classes": ["collapse"], "fields": ["terminated_on", "termination_reason"]}),
        (_("For staff and the public"), {"fields": ["notes", "published"]}),
    ]
    computed_fieldset = (_("What follows from it"), {"fields": ["state_today", "deadlines", "renewals"]})

    def get_fieldsets(self, request, obj=None):
        return [self.computed_fieldset, *self.fieldsets] if obj else self.fieldsets

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/renew/", view(require_POST(self.renew_view)), name="partners_agreement_renew"),
            path("<int:pk>/signed/", view(require_POST(self.signed_view)), name="partners_agreement_signed"),
            path("<int:pk>/terminate/", view(self.terminate_view), name="partners_agreement_terminate"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        queryset = super().get_queryset(request)
        of_list = request.resolver_match and request.resolver_match.url_name.endswith("_changelist")
        if not of_list:
            return queryset
        return queryset.with_state(timezone.localdate()).prefetch_related("parties__institution")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "responsible":
            kwargs["queryset"] = get_user_model().objects.filter(is_staff=True, is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "areas":  # a handful: all can be seen at once
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_formset_kwargs(self, request, obj, inline, prefix):
        """Fill in our institution as the first party of a new agreement."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if request.method == "GET" and obj.pk is None and inline.model is AgreementParty:
            home = Institution.objects.filter(is_home=True).values_list("pk", flat=True).first()
            kwargs["initial"] = [{"institution": home}]
        return kwargs

    def save_formset(self, request, form, formset, change):
        if formset.model is AgreementDocument:
            for document in formset.save(commit=False):
                document.uploaded_by = document.uploaded_by or request.user
        super().save_formset(request, form, formset, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if self.waits_for_status(form.instance):
            text = gettext("Every party has signed: press “Everybody has signed”, and the agreement counts.")
            self.message_user(request, text, messages.WARNING)

    @staticmethod
    def waits_for_status(agreement):
        """Tell whether every party has signed an agreement that still counts as a draft."""
        if agreement.status not in (Agreement.Status.DRAFT, Agreement.Status.IN_NEGOTIATION):
            return False
        days = [*agreement.parties.values_list("signed_on", flat=True)]
        return bool(days) and None not in days

    def buttons(self, request, obj):
        if not self.has_change_permission(request, obj):
            return []
        if obj.status != Agreement.Status.SIGNED:
            signed = Button(gettext("Everybody has signed"), self._url("signed", obj.pk), post=True)
            return [signed] if self.waits_for_status(obj) else []
        found = [Button(gettext("Amend"), "#amendments-group")]
        if self.has_add_permission(request) and not Agreement.objects.filter(renews=obj).exists():
            found.append(Button(gettext("Renew"), self._url("renew", obj.pk), post=True))
        if not obj.terminated_on:
            found.append(Button(gettext("Terminate"), self._url("terminate", obj.pk)))
        return found

    def signed_view(self, request, pk):
        """Set the status to signed; without a first day, the agreement is in force from its last signature."""
        agreement = self._agreement_to_change(request, pk)
        if self.waits_for_status(agreement):
            agreement.status = Agreement.Status.SIGNED
            agreement.in_force_from = agreement.in_force_from or max(
                agreement.parties.values_list("signed_on", flat=True)
            )
            try:
                agreement.full_clean()
            except ValidationError as error:
                self.message_user(request, reason_of(error), messages.ERROR)
            else:
                agreement.save()
                self.log_change(request, agreement, [{"changed": {"fields": [gettext("status")]}}])
                text = gettext("The agreement is signed, and in force from %(day)s.")
                day = date_format(agreement.in_force_from, "DATE_FORMAT")
                self.message_user(request, text % {"day": day}, messages.SUCCESS)
        return HttpResponseRedirect(self._url("change", pk))

    def renew_view(self, request, pk):
        agreement = self._agreement_to_change(request, pk)
        if not self.has_add_permission(request):
            raise PermissionDenied
        try:
            successor = renew(agreement)
        except ValidationError as error:
            self.message_user(request, reason_of(error), messages.ERROR)
            return HttpResponseRedirect(self._url("change", pk))
        self.log_addition(request, successor, [{"added": {}}])
        text = gettext("This draft continues %(reference)s. Check the dates and terms, then have it signed.")
        self.message_user(request, text % {"reference": agreement.reference}, messages.SUCCESS)
        return HttpResponseRedirect(self._url("change", successor.pk))

    @transaction.atomic
    def terminate_view(self, request, pk):
        edit_conflicts.lock(self.model, pk)
        agreement = self._agreement_to_change(request, pk)
        form = TerminationForm(request.POST or None, instance=agreement)
        if form.is_valid():
            self.log_change(request, form.save(), [{"changed": {"fields": form.changed_data}}])
            self.message_user(request, gettext("The agreement is terminated."), messages.SUCCESS)
            return HttpResponseRedirect(self._url("change", pk))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Terminate %(agreement)s") % {"agreement": agreement},
            "opts": self.opts,
            "original": agreement,
            "form": form,
            "media": self.media + form.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/partners/agreement/terminate.html", context)

    def _agreement_to_change(self, request, pk):
        agreement = self.get_object(request, str(pk))
        if agreement is None:
            raise Http404
        if not self.has_change_permission(request, agreement):
            raise PermissionDenied
        return agreement

    @admin.display(description=_("partners"))
    def partners(self, agreement):
        others = [party.institution for party in agreement.parties.all() if not party.institution.is_home]
        return ", ".join(institution.display_name for institution in others)

    @admin.display(description=_("state today"))
    def state(self, agreement):
        return State(agreement.state).label

    def _as_saved(self, agreement):
        """Return the agreement as it is stored: a form that is refused has left values in this one that do not fit."""
        return Agreement.objects.filter(pk=agreement.pk).first() or agreement

    @admin.display(description=_("state today"))
    def state_today(self, agreement):
        return capfirst(self._as_saved(agreement).state_on(timezone.localdate()).label)

    @admin.display(description=_("deadlines"))
    def deadlines(self, agreement):
        rows = [(date_format(day, "DATE_FORMAT"), label) for day, label in self._as_saved(agreement).deadlines()]
        return format_html_join("", "<div>{}: {}</div>", rows) if rows else _("Nothing comes due: no end is recorded.")

    @admin.display(description=_("renewals"))
    def renewals(self, agreement):
        links = [
            format_html("<strong>{}</strong>", other.reference)
            if other == agreement
            else format_html('<a href="{}">{}</a>', self._url("change", other.pk), other.reference)
            for other in chain(agreement)
        ]
        return format_html_join(" → ", "{}", [(link,) for link in links]) if len(links) > 1 else _("None so far.")


@admin.register(AgreementDocument)
class AgreementDocumentAdmin(DocumentAdmin):
    list_display = ["title", "agreement", "visibility", "uploaded_by", "uploaded_at"]
    list_select_related = ["agreement", "uploaded_by"]
    list_filter = ["visibility"]
    date_hierarchy = "uploaded_at"
    search_fields = ["title", "agreement__search_text", "sha256"]
    publishing = PUBLISHING
    owner = "agreement"
