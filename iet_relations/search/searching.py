"""Search that forgives: each searchable record keeps one text of all that it can be found by, see ``search_words``."""

from dataclasses import replace
from itertools import islice, product

from django.db import models
from django.db.models import Q, Value

from iet_relations.naming import DerivedText
from iet_relations.remembering import remembered
from iet_relations.search.corrections import corrected
from iet_relations.search.folding import fold
from iet_relations.search.holding import FirstStep
from iet_relations.search.words import Asked, search_text, signature

ENOUGH = 5
"""A correction is proposed beside what was found if it finds this many times more."""
BATCH = 500


def _in_own_text(word):
    return Q(search_text__holds_one_of=tuple(word.patterns()))


def _judged_by_own_text(word):
    """As ``_in_own_text``, but for records that something else has found: no index is asked."""
    return Q(search_text__holds=tuple(word.patterns()))


def _named(words):
    """Return the step of records of which a name has just these telling words, in any spelling and order; or None."""
    telling = [word for word in words if not word.generic]
    if not telling:
        return None
    readings = islice(product(*(word.keys for word in telling)), 8)
    names = dict.fromkeys(f"= {signature(keys)} =" for keys in readings)
    return tuple(names), *(tuple(word.patterns()) for word in words if word.generic)


class SearchableQuerySet(models.QuerySet):
    """Records that can be searched.

    ``search_through`` names a many-to-many field to searchable records (the institutions of an agreement) by whose
    names this record is found as well; ``search_within`` a foreign key to a short list of them (the country of an
    institution). ``search_prefetch`` are the relations that ``search_terms()`` reads.
    """

    search_through = None
    search_within = None
    search_prefetch = ()

    def matching(self, asked, having=None):
        """Keep the records that have every word of a text, however it is spelled: see ``understood``.

        ``asked`` is a text or an Asked; a text without a letter or digit finds nothing, an empty one everything. What
        ``kinds_having`` told of an Asked, if it was asked, makes the query simpler.
        """
        if isinstance(asked, str):
            if not asked.strip():
                return self
            asked = self.understood(asked)
        return self._having(asked.words, asked.places, having)

    def understood(self, asked):
        """Return a text as Asked: as it is if it finds something here, else with one typing error a word put right.

        ``asked`` is a text or an Asked. Reads the database once where the text finds more than a few.
        """
        asked = Asked.read(asked) if isinstance(asked, str) else asked
        return self.settled(asked, len(self.first_found(asked, ENOUGH - 1))) if asked.words else asked

    def first_found(self, asked, most):
        """Return the keys of ``most`` records that an Asked finds as it is, of all of them where these are fewer."""
        return list(self._having(asked.words, asked.places).order_by().values_list("pk", flat=True)[:most])

    def settled(self, asked, found):
        """Return the Asked, which finds so many here (at least ENOUGH - 1 for more), as ``understood`` does."""
        return self.with_proposal(asked, found) if found else self.put_right(asked)

    def with_proposal(self, asked, found):
        """Return the Asked, which finds so many here, with one that finds much more proposed if it is a rare word."""
        if found >= ENOUGH - 1 or len(asked.words) > 1:
            return asked
        return replace(asked, proposed=corrected(self, asked, least=ENOUGH * found))

    def put_right(self, asked):
        """Return the Asked, which finds nothing here, with one typing error a word put right where that helps."""
        meant = corrected(self, asked)
        return replace(asked, words=Asked.read(meant).words, meant=meant) if meant else asked

    def telling(self):
        """Return the records whose names find what belongs to them: not one to which everything belongs."""
        return self

    def best_first(self, asked):
        """Annotate ``match_place``, the lower the better: whole name, its beginning, words, parts, other spellings."""
        if isinstance(asked, str):
            asked = Asked.read(asked)
        words = asked.words
        if not words:
            return self.annotate(match_place=Value(0, output_field=models.SmallIntegerField()))
        places = self._places(words, asked.places)
        # In “Bologna Italy” the name of the country is not looked for in the name of the university.
        others = tuple(word for word in words if not places.get(word)) or words
        folded = fold(asked.best[:500])
        steps = (
            ((f"| {folded} |",),),
            _named(words),
            _named(others),
            ((f"| {folded}",),),
            tuple((f" {word.written}",) for word in words),
            tuple((f" {word.written}",) for word in others),
            tuple((word.written,) for word in others),
            tuple(tuple(word.patterns()) for word in others),
        )
        return self.annotate(match_place=FirstStep(steps))

    def _having(self, words, places=None, having=None):
        return self.filter(*self._conditions(words, places, having)) if words else self.none()

    def sources(self):
        """Return the models by whose search texts these records are found: theirs, their partners' and countries'."""
        related = [
            self.model._meta.get_field(name).related_model
            for name in (self.search_through, self.search_within)
            if name
        ]
        return {self.model, *(source for model in related for source in model._default_manager.sources())}

    def _conditions(self, words, places=None, having=None):
        """Return the Q of each word: in the record's own text, in its country's name, or in its partners'."""
        known, field = self._places(words, places), self.search_within
        # What kind of institution it is finds thousands: it judges what the telling words have found.
        telling = [word for word in words if not word.generic] or words[:1]
        own = {
            word: (_in_own_text(word) if word in telling else _judged_by_own_text(word))
            | (Q(**{f"{field}__in": known[word]}) if known.get(word) else Q())
            for word in words
        }
        if not self.search_through:
            return list(own.values())
        link = self.model._meta.get_field(self.search_through)
        partners = link.related_model._default_manager.order_by().telling()
        through = link.remote_field.through._default_manager.order_by()
        theirs = dict(zip(words, partners._conditions(words, places), strict=True))
        kind = [theirs[word] for word in words if word.generic]
        conditions = []
        for word in telling:
            if having and not having[word] & partners.sources():
                conditions.append(own[word])
                continue
            found = partners.filter(theirs[word], *kind).values("pk")
            rows = through.filter(**{f"{link.m2m_reverse_field_name()}__in": found})
            theirs_too = rows.values(link.m2m_field_name())
            if word.generic:  # most records have it: one after the other is looked at until there are enough
                conditions.append(_judged_by_own_text(word) | Q(pk__in=theirs_too))
                continue
            if having and self.model not in having[word]:
                conditions.append(Q(pk__in=theirs_too))
                continue
            ours = self.model._base_manager.order_by().filter(own[word]).values("pk")
            # Each side of the union has an index of its own; joined by OR they would have none.
            conditions.append(Q(pk__in=ours.union(theirs_too, all=True)))
        return conditions

    def _places(self, words, known=None):
        """Return a dict from words to the keys of the records of ``search_within`` whose names have them.

        What was looked up before stands in ``known``, which is added to.
        """
        if not self.search_within:
            return {}
        known = {} if known is None else known
        patterns = {word: list(word.place_patterns()) for word in words if word not in known}
        if not any(patterns.values()):
            return known
        places = self.model._meta.get_field(self.search_within).related_model._default_manager.order_by("pk")
        texts = remembered(
            ("texts of places", places.model._meta.label),
            lambda: list(places.values_list("pk", "search_text")),
            [places.model],
        )
        for word, some in patterns.items():
            known[word] = [pk for pk, text in texts if any(pattern in text for pattern in some)]
        return known

    def refresh_search(self):
        """Compute the search texts again, after other rules or bulk operations on what they are made of."""
        keys = list(self.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), BATCH):
            records = self.model._base_manager.filter(pk__in=keys[start : start + BATCH])
            changed = []
            for record in records.prefetch_related(*self.search_prefetch):
                text = record.folded_terms()
                if text != record.search_text:
                    record.search_text = text
                    changed.append(record)
            self.model._base_manager.bulk_update(changed, ["search_text"])


