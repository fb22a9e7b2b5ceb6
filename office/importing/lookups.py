"""What cells refer to: countries, partners, agreements, projects and entries of lists, each looked up without queries.

A Lookups object lives as long as one import and reads each table at most once.
"""

import re
from collections import defaultdict
from functools import cached_property

from babel import Locale
from django.utils.translation import gettext as _

from iet_relations.lists.tables import as_it_was
from iet_relations.naming import NAME_LANGUAGES
from iet_relations.search.folding import fold
from mobility.models import IscedField, Language
from office.importing.cells import nearest, plain_text
from office.importing.problems import CellError
from partners.identifiers import Scheme, normalise
from partners.models import Agreement, Country, Identifier, Institution, InstitutionName
from projects.models import Project


class Lookups:
    """The tables that cells refer to, each as a type with ``read`` and ``store``."""

    @cached_property
    def country(self):
        return CountryCell()

    @cached_property
    def partner(self):
        return PartnerCell(self.institutions)

    @cached_property
    def member(self):
        """A partner, or the home institution."""
        return PartnerCell(self.institutions, home=True)

    @cached_property
    def institutions(self):
        return InstitutionIndex()

    @cached_property
    def agreement(self):
        return AgreementCell()

    @cached_property
    def project(self):
        return ProjectCell()

    @cached_property
    def field(self):
        return FieldCell()

    @cached_property
    def language(self):
        return LanguageCell()


class CountryCell:
    """A country by code or by name in any language; ``store`` gives its alpha-2 code."""

    def __init__(self):
        countries = list(Country.objects.all())
        self.by_spelling = Country.objects.all().by_spelling()
        self.name_of = {country.alpha2: country.name_en for country in countries}

    @cached_property
    def shown(self):
        """What may be meant: also what other languages call a country, and parts of one, which are not accepted."""
        shown = {spelling: country.name_en for spelling, country in self.by_spelling.items() if len(spelling) > 3}
        for language in ("de", "fr", "es", "it", "pl", "tr"):
            for code, name in Locale(language).territories.items():
                if code in self.name_of:
                    shown.setdefault(fold(name), self.name_of[code])
        for part in ("England", "Англия", "Scotland", "Шотландия", "Wales", "Уэльс"):
            shown.setdefault(fold(part), self.name_of.get("GB", "United Kingdom"))
        return shown

    def read(self, cell):
        text = as_it_was(plain_text(cell)).strip()
        if (country := self.by_spelling.get(fold(text))) is None:
            raise CellError(_("No country of this name is known."), nearest(text, self.shown))
        return country.alpha2

    def store(self, value):
        return value or None


class InstitutionIndex:
    """All institutions by slug, identifier and folded name."""

    def __init__(self):
        self.pk_of, self.country_of, self.shown = {}, {}, {}
        self.by_name, self.by_identifier = defaultdict(set), defaultdict(set)
        self.slug_of, self.names_of, self.home = {}, defaultdict(set), None
        self._light, self._by_country = {}, {}
        names = ("pk", "slug", "is_home", "country_id", "name", "name_en", "name_ru", "name_tg", "acronym")
        for pk, slug, is_home, country, *called in Institution.objects.order_by().values_list(*names).iterator():
            self.pk_of[slug], self.slug_of[pk], self.country_of[slug] = pk, slug, country
            if is_home:
                self.home = slug
            for name in filter(None, called):
                self._name(slug, name)
            self.shown[slug] = called[1] or called[0]
        for pk, name in InstitutionName.objects.order_by().values_list("institution_id", "name").iterator():
            self._name(self.slug_of[pk], name)
        rows = Identifier.objects.order_by().values_list("institution_id", "scheme", "value")
        for pk, scheme, value in rows.iterator():
            self.by_identifier[scheme, value].add(self.slug_of[pk])

    def _name(self, slug, name):
        folded = fold(name)
        if folded:
            self.by_name[folded].add(slug)
            self.names_of[slug].add(folded)

    def light(self, slug):
        """Return the institution with what rules ask of a partner: its country, and whether it is ours."""
        if slug not in self._light:
            self._light[slug] = Institution(
                pk=self.pk_of[slug], country_id=self.country_of[slug], is_home=slug == self.home, slug=slug
            )
        return self._light[slug]

    def names_in(self, country):
        """Return the telling words of a name → shown name, of the partners in a country."""
        if country not in self._by_country:
            self._by_country[country] = {
                telling_words(name): self.shown[slug]
                for slug, where in self.country_of.items()
                if where == country and slug != self.home
                for name in self.names_of[slug]
            }
        return self._by_country[country]

    @cached_property
    def shown_by_name(self):
        return {name: self.shown[min(slugs)] for name, slugs in self.by_name.items()}


