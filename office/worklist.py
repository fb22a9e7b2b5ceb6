"""What needs attention: each check names exactly the records that it finds, as of a day.

The admin index counts them, the lists of the admin show them (``?worklist=<key>``), ``check_registry`` prints them.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from iet_relations.academic_year import AcademicYear
from iet_relations.remembering import hinted
from mobility.models import Exchange, MobilityTerm
from partners.duplicates import possible_duplicates
from partners.models import Agreement, Contact, Identifier, Institution
from projects.models import Project
from reports.models import ReportEdition

COUNTED = 500
"""The index counts up to this many records of a check, and says “500+” beyond."""

LISTED = 10_000
"""Where the records must be looked for one by one, this many are found at once."""

NOTICE_WITHIN = 90
"""Days before the last day to give notice from which it is on the list."""

DEADLINE_WITHIN = 30
"""Days before a project's deadline from which it is on the list."""


class Severity(models.TextChoices):
    """How much it matters: it runs out, it will, or the record is doubtful or incomplete."""

    URGENT = "urgent", _("Now")
    SOON = "soon", _("Soon")
    TIDY = "tidy", _("To complete")


@dataclass(frozen=True)
class Check:
    """One question to the registry. ``rows`` takes the day and returns the QuerySet of exactly the records found."""

    key: str
    severity: Severity
    title: str
    advice: str
    model: type
    rows: Callable
    page: str = ""
    """Name of the office's own page for it, beside the list of the records."""

    def count(self, on):
        """Return how many records are found, at most COUNTED + 1."""
        return self.rows(on).order_by()[: COUNTED + 1].count()


def days_after(on, days):
    return on + datetime.timedelta(days=days)


def a_year_before(on):
    """The same day of the year before; 28 February for 29 February."""
    return on.replace(year=on.year - 1, day=28) if (on.month, on.day) == (2, 29) else on.replace(year=on.year - 1)


def kept(name, sources, rows):
    """Return the records by their keys, which are looked for again only when a record of ``sources`` was written."""
    keys = hinted((name,), lambda: [*rows().order_by().values_list("pk", flat=True)[:LISTED]], sources)
    return sources[0].objects.filter(pk__in=keys)


def wrongly_identified(on):
    return kept("wrong-identifiers", [Institution, Identifier], Institution.objects.with_wrong_identifier)


def possibly_double(on):
    keys = {key for pair in possible_duplicates() for key in (pair.first, pair.second)}
    return Institution.objects.filter(pk__in=keys)


def exchanges_outside(on):
    return kept("exchanges-outside", [Exchange, Agreement], Exchange.objects.outside_agreement)


def exchanges_above(on):
    return kept("exchanges-above", [Exchange, Agreement, MobilityTerm], Exchange.objects.above_places)


CHECKS = [
    Check(
        "agreements-ending-30",
        Severity.URGENT,
        _("Agreements that end within 30 days"),
        _("Renew them, or note that they are terminated."),
        Agreement,
        lambda on: Agreement.objects.ending_undecided(on, days_after(on, 30), on),
    ),
    Check(
        "notice-days",
        Severity.URGENT,
        _("Agreements whose last day to give notice comes within 90 days"),
        _("Decide whether they shall go on."),
        Agreement,
        lambda on: Agreement.objects.giving_notice_between(on, days_after(on, NOTICE_WITHIN), on),
    ),
    Check(
        "deadlines-overdue",
        Severity.URGENT,
        _("Projects with a deadline that has passed"),
        _("Enter the day on which it was done, or the new date."),
        Project,
        lambda on: Project.objects.with_overdue_deadline(on),
    ),
    Check(
        "agreements-ended",
        Severity.URGENT,
        _("Agreements that ended and were neither renewed nor terminated"),
        _("Renew them, or enter the termination."),
        Agreement,
        lambda on: Agreement.objects.ended_without_decision(on),
    ),
    Check(
        "deadlines-coming",
        Severity.SOON,
        _("Projects with a deadline within 30 days"),
        _("See what is due."),
        Project,
        lambda on: Project.objects.with_deadline_within(DEADLINE_WITHIN, on),
    ),
    Check(
        "agreements-ending-90",
        Severity.SOON,
        _("Agreements that end in 31 to 90 days"),
        _("Talk to the partner about a renewal."),
        Agreement,
        lambda on: Agreement.objects.ending_undecided(days_after(on, 31), days_after(on, 90), on),
    ),
    Check(
        "agreements-dormant",
        Severity.SOON,
        _("Agreements in force without an activity or an exchange for a year"),
        _("Revive them, or let them end."),
        Agreement,
        lambda on: Agreement.objects.dormant(on),
    ),
    Check(
        "agreements-renewed-by-themselves",
        Severity.TIDY,
        _("Agreements that renewed themselves past the recorded end"),
        _("Enter the end of the term that runs now, so that reminders come in time."),
        Agreement,
        lambda on: Agreement.objects.renewed_by_itself(on),
    ),
    Check(
        "agreements-without-document",
        Severity.TIDY,
        _("Signed agreements without a document"),
        _("Attach the signed scan."),
        Agreement,
        lambda on: Agreement.objects.signed_without_document(),
    ),
    Check(
        "partners-without-contact",
        Severity.TIDY,
        _("Partners without a contact"),
        _("Enter somebody who can be written to."),
        Institution,
        lambda on: Institution.objects.without_contact(on),
    ),
    Check(
        "contacts-unconfirmed",
        Severity.TIDY,
        _("Contacts not confirmed for a year"),
        _("Ask whether they are still right, and confirm them."),
        Contact,
        lambda on: Contact.objects.not_confirmed_since(a_year_before(on)),
    ),
    Check(
        "identifiers-wrong",
        Severity.TIDY,
        _("Institutions with an identifier that cannot be right"),
        _("Open them: the form says what is wrong."),
        Institution,
        wrongly_identified,
    ),
    Check(
        "possible-duplicates",
        Severity.TIDY,
        _("Institutions that may be recorded twice"),
        _("Merge them, or say that they are two."),
        Institution,
        possibly_double,
        page="office:duplicates",
    ),
    Check(
        "projects-incomplete",
        Severity.TIDY,
        _("Projects without a title or without dates"),
        _("Enter what the grant agreement says."),
        Project,
        lambda on: Project.objects.incomplete(),
    ),
    Check(
        "exchanges-outside-agreement",
        Severity.TIDY,
        _("Exchanges outside the validity of their agreement"),
        _("Check the dates, or choose the agreement that was in force."),
        Exchange,
        exchanges_outside,
    ),
    Check(
        "exchanges-above-places",
        Severity.TIDY,
        _("Exchanges above the places that their agreement has"),
        _("Check the number of people, or the mobility terms."),
        Exchange,
        exchanges_above,
    ),
]


def report_to_publish(on):
    """Return the academic year that ended last, if its report was never published and something was recorded in it."""
    year = AcademicYear.containing(on).previous
    if ReportEdition.objects.filter(academic_year=year).exists():
        return None
    recorded = Exchange.objects.held_in(year).exists() or Agreement.objects.in_force(year.last_day).exists()
    return year if recorded else None


BY_KEY = {check.key: check for check in CHECKS}


def checks_of(model):
    """Return the checks that find records of the model."""
    return [check for check in CHECKS if check.model is model]
