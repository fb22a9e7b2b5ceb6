"""The worklist of the admin index: what needs attention, of what the person may see."""

from django import template
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from office.worklist import CHECKS, COUNTED, Severity, report_to_publish

register = template.Library()


@register.inclusion_tag("office/_worklist.html", takes_context=True)
def worklist(context):
    """Show each check that found something, with a link to exactly those records, the most pressing first."""
    request, today = context["request"], timezone.localdate()
    visible = [check for check in CHECKS if may_see(request, check.model)]
    found = [(check, count) for check in visible if (count := check.count(today))]
    groups = [
        (severity, [_item(check, count) for check, count in found if check.severity == severity])
        for severity in Severity
    ]
    if request.user.has_perm("reports.freeze_report") and (year := report_to_publish(today)):
        groups[-1][1].insert(0, _report(year))
    return {"groups": [group for group in groups if group[1]], "visible": visible, "today": today}


def _report(year):
    return {
        "check": {
            "title": _("The annual report of %(year)s is not published") % {"year": year},
            "advice": _("Look through it, and publish it."),
        },
        "count": 1,
        "url": reverse("reports:report-detail", args=[year]),
    }


def may_see(request, model):
    """Whether the person may see the records of the model in the admin."""
    return admin.site.is_registered(model) and admin.site.get_model_admin(model).has_view_or_change_permission(request)


def _item(check, count):
    changelist = reverse(f"admin:{check.model._meta.app_label}_{check.model._meta.model_name}_changelist")
    return {
        "check": check,
        "count": min(count, COUNTED),
        "more": count > COUNTED,
        "url": f"{changelist}?worklist={check.key}",
    }
