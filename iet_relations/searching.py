"""Search that forgives: each searchable record keeps one folded text of all that it can be found by."""

from django.db import models
from django.db.models import Case, Q, Value, When

from iet_relations.folding import fold
from iet_relations.naming import DerivedText


class SearchableQuerySet(models.QuerySet):
    """Records that can be searched by folded words.

    ``search_through`` names a many-to-many field to searchable records (the institutions of an agreement) by whose
    names this record is found as well.
    """

    search_through = None

    def matching(self, text):
        """Keep the records that have every word of ``text``, in any order, script or spelling of case and accents."""
        return self.filter(*(self._has_word(word) for word in fold(text).split()))

    def best_first(self, text):
        """Annotate ``match_place``: 0 where the name begins with ``text``, 1 where another name does, 2 elsewhere."""
        folded = fold(text)
        return self.annotate(
            match_place=Case(
                When(search_text__startswith=folded, then=Value(0)),
                When(search_text__contains=f"| {folded}", then=Value(1)),
                default=Value(2),
                output_field=models.SmallIntegerField(),
            )
        )

    def _has_word(self, word):
        own = Q(search_text__contains=word)
        if not self.search_through:
            return own
        field = self.model._meta.get_field(self.search_through)
        rows = field.remote_field.through._default_manager
        found = rows.filter(**{f"{field.m2m_reverse_field_name()}__search_text__contains": word})
        return own | Q(pk__in=found.values(field.m2m_field_name()))

    def refresh_search(self):
        """Compute the search text again, after related names changed by bulk operations."""
        changed = []
        for record in self:
            before, after = record.search_text, record.folded_terms()
            if before != after:
                record.search_text = after
                changed.append(record)
        self.model._default_manager.bulk_update(changed, ["search_text"], batch_size=500)


class Searchable(models.Model):
    """A record with a ``search_text`` column; ``search_terms()`` of its model gives the strings that find it."""

    search_text = DerivedText(compute="folded_terms")

    class Meta:
        abstract = True

    def folded_terms(self):
        seen = dict.fromkeys(fold(term) for term in self.search_terms() if term)
        return " | ".join(term for term in seen if term)


class PartOfSearch(models.Model):
    """A record by which its owner is found, such as another name; ``search_owner`` is the field that points there.

    Saving or deleting one refreshes the owner's search text. Bulk operations call ``refresh_search`` themselves.
    """

    search_owner = ""

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
        owner = self._meta.get_field(self.search_owner).related_model
        owner._default_manager.filter(pk=getattr(self, f"{self.search_owner}_id")).refresh_search()
