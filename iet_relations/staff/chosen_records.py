"""Actions on the records that somebody has ticked in a list of the staff's pages."""

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, ValidationError
from django.db import transaction


class ChosenRecords:
    """Does an action to all chosen records or, where it breaks off, to none; refuses keys that no page has sent."""

    def response_action(self, request, queryset):
        for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                self.opts.pk.clean(key, None)
            except ValidationError:
                raise BadRequest from None
        with transaction.atomic():
            return super().response_action(request, queryset)

    def locked(self, queryset):
        """Return the records as they are now, which nobody else changes before the action has ended."""
        return self.model._base_manager.select_for_update().filter(pk__in=queryset.order_by().values("pk"))
