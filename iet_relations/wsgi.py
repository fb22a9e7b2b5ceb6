"""WSGI entry point for gunicorn."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iet_relations.settings")

application = get_wsgi_application()


def limit_statements():
    """End statements of pages after STATEMENT_TIMEOUT seconds on PostgreSQL; commands may take their time."""
    if connection.vendor == "postgresql" and settings.STATEMENT_TIMEOUT:
        options = connections.settings["default"]["OPTIONS"]
        limit = f"-c statement_timeout={settings.STATEMENT_TIMEOUT * 1000}"
        options["options"] = f"{options.get('options', '')} {limit}".strip()


limit_statements()
