"""How institutions relate to us as of a day, and which of them are meant."""

from functools import lru_cache

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from iet_relations.academic_year import AcademicYear
from iet_relations.search.searching import SearchableQuerySet
from iet_relations.states import StateField
from partners.identifiers import is_well_written


class Relation(models.TextChoices):
    """How an institution relates to us on a day; always computed."""

    PROSPECT = "prospect", _("prospect")
    ACTIVE = "active", _("active")
    DORMANT = "dormant", _("dormant")
    CLOSED = "closed", _("closed")


def public_condition(path=""):
    """The Q of partners that visitors may see, or of records that reach one by the path."""
    return Q(**{f"{path}is_home": False, f"{path}published": True})


def linked(path=""):
    """Return the columns that the name of an institution and the way to its page need, after the path to it."""
    return [f"{path}{column}" for column in ("slug", "name", "name_en", "name_ru", "name_tg")]


class InstitutionQuerySet(SearchableQuerySet):
    """Institutions, and how they relate to us as of a day."""

    search_within = "country"
    search_prefetch = ("other_names", "identifiers")

    def get_by_natural_key(self, slug):
        return self.get(slug=slug)

    def partners(self):
        """All but the home institution."""
        return self.filter(is_home=False)

    telling = partners
    """Ours is a party to everything, so that its name tells no agreement from another."""

    def public(self):
        """Partners that visitors may see."""
        return self.filter(public_condition())

    def active(self, on, public=False):
        """An agreement in force on the day, or a project running, an exchange or an activity in its academic year.

        With ``public`` only published records count, here and in the other relations.
        """
        return self.filter(self.is_active(on, public))

    def is_active(self, on, public=False):
        """Return the Q of ``active``, for sums over many days in one query."""
        return self._not_closed(on) & self._has_current_work(on, public)

    def closed(self, on, public=False):
        """Closed on or before the day."""
        return self.filter(closed_on__lte=on)

    def dormant(self, on, public=False):
        """Worked with us before the day, but nothing is going on."""
        current, earlier = self._has_current_work(on, public), self._has_earlier_work(on, public)
        return self.filter(self._not_closed(on) & ~current & earlier)

    def prospects(self, on, public=False):
        """Nothing has happened yet as of the day."""
        current, earlier = self._has_current_work(on, public), self._has_earlier_work(on, public)
        return self.filter(self._not_closed(on) & ~current & ~earlier)

    def with_relation(self, on, public=False):
        """Annotate ``relation`` (a value of Relation) as of the day."""
        return self.annotate(
            relation=Case(
                When(closed_on__lte=on, then=Value(Relation.CLOSED)),
                When(self._has_current_work(on, public), then=Value(Relation.ACTIVE)),
                When(self._has_earlier_work(on, public), then=Value(Relation.DORMANT)),
                default=Value(Relation.PROSPECT),
                output_field=StateField(Relation),
            )
        )

    def in_relation(self, relation, on, public=False):
        """Keep the institutions whose relation on the day is the given value of Relation."""
        chosen = {
            Relation.ACTIVE: self.active,
            Relation.DORMANT: self.dormant,
            Relation.CLOSED: self.closed,
            Relation.PROSPECT: self.prospects,
        }
        return chosen[Relation(relation)](on, public)

    def begun_in(self, year, public=False):
        """Cooperation began in the academic year: since the recorded span's last day, else with the first work."""
        return self.filter(self.is_begun_in(year, public))

    def is_begun_in(self, year, public=False):
        """Return the Q of ``begun_in``, for sums over many years in one query."""
        before, until = self._has_work_by(year.previous.last_day, public), self._has_work_by(year.last_day, public)
        return Q(cooperating_since_last__range=(year.first_day, year.last_day)) | (
            Q(cooperating_since_last__isnull=True) & until & ~before
        )

    def without_contact(self, on):
        """Partners that are not closed on the day and have nobody to write to."""
        return self.partners().filter(self._not_closed(on), contacts__isnull=True)

    def with_wrong_identifier(self):
        """Institutions with an identifier that its scheme does not allow, having come past the form."""
        rows = rows_of(self.model, "identifiers").values_list("institution", "scheme", "value").iterator()
        return self.filter(pk__in={pk for pk, scheme, value in rows if not is_well_written(scheme, value)})

    @staticmethod
    def _not_closed(on):
        return Q(closed_on__isnull=True) | Q(closed_on__gt=on)

    def _has_current_work(self, on, public):
        return current_work(self.model, on, public)

    def _has_earlier_work(self, on, public):
        return self._has_work_by(on, public) | Q(cooperating_since_last__lte=on)

    def _has_work_by(self, on, public):
        return work_by(self.model, on, public)


# Conditions of many parts, which cost a page as much to make as to ask: they are made once for a day.


def rows_of(model, relation, public=False):
    """Return the rows that point at ``model`` as ``relation``, whichever app they belong to, without importing it."""
    rows = model._meta.get_field(relation).related_model._default_manager.order_by()
    return rows.public() if public else rows


def with_any(rows, link):
    """Return the Q of institutions with such rows; few are looked up by index, for many PostgreSQL hashes all."""
    return Q(Exists(rows.filter(**{link: OuterRef("pk")})))


@lru_cache(maxsize=64)
def current_work(model, on, public):
    """Return the Q of institutions with something going on; with ``public`` only what is published counts."""
    year, counting = AcademicYear.containing(on), Q(published=True) if public else Q()
    return (
        with_any(rows_of(model, "agreement_parties", public).in_force(on), "institution")
        | with_any(rows_of(model, "participations", public).running_in(year), "institution")
        | with_any(rows_of(model, "exchanges").held_in(year), "partner") & counting
        | with_any(rows_of(model, "activities", public).held_in(year), "institutions")
    )


@lru_cache(maxsize=64)
def work_by(model, on, public):
    """Return the Q of institutions with something that had begun on the day."""
    counting = Q(published=True) if public else Q()
    return (
        with_any(rows_of(model, "agreement_parties", public).begun(on), "institution")
        | with_any(rows_of(model, "participations", public).begun(on), "institution")
        | with_any(rows_of(model, "exchanges").begun(on), "partner") & counting
        | with_any(rows_of(model, "activities", public).begun(on), "institutions")
    )
