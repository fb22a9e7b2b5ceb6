"""The staff's admin site."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class RelationsAdminConfig(AdminConfig):
    default_site = "iet_relations.site.RelationsAdminSite"


class RelationsAdminSite(AdminSite):
    """The Django admin under the registry's own name."""

    site_header = _("IET Relations")
    site_title = _("IET Relations")
    index_title = _("Registry")
