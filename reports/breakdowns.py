"""By what the numbers of indicators are broken down, and what their parts are called."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from iet_relations.naming import NAME_LANGUAGES, current_language, sort_field
from mobility.models.classification import Direction, MobilityActivity
from partners.models import AgreementKind, Country, Institution
from partners.models.agreement_sets import State
from projects.models import Action, ActivityKind, Programme
from reports.moments import Moment


@dataclass(frozen=True)
class Breakdown:
    """By what a number is broken down: the path to the key, and the labels of keys, in the order of the list.

    ``labels`` takes the keys and gives ``{key: (label, language)}``, perhaps of other keys too; ``rest`` labels the
    rows without a key. ``ranked`` puts the largest first. ``prepare`` adds to the rows what the path needs.
    ``of_the_day`` is set where the key of a row depends on the day, ``shared`` where a row can be in several parts,
    ``endless`` where there are as many parts as records.
    """

    name: Promise
    path: str
    labels: Callable[[set], dict[str, tuple[str, str]]]
    ranked: bool = True
    rest: Promise | None = None
    prepare: Callable[[QuerySet, Moment], QuerySet] = lambda rows, moment: rows
    of_the_day: bool = False
    shared: bool = False
    endless: bool = False

    def label(self, key):
        """What a part is called."""
        return self.labels({key}).get(key, (key, ""))[0] if key else str(self.rest or key)

    def of(self, rows, moment):
        """The rows, each with the key of its part as ``part``."""
        return self.prepare(rows, moment).annotate(part=F(self.path))


def _choices(choices):
    """Labels of a field with choices, in their order."""
    return lambda keys: {value: (str(label), "") for value, label in choices.choices if value in keys}


MANY = 500
"""More keys than these are not asked for one by one: all records are read."""


def _records(model, key="key"):
    """Labels of records by a field of theirs, by name in the reader's language; for many keys of all records."""
    names = [f"name_{language}" for language in NAME_LANGUAGES]
    if any(field.name == "name" for field in model._meta.concrete_fields):
        names.append("name")

    def labels(keys):
        here, found = current_language(), model.objects.order_by(sort_field())
        if len(keys) <= MANY:
            found = found.filter(**{f"{key}__in": keys})
        return {
            row[0]: (name, "" if language == here else language)
            for row in found.values_list(key, *names, named=True).iterator(chunk_size=2 * MANY)
            for name, language in [model.name_in(row, here)]
        }

    return labels


def _partners_only(rows, moment):
    """Agreements, once for each of their partners that count."""
    # one filter() for both conditions: two would look at two different parties
    conditions = {"institutions__is_home": False}
    if moment.public:
        conditions["institutions__published"] = True
    return rows.filter(**conditions)


PARTNER_NOT_RECORDED = _("partner not recorded")
_partners = _records(Institution, "slug")
BY_COUNTRY = Breakdown(_("Country"), "country_id", _records(Country, "alpha2"))
BY_COUNTRY_OF_PARTNERS = Breakdown(
    _("Country"), "institutions__country_id", _records(Country, "alpha2"), prepare=_partners_only, shared=True
)
BY_PARTNER = Breakdown(_("Partner"), "partner__slug", _partners, rest=PARTNER_NOT_RECORDED, endless=True)
BY_PARTNER_OF_TERM = Breakdown(
    _("Partner"),
    "partner_slug",
    _partners,
    rest=PARTNER_NOT_RECORDED,
    prepare=lambda rows, moment: rows.with_partner_slug(),
    endless=True,
)
BY_INSTITUTION_KIND = Breakdown(_("Kind of institution"), "kind", _choices(Institution.Kind))
BY_DIRECTION = Breakdown(_("Direction"), "direction", _choices(Direction), ranked=False)
BY_ACTIVITY = Breakdown(_("Mobility"), "activity", _choices(MobilityActivity), ranked=False)
BY_AGREEMENT_KIND = Breakdown(_("Kind of agreement"), "kind__key", _records(AgreementKind))
BY_PROGRAMME = Breakdown(_("Programme"), "action__programme__key", _records(Programme))
BY_ACTION = Breakdown(_("Action"), "action__key", _records(Action))
BY_ACTIVITY_KIND = Breakdown(_("Kind of activity"), "kind__key", _records(ActivityKind))
BY_STATE = Breakdown(
    _("State"),
    "state",
    _choices(State),
    ranked=False,
    prepare=lambda rows, moment: rows.with_state(moment.on),
    of_the_day=True,
)
