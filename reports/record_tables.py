"""How reports list records: the columns of each kind of record, and a record's cells, in the active language."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from iet_relations.naming import current_language, sort_field
from mobility.models import Exchange, ForeignStudents, MobilityTerm
from partners.models import Agreement, AgreementParty, Country, Institution
from projects.models import Activity, Participation, Project
from reports.rendering.rows import Rows
from reports.rendering.wording import number_text, short_day_text

AT_ONCE = 500
"""Records that are read at once."""


def text(key, label):
    return {"key": key, "label": label, "kind": "text"}


def number(key, label, qualified=False):
    """A column of numbers; ``qualified`` where they can be “at least”, so that files have a column that says so."""
    return {"key": key, "label": label, "kind": "number"} | ({"qualified": True} if qualified else {})


def day(key, label):
    return {"key": key, "label": label, "kind": "date"}


@dataclass(frozen=True)
class RecordList:
    """Records in the order in which reports list them, with their columns; ``cells`` makes the row of a record."""

    columns: list
    records: object
    cells: object

    def rows(self, number):
        """Return the first rows."""
        return [self.cells(one) for one in self.records[:number]]

    def keys(self, first, last):
        """Return the keys of the records from ``first`` to before ``last``."""
        return list(self.records.values_list("pk", flat=True)[first:last])

    def rows_of(self, keys):
        """Return the rows of some records, in the order of the list."""
        return [self.cells(one) for one in self.records.filter(pk__in=keys)]

    def every_row(self):
        return map(self.cells, self.records.iterator(chunk_size=AT_ONCE))

    def streamed(self):
        return Rows(self.every_row, self.rows)


def listed(records):
    """The RecordList of a QuerySet of records."""
    return RecordList(*LISTS[records.model](records))


def _named(record):
    """A record's name, in its own language, linked to its page."""
    cell = {"value": record.display_name, "href": record.get_absolute_url()}
    return cell if record.display_lang == current_language() else cell | {"lang": record.display_lang}


def _linked(record, value):
    return {"value": value or None, "href": record.get_absolute_url()}


def _joined(names):
    return "; ".join(names) or None


def _iso(value):
    return value.isoformat() if value else None


def _others(model, owner):
    """Prefetch of the published institutions other than ours that take part, as ``others``."""
    rows = model.objects.filter(institution__is_home=False, institution__published=True).select_related("institution")
    return Prefetch(owner, rows, to_attr="others")


def _countries(records):
    return [text("name", _("Country"))], records.order_by(sort_field()), lambda one: [_named(one)]


def _institutions(records):
    columns = [
        text("country", _("Country")),
        text("name", _("Institution")),
        text("city", _("City")),
        text("cooperating_since", _("Cooperating since")),
    ]

    def cells(one):
        return [_named(one.country), _named(one), one.city or None, one.cooperating_since or None]

    return columns, records.select_related("country").order_by(f"country__{sort_field()}", sort_field(), "pk"), cells


def _agreements(records):
    records = records.select_related("kind").with_signed_on().prefetch_related(_others(AgreementParty, "parties"))
    columns = [
        text("reference", _("Agreement")),
        text("partners", _("Partners")),
        text("kind", _("Kind")),
        day("signed_on", _("Signed on")),
        day("in_force_from", _("In force from")),
        day("last_day", _("Last day")),
    ]

    def cells(one):
        return [
            _linked(one, one.reference),
            _joined(party.institution.display_name for party in one.others),
            one.kind.display_name,
            _iso(one.signed_on),
            _iso(one.in_force_from),
            _last_day(one),
        ]

    return columns, records.order_by("reference"), cells


def _last_day(agreement):
    """The last day in force as a cell; without one, why there is none."""
    without = _("renews automatically") if agreement.renews_automatically else _("open-ended")
    return {"value": _iso(agreement.last_day), "unknown": without}


