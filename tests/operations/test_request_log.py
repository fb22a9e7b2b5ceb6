"""The log: JSON, a number for each request, and nothing that names a person or opens a door."""

import io
import json
import logging

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client, override_settings
from django.urls import path

from iet_relations.serving import errors
from iet_relations.serving.request_log import JsonFormatter

handler500 = "iet_relations.serving.errors.server_error"


def broken(request, **kwargs):
    raise IntegrityError("duplicate key\nDETAIL: Key (email)=(malika@example.org) already exists.")


def full(request):
    raise OSError(28, "No space left on device")


def full_database(request):
    raise OperationalError("database or disk is full")


urlpatterns = [
    path("broken/", broken),
    path("calendar/<str:token>.ics", broken),
    path("full/", full),
    path("full-database/", full_database),
]


@pytest.fixture
def log():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def visitor(db):
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


def test_a_failure_is_logged_with_the_number_that_the_visitor_was_given(visitor, log):
    response = visitor.get("/broken/?email=malika@example.org", headers={"x-request-id": "chosen-by-visitor"})

    lines = log()
    assert response.status_code == 500
    assert {line["request"] for line in lines} == {response.headers["X-Request-ID"]}
    assert response.headers["X-Request-ID"] != "chosen-by-visitor"
    assert ("request", "/broken/", 500) in {(line["message"], line.get("path"), line.get("status")) for line in lines}
    assert any(line.get("error") == "IntegrityError" and line["reason"] == "duplicate key" for line in lines)
    assert "malika" not in json.dumps(lines)


def test_a_trusted_proxy_gives_its_own_number(visitor, settings):
    settings.TRUST_PROXY = True

    given, forged = (visitor.get("/nowhere/", headers={"x-request-id": n}) for n in ("proxy-0001", "a b\n<script>"))

    assert given.headers["X-Request-ID"] == "proxy-0001"
    assert len(forged.headers["X-Request-ID"]) == 32


def test_secret_parts_of_addresses_are_masked(visitor, log):
    visitor.get("/calendar/very-secret-token.ics")

    text = json.dumps(log())
    assert "/calendar/" in text
    assert "very-secret-token" not in text


@pytest.mark.parametrize("address", ["/full/", "/full-database/"])
def test_a_full_disk_is_told_as_what_it_is(visitor, address):
    response = visitor.get(address)

    assert response.status_code == 503
    assert "The disk of the server is full. What you sent was not saved." in response.content.decode()


def test_a_body_that_no_page_takes_is_refused_unread(client):
    response = client.generic("POST", "/admin/login/", b"x", CONTENT_LENGTH=str(10**12))

    assert response.status_code == 413
    assert "This file is too large" in response.content.decode()


@pytest.mark.django_db
def test_not_ready_when_documents_cannot_be_stored(client, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file"

    response = client.get("/readyz")

    assert (response.status_code, response.content) == (503, b"The storage of documents cannot be written to.\n")


def test_error_pages_know_when_nothing_is_wrong():
    assert (errors.disk_is_full(), errors.database_failed()) == (False, False)


def test_what_the_server_says_has_no_query_string(log):
    logging.getLogger("gunicorn.error").error("Error handling request %s", "/search/?q=malika@example.org")

    assert [line["message"] for line in log()] == ["Error handling request /search/?…"]
