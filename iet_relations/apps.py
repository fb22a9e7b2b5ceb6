from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The project's own templates, template tags and management commands; it has no models."""

    name = "iet_relations"
    verbose_name = "IET Relations"

    def ready(self):
        from iet_relations import checks  # noqa: F401  registers them
