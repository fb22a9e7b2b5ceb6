"""Staff pages of contacts and units."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from iet_relations.search.folding import fold
from iet_relations.staff.record_admin import Button, RecordAdmin
from partners.exporting import CONTACTS
from partners.models import Contact, OrganizationalUnit


class ConfirmedFilter(admin.SimpleListFilter):
    """Contacts by whether somebody knew within a year that they are right."""

    title = _("confirmed")
    parameter_name = "confirmed"

    def lookups(self, request, model_admin):
        return [("year", _("within a year")), ("stale", _("longer ago or never"))]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        year_ago = today.replace(year=today.year - 1, day=min(today.day, 28))
        stale = queryset.not_confirmed_since(year_ago)
        chosen = {"year": queryset.filter(last_confirmed_on__gte=year_ago), "stale": stale}
        return chosen.get(self.value(), queryset)


@admin.register(OrganizationalUnit)
class OrganizationalUnitAdmin(RecordAdmin):
    list_display = ["name", "name_en", "institution"]
    list_select_related = ["institution"]
    search_fields = ["name", "name_en"]
    autocomplete_fields = ["institution"]
    fields = ["institution", "name", "name_en", "website"]

    def get_search_results(self, request, queryset, search_term):
        """Offer our own units where ours is asked for; find the others by their institution as well."""
        if request.GET.get("field_name") == "home_unit":
            queryset = queryset.filter(institution__is_home=True)
        return searched(queryset, search_term, "name", "name_en", "institution__search_text"), False


def searched(queryset, text, *columns):
    """Keep the rows that have every folded word of ``text`` in the given columns together."""
    words = fold(text).split()
    if not words:
        return queryset
    rows = queryset.order_by().values_list("pk", *columns)
    found = [pk for pk, *texts in rows if all(word in fold(" ".join(texts)) for word in words)]
    return queryset.filter(pk__in=found)


@admin.register(Contact)
class ContactAdmin(RecordAdmin):
    table = CONTACTS
    list_display = ["name", "institution", "role", "email", "phone", "last_confirmed_on", "backup_of"]
    list_select_related = ["institution", "backup_of"]
    list_filter = [ConfirmedFilter, "role"]
    search_fields = ["name"]
    date_hierarchy = "last_confirmed_on"
    autocomplete_fields = ["institution", "unit", "backup_of"]
    actions = ["confirm"]
    fieldsets = [
        (None, {"fields": ["institution", "unit", "name", "role", "email", "phone"]}),
        (_("Up to date"), {"fields": ["last_confirmed_on", "backup_of", "notes"]}),
    ]

    def get_search_results(self, request, queryset, search_term):
        return searched(queryset, search_term, "name", "email", "institution__search_text"), False

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.confirm_view))
        return [path("<int:pk>/confirm/", view, name="partners_contact_confirm"), *super().get_urls()]

    def buttons(self, request, obj):
        today = obj.last_confirmed_on == timezone.localdate()
        if today or not self.has_change_permission(request, obj):
            return []
        return [Button(gettext("Confirmed today"), self._url("confirm", obj.pk), post=True)]

    def confirm_view(self, request, pk):
        contact = self.get_object(request, str(pk))
        if contact is None:
            raise Http404
        if not self.has_change_permission(request, contact):
            raise PermissionDenied
        contact.last_confirmed_on = timezone.localdate()
        contact.save()
        self.log_change(request, contact, [{"changed": {"fields": [gettext("last confirmed on")]}}])
        text = gettext("%(name)s is confirmed as of today.") % {"name": contact.name}
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(self._url("change", pk))

    @admin.action(description=_("Confirmed today"), permissions=["change"])
    def confirm(self, request, queryset):
        number = 0
        for contact in self.locked(queryset):
            contact.last_confirmed_on = timezone.localdate()
            contact.save()
            number += 1
        self.message_user(request, _("Confirmed today: %(number)s.") % {"number": number})
