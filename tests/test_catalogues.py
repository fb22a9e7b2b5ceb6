"""What is checked about translations: found in code and templates, complete, and fitting their originals."""

import io

import pytest
from babel.messages.pofile import read_po
from django.core.management import CommandError, call_command

from iet_relations import catalogues

HEADER = """
msgid ""
msgstr ""
"Language: ru\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
"n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"
"""


def mistakes(entries):
    return catalogues.mistakes(read_po(io.BytesIO((HEADER + entries).encode()), locale="ru"), "ru")


@pytest.fixture
def product(settings, tmp_path):
    """A folder that stands for the product, with one template."""
    settings.BASE_DIR = tmp_path
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path / "templates"]}]
    (tmp_path / "templates").mkdir()
    return tmp_path


def write_template(product, text):
    (product / "templates" / "page.html").write_text("{% load i18n %}\n" + text, encoding="utf-8")


def test_strings_of_templates_are_found_in_every_tag_whatever_the_indentation(product):
    write_template(
        product,
        """
        <p title="{% translate "It's" context "shop" %}">{{ _("Hello") }}
    {% blocktranslate trimmed count counter=rows with name=n %}
        One row of {{ name }}
      {% plural %}
        {{ counter }} rows of {{ name }}
    {% endblocktranslate %}
      it's 100% {% blocktranslate trimmed %}half ("50%"){% endblocktranslate %}
        """,
    )

    found = {(message.id, message.context) for message in catalogues.extracted() if message.id}

    assert found == {
        ("It's", "shop"),
        ("Hello", None),
        (("One row of %(name)s", "%(counter)s rows of %(name)s"), None),
        ('half ("50%%")', None),
    }


def test_refresh_keeps_translations_and_guesses_none(product):
    write_template(product, '{% translate "Partners" %} {% translate "Agreement" %}')
    catalogues.refresh("ru")
    path = catalogues.catalogue_path("ru")
    translated = path.read_text().replace('msgid "Partners"\nmsgstr ""', 'msgid "Partners"\nmsgstr "Партнёры"')
    path.write_text(translated.replace('msgid "Agreement"\nmsgstr ""', 'msgid "Agreement"\nmsgstr "Соглашение"'))

    write_template(product, '{% translate "Partners" %} {% translate "Agreements" %}')
    counts = catalogues.refresh("ru")

    text = path.read_text()
    assert counts == (2, 1)
    assert 'msgid "Partners"\nmsgstr "Партнёры"' in text
    assert 'msgid "Agreements"\nmsgstr ""' in text
    assert '#~ msgid "Agreement"\n#~ msgstr "Соглашение"' in text
    assert "fuzzy" not in text
    assert ".html:" not in text


def test_refreshing_twice_changes_nothing(product):
    write_template(product, '{% translate "Partners" %}')
    catalogues.refresh("tg")
    first = catalogues.catalogue_path("tg").read_bytes()

    catalogues.refresh("tg")

    assert catalogues.catalogue_path("tg").read_bytes() == first


def test_a_string_that_is_missing_from_the_catalogue_fails_the_check(product):
    write_template(product, '{% translate "Partners" %}')

    with pytest.raises(CommandError, match="2 problems"):
        call_command("translations", "check", stderr=io.StringIO())

    assert catalogues.problems("ru") == [
        "“Partners” (templates/page.html): missing from the catalogue, run “make messages”."
    ]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('msgid "Country"\nmsgstr ""', "“Country”: not translated."),
        ('#, fuzzy\nmsgid "Country"\nmsgstr "Страны"', "“Country”: not translated."),
        (
            'msgid "%(n)s of %(all)s"\nmsgstr "%(n)s из %(alle)s"',
            "“%(n)s of %(all)s”: the placeholders of “%(n)s из %(alle)s” must be %(all)s, %(n)s.",
        ),
        ('msgid "Save {name}"\nmsgstr "Сохранить"', "“Save {name}”: the placeholders of “Сохранить” must be {name}."),
        (
            'msgid "One row"\nmsgid_plural "%(n)s rows"\nmsgstr[0] "Строка"\nmsgstr[1] "%(n)s строки"\n'
            'msgstr[2] "%(n)s строк"',
            "“One row”: the placeholders of “Строка” must be %(n)s.",
        ),
        (
            'msgid "One row"\nmsgid_plural "%(n)s rows"\nmsgstr[0] "%(n)s строка"\nmsgstr[1] "%(n)s строк"',
            "“One row”: not translated.",
        ),
    ],
)
def test_a_translation_that_does_not_fit_is_told(entry, problem):
    assert mistakes("\n" + entry) == [problem]


def test_a_whole_catalogue_has_no_mistakes():
    entries = (
        '\nmsgid "One row"\nmsgid_plural "%(n)s rows"\nmsgstr[0] "%(n)s строка"\nmsgstr[1] "%(n)s строки"\n'
        'msgstr[2] "%(n)s строк"\n\nmsgid "100%% of %(n)s"\nmsgstr "100%% от %(n)s"'
    )

    assert mistakes(entries) == []


def test_the_singular_may_leave_its_number_out_where_it_is_for_one_alone():
    entry = (
        'msgid "an hour ago"\nmsgid_plural "%(count)s hours ago"\n'
        'msgstr[0] "як соат пеш"\nmsgstr[1] "%(count)s соат пеш"'
    )
    header = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'

    assert catalogues.mistakes(read_po(io.BytesIO((header + entry).encode()), locale="tg"), "tg") == []


def test_a_rule_for_plurals_of_another_language_is_told():
    header = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'

    found = catalogues.mistakes(read_po(io.BytesIO(header.encode()), locale="ru"), "ru")

    assert [problem.split(";")[0] for problem in found] == ["Plural-Forms: must be nplurals=3"]
