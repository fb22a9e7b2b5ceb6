from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SiteConfig(AppConfig):
    """The project's own templates, template tags and management commands; it has no models."""

    name = "iet_relations"
    verbose_name = "IET Relations"

    def ready(self):
        from iet_relations import checks  # noqa: F401  registers them
        from iet_relations.vocabulary import prepare

        post_migrate.connect(prepare, dispatch_uid="iet_relations.vocabulary.prepare")
