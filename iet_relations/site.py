"""The staff's admin site."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.urls import reverse, translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGE_NAMES = {"en": "English", "ru": "Русский", "tg": "Тоҷикӣ"}

SECTIONS = (
    (_("Partners"), "partners", ("institution", "agreement", "contact", "organizationalunit", "agreementdocument")),
    (_("Mobility"), "mobility", ("exchange", "mobilityterm", "foreignstudents")),
    (_("Projects and activities"), "projects", ("project", "activity", "projectdocument")),
    (_("Reports and sources"), "reports", ("reportedition", "reportedfigure", "source", "citation")),
    (_("Office"), "office", ("importbatch",)),
    (
        _("Lists"),
        "lists",
        (
            *("country", "cooperationarea", "agreementkind", "funder", "programme", "action", "activitykind"),
            *("iscedfield", "language"),
        ),
    ),
    (_("Accounts"), "accounts", ("user", "group", "secondfactor", "signin")),
)
"""Sections of the index in the order of a working day: name, label, the models by their names."""


class RelationsAdminConfig(AdminConfig):
    default_site = "iet_relations.site.RelationsAdminSite"


class RelationsAdminSite(AdminSite):
    """The Django admin under the registry's own name, in the reader's language."""

    site_header = _("IET Relations")
    site_title = _("IET Relations")
    index_title = _("Registry")

    def each_context(self, request):
        """Add ``other_languages``: code, own name and address of this page in each of the other languages."""
        path = request.get_full_path() if request.method == "GET" else request.path
        others = [code for code, _name in settings.LANGUAGES if code != get_language()]
        return {
            **super().each_context(request),
            "other_languages": [(code, LANGUAGE_NAMES[code], translate_url(path, code)) for code in others],
        }

    def get_app_list(self, request, app_label=None):
        """Return what the person may see by SECTIONS, not by app and alphabet; one app’s own page stays Django’s."""
        apps = super().get_app_list(request, app_label)
        if app_label:
            return apps
        found = {model["object_name"].lower(): model for app in apps for model in app["models"]}
        sections = [
            {
                "name": name,
                "app_label": label,
                "app_url": reverse(f"{self.name}:index"),
                "has_module_perms": True,
                "models": [found.pop(model) for model in models if model in found],
            }
            for name, label, models in SECTIONS
        ]
        rest = [{**app, "models": [one for one in app["models"] if one in found.values()]} for app in apps]
        return [section for section in [*sections, *rest] if section["models"]]