class Searchable(models.Model):
    """A record with a ``search_text`` column; ``search_terms()`` of its model gives the strings that find it."""

    search_text = DerivedText(compute="folded_terms")

    class Meta:
        abstract = True

    def folded_terms(self):
        return search_text(self.search_terms(), self.search_places())

    def names(self):
        """Return those of its terms for which nothing else has to be read."""
        return []

    def search_places(self):
        """Return where the record is: it is found by that too, but not called so."""
        return []

    def terms_around(self):
        """Return its own terms, and those of the records through and within which it is found."""
        records = type(self)._default_manager.all()
        terms = [str(term) for term in (*self.search_terms(), *self.search_places()) if term]
        if records.search_within:
            terms += getattr(self, records.search_within).search_terms()
        if records.search_through:
            for other in getattr(self, records.search_through).all()[:20]:
                terms += other.terms_around()
        return [term for term in terms if term]


class PartOfSearchQuerySet(models.QuerySet):
    """Parts of what their owners are found by; bulk operations refresh the owners too."""

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        created = super().bulk_create(objs, *args, **kwargs)
        self._refresh({getattr(part, self._owner.attname) for part in objs})
        return created

    def update(self, **kwargs):
        owners, parts = set(self._owners()), list(self.order_by().values_list("pk", flat=True))
        updated = super().update(**kwargs)
        self._refresh({*owners, *self.model._default_manager.filter(pk__in=parts)._owners()})
        return updated

    update.alters_data = True

    def delete(self):
        owners = set(self._owners())
        deleted = super().delete()
        self._refresh(owners)
        return deleted

    delete.alters_data = True
    delete.queryset_only = True

    @property
    def _owner(self):
        return self.model._meta.get_field(self.model.search_owner)

    def _owners(self):
        return self.order_by().values_list(self._owner.attname, flat=True)

    def _refresh(self, owners):
        self._owner.related_model._default_manager.filter(pk__in=owners).refresh_search()


class PartOfSearch(models.Model):
    """A record by which its owner is found, such as another name; ``search_owner`` is the field that points there.

    Saving or deleting some, one by one or in bulk, refreshes the search texts of their owners.
    """

    search_owner = ""

    objects = PartOfSearchQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self._refresh_owner()

    def delete(self, *args, **kwargs):
        deleted = super().delete(*args, **kwargs)
        self._refresh_owner()
        return deleted

    def _refresh_owner(self):
        owner = self._meta.get_field(self.search_owner)
        owner.related_model._default_manager.filter(pk=getattr(self, owner.attname)).refresh_search()