def _projects(records):
    records = records.select_related("action__programme").prefetch_related(_others(Participation, "participations"))
    columns = [
        text("title", _("Project")),
        text("action", _("Programme and action")),
        text("partners", _("Participants")),
        text("period", _("Period")),
        text("budget", _("Budget")),
    ]

    def cells(one):
        return [
            _linked(one, one.title or one.acronym or one.reference) | {"unknown": _("Title not recorded")},
            f"{one.action.programme.display_name}: {one.action.display_name}",
            _joined(map(_participant, one.others)),
            _period(one),
            f"{number_text(one.budget)} {one.currency}" if one.budget is not None else None,
        ]

    return columns, records, cells


def _participant(participation):
    name = participation.institution.display_name
    return f"{name} ({participation.get_role_display()})" if participation.role else name


def _period(project):
    if project.starts_on:
        end = short_day_text(project.ends_on) if project.ends_on else ""
        return f"{short_day_text(project.starts_on)} – {end}".rstrip()
    return str(project.first_academic_year) if project.first_academic_year else None


def _activities(records):
    records = records.select_related("kind").order_by("starts_on", "pk")
    columns = [
        text("title", _("Activity")),
        text("kind", _("Kind")),
        day("starts_on", _("From")),
        day("ends_on", _("To")),
        text("place", _("Place")),
        text("partners", _("Partners")),
        number("participants", _("Participants")),
    ]

    def cells(one):
        return [
            _linked(one, one.title),
            one.kind.display_name,
            _iso(one.starts_on),
            _iso(one.last_day),
            one.place or None,
            _joined(partner.display_name for partner in one.partners),
            one.participants_actual,
        ]

    return columns, records.prefetch_related(Prefetch("institutions", Institution.objects.public(), "partners")), cells


def _exchanges(records):
    """Exchanges without the person: a report names nobody."""
    columns = [
        text("direction", _("Direction")),
        text("activity", _("Mobility")),
        text("country", _("Country")),
        text("partner", _("Partner")),
        number("people", _("People")),
    ]

    def cells(one):
        return [
            one.get_direction_display(),
            one.get_activity_display(),
            _named(one.country),
            _named(one.partner) if one.partner else None,
            one.count,
        ]

    # the order of an index, in which the keys of a page are found
    records = records.select_related("partner", "country").order_by("direction", "activity", "country_id", "pk")
    return columns, records, cells


def _terms(records):
    records = records.select_related("agreement", "partner").order_by("agreement__reference", "direction", "pk")
    columns = [
        text("agreement", _("Agreement")),
        text("partner", _("Partner")),
        text("direction", _("Direction")),
        text("activity", _("Mobility")),
        number("places", _("Places a year")),
    ]

    def cells(one):
        return [
            _linked(one.agreement, one.agreement.reference),
            _joined(_names_of_term(one)),
            one.get_direction_display(),
            one.get_activity_display(),
            one.places_per_year,
        ]

    return columns, records.prefetch_related(_others_of_terms()), cells


def _others_of_terms():
    rows = AgreementParty.objects.filter(institution__is_home=False, institution__published=True)
    return Prefetch("agreement__parties", rows.select_related("institution"), to_attr="others")


def _names_of_term(term):
    """Return the names of the published partners that a term is for: its own, or all of its agreement."""
    if term.partner:
        return [term.partner.display_name] if term.partner.published else []
    return [party.institution.display_name for party in term.agreement.others]


def _foreign_students(records):
    columns = [text("country", _("Country")), number("students", _("Students"))]
    records = records.select_related("country").order_by(f"country__{sort_field()}")
    return columns, records, lambda one: [_named(one.country), one.count]


LISTS = {
    Country: _countries,
    Institution: _institutions,
    Agreement: _agreements,
    Project: _projects,
    Activity: _activities,
    Exchange: _exchanges,
    MobilityTerm: _terms,
    ForeignStudents: _foreign_students,
}
