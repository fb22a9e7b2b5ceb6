"""Error pages: the site's design, the language of the address, and no need of a database."""

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import path

from iet_relations import urls
from iet_relations.serving import errors

pytestmark = pytest.mark.django_db  # whether a page is unchanged is asked of the database


def fail(error):
    def view(request):
        raise error

    return view


urlpatterns = [
    *urls.urlpatterns,
    path("bad-request", fail(BadRequest("“soon” is not a date."))),
    path("suspicious", fail(SuspiciousOperation("internals"))),
    path("forbidden", fail(PermissionDenied("internals"))),
    path("broken", fail(RuntimeError("internals"))),
    path("no-database", fail(OperationalError("internals"))),
    path("too-many", errors.too_many_requests),
]
handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500


@pytest.fixture
def visitor():
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/bad-request", 400, "This address cannot be read"),
        ("/suspicious", 400, "This address cannot be read"),
        ("/forbidden", 403, "This page is not open to you"),
        ("/nowhere/", 404, "There is no such page"),
        ("/too-many", 429, "Too many attempts"),
        ("/broken", 500, "Something went wrong on our side"),
        ("/no-database", 503, "The registry is out of reach for the moment"),
    ],
)
def test_error_pages_keep_the_design_and_need_no_database(visitor, address, status, heading):
    response = visitor.get(address)

    page = response.content.decode()
    assert (response.status_code, f"<h1>{heading}</h1>" in page) == (status, True)
    assert 'href="/static/css/site' in page and 'href="/partners/"' in page
    assert "internals" not in page
    assert "no-store" in response.headers["Cache-Control"]


def test_only_our_own_reason_is_shown(visitor):
    assert "“soon” is not a date." in visitor.get("/bad-request").content.decode()


@pytest.mark.parametrize("language", ["ru", "tg"])
def test_an_error_page_has_the_language_of_its_address(visitor, language):
    response = visitor.get(f"/{language}/nowhere/?q=a%20b")

    page = response.content.decode()
    assert (response.status_code, response.headers["Content-Language"]) == (404, language)
    assert f'<html lang="{language}"' in page and f'href="/{language}/partners/"' in page
    assert 'href="/nowhere/?q=a%20b" hreflang="en"' in page


def test_a_wrong_host_name_gets_a_page_too(visitor):
    response = visitor.get("/", headers={"host": "evil.example"})

    assert (response.status_code, "evil.example" in response.content.decode()) == (400, False)


@pytest.mark.parametrize(("address", "seconds"), [("/too-many", "900"), ("/no-database", "60")])
def test_pages_that_pass_say_when_to_come_back(visitor, address, seconds):
    assert visitor.get(address).headers["Retry-After"] == seconds
