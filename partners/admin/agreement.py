"""Staff pages of agreements: what was decided, by whom it was signed, what follows from it today."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from iet_relations.record_admin import ListEntryAdmin, RecordAdmin
from iet_relations.record_filters import computed_filter, through_filter
from partners.models import Agreement, AgreementDocument, AgreementKind, AgreementParty, Amendment
from partners.models.agreement import State


@admin.register(AgreementKind)
class AgreementKindAdmin(ListEntryAdmin):
    pass


class AgreementPartyInline(admin.TabularInline):
    model = AgreementParty
    extra = 0
    autocomplete_fields = ["institution"]


class AmendmentInline(admin.TabularInline):
    model = Amendment
    extra = 0


class AgreementDocumentInline(admin.TabularInline):
    model = AgreementDocument
    extra = 0


@admin.register(Agreement)
class AgreementAdmin(RecordAdmin):
    list_display = ["reference", "title", "partners", "kind", "state", "in_force_from", "ends_on", "published"]
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
    filter_horizontal = ["areas"]
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

    @admin.display(description=_("partners"))
    def partners(self, agreement):
        others = [party.institution for party in agreement.parties.all() if not party.institution.is_home]
        return ", ".join(institution.display_name for institution in others)

    @admin.display(description=_("state today"))
    def state(self, agreement):
        return State(agreement.state).label
