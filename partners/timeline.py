"""What happened to an agreement and what comes, in the order of time; the agreements that it continues."""

from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from partners.models import Agreement


def agreement_events(agreement, parties, on):
    """Return the dated events of an agreement for ``_timeline.html``; those after the day are future.

    ``parties`` are those that the reader may see. An end that was overtaken by a termination is left out.
    """
    found = [
        (party.signed_on, 0, _("Signed by %(institution)s") % {"institution": party.institution.display_name}, "")
        for party in parties
        if party.signed_on
    ]
    found.append((agreement.in_force_from, 1, _("In force from this day"), ""))
    for amendment in agreement.amendments.all():
        title = _("Amendment %(number)s") % {"number": amendment.number}
        found.append((amendment.in_force_from or amendment.signed_on, 2, title, amendment.summary))
    if agreement.terminated_on:
        found.append((agreement.terminated_on, 3, _("Terminated: the last day in force"), ""))
    elif agreement.ends_on and agreement.renews_automatically:
        found.append((agreement.ends_on, 3, _("Renews itself after this day unless it is terminated"), ""))
    elif agreement.ends_on:
        found.append((agreement.ends_on, 3, _("The last day in force"), ""))
    events = [
        {"date": day, "title": title, "text": text, "phase": "future" if day > on else "past", "place": place}
        for day, place, title, text in found
        if day
    ]
    return sorted(events, key=lambda event: (event["date"], event["place"]))


CHAIN = """
WITH RECURSIVE
earlier AS (
    SELECT id, renews_id FROM partners_agreement WHERE id = %s
    UNION SELECT one.id, one.renews_id FROM partners_agreement one JOIN earlier ON one.id = earlier.renews_id
),
later AS (
    SELECT id FROM partners_agreement WHERE id = %s
    UNION SELECT one.id FROM partners_agreement one JOIN later ON one.renews_id = later.id
)
SELECT id FROM earlier UNION SELECT id FROM later
"""


def renewal_chain(agreement, on):
    """Return the published agreements that this one continues and that continue it, the earliest first.

    Empty when it stands alone. Takes one query, however long the chain and however many others there are.
    """
    linked = RawSQL(CHAIN, [agreement.pk, agreement.pk])  # nosec B611 # constant, the key is a parameter
    found = Agreement.objects.with_state(on).filter(pk__in=linked).in_bulk()
    renewed_by = {one.renews_id: one.pk for one in found.values()}
    chain = [agreement.pk]
    while (earlier := found[chain[0]].renews_id) and earlier not in chain:
        chain.insert(0, earlier)
    while (later := renewed_by.get(chain[-1])) and later not in chain:
        chain.append(later)
    public = [found[pk] for pk in chain if found[pk].published]
    return public if len(public) > 1 else []
