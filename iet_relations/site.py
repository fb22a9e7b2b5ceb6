"""The staff's admin site."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.urls import translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGE_NAMES = {"en": "English", "ru": "Русский", "tg": "Тоҷикӣ"}


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