def telling_words(name):
    """Return a folded name without the words that say nothing: “universita bologna” of “Università di Bologna”."""
    return " ".join(word for word in fold(name).split() if word not in SAYING_NOTHING)


SAYING_NOTHING = {
    *("of", "the", "and", "at", "in", "for", "di", "de", "del", "della", "la", "le", "und", "der", "i", "imeni"),
    *("ba", "nomi"),
}


class PartnerCell:
    """A partner by slug, by “scheme:value” or by any of its names; ``store`` gives its primary key."""

    def __init__(self, index, home=False):
        self.index, self.home = index, home

    def read(self, cell):
        text = as_it_was(plain_text(cell)).strip()
        slugs = self._found(text)
        if not self.home and self.index.home in slugs and len(slugs) == 1:
            raise CellError(_("This is our own institution: name the partner."))
        if len(slugs) == 1:
            return next(iter(slugs))
        if slugs:
            raise CellError(_("Several partners have this name: give the address or an identifier."), sorted(slugs))
        raise CellError(_("No partner of this name is known."), nearest(text, self.index.shown_by_name, least=65))

    def _found(self, text):
        index = self.index
        if text in index.pk_of:
            return {text}
        scheme, colon, value = text.partition(":")
        if colon and scheme.strip().lower() in Scheme.values:
            try:
                value = normalise(scheme.strip().lower(), value)
            except ValueError as error:
                raise CellError(error) from None
            except Exception as error:
                raise CellError(" ".join(getattr(error, "messages", [str(error)]))) from None
            return index.by_identifier.get((scheme.strip().lower(), value), set())
        found = index.by_name.get(fold(text), set())
        return found if self.home else found - {index.home} or found

    def store(self, value):
        return self.index.pk_of[value] if value else None


class AgreementCell:
    """An agreement by its reference; ``expected`` are references that the same file creates."""

    def __init__(self):
        self.pk_of, self.by_reference, self.expected = {}, {}, {}
        for pk, reference in Agreement.objects.order_by().values_list("pk", "reference").iterator():
            self.add(pk, reference)

    def add(self, pk, reference):
        self.pk_of[reference] = pk
        self.by_reference[key_of(reference)] = reference

    def read(self, cell):
        text = as_it_was(plain_text(cell)).strip()
        reference = self.by_reference.get(key_of(text)) or self.expected.get(key_of(text))
        if reference is None:
            shown = {fold(reference): reference for reference in self.pk_of}
            raise CellError(_("No agreement has this reference."), nearest(text, shown))
        return reference

    def store(self, value):
        return self.pk_of.get(value) if value else None


def key_of(reference):
    """Return what makes two spellings of a reference the same: case and spaces do not count."""
    return re.sub(r"\s+", "", reference).casefold()


