"""The frame of a page: where the other languages are, what is the current section, and what numbers look like."""

import re

import pytest
from django.utils import translation

from iet_relations.page_context import frame, in_language
from iet_relations.templatetags.pages import json_ld, qualified


@pytest.mark.parametrize(
    ("address", "language", "expected"),
    [
        ("/admin/?q=a%20b&page=2", "ru", "/ru/admin/?q=a%20b&page=2"),
        ("/ru/admin/?q=a", "en", "/admin/?q=a"),
        ("/ru/nowhere/?q=%D3%AF", "tg", "/tg/nowhere/?q=%D3%AF"),
        ("/nowhere/", "en", "/nowhere/"),
        ("/tg/", "en", "/"),
        ("/", "tg", "/tg/"),
    ],
)
def test_a_page_in_another_language_keeps_its_path_and_query(address, language, expected):
    current = translation.get_language_from_path(address) or "en"

    with translation.override(current):
        assert in_language(address, language) == expected


def test_the_frame_names_the_section_and_the_addresses(rf):
    with translation.override("ru"):
        framed = frame(rf.get("/ru/partners/unecon/?on=2017-01-31"))

    assert framed["root"] == "/ru/"
    assert [item["url"] for item in framed["navigation"] if item["current"]] == ["/ru/partners/"]
    assert framed["canonical_url"] == "http://testserver/ru/partners/unecon/"
    assert framed["alternates"] == [
        {"code": "en", "url": "http://testserver/partners/unecon/"},
        {"code": "ru", "url": "http://testserver/ru/partners/unecon/"},
        {"code": "tg", "url": "http://testserver/tg/partners/unecon/"},
    ]
    assert [(item["code"], item["url"], item["current"]) for item in framed["languages"]] == [
        ("en", "/partners/unecon/?on=2017-01-31", False),
        ("ru", "/ru/partners/unecon/?on=2017-01-31", True),
        ("tg", "/tg/partners/unecon/?on=2017-01-31", False),
    ]


def test_numbers_are_written_with_their_qualifier():
    assert [qualified(50, "more_than"), qualified(12, "at_least"), qualified(0), qualified(None, "at_least")] == [
        "more than 50",
        "at least 12",
        "0",
        "not recorded",
    ]


def test_data_for_machines_cannot_close_its_script():
    assert json_ld({"name": "</script>&"}) == '{"name": "\\u003C/script\\u003E\\u0026"}'


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/ru/partners/", "/tg/countries/"])
def test_whoever_shares_a_page_shares_its_own_title_and_description(client, address):
    page = client.get(address).content.decode()

    title = re.search("<title>(.+)</title>", page)[1]
    description = re.search('<meta name="description" content="(.+)">', page)[1]
    assert f'<meta property="og:title" content="{title}">' in page
    assert f'<meta property="og:description" content="{description}">' in page
    assert title != description
