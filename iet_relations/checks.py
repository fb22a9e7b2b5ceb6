"""What `check --deploy` asks beside Django's own questions."""

from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.security, deploy=True)
def secret_key_is_given(app_configs, **kwargs):
    """Warn where the key is the generated one, which stays on this host: a second host could not read its sessions."""
    if settings.SECRET_KEY_FROM_ENVIRONMENT:
        return []
    return [
        Warning(
            "SECRET_KEY is not set; the one generated into DATA_DIR is used.",
            hint="Set SECRET_KEY to 50 random characters or more, the same on every host.",
            id="iet_relations.W001",
        )
    ]