class ProjectCell:
    """A project by its address, its funder’s reference, its acronym or its title."""

    def __init__(self):
        self.pk_of, self.by_spelling, self.shown = {}, defaultdict(set), {}
        self.by_reference = defaultdict(set)
        names = ("pk", "slug", "title", "acronym", "reference")
        for pk, slug, title, acronym, reference in Project.objects.order_by().values_list(*names).iterator():
            self.pk_of[slug] = pk
            for spelling in filter(None, (title, acronym, reference)):
                self.by_spelling[fold(spelling)].add(slug)
                self.shown[fold(spelling)] = spelling
            if reference:
                self.by_reference[key_of(reference)].add(slug)

    def read(self, cell):
        text = as_it_was(plain_text(cell)).strip()
        if text in self.pk_of:
            return text
        slugs = self.by_reference.get(key_of(text)) or self.by_spelling.get(fold(text)) or set()
        if len(slugs) == 1:
            return next(iter(slugs))
        if slugs:
            raise CellError(_("Several projects have this name: give the address of one."), sorted(slugs))
        raise CellError(_("No project has this address, reference, acronym or title."), nearest(text, self.shown))

    def store(self, value):
        return self.pk_of[value] if value else None


class FieldCell:
    """A field of education by its ISCED-F 2013 code or name."""

    def __init__(self):
        self.codes, self.by_name, self.shown = set(), defaultdict(set), {}
        for field in IscedField.objects.all():
            self.codes.add(field.code)
            for name in filter(None, (field.name_en, field.name_ru, field.name_tg)):
                self.by_name[fold(name)].add(field.code)
                self.shown[fold(name)] = f"{field.code} {field.name_en}"

    def read(self, cell):
        text = as_it_was(plain_text(cell)).strip()
        code = re.match(r"\d{2,4}(?=\D|\Z)", text)
        if code and code[0] in self.codes:
            return code[0]
        # A spreadsheet takes the code 0311 for the number 311.
        if isinstance(cell, int) and (padded := f"0{cell}") in self.codes and text not in self.codes:
            return padded
        codes = self.by_name.get(fold(text), set())
        if codes:
            return max(codes, key=len) if len({code[:2] for code in codes}) == 1 else self._ambiguous(codes)
        raise CellError(_("Not a field of ISCED-F 2013: give its code, like 0311."), nearest(text, self.shown))

    def _ambiguous(self, codes):
        raise CellError(_("Several fields have this name: give the code."), sorted(codes))

    def store(self, value):
        return value or None


class LanguageCell:
    """A language by its code or its name in any of the three languages."""

    def __init__(self):
        self.by_spelling, self.shown = {}, {}
        for language in Language.objects.all():
            names = [name for name in (language.name_en, language.name_ru, language.name_tg) if name]
            for spelling in (language.alpha2, language.alpha3, *names):
                self.by_spelling.setdefault(fold(spelling), language.alpha2)
            self.shown.update({fold(name): language.name_en for name in names})

    def read(self, cell):
        text = as_it_was(plain_text(cell)).strip()
        if (code := self.by_spelling.get(fold(text))) is None:
            raise CellError(_("No language of this name or code is known."), nearest(text, self.shown))
        return code

    def store(self, value):
        return value or None


class EntryCell:
    """An entry of an editable list, by its key or its name in any language; the export writes its English name."""

    def __init__(self, model, also=()):
        self.pk_of, self.by_spelling, self.shown = {}, defaultdict(set), {}
        for entry in model.objects.all():
            self.pk_of[entry.name_en] = entry.pk
            names = [getattr(entry, f"name_{language}") for language in NAME_LANGUAGES]
            for spelling in filter(None, (*names, entry.key, *(getattr(entry, name) for name in also))):
                self.by_spelling[fold(spelling)].add(entry.name_en)
                self.shown[fold(spelling)] = entry.name_en

    def read(self, cell):
        text = as_it_was(plain_text(cell)).strip()
        names = self.by_spelling.get(fold(text), set())
        if len(names) == 1:
            return next(iter(names))
        if names:
            raise CellError(_("Several entries of the list have this name."), sorted(names))
        raise CellError(_("The list has no such entry."), nearest(text, self.shown, least=0))

    def store(self, value):
        return self.pk_of[value] if value else None
