"""What the office adds to the staff pages of the records below it, and the pages of accounts and roles."""

import smtplib

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from iet_relations.staff.chosen_records import ChosenRecords
from office import import_admin  # noqa: F401 (registers the pages of imports)
from office.reminding import NobodyToWriteTo, remind_now
from office.worklist import CHECKS, checks_of
from partners.models import Agreement


class WorklistFilter(admin.SimpleListFilter):
    """The records that a check of the worklist finds today."""

    title = _("needs attention")
    parameter_name = "worklist"

    def lookups(self, request, model_admin):
        return [(check.key, check.title) for check in checks_of(model_admin.model)]

    def queryset(self, request, queryset):
        chosen = [check for check in checks_of(queryset.model) if check.key == self.value()]
        return queryset.filter(pk__in=chosen[0].rows(timezone.localdate()).values("pk")) if chosen else queryset


for model in {check.model for check in CHECKS}:
    if admin.site.is_registered(model):
        model_admin = admin.site.get_model_admin(model)
        model_admin.list_filter = [WorklistFilter, *model_admin.list_filter]


@admin.action(description=_("Mail what comes due to the responsible people now"), permissions=["change"])
def remind(model_admin, request, queryset):
    try:
        letters = remind_now(queryset, timezone.localdate())
    except NobodyToWriteTo:
        problem = gettext("There is nobody to write to: give the agreements a responsible person who has an address.")
        model_admin.message_user(request, problem, messages.ERROR)
    except (OSError, smtplib.SMTPException) as error:
        problem = gettext("The mail could not be sent: %(why)s") % {"why": error}
        model_admin.message_user(request, problem, messages.ERROR)
    else:
        sent = ngettext("%(letters)s letter sent.", "%(letters)s letters sent.", letters) % {"letters": letters}
        none = gettext("Nothing comes due under these agreements: no letter was sent.")
        model_admin.message_user(request, sent if letters else none, messages.SUCCESS if letters else messages.WARNING)


agreement_admin = admin.site.get_model_admin(Agreement)
agreement_admin.actions = [*agreement_admin.actions, remind]

admin.site.unregister(get_user_model())


class RolesField(forms.ModelMultipleChoiceField):
    """The roles as boxes to tick, in the reader's language."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group):
        return gettext(group.name)


class AddAccountForm(UserCreationForm):
    """A new account has a password; there is nothing else here to sign in by."""


@admin.register(get_user_model())
class AccountAdmin(ChosenRecords, UserAdmin):
    """Accounts by their role. Who is no superuser makes none, and cannot touch one."""

    add_form = AddAccountForm
    list_display = ["username", "first_name", "last_name", "email", "roles", "is_active", "last_login"]
    list_filter = ["groups", "is_active", "is_staff"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (
            _("Role"),
            {
                "fields": ["is_active", "is_staff", "groups"],
                "description": _(
                    "Viewer reads everything, editor also adds and changes, head of department also publishes and "
                    "deletes; the administrator keeps the accounts. Somebody may have several roles."
                ),
            },
        ),
        (_("Important dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["username", "password1", "password2"]}),
        (_("Role"), {"classes": ["wide"], "fields": ["first_name", "last_name", "email", "is_staff", "groups"]}),
    ]
    superuser_fieldset = (_("Beyond the roles"), {"fields": ["is_superuser"]})
    readonly_fields = ["last_login", "date_joined"]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets, self.superuser_fieldset] if obj and request.user.is_superuser else fieldsets

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def get_changeform_initial_data(self, request):
        return {"is_staff": True, **super().get_changeform_initial_data(request)}

    def has_change_permission(self, request, obj=None):
        return self._reaches(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._reaches(request, obj) and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs, request):
        if not request.user.is_superuser and any(account.is_superuser for account in objs):
            raise PermissionDenied
        return super().get_deleted_objects(objs, request)

    def _reaches(self, request, account):
        return account is None or request.user.is_superuser or not account.is_superuser

    @admin.display(description=_("role"))
    def roles(self, account):
        return ", ".join(gettext(group.name) for group in account.groups.all())

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        return RolesField(Group.objects.order_by("pk"), required=False, label=_("Roles"))
