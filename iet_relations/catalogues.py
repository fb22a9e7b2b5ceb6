"""The translation catalogues: which strings the product has, and what a catalogue lacks.

Strings are extracted with Babel, from templates by way of Django's own ``templatize``, so that no machine needs
GNU gettext. The catalogues are ``locale/<language>/LC_MESSAGES/django.po``; what Django itself lacks in a language
stands apart in ``locale_django`` and is checked, but never rewritten.
"""

import functools
import io
import re
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings
from django.utils.translation.template import templatize

KEYWORDS = {
    name + suffix: arguments
    for name, arguments in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for suffix in ("", "_lazy")
} | {"_": None, "gettext_noop": None}
COMMENT_TAGS = ("Translators",)
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdrif]|\{\w*\}")


def translated_languages():
    """Return the codes of the languages that need a catalogue: all but the language of the source."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def source_files():
    """Yield ``(path, is_template)`` of every file of the product that can hold a string for people."""
    roots = [Path(config.path) for config in apps.get_app_configs()]
    roots = [root for root in roots if root.parent == settings.BASE_DIR]
    for root in roots:
        for path in root.rglob("*.py"):
            if "migrations" not in path.parts:
                yield path, False
    folders = [Path(folder) for folder in settings.TEMPLATES[0]["DIRS"]] + [root / "templates" for root in roots]
    for folder in folders:
        for path in folder.rglob("*.*"):
            if path.suffix in (".html", ".txt", ".xml", ".svg"):
                yield path, True


def extracted():
    """Return a Babel catalogue of every string that the code and the templates mark for translation.

    Raises ``SyntaxError`` for a template whose translation blocks are malformed.
    """
    catalogue = Catalog(charset="utf-8")
    for path, is_template in sorted(source_files()):
        name = path.relative_to(settings.BASE_DIR).as_posix()
        source = path.read_text(encoding="utf-8")
        if is_template:
            # Within parentheses the indentation of the template means nothing to Python's tokenizer.
            source = f"({templatize(source, origin=name)}\n)"
        found = extract("python", io.BytesIO(source.encode()), KEYWORDS, COMMENT_TAGS, {"encoding": "utf-8"})
        for line, message, comments, context in found:
            catalogue.add(message, None, [(name, line)], auto_comments=comments, context=context)
    return catalogue


def catalogue_path(language):
    """Return where the catalogue of ``language`` stands."""
    return settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"


def read_catalogue(path, language):
    """Return the Babel catalogue at ``path``; an empty one in the language's plural forms where there is none."""
    if not path.exists():
        title = f"# IET Relations: {language}"
        return Catalog(
            locale=language, project="IET Relations", version="1", header_comment=title, charset="utf-8", fuzzy=False
        )
    with path.open("rb") as file:
        return read_po(file, locale=language)


def refresh(language):
    """Bring the catalogue of ``language`` up to date; return ``(messages, untranslated)`` counts.

    Translations are kept, those of strings that are gone as obsolete ones; nothing is guessed.
    """
    path = catalogue_path(language)
    catalogue = read_catalogue(path, language)
    catalogue.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, include_lineno=False, sort_output=True, omit_header=False)
    messages = [message for message in catalogue if message.id]
    return len(messages), sum(not is_translated(message) for message in messages)


def is_translated(message):
    """Tell whether every form of a Babel message has a text and none is a guess."""
    forms = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return bool(forms) and all(forms) and not message.fuzzy


def problems(language):
    """Return sentences: what is missing from the catalogues of ``language`` or wrong in them."""
    own = read_catalogue(catalogue_path(language), language)
    found = [
        f"{describe(message)}: missing from the catalogue, run “make messages”."
        for message in extracted()
        if message.id and own.get(singular(message), message.context) is None
    ]
    found += mistakes(own, language)
    for path in sorted((settings.BASE_DIR / "locale_django" / language).rglob("*.po")):
        found += mistakes(read_catalogue(path, language), language)
    return found


def mistakes(catalogue, language):
    """Return sentences: what is untranslated, guessed, or does not fit its original in one catalogue."""
    found = []
    if plural_rule(catalogue) not in known_plural_rules(language):
        number, expression = known_plural_rules(language)[0]
        found.append(f"Plural-Forms: must be nplurals={number}; plural={expression};")
    # Where the first form is for exactly one, it may say "an hour" for "1 hour"; in Russian it is for 21 too.
    one_has_a_form = catalogue.plural_expr == "(n != 1)"
    for message in catalogue:
        if not message.id:
            continue
        forms = message.string if message.pluralizable else [message.string]
        wanted = placeholders(message.id[1] if message.pluralizable else message.id)
        if not is_translated(message):
            found.append(f"{describe(message)}: not translated.")
        elif message.pluralizable and len(forms) != catalogue.num_plurals:
            found.append(f"{describe(message)}: {len(forms)} plural forms instead of {catalogue.num_plurals}.")
        else:
            found += [
                f"{describe(message)}: the placeholders of “{form}” must be {', '.join(wanted) or 'none'}."
                for index, form in enumerate(forms)
                if placeholders(form) != wanted
                and not (one_has_a_form and index == 0 and placeholders(form) == placeholders(singular(message)))
            ]
    return found


def plural_rule(catalogue):
    """Return the number of plural forms of a Babel catalogue and the expression that chooses one."""
    return catalogue.num_plurals, catalogue.plural_expr


@functools.cache
def known_plural_rules(language):
    """Return the plural rules that are right for ``language``: Babel's and the one of Django's own catalogue."""
    django_own = Path(django.__file__).parent / "conf" / "locale" / language / "LC_MESSAGES" / "django.po"
    return [plural_rule(Catalog(locale=language)), plural_rule(read_catalogue(django_own, language))]


def placeholders(text):
    """Return the sorted placeholders of a string, such as ``%(count)s`` or ``{name}``."""
    return sorted(PLACEHOLDER.findall(text))


def singular(message):
    """Return the identifier of a Babel message: of its singular where it has a plural."""
    return message.id[0] if message.pluralizable else message.id


def describe(message):
    """Return the beginning of a message and the file it is first found in."""
    text = " ".join(singular(message).split())
    place = f" ({message.locations[0][0]})" if message.locations else ""
    return f"“{text if len(text) <= 70 else text[:69] + '…'}”{place}"
