"""Dates, numbers and Django's own words as readers of the three languages meet them."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import formats, translation


def rendered(template, **context):
    return Template(template).render(Context(context))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "31 January 2017 | 31 Jan 2017 | January 2017 | 31 January"),
        ("ru", "31 января 2017 г. | 31.01.2017 | Январь 2017 г. | 31 января"),
        ("tg", "31 январ 2017 | 31.01.2017 | Январ 2017 | 31 январ"),
    ],
)
def test_dates_are_written_as_in_the_language(language, expected):
    template = (
        "{{ day }} | {{ day|date:'SHORT_DATE_FORMAT' }} | "
        "{{ day|date:'YEAR_MONTH_FORMAT' }} | {{ day|date:'MONTH_DAY_FORMAT' }}"
    )

    with translation.override(language):
        text = rendered(template, day=date(2017, 1, 31))

    assert text == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "1 September 2009, 14:05 | 1 Sep 2009, 14:05"),
        ("ru", "1 сентября 2009 г., 14:05 | 01.09.2009, 14:05"),
        ("tg", "1 сентябр 2009, 14:05 | 01.09.2009, 14:05"),
    ],
)
def test_moments_are_written_in_the_time_of_dushanbe(language, expected):
    moment = datetime(2009, 9, 1, 9, 5, tzinfo=UTC)

    with translation.override(language):
        text = rendered("{{ moment }} | {{ moment|date:'SHORT_DATETIME_FORMAT' }}", moment=moment)

    assert text == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "1,234,567.5"), ("ru", "1\xa0234\xa0567,5"), ("tg", "1\xa0234\xa0567,5")],
)
def test_numbers_are_grouped_as_in_the_language(language, expected):
    with translation.override(language):
        text = rendered("{{ number }}", number=1234567.5)

    assert text == expected


@pytest.mark.parametrize("language", ["en", "ru", "tg"])
def test_every_language_reads_iso_dates_and_the_day_before_the_month(language):
    with translation.override(language):
        accepted = formats.get_format("DATE_INPUT_FORMATS")

    assert "%m/%d/%Y" not in accepted
    assert {"%Y-%m-%d", "%d.%m.%Y"} <= set(accepted)


@pytest.mark.parametrize("language", ["en", "ru", "tg"])
def test_the_week_begins_on_monday(language):
    with translation.override(language):
        assert formats.get_format("FIRST_DAY_OF_WEEK") == 1
