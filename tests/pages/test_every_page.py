"""Every type of public page in Chromium: light, accessible, valid, quiet, and narrow enough for 400 % zoom."""

import pytest
from django.core.management import call_command

from scripts.measure_pages import LANGUAGES, visits

FIRST_VISIT = 60_000, 6
"""Bytes as they travel, and requests."""


@pytest.mark.browser
@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_light_accessible_valid_and_quiet(chromium, live_server, language):
    call_command("load_synthetic", institutions=8, agreements=10, projects=4, exchanges=20, verbosity=0)

    seen = list(visits(chromium, live_server.url, [language]))

    assert len(seen) == 26
    assert {one.name for one in seen if one.status != 200} == {
        "partners, wrong filter",
        "a year without a report",
        "no such page",
    }
    assert [f"{one.name}: {said}" for one in seen for said in (*one.findings, *one.faults)] == []
    assert [(one.name, one.weight) for one in seen if one.weight > FIRST_VISIT[0]] == []
    assert [(one.name, one.requests) for one in seen if len(one.requests) > FIRST_VISIT[1]] == []
