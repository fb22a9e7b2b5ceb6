"""Institutions from files: found by any identifier, else by name and country."""

from django.utils.text import slugify
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from iet_relations.date_spans import parse_span
from iet_relations.lists.tables import split_list
from iet_relations.search.folding import fold
from office.importing.cells import Amount, Choice, IdentifierOf, ListOf, Span, Text, Web, YesNo
from office.importing.kinds.base import Column, Kind
from office.importing.lookups import telling_words
from partners.exporting import INSTITUTIONS, SCHEME_COLUMNS
from partners.models import Identifier, Institution, InstitutionName

SIMILAR = 90
"""Likeness of two folded names (0–100) from which a new institution is told to be perhaps a known one."""


class Institutions(Kind):
    model = Institution
    table = INSTITUTIONS
    public_field = "slug"

    def define(self):
        yield Column("name", Text(), "name", required=True)
        for name in ("name_en", "name_ru", "name_tg", "acronym"):
            yield Column(name, Text(), name)
        yield Column("other_names", ListOf(Text()), is_list=True)
        yield Column("kind", Choice(Institution.Kind, KIND_WORDS), "kind", empty="higher_education")
        yield Column("country", self.lookups.country, "country_id", required=True)
        yield Column("city", Text(), "city")
        yield Column("address", Text(lines=True), "address")
        yield Column("website", Web(), "website")
        yield Column("latitude", Amount(5, signed=True), "latitude")
        yield Column("longitude", Amount(5, signed=True), "longitude")
        yield Column("cooperating_since", Span())
        for name, scheme in SCHEME_COLUMNS.items():
            yield Column(name, ListOf(IdentifierOf(scheme)), is_list=True)
        yield Column("published", YesNo(), "published", empty="no")

    def missing(self, present):
        return [name for name in super().missing(present) if not (name == "name" and {"name_en"} & set(present))]

    def _visible(self):
        return Institution.objects.filter(is_home=False)

    def complete(self, row, old):
        if not old and not row.values.get("name") and row.values.get("name_en"):
            row.values["name"] = row.values["name_en"]

    def match(self, row):
        index = self.lookups.institutions
        values = {**row.values, "name": row.values.get("name") or row.values.get("name_en", "")}
        by = self.match_on if values.get(self.match_on) else ""
        found, how = set(), by
        schemes = {by: SCHEME_COLUMNS[by]} if by in SCHEME_COLUMNS else {} if by else SCHEME_COLUMNS
        for column, scheme in schemes.items():
            for value in split_list(values.get(column, "")):
                if slugs := index.by_identifier.get((scheme.value, value)):
                    found, how = found | slugs, how or column
        if not found and by not in SCHEME_COLUMNS and values.get("name"):
            slugs = index.by_name.get(fold(values["name"]), set())
            found = {slug for slug in slugs if by == "name" or index.country_of[slug] == values.get("country")}
            how = "name"
        if index.home in found:
            row.reject(how, _("This is our own institution, which is not a partner."))
        elif len(found) > 1:
            row.reject(how, _("Several institutions fit: give the id of the right one."), sorted(found))
        elif found:
            row.public_id = next(iter(found))
            row.pk = index.pk_of[row.public_id]
            self._keep_known_name(row)
        else:
            self._tell_similar(row, values)

    def _keep_known_name(self, row):
        """A name by which the institution is known anyway identifies it; it does not become its official name."""
        name = row.values.get("name")
        if name and fold(name) in self.lookups.institutions.names_of[row.public_id]:
            del row.values["name"]

    def _tell_similar(self, row, values):
        index = self.lookups.institutions
        folded, country = telling_words(values.get("name", "")), values.get("country")
        if not folded or not country:
            return
        names = index.names_in(country)
        best = process.extractOne(folded, names.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=SIMILAR)
        if best:
            row.warn("name", _("A similar name is in the registry: is it the same institution?"), [names[best[0]]])

    def identities(self, row):
        keys = super().identities(row)
        if self.match_on and row.values.get(self.match_on):
            return [*keys, (self.match_on, row.values[self.match_on])]
        for column in SCHEME_COLUMNS:
            keys += [(column, value) for value in split_list(row.values.get(column) or "")]
        if row.values.get("name"):
            keys.append(("name", fold(row.values["name"]), row.values.get("country")))
        return keys

    def check(self, row, old, record):
        super().check(row, old, record)
        names = split_list(row.values.get("other_names", ""))
        if any(len(name) > 300 for name in names):
            row.reject("other_names", _("A name has at most 300 characters."))

    def attributes(self, values):
        attributes = super().attributes(values)
        if "cooperating_since" in values:
            first, last = parse_span(values["cooperating_since"] or "")
            attributes.update(cooperating_since_first=first, cooperating_since_last=last)
        return attributes

    def prepare(self, pairs):
        if pairs and not hasattr(self, "_slugs"):
            self._slugs = set(Institution.objects.values_list("slug", flat=True))
            self._slugs.update(Institution.history.values_list("slug", flat=True))
        for _row, record in pairs:
            record.slug = free_slug(record.name_en or record.name, self._slugs)

    def write_parts(self, pairs, changes):
        self._write_names(pairs, changes)
        self._write_identifiers(pairs, changes)

    def _write_names(self, pairs, changes):
        wanted = {
            record.pk: split_list(row.values["other_names"]) for row, record in pairs if "other_names" in row.values
        }
        if not wanted:
            return
        gone, known = [], {pk: set() for pk in wanted}
        for name in InstitutionName.objects.filter(institution__in=wanted):
            known[name.institution_id].add(name.name)
            if name.name not in wanted[name.institution_id]:
                gone.append(name)
        changes.remove(gone)
        changes.create(
            [
                InstitutionName(institution_id=pk, name=name)
                for pk, names in wanted.items()
                for name in names
                if name not in known[pk]
            ]
        )

    def _write_identifiers(self, pairs, changes):
        wanted = {}
        for row, record in pairs:
            for column, scheme in SCHEME_COLUMNS.items():
                if column in row.values:
                    wanted[record.pk, scheme.value] = split_list(row.values[column])
        if not wanted:
            return
        gone, known = [], {key: set() for key in wanted}
        for identifier in Identifier.objects.filter(institution__in={pk for pk, _scheme in wanted}):
            key = (identifier.institution_id, identifier.scheme)
            if key in wanted:
                known[key].add(identifier.value)
                if identifier.value not in wanted[key]:
                    gone.append(identifier)
        changes.remove(gone)
        changes.create(
            [
                Identifier(institution_id=pk, scheme=scheme, value=value)
                for (pk, scheme), values in wanted.items()
                for value in values
                if value not in known[pk, scheme]
            ]
        )


KIND_WORDS = {
    **dict.fromkeys(
        (
            *("university", "hei", "вуз", "университет", "институт", "академия", "высшее учебное заведение"),
            *("донишгоҳ", "донишкада", "муассисаи таҳсилоти олӣ"),
        ),
        "higher_education",
    ),
    **dict.fromkeys(("company", "business", "предприятие", "компания", "корхона", "ширкат"), "enterprise"),
    **dict.fromkeys(("нко", "нпо", "общественная организация", "ташкилоти ҷамъиятӣ"), "ngo"),
    **dict.fromkeys(("research centre", "research center", "нии"), "research"),
}


def free_slug(name, used, fallback="record"):
    """Return a slug for the name that is not in ``used``, and add it there."""
    base = slugify(fold(name))[:100] or fallback
    slug, number = base, 1
    while slug in used:
        number += 1
        slug = f"{base}-{number}"
    used.add(slug)
    return slug
