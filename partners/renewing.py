"""Renewal of an agreement: a successor that continues it and points back."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from iet_relations.academic_year import AcademicYear
from partners.models import Agreement, AgreementParty
from partners.models.agreement_sets import months_before

CARRIED_OVER = ("kind", "title", "renews_automatically", "notice_months", "responsible", "partner_reference")


def next_term(agreement):
    """Return first and last day (both inclusive) of the term after an agreement's; None for what is not known.

    The new term begins on the day after the last one and is as long: in whole months where the old one was, else
    in days.
    """
    last = agreement.terminated_on or agreement.ends_on
    if last is None or last == datetime.date.max:
        return None, None
    first = last + datetime.timedelta(days=1)
    if agreement.terminated_on or agreement.in_force_from is None:
        return first, None
    began = agreement.in_force_from
    try:
        if first.day == began.day:
            months = (first.year - began.year) * 12 + first.month - began.month
            return first, months_before(first, -months) - datetime.timedelta(days=1)
        return first, last + (first - began)
    except (ValueError, OverflowError):
        return first, None


@transaction.atomic
def renew(agreement):
    """Return a new draft that continues the agreement: same parties, kind, areas and mobility terms, next term.

    Raises ValidationError where the agreement was never signed or has a successor already.
    """
    if agreement.status != Agreement.Status.SIGNED:
        raise ValidationError(_("Only a signed agreement can be renewed."))
    if successor := Agreement.objects.filter(renews=agreement).first():
        raise ValidationError(_("It is renewed already, by %(reference)s.") % {"reference": successor.reference})
    first, last = next_term(agreement)
    successor = Agreement(renews=agreement, in_force_from=first, ends_on=last)
    for name in CARRIED_OVER:
        setattr(successor, name, getattr(agreement, name))
    successor.full_clean()
    successor.save()
    successor.areas.set(agreement.areas.all())
    for party in agreement.parties.all():
        AgreementParty.objects.create(agreement=successor, institution=party.institution)
    for term in agreement.mobility_terms.all():
        _carry_over(term, successor, first and agreement.in_force_from and _years_between(agreement, first))
    return successor


def _carry_over(term, successor, years):
    term.pk, term._state.adding, term.agreement = None, True, successor
    for name in ("first_academic_year", "last_academic_year"):
        year = getattr(term, name)
        setattr(term, name, AcademicYear(year.start + years) if year and years is not None else None)
    term.save()


def _years_between(agreement, first):
    return AcademicYear.containing(first).start - AcademicYear.containing(agreement.in_force_from).start


def chain(agreement):
    """Return the agreements that an agreement continues and those that continue it, the earliest first."""
    found = [agreement]
    while found[0].renews_id and found[0].renews not in found:
        found.insert(0, found[0].renews)
    while (successor := Agreement.objects.filter(renews=found[-1]).first()) and successor not in found:
        found.append(successor)
    return found
