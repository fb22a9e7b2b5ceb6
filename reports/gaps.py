"""What is missing or doubtful in the records of a report's year, a row each."""

from dataclasses import replace
from itertools import chain, islice
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from partners.models import AgreementParty
from projects.models import Participation, Project
from reports import report_tables as tables
from reports.indicators import BY_KEY
from reports.record_tables import AT_ONCE
from reports.rendering.rows import Rows
from reports.rendering.wording import number_text


def gaps_table(moment, figures, keys, for_staff=False):
    """The table of gaps: reported numbers that the records do not reach, then records to complete.

    ``for_staff`` leads to the forms of the records.
    """
    short = [
        [
            figure["label"],
            _("Reported: %(reported)s. Recorded: %(recorded)s.")
            % {
                "reported": number_text(figure["reported"], figure["reported_qualifier"]),
                "recorded": number_text(figure["value"], figure["qualifier"]),
            },
        ]
        for figure in map(figures.headline, keys)
        if not _reached(figure)
    ]
    return tables.table(
        "gaps",
        _("Records to complete"),
        [tables.text("record", _("Record or indicator")), tables.text("gap", _("What is missing"))],
        Rows(
            lambda: chain(short, _rows(moment, for_staff)),
            lambda number: list(islice(chain(short, _rows(moment, for_staff, number)), number)),
        ),
        empty=_("Nothing is known to be missing."),
    ) | {"of_records": True}


def _rows(moment, for_staff, most=None):
    return ([cell(found, for_staff), what] for what, found in _records(moment, most))


def _reached(figure):
    """Whether what is recorded comes up to what is reported."""
    if figure["reported"] is None:
        return True
    if figure["value"] is None:
        return False
    if figure["reported_qualifier"] == "more_than":
        return figure["value"] > figure["reported"]
    return figure["value"] >= figure["reported"]


def _records(moment, most=None):
    """Pairs of what is missing and a Found, or the cell of an indicator; ``most`` records of each kind are enough."""

    def some(rows):
        return rows[:most] if most else rows.iterator(chunk_size=AT_ONCE)

    running = BY_KEY["projects_running"].rows(moment)
    running = Project.objects.filter(pk__in=running.order_by().values("pk")).select_related("action").order_by("slug")
    others = Participation.objects.filter(project=OuterRef("pk"), institution__is_home=False)
    alone = ~Exists(others)
    incomplete = running.filter(Q(title="") | Q(starts_on=None) | alone).annotate(alone=alone)
    for project in some(incomplete):
        missing = (
            (_("title not recorded"), not project.title),
            (_("dates not recorded"), not project.starts_on),
            (_("participants not recorded"), project.alone),
        )
        found = Found(project, f"{project.display_title} ({project.action.display_name})")
        yield "; ".join(what for what, is_missing in missing if is_missing), found
    agreements = BY_KEY["agreements_in_force"].rows(moment).order_by("reference")
    parties = AgreementParty.objects.filter(agreement=OuterRef("pk"))
    for agreement in some(agreements.filter(Exists(parties.filter(signed_on=None)) | ~Exists(parties))):
        yield _("a party’s day of signature is not recorded"), Found(agreement, agreement.reference)
    if rows := agreements.signed_without_document().count():
        indicator = BY_KEY["agreements_in_force"]
        cell = {"value": str(indicator.name), "href": indicator.address(moment)}
        yield _("no document is attached to %(rows)s of them") % {"rows": number_text(rows)}, cell
    for agreement in some(agreements.renewed_by_itself(moment.on)):
        yield _("renewed itself, the new end is not recorded"), Found(agreement, agreement.reference)
    ended = BY_KEY["agreements_ended"].rows(moment).order_by("reference")
    for agreement in some(ended.ended_without_decision(moment.on)):
        yield _("ended, and neither renewed nor terminated"), Found(agreement, agreement.reference)
    for students in BY_KEY["foreign_students"].rows(moment).filter(count=None).select_related("country"):
        named = _("Students from %(country)s") % {"country": students.country.display_name}
        yield _("number not recorded"), Found(students, named, students.country.get_absolute_url())
    unplaced = BY_KEY["exchanges"].rows(moment).filter(partner=None).aggregate(rows=Count("pk"))["rows"]
    if unplaced:
        yield (
            _("partner not recorded in %(rows)s rows") % {"rows": number_text(unplaced)},
            {"value": _("Exchanges"), "href": BY_KEY["exchanges"].address(moment, "partner", "")},
        )
    exchanges = BY_KEY["exchanges"].rows(moment)
    doubtful = (
        (exchanges.outside_agreement(), _("%(rows)s rows lie outside the validity of their agreement")),
        (exchanges.above_places(), _("%(rows)s rows are above the places that their agreement has")),
    )
    for found, sentence in doubtful:
        if rows := found.order_by().count():
            cell = {"value": _("Exchanges"), "href": BY_KEY["exchanges"].address(moment)}
            yield sentence % {"rows": number_text(rows)}, cell
    for activity in BY_KEY["activities"].rows(moment).filter(participants_actual=None).order_by("starts_on", "pk"):
        yield _("number of participants not recorded"), Found(activity, activity.title)


class Found(NamedTuple):
    """A record with a gap, what it is called, and its page."""

    record: object
    label: str
    href: str = ""


def cell(found, for_staff):
    """The cell of a record with a gap, or of an indicator."""
    if isinstance(found, dict):
        return found
    cell = {"value": found.label, "href": found.href or found.record.get_absolute_url()}
    if for_staff:
        meta = found.record._meta
        cell["form"] = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[found.record.pk])
    return cell


UNPUBLISHED = (
    ("partners", "admin:partners_institution_changelist"),
    ("agreements_in_force", "admin:partners_agreement_changelist"),
    ("agreements_signed", "admin:partners_agreement_changelist"),
    ("projects_running", "admin:projects_project_changelist"),
    ("activities", "admin:projects_activity_changelist"),
    ("foreign_student_countries", "admin:mobility_foreignstudents_changelist"),
)
"""Indicators that leave out unpublished records, and where staff publish these."""


def staff_table(moment):
    """What only staff are told before they publish: records that the report leaves out, partners without a contact."""
    everything = replace(moment, public=False)
    rows = []
    for key, changelist in UNPUBLISHED:
        indicator = BY_KEY[key]
        shown, recorded = (indicator.number_of(indicator.rows(one)).value for one in (moment, everything))
        if recorded != shown:
            told = _("%(recorded)s are recorded, the report counts the %(shown)s that are published")
            link = f"{reverse(changelist)}?published__exact=0"
            said = told % {"recorded": number_text(recorded), "shown": number_text(shown)}
            rows.append([{"value": str(indicator.name), "href": link}, said])
    if lonely := BY_KEY["partners"].rows(moment).without_contact(moment.on).count():
        link = f"{reverse('admin:partners_institution_changelist')}?worklist=partners-without-contact"
        name = {"value": str(BY_KEY["partners"].name), "href": link}
        rows.append([name, _("%(number)s have no contact") % {"number": number_text(lonely)}])
    return tables.table(
        "for_staff",
        _("For staff only"),
        [tables.text("record", _("Records")), tables.text("gap", _("What to look at before publishing"))],
        rows,
        empty=_("Nothing is left out."),
    )
