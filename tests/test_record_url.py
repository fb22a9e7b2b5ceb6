"""The address of a record's page is what ``reverse`` makes of it, in every language and below a prefix."""

import pytest
from django.test.utils import override_script_prefix
from django.urls import resolve, reverse
from django.utils import translation

from iet_relations.record_url import record_url


@pytest.mark.parametrize("language", ["en", "ru", "tg"])
@pytest.mark.parametrize("prefix", ["/", "/registry/"])
@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("partners:institution-detail", "university-of-bologna"),
        ("partners:country-detail", "it"),
        ("partners:agreement-detail", '12/2017 Болонья?#%&"<é>'),
        ("projects:project-detail", "tempus_1"),
        ("projects:activity-detail", 12),
    ],
)
def test_the_address_is_that_of_reverse(page, key, language, prefix):
    with translation.override(language), override_script_prefix(prefix):
        assert record_url(page, key) == reverse(page, args=[key])
        assert prefix in record_url(page, key)


def test_the_address_leads_to_the_page():
    with translation.override("ru"):
        match = resolve(record_url("projects:project-detail", "tempus"))
        assert (match.view_name, match.kwargs) == ("projects:project-detail", {"slug": "tempus"})
