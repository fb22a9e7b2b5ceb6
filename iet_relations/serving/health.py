"""Whether the registry is alive and able to serve, for supervisors and load balancers."""

import os
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.utils.cache import add_never_cache_headers

from iet_relations.stored_files import storage_is_folder


def alive():
    """Return 200: the process answers. Nothing is asked of the database."""
    return 200, "alive"


def ready():
    """Return 200 when pages can be served; 503 without database or storage, or while migrations are missing."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return 503, "The database does not answer."
    if missing:
        return 503, "The database lacks migrations."
    if not storage_is_writable():
        return 503, "The storage of documents cannot be written to."
    return 200, "ready"


def storage_is_writable():
    """Whether a document could be stored: its folder, or the nearest one above that exists, can be written to."""
    if not storage_is_folder():  # a service is asked only when a document is: pages are served without it
        return True
    folder = Path(default_storage.location)
    while not folder.exists():
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK)


class HealthMiddleware:
    """Answers ``/healthz`` and ``/readyz`` before host name and TLS are asked for: probes come by address."""

    probes = {"/healthz": alive, "/readyz": ready}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        probe = self.probes.get(request.path)
        if probe is None:
            return self.get_response(request)
        status, text = probe()
        response = HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8", status=status)
        add_never_cache_headers(response)
        return response
