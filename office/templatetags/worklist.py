"""The admin index as a desk: what needs attention, what is done often, first steps; of what the person may see."""

from django import template
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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


OFTEN = (
    ("partners.add_agreement", "admin:partners_agreement_add", gettext_lazy("New agreement")),
    ("mobility.add_exchange", "admin:mobility_exchange_add", gettext_lazy("New exchange")),
    ("partners.add_institution", "admin:partners_institution_add", gettext_lazy("New partner")),
    ("projects.add_activity", "admin:projects_activity_add", gettext_lazy("New activity")),
    ("office.import_records", "admin:office_importbatch_upload", gettext_lazy("Import a file")),
    ("mobility.view_mobilityterm", "admin:mobility_mobilityterm_balance", gettext_lazy("Balance of places")),
    ("partners.view_institution", "office:duplicates", gettext_lazy("Possible duplicates")),
    ("reports.view_reportedition", "reports:report-list", gettext_lazy("Annual reports")),
)
"""What is done often: permission, address, label."""


@register.inclusion_tag("office/_desk.html", takes_context=True)
def desk(context):
    """Show links to what is done often, and the first steps, open for whoever has not saved anything yet."""
    user = context["request"].user
    links = [(reverse(address), label) for permission, address, label in OFTEN if user.has_perm(permission)]
    return {
        "request": context["request"],
        "links": links,
        "may_change": user.has_perm("partners.change_agreement"),
        "may_import": user.has_perm("office.import_records"),
        "is_new": not LogEntry.objects.filter(user=user).exists(),
    }
