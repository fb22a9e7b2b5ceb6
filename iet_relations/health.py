"""Whether the registry is alive and able to serve, for supervisors and load balancers."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.views.decorators.cache import never_cache


def _plain(text, status=200):
    return HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8", status=status)


@never_cache
def alive(request):
    """Answer 200 as long as the process answers at all; nothing is asked of the database."""
    return _plain("alive")


@never_cache
def ready(request):
    """Answer 200 when pages can be served, 503 without the database or while migrations are missing."""
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return _plain("The database does not answer.", 503)
    if pending:
        return _plain("Migrations are missing.", 503)
    return _plain("ready")
