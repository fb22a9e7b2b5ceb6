"""Every public address with made-up query strings: an answer, a refusal, never a failure, and never a person’s name.

``FUZZ_EXAMPLES=2000 pytest tests/security/test_fuzzing.py`` goes deeper.
"""

import os
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "25"))
PERSON = "Malika Secret-Person"
LISTS = {
    "partners": "q country region kind area relation programme on sort page",
    "countries": "q region on sort page",
    "agreements": "q kind state country partner year on sort page",
    "projects": "q funder programme action role partner country state year on sort page",
    "mobility": "year direction activity country partner sort page",
    "activities": "q kind year partner sort page",
}
ADDRESSES = [f"{prefix}/{name}{ending}" for name in LISTS for ending in ("/", ".csv") for prefix in ("", "/ru", "/tg")]
ADDRESSES += ["/", "/search/", "/about/", "/data/", "/reports/", "/reports/2016-2017/", "/privacy/", "/sitemap.xml"]
PARAMETERS = sorted({name for names in LISTS.values() for name in names.split()})
ODD = ["", "0", "-1", "1e9", "9" * 40, "2016-2017", "2017-01-31", "2017-02-30", "0000-00-00", "IT", "' OR 1=1 --"]
ODD += ["%00", "\0", "<script>alert(1)</script>", "../../etc/passwd", "${7*7}", "{{7*7}}", "a" * 5000, "😀", "٣", "é"]
ODD += ["\u202e", "-pk", "person_name", "exchanges__person_name", "true", "null", "[]", "99999999999999999999"]
odd = st.text(max_size=40) | st.sampled_from(ODD)
parameters = st.lists(st.tuples(st.sampled_from(PARAMETERS) | st.text(max_size=20), odd), max_size=5)
pieces = st.text(max_size=30) | st.sampled_from(
    ["..", "%2e%2e", "0", "-1", "9" * 30, "a.b", "IT", "it", "\0", "'", "ru"]
)


@pytest.fixture
def filled():
    agreement = factories.AgreementFactory()
    project = factories.ProjectFactory()
    factories.ExchangeFactory(
        person_name=PERSON, person_email="malika@example.org", agreement=agreement, project=project
    )
    factories.ContactFactory(name=PERSON)
    factories.ActivityFactory()


def answer(address):
    response = Client(raise_request_exception=True).get(address)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, content.decode(errors="replace")


relaxed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@relaxed
@given(address=st.sampled_from(ADDRESSES), query=parameters)
def test_no_query_string_breaks_a_page_or_shows_a_person(filled, address, query):
    text = "&".join(f"{quote(name)}={quote(value)}" for name, value in query)

    status, content = answer(f"{address}?{text}")

    assert status in (200, 301, 302, 400, 404)
    assert PERSON not in content and "malika@" not in content


@relaxed
@given(
    start=st.sampled_from(["/partners/", "/countries/", "/agreements/", "/projects/", "/activities/", "/reports/"]),
    piece=pieces,
)
def test_no_address_breaks(filled, start, piece):
    status, _content = answer(f"{start}{quote(piece)}/")

    assert status in (200, 301, 302, 400, 404)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_public_address_shows_a_person(filled, address):
    status, content = answer(address)

    assert (status, PERSON in content, "malika@" in content) == (200, False, False)


@pytest.mark.parametrize(
    "address",
    [
        "/partners/?page=1&page=2",
        "/partners/?" + "&".join(f"a{n}=1" for n in range(2000)),
        "/%ff%fe/",
        "/partners//",
        "//",
    ],
)
def test_odd_addresses_are_answered(filled, address):
    status, _content = answer(address)

    assert status in (200, 301, 302, 400, 404)


@pytest.mark.parametrize("cookie", ["x" * 4000, "\x7f", "é", "../../x", '{"a":1}'])
@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "django_language", "messages"])
def test_forged_cookies_are_ignored(name, cookie):
    client = Client()
    client.cookies[name] = cookie

    assert client.get("/").status_code == 200
    assert client.get("/admin/").status_code == 302
