"""The shipped fields of education (ISCED-F 2013) and languages (ISO 639-1)."""

import json
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command

from mobility.models import IscedField, Language

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def shipped(name):
    return {entry["pk"]: entry["fields"] for entry in json.loads((FIXTURES / name).read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def fields():
    return shipped("isced_fields.json")


@pytest.fixture(scope="module")
def languages():
    return shipped("languages.json")


def test_isced_f_has_its_broad_narrow_and_detailed_fields(fields):
    assert Counter(field["level"] for field in fields.values()) == {"broad": 12, "narrow": 58, "detailed": 150}


def test_the_level_of_a_field_is_the_length_of_its_code(fields):
    lengths = {"broad": 2, "narrow": 3, "detailed": 4}

    assert [code for code, field in fields.items() if len(code) != lengths[field["level"]]] == []


def test_the_parent_of_a_field_is_its_code_without_the_last_digit_and_comes_before_it(fields):
    order = {code: position for position, code in enumerate(fields)}

    for code, field in fields.items():
        if field["level"] == "broad":
            assert field["parent"] is None
        else:
            assert field["parent"] == code[:-1]
            assert order[field["parent"]] < order[code]


def test_every_field_has_a_name_in_three_languages_and_equal_names_stay_equal(fields):
    names = {
        (field["name_en"].casefold(), field["name_ru"], field["name_tg"])
        for field in fields.values()
        if field["name_en"] and field["name_ru"] and field["name_tg"]
    }

    assert len(names) == len({field["name_en"].casefold() for field in fields.values()})


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("0311", ("Economics", "Экономика", "Иқтисодиёт")),
        ("0310", ("Social and behavioural sciences not further defined",
                  "Социальные и поведенческие науки — без уточнения",
                  "Илмҳои иҷтимоӣ ва рафторӣ — бе мушаххассозӣ")),
        ("1015", ("Travel, tourism and leisure", "Путешествия, туризм и досуг", "Саёҳат, сайёҳӣ ва фароғат")),
        ("9999", ("Field unknown", "Область неизвестна", "Соҳа номаълум аст")),
    ],
)  # fmt: skip
def test_fields_of_the_institute_read_right(fields, code, names):
    field = fields[code]

    assert (field["name_en"], field["name_ru"], field["name_tg"]) == names


def test_languages_have_codes_of_their_own_and_names_in_english_and_russian(languages):
    assert len(languages) == 184
    assert {len(alpha2) for alpha2 in languages} == {2}
    assert len({language["alpha3"] for language in languages.values()}) == 184
    for name in ("name_en", "name_ru"):
        assert len({language[name] for language in languages.values()} - {""}) == 184


def test_languages_taught_and_spoken_around_tajikistan_have_tajik_names(languages):
    assert {alpha2: languages[alpha2]["name_tg"] for alpha2 in ("tg", "ru", "en", "uz", "fa", "zh", "kk", "ky")} == {
        "tg": "тоҷикӣ",
        "ru": "русӣ",
        "en": "англисӣ",
        "uz": "ӯзбекӣ",
        "fa": "форсӣ",
        "zh": "хитоӣ",
        "kk": "қазоқӣ",
        "ky": "қирғизӣ",
    }


def test_no_two_languages_share_a_tajik_name(languages):
    names = [language["name_tg"] for language in languages.values() if language["name_tg"]]

    assert [name for name, times in Counter(names).items() if times > 1] == []


@pytest.mark.django_db
def test_the_shipped_classifications_are_valid_records():
    call_command("loaddata", "isced_fields", "languages", verbosity=0)

    for record in [*IscedField.objects.select_related("parent"), *Language.objects.all()]:
        record.full_clean()

    assert (IscedField.objects.count(), Language.objects.count()) == (220, 184)
    assert str(IscedField.objects.get(code="0311")) == "0311 Economics"
