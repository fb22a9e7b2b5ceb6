"""The shipped countries, their names and their regions."""

import json
from collections import defaultdict
from pathlib import Path

import pytest
from anyascii import anyascii
from django.core import serializers
from django.utils import translation

from iet_relations.search.folding import fold
from partners.models import Country
from partners.regions import Region

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "countries.json"


def folded(name):
    """Letters and digits only, without case, accents and script: stricter than any search of ours."""
    return "".join(character for character in anyascii(name).casefold() if character.isalnum())


@pytest.fixture(scope="module")
def countries():
    return {entry["pk"]: entry["fields"] for entry in json.loads(FIXTURE.read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def owners(countries):
    """Every code, name and other name, folded, with the countries that it leads to."""
    found = defaultdict(set)
    for alpha2, fields in countries.items():
        names = [alpha2, fields["alpha3"], fields["numeric"], fields["name_en"], fields["name_ru"], fields["name_tg"]]
        for name in filter(None, names + fields["other_names"].splitlines()):
            found[folded(name)].add(alpha2)
    return found


def test_there_are_249_countries_of_iso_3166_and_kosovo(countries):
    assert len(countries) == 250
    assert countries["XK"]["alpha3"] == "XKX"
    assert [alpha2 for alpha2, fields in countries.items() if not fields["numeric"]] == ["XK"]
    assert len({fields["alpha3"] for fields in countries.values()}) == 250
    assert len({fields["numeric"] for fields in countries.values()}) == 250
    assert {(len(fields["alpha3"]), len(fields["numeric"])) for fields in countries.values()} == {(3, 3), (3, 0)}


def test_every_country_has_a_name_in_three_languages(countries):
    missing = [
        alpha2
        for alpha2, fields in countries.items()
        if not (fields["name_en"] and fields["name_ru"] and fields["name_tg"])
    ]

    assert missing == []


@pytest.mark.parametrize("field", ["name_en", "name_ru", "name_tg"])
def test_no_two_countries_share_a_name(countries, field):
    names = {fields[field] for fields in countries.values()}

    assert len(names) == 250


def test_every_region_has_its_countries_and_every_country_its_region(countries):
    used = {fields["region"] for fields in countries.values()}

    assert used == set(Region.values)


def test_regions_hold_the_countries_that_m49_puts_there(countries):
    def of(region):
        return {alpha2 for alpha2, fields in countries.items() if fields["region"] == region}

    assert of(Region.CENTRAL_ASIA) == {"KZ", "KG", "TJ", "TM", "UZ"}
    assert of(Region.EASTERN_EUROPE) == {"BY", "BG", "CZ", "HU", "MD", "PL", "RO", "RU", "SK", "UA"}
    assert of(Region.WESTERN_EUROPE) == {"AT", "BE", "CH", "DE", "FR", "LI", "LU", "MC", "NL"}
    assert of(Region.NORTHERN_AFRICA) == {"DZ", "EG", "EH", "LY", "MA", "SD", "TN"}
    assert of(Region.ANTARCTICA) == {"AQ"}


def test_every_name_code_and_alias_leads_to_exactly_one_country(owners):
    ambiguous = {name: found for name, found in owners.items() if len(found) > 1}

    assert ambiguous == {}


@pytest.mark.parametrize("name", ["Korea", "Congo", "Virgin Islands", "РБ", "РК", "Корея", "Конго", "England"])
def test_a_name_that_means_two_countries_or_a_part_of_one_leads_to_none(owners, name):
    assert folded(name) not in owners


@pytest.mark.parametrize(
    ("alpha2", "names"),
    [
        ("BY", ["Belarus", "Belorussia", "Белоруссия", "Беларусь", "Беларус", "BLR", "112"]),
        ("CI", ["Ivory Coast", "Cote d'Ivoire", "Кот д'Ивуар"]),
        ("CN", ["China", "КНР", "Китай", "Чин", "Хитой"]),
        ("CZ", ["Czech Republic", "Czechia", "Чешская Республика", "Чехия"]),
        ("DE", ["Germany", "ФРГ", "Олмон", "Германия"]),
        ("GB", ["UK", "United Kingdom", "Great Britain", "Великобритания", "Британияи Кабир"]),
        ("GR", ["EL", "GR", "Greece", "Hellas", "Юнон"]),
        ("IR", ["Iran", "Iran, Islamic Republic of", "Эрон", "Иран"]),
        ("JP", ["Japan", "Ҷопон", "Япония"]),
        ("KG", ["Kyrgyzstan", "Kyrgyz Republic", "Киргизия", "Кыргызстан", "Қирғизистон"]),
        ("KR", ["South Korea", "Republic of Korea", "Korea, Republic of", "Южная Корея"]),
        ("MD", ["Moldova", "Молдавия", "Молдова"]),
        ("MK", ["FYROM", "Macedonia", "Македония", "North Macedonia"]),
        ("MM", ["Burma", "Myanmar", "Бирма"]),
        ("NL", ["Holland", "The Netherlands", "Голландия", "Нидерланды"]),
        ("RU", ["Russia", "Russian Federation", "РФ", "Российская Федерация", "Россия", "Русия"]),
        ("SZ", ["Swaziland", "Eswatini", "Свазиленд"]),
        ("TJ", ["Tajikistan", "Republic of Tajikistan", "Республика Таджикистан", "Ҷумҳурии Тоҷикистон"]),
        ("TM", ["Turkmenistan", "Туркмения", "Туркманистон"]),
        ("TR", ["Turkey", "Türkiye", "Turkiye", "Турция", "Туркия"]),
        ("US", ["USA", "U.S.A.", "United States of America", "США", "ИМА", "Соединённые Штаты Америки"]),
    ],
)
def test_common_variants_in_three_languages_lead_to_their_country(owners, alpha2, names):
    assert {name: owners[folded(name)] for name in names} == {name: {alpha2} for name in names}


def test_the_european_union_and_the_erasmus_programme_have_their_members_of_2024(countries):
    union = {alpha2 for alpha2, fields in countries.items() if fields["eu_member"]}
    programme = {alpha2 for alpha2, fields in countries.items() if fields["erasmus_programme_country"]}

    assert len(union) == 27
    assert programme - union == {"IS", "LI", "MK", "NO", "RS", "TR"}
    assert union - programme == set()


def test_every_programme_country_has_a_prefix_of_erasmus_codes_of_its_own(countries):
    prefixes = {
        alpha2: fields["erasmus_prefix"]
        for alpha2, fields in countries.items()
        if fields["erasmus_prefix"] or fields["erasmus_programme_country"]
    }

    assert "" not in prefixes.values()
    assert len(set(prefixes.values())) == len(prefixes)
    assert [prefixes[alpha2] for alpha2 in ("IT", "ES", "DE", "FI", "IE", "LU", "GR")] == [
        "I", "E", "D", "SF", "IRL", "LUX", "G",
    ]  # fmt: skip


@pytest.fixture
def registry(db):
    # Saved as usual, not as loaddata does: that leaves out the keys by which names sort and are found.
    for loaded in serializers.deserialize("json", FIXTURE.read_text(encoding="utf-8")):
        loaded.object.save()
    return Country.objects.all()


def test_every_spelling_of_every_country_is_read_as_that_country(registry):
    spellings = registry.by_spelling()

    misread = [
        (spelling, country.alpha2)
        for country in registry
        for spelling in country.spellings()
        if spellings[fold(spelling)] != country
    ]

    assert len(spellings) > 1500
    assert misread == []


def test_the_shipped_countries_are_valid_records(registry):
    for country in registry:
        country.full_clean()

    assert registry.count() == 250


def test_countries_sort_by_their_names_in_the_readers_language(registry):
    in_central_asia = registry.filter(region=Region.CENTRAL_ASIA)
    names = {}

    for language in ("en", "ru", "tg"):
        with translation.override(language):
            names[language] = [country.display_name for country in in_central_asia.order_by(f"sort_{language}")]

    assert names == {
        "en": ["Kazakhstan", "Kyrgyzstan", "Tajikistan", "Turkmenistan", "Uzbekistan"],
        "ru": ["Казахстан", "Киргизия", "Таджикистан", "Туркменистан", "Узбекистан"],
        "tg": ["Қазоқистон", "Қирғизистон", "Тоҷикистон", "Туркманистон", "Ӯзбекистон"],
    }
