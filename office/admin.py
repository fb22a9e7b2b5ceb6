"""What the office adds to the staff pages of the records below it."""

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from office.worklist import CHECKS, checks_of


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
