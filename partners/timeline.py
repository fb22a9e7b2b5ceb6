"""What happened to an agreement and what comes, in the order of time; the agreements that it continues."""

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


def renewal_chain(agreement, on):
    """Return the published agreements that this one continues and that continue it, the earliest first.

    Empty when it stands alone. Takes two queries, however long the chain.
    """
    renews = dict(Agreement.objects.filter(renews__isnull=False).values_list("pk", "renews"))
    renewed_by = {earlier: later for later, earlier in renews.items()}
    chain = [agreement.pk]
    while (earlier := renews.get(chain[0])) and earlier not in chain:
        chain.insert(0, earlier)
    while (later := renewed_by.get(chain[-1])) and later not in chain:
        chain.append(later)
    found = Agreement.objects.public().with_state(on).filter(pk__in=chain).in_bulk() if len(chain) > 1 else {}
    return [found[pk] for pk in chain if pk in found] if len(found) > 1 else []
