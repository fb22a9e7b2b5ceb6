"""Dates, numbers and Django's own words as readers of the three languages meet them."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django import conf
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.validators import MinLengthValidator
from django.forms import CharField, ValidationError
from django.template import Context, Template
from django.utils import formats, translation
from django.utils.timesince import timesince
from django.utils.translation import gettext, ngettext, npgettext, trans_real

from iet_relations.catalogues import mistakes


def rendered(template, **context):
    return Template(template).render(Context(context))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "31 January 2017 | 31 Jan 2017 | January 2017 | 31 January"),
        ("ru", "31 января 2017\xa0г. | 31.01.2017 | январь 2017\xa0г. | 31 января"),
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
        ("ru", "1 сентября 2009\xa0г., 14:05 | 01.09.2009, 14:05"),
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


def catalogue(path):
    with path.open("rb") as file:
        return read_po(file)


def texts_of_libraries(domain):
    """The texts of Django and of every installed library, as (library, context, text, is plural)."""
    folders = {"django": Path(conf.__file__).parent / "locale"}
    folders |= {app.name: Path(app.path) / "locale" for app in apps.get_app_configs()}
    for name, folder in folders.items():
        if folder.is_relative_to(settings.BASE_DIR) and ".venv" not in folder.parts:
            continue
        # English has every text; libraries without an English catalogue have a complete German one.
        path = next(
            (path for language in ("en", "de") if (path := folder / language / f"LC_MESSAGES/{domain}.po").exists()),
            None,
        )
        for message in catalogue(path) if path else ():
            if message.id:
                yield (
                    name,
                    message.context,
                    message.id[0] if message.pluralizable else message.id,
                    message.pluralizable,
                )


def is_translated(translations, context, text, plural):
    key = f"{context}\x04{text}" if context else text
    return (key, 1) in translations._catalog if plural else key in translations._catalog


@pytest.mark.parametrize("language", ["ru", "tg"])
@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_text_of_django_and_its_libraries_is_translated(language, domain):
    translations = (
        trans_real.DjangoTranslation(language)
        if domain == "django"
        else trans_real.DjangoTranslation(
            language, domain, [Path(app.path) / "locale" for app in apps.get_app_configs()]
        )
    )
    texts = set(texts_of_libraries(domain))

    missing = sorted(str(text) for text in texts if not is_translated(translations, *text[1:]))

    assert len(texts) > {"django": 500, "djangojs": 50}[domain]
    assert missing == []


@pytest.mark.parametrize("language", ["ru", "tg"])
def test_translations_of_libraries_keep_their_placeholders(language):
    texts = catalogue(settings.BASE_DIR / "locale_django" / language / "LC_MESSAGES/django.po")

    assert mistakes(texts, language) == []


def test_the_admin_speaks_tajik():
    words = ["Tajik", "Save", "Delete", "History", "Log out", "Search", "Filter", "Skip to main content", "Tue"]

    with translation.override("tg"):
        translated = [gettext(word) for word in words]

    assert translated == [
        "Тоҷикӣ",
        "Ҳифз кардан",
        "Нест кардан",
        "Таърих",
        "Баромадан",
        "Ҷустуҷӯ",
        "Филтр",
        "Гузаштан ба мундариҷаи асосӣ",
        "Сш",
    ]


def test_plurals_and_contexts_of_tajik_are_found():
    with translation.override("tg"):
        texts = [
            ngettext("%(counter)s result", "%(counter)s results", 5) % {"counter": 5},
            ngettext("entry", "entries", 1),
            npgettext("naturaltime-past", "%(num)d day", "%(num)d days", 3) % {"num": 3},
            timesince(datetime(2017, 1, 29), datetime(2017, 1, 31)),
        ]

    assert texts == ["5 натиҷа", "сабт", "3 рӯз", "2\xa0рӯз"]


def test_validation_speaks_tajik():
    with translation.override("tg"):
        with pytest.raises(ValidationError) as caught:
            CharField(validators=[MinLengthValidator(3)]).clean("ab")
        messages = caught.value.messages

    assert messages == ["Ин қимат бояд на камтар аз 3 аломат дошта бошад (ҳоло 2)."]


def test_the_scripts_of_the_admin_speak_tajik(rf):
    with translation.override("tg"):
        script = admin.site.i18n_javascript(rf.get("/tg/admin/jsi18n/")).content.decode()

    # The catalogue stands in the script as JSON, its letters as escapes.
    texts, _end = json.JSONDecoder().raw_decode(script, script.index("{", script.index("newcatalog =")))
    assert [texts["Chosen %s"], texts["Filter"], texts["abbrev. month August\x04Aug"]] == [
        "Интихобшуда: %s",
        "Филтр",
        "Авг",
    ]


@pytest.mark.parametrize(("language", "expected"), [("ru", "Вернуть"), ("tg", "Баргардонидан")])
def test_the_history_of_records_speaks_russian_and_tajik(language, expected):
    with translation.override(language):
        assert gettext("Revert") == expected
