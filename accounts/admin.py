"""Staff pages about signing in, for administrators: the log, and the second factors to take away."""

from django.contrib import admin, messages
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_static.admin import StaticDeviceAdmin  # noqa: F401 - registers, to be taken back
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDeviceAdmin  # noqa: F401
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import second_factor
from accounts.lockout import unlock
from accounts.models import SecondFactor, SignIn
from iet_relations.staff.chosen_records import ChosenRecords

admin.site.unregister([StaticDevice, TOTPDevice])


class ReadOnly(ChosenRecords, admin.ModelAdmin):
    """Rows that nobody adds or changes by hand."""

    list_per_page = 100

    def changelist_view(self, request, extra_context=None):
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(SignIn)
class SignInAdmin(ReadOnly):
    """Who signed in when and from where, and who tried to."""

    list_display = ["at", "username", "outcome", "address", "browser"]
    list_filter = ["outcome", "at"]
    search_fields = ["username", "address"]
    search_help_text = gettext_lazy("Account or address")
    actions = ["let_in_again"]

    def has_delete_permission(self, request, obj=None):
        return False

    def has_unlock_permission(self, request):
        return request.user.has_perm("accounts.unlock_account")

    @admin.action(description=gettext_lazy("Let these accounts sign in again"), permissions=["unlock"])
    def let_in_again(self, request, queryset):
        names = sorted(set(queryset.order_by().values_list("username", flat=True)))
        for name in names:
            unlock(name)
        self.message_user(request, _("They may try again: %(names)s.") % {"names": ", ".join(names)}, messages.SUCCESS)


@admin.register(SecondFactor)
class SecondFactorAdmin(ReadOnly):
    """Who has a second factor. Deleting it lets the person sign in with the password alone and set up another."""

    list_display = ["user", "confirmed", "created_at", "last_used_at"]
    list_select_related = ["user"]
    search_fields = ["user__username"]
    fields = ["user", "confirmed", "created_at", "last_used_at"]

    def has_delete_permission(self, request, obj=None):
        reaches = obj is None or request.user.is_superuser or not obj.user.is_superuser
        return reaches and super().has_delete_permission(request, obj)

    def get_queryset(self, request):
        devices = super().get_queryset(request)
        return devices if request.user.is_superuser else devices.filter(user__is_superuser=False)

    def delete_model(self, request, obj):
        second_factor.remove(obj.user)

    def delete_queryset(self, request, queryset):
        for device in queryset.select_related("user"):
            second_factor.remove(device.user)
