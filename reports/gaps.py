"""What is missing or doubtful in the records of a report's year, a row each."""

from dataclasses import replace

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Project
from reports import report_tables as tables
from reports.indicators import BY_KEY
from reports.rendering.wording import number_text


def gaps_table(moment, figures, keys):
    """The table of gaps: records to complete first, then reported numbers that the records do not reach."""
    rows = [[record, what] for what, record in _records(moment)]
    rows += [
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
        rows,
        empty=_("Nothing is known to be missing."),
    ) | {"of_records": True}


def _reached(figure):
    """Whether what is recorded comes up to what is reported."""
    if figure["reported"] is None:
        return True
    if figure["value"] is None:
        return False
    if figure["reported_qualifier"] == "more_than":
        return figure["value"] > figure["reported"]
    return figure["value"] >= figure["reported"]


PROJECT_GAPS = (
    (gettext_lazy("title not recorded"), Q(title="")),
    (gettext_lazy("dates not recorded"), Q(starts_on=None)),
    (gettext_lazy("participants not recorded"), Q(others=0)),
)


def _records(moment):
    """Pairs of what is missing and a cell that names the record."""
    running = BY_KEY["projects_running"].rows(moment)
    running = Project.objects.filter(pk__in=running.order_by().values("pk")).select_related("action")
    running = running.annotate(
        others=Count("participations", filter=Q(participations__institution__is_home=False))
    ).order_by("slug")
    for what, condition in PROJECT_GAPS:
        for project in running.filter(condition):
            yield str(what), _cell(project, f"{project.display_title} ({project.action.display_name})")
    agreements = BY_KEY["agreements_in_force"].rows(moment).order_by("reference")
    for agreement in agreements.filter(parties__signed_on=None).distinct():
        yield _("a party’s day of signature is not recorded"), _cell(agreement, agreement.reference)
    if rows := agreements.signed_without_document().count():
        indicator = BY_KEY["agreements_in_force"]
        cell = {"value": str(indicator.name), "href": indicator.address(moment)}
        yield _("no document is attached to %(rows)s of them") % {"rows": number_text(rows)}, cell
    for agreement in agreements.renewed_by_itself(moment.on):
        yield _("renewed itself, the new end is not recorded"), _cell(agreement, agreement.reference)
    ended = BY_KEY["agreements_ended"].rows(moment).order_by("reference")
    for agreement in ended.ended_without_decision(moment.on):
        yield _("ended, and neither renewed nor terminated"), _cell(agreement, agreement.reference)
    for students in BY_KEY["foreign_students"].rows(moment).filter(count=None).select_related("country"):
        named = _("Students from %(country)s") % {"country": students.country.display_name}
        yield _("number not recorded"), _cell(students, named, students.country.get_absolute_url())
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
        yield _("number of participants not recorded"), _cell(activity, activity.title)


def _cell(record, label, href=None):
    """A record by its label, linked to its page, and for staff to its form."""
    meta = record._meta
    return {
        "value": label,
        "href": href or record.get_absolute_url(),
        "admin": f"admin:{meta.app_label}_{meta.model_name}_change",
        "pk": record.pk,
    }


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
        shown, recorded = indicator.number(moment).value, indicator.number(everything).value
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
