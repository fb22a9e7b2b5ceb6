from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    name = "office"
    verbose_name = _("Office")

    def ready(self):
        from office.roles import set_up_roles

        post_migrate.connect(set_up_roles, dispatch_uid="office.set_up_roles")
