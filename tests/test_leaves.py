"""The leaves that every app shares: academic years, spans of days, folding, sort keys; and identifiers."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from iet_relations.academic_year import AcademicYear, AcademicYearField, AcademicYearFormField
from iet_relations.date_spans import parse_span, show_span, write_span
from iet_relations.search.folding import fold, sort_key
from partners.identifiers import normalise, registry_url

days = st.dates(date(1950, 1, 1), date(2150, 1, 1))

# --- academic years ---


@pytest.mark.parametrize(
    "written",
    ["2016/2017", "2016-2017", "2016/17", "2016–17", "2016–2017 уч. год", "соли таҳсили 2016-2017", " 2016 / 2017 "],
)
def test_an_academic_year_is_read_however_it_is_written(written):
    assert AcademicYear.parse(written) == AcademicYear(2016)


@pytest.mark.parametrize(
    "written",
    ["", "2016", "2016/2018", "2016/2016", "2017/16", "16/17", "12016/2017", "2016/2017/2018", "2016/2017 (1)"],
)
def test_what_is_no_academic_year_is_refused_with_a_sentence(written):
    with pytest.raises(ValueError, match=r"2016/2017\."):
        AcademicYear.parse(written)


def test_an_academic_year_at_the_turn_of_a_century():
    assert (AcademicYear.parse("1999/00"), AcademicYear.parse("1999-2000")) == (AcademicYear(1999), AcademicYear(1999))


@given(days)
def test_every_day_lies_in_the_academic_year_that_contains_it_and_in_no_other(day):
    year = AcademicYear.containing(day)

    assert year.first_day <= day <= year.last_day
    assert year.previous.last_day < day < year.next.first_day
    assert year.next.first_day - year.last_day == timedelta(1)
    assert AcademicYear.parse(str(year)) == AcademicYear.parse(year.slug) == year


def test_an_academic_year_begins_on_1_september_and_ends_on_31_august():
    year = AcademicYear.containing(date(2017, 8, 31))

    assert (str(year), year.slug) == ("2016/2017", "2016-2017")
    assert (year.first_day, year.last_day) == (date(2016, 9, 1), date(2017, 8, 31))
    assert AcademicYear.containing(date(2017, 9, 1)) == year.next > year


def test_a_form_reads_and_shows_academic_years():
    field = AcademicYearField().formfield()

    assert isinstance(field, AcademicYearFormField)
    assert field.clean("2016–17 уч. год") == AcademicYear(2016)
    assert (field.prepare_value(2016), field.prepare_value(AcademicYear(2016))) == ("2016/2017", "2016/2017")
    assert not field.has_changed(AcademicYear(2016), "2016/2017")
    assert field.has_changed(AcademicYear(2016), "2017/2018")
    assert not field.has_changed(None, " ")
    assert AcademicYearField(blank=True, null=True).formfield().clean(" ") is None
    with pytest.raises(ValidationError, match=r"like 2016/2017\."):
        field.clean("next year")


# --- spans of days ---


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2009", date(2009, 1, 1), date(2009, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2016-09-01", date(2016, 9, 1), date(2016, 9, 1)),
        ("2009/2017", date(2009, 1, 1), date(2017, 12, 31)),
        ("2016-09/2017-01", date(2016, 9, 1), date(2017, 1, 31)),
        ("2016-09-01/2017", date(2016, 9, 1), date(2017, 12, 31)),
        ("", None, None),
    ],
)
def test_a_span_is_read_as_its_first_and_last_possible_day(text, first, last):
    assert parse_span(text) == (first, last)


@pytest.mark.parametrize(
    "text", ["soon", "2016-13", "2016-02-30", "2017/2016", "2016/2017/2018", "16", "0000", "2016-00"]
)
def test_what_is_no_span_is_refused(text):
    with pytest.raises(ValueError, match=r"^(Write|The span|There is)"):
        parse_span(text)


@given(days, days)
def test_a_span_comes_back_as_it_was_written(one, other):
    span = min(one, other), max(one, other)

    assert parse_span(write_span(*span)) == span


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", ["1 September 2016", "January 2017", "2009", "September 2016 – January 2017"])],
)
def test_a_span_is_shown_as_far_as_it_is_known(language, shown):
    with translation.override(language):
        spans = ("2016-09-01", "2017-01", "2009", "2016-09/2017-01")
        assert [show_span(*parse_span(text)) for text in spans] == shown
        assert show_span(None, None) == ""


# --- folding and sorting ---


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Тоҷикистон", "ТОЧИКИСТОН"),
        ("Хуҷанд", "хучанд"),
        ("Ӯзбекистон", "узбекистон"),
        ("Università", "universita"),
        ("St. Petersburg", "Saint Petersburg"),
        ("Sankt-Peterburg", "saint peterburg"),
        ("Göttingen", "gottingen"),
        ("Казань", "казан"),
        ("L’Aquila", "laquila"),
        ("ＵＮＥＣＯＮ", "unecon"),
        ("орёл", "Орел"),
    ],
)
def test_spellings_that_people_mix_up_fold_to_the_same(one, other):
    assert fold(one) == fold(other) != ""


@given(st.text(max_size=60))
def test_folding_is_stable_and_gives_plain_words(text):
    folded = fold(text)

    assert fold(folded) == folded
    assert folded.isascii()
    assert folded == " ".join(folded.split()).lower()


def test_names_sort_as_their_alphabets_do():
    tajik = ["Бадахшон", "Ванҷ", "Ғарм", "Душанбе", "Дӯстӣ", "Истаравшан", "Қазоқистон", "Лахш", "Ҳисор", "Ҷалолобод"]
    russian = ["Ереван", "Ёлкино", "Жуков", "Йошкар-Ола", "Киров", "Яр"]

    assert sorted(sorted(tajik), key=sort_key) == tajik
    assert sorted(sorted(russian), key=sort_key) == russian
    assert sorted(["Éa", "Eb", "ea", "Z", "2", "Ж"], key=sort_key) == ["2", "Éa", "ea", "Eb", "Z", "Ж"]
    assert sort_key("Ab c") < sort_key("Abc")


@given(st.text(max_size=200))
def test_a_sort_key_is_plain_and_short(text):
    key = sort_key(text)

    assert len(key) <= 120
    assert key == "" or (key.isascii() and key.isalnum() and key == key.lower())


# --- identifiers ---


@pytest.mark.parametrize(
    ("scheme", "written", "stored"),
    [
        ("erasmus", "I  BOLOGNA01", "I  BOLOGNA01"),
        ("erasmus", "i bologna01", "I  BOLOGNA01"),
        ("erasmus", "E SANTAND01", "E  SANTAND01"),
        ("erasmus", "SF HELSINK01", "SF HELSINK01"),
        ("erasmus", "IRLDUBLIN01", "IRLDUBLIN01"),
        ("erasmus", "LUX LUX-VIL01", "LUXLUX-VIL01"),
        ("erasmus", "D  BERLIN 13", "D  BERLIN13"),
        ("pic", "999 993 953", "999993953"),
        ("oid", "e10209108", "E10209108"),
        ("ror", "https://ror.org/01111rn36", "01111rn36"),
        ("ror", "01111RN36", "01111rn36"),
        ("schac", "urn:schac:homeOrganization:unibo.it", "unibo.it"),
        ("schac", "https://UniBo.it/", "unibo.it"),
        ("wikidata", "https://www.wikidata.org/wiki/Q131262", "Q131262"),
        ("other", " anything at all ", "anything at all"),
    ],
)
def test_an_identifier_is_written_as_its_scheme_does(scheme, written, stored):
    assert normalise(scheme, written) == stored
    assert normalise(scheme, stored) == stored


@pytest.mark.parametrize(
    ("scheme", "written", "reason"),
    [
        ("erasmus", "IBOLOGNA01", "the country letters take three places"),
        ("erasmus", "I  BOLOGNA", "country letters, a town and a number"),
        ("erasmus", "", "country letters, a town and a number"),
        ("erasmus", "42", "country letters, a town and a number"),
        ("pic", "99999395", "nine digits"),
        ("pic", "٩٩٩٩٩٣٩٥٣", "nine digits"),
        ("oid", "10209108", "E and eight digits"),
        ("ror", "01111rn37", "check digits"),
        ("ror", "11111rn36", "six letters or digits"),
        ("schac", "unibo", "domain name"),
        ("wikidata", "Q0", "Q and a number"),
    ],
)
def test_a_wrong_identifier_is_refused_with_a_reason_that_a_person_understands(scheme, written, reason):
    with pytest.raises(ValidationError, match=reason):
        normalise(scheme, written)


@given(st.sampled_from(["erasmus", "pic", "oid", "ror", "schac", "wikidata"]), st.text(max_size=30))
def test_any_text_is_either_normalised_or_refused(scheme, text):
    try:
        stored = normalise(scheme, text)
    except ValidationError:
        return
    assert normalise(scheme, stored) == stored


def test_identifiers_lead_to_their_registries():
    assert registry_url("ror", "01111rn36") == "https://ror.org/01111rn36"
    assert registry_url("erasmus", "I  BOLOGNA01") == ""
