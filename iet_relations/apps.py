from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SiteConfig(AppConfig):
    """The project's own templates, template tags and management commands."""

    name = "iet_relations"
    verbose_name = "IET Relations"

    def ready(self):
        from iet_relations import (
            checks,  # noqa: F401  registers them
            data_state,
        )
        from iet_relations.search import vocabulary

        post_migrate.connect(vocabulary.prepare, dispatch_uid="iet_relations.search.vocabulary.prepare")
        post_migrate.connect(data_state.prepare, dispatch_uid="iet_relations.data_state.prepare")
