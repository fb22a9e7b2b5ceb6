from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class MobilityConfig(AppConfig):
    name = "mobility"
    verbose_name = _("Mobility")
    is_watched = True  # see iet_relations.data_state

    def ready(self):
        from mobility import exchange_totals

        pre_migrate.connect(exchange_totals.step_aside, dispatch_uid="mobility.exchange_totals.step_aside")
        post_migrate.connect(exchange_totals.prepare, sender=self, dispatch_uid="mobility.exchange_totals.prepare")
