"""The two probes of operations: alive, and able to serve."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

ELSEWHERE = {"HTTP_HOST": "10.0.0.7"}


def test_alive_answers_without_a_database_and_under_any_address(client):
    response = client.get("/healthz", **ELSEWHERE)

    assert (response.status_code, response.content) == (200, b"alive\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_answers_when_everything_is_migrated(client):
    response = client.get("/readyz", **ELSEWHERE)

    assert (response.status_code, response.content) == (200, b"ready\n")


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client):
    MigrationRecorder.Migration.objects.filter(app="auth").latest("id").delete()

    response = client.get("/readyz")

    assert (response.status_code, response.content) == (503, b"The database lacks migrations.\n")


@pytest.mark.django_db
def test_not_ready_when_the_database_fails(client):
    def refuse(execute, sql, params, many, context):
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(refuse):
        response = client.get("/readyz")

    assert (response.status_code, response.content) == (503, b"The database does not answer.\n")


def test_probes_are_answered_without_tls_where_pages_are_not(client, settings):
    settings.SECURE_SSL_REDIRECT = True

    statuses = [client.get(path).status_code for path in ("/healthz", "/")]

    assert statuses == [200, 301]
