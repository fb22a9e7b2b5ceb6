"""When synthetic agreements begin and end, so that each has the wanted state on the reference day."""

from datetime import date, timedelta

BEGINNING = date(2009, 9, 1)
"""The department was created on this day; nothing is older."""

STATES = (
    *("open", "open", "open", "open", "fixed", "fixed", "fixed", "fixed", "renewing", "renewing"),
    *("expiring", "expiring", "expired", "expired", "expired", "expired"),
    *("terminated", "upcoming", "draft", "in_negotiation", "withdrawn"),
)
"""What 21 agreements are; each such lot has every state."""


def states(random):
    """Yield states for ever, in lots of STATES, each lot in an order of its own."""
    while True:
        yield from random.sample(STATES, len(STATES))


def agreement_fields(random, state, on):
    """Return status and dates of an agreement that is in the state on the day."""
    if state in ("draft", "in_negotiation", "withdrawn"):
        return {"status": state}
    if state == "open":
        fields = {"in_force_from": on - timedelta(random.randint(0, 3000))}
    elif state == "upcoming":
        starts = on + timedelta(random.randint(1, 200))
        fields = {"in_force_from": starts, "ends_on": starts + timedelta(1095)}
    elif state == "terminated":
        fields = {"in_force_from": on - timedelta(random.randint(800, 2400))}
    else:
        first, last = {"fixed": (181, 1000), "renewing": (-900, 900), "expiring": (0, 180), "expired": (-1600, -1)}[
            state
        ]
        ends = on + timedelta(random.randint(first, last))
        fields = {"in_force_from": ends - timedelta(random.choice((1095, 1826))), "ends_on": ends}
    fields["in_force_from"] = max(fields["in_force_from"], BEGINNING)
    if state == "terminated":
        fields["terminated_on"] = fields["in_force_from"] + timedelta(random.randint(100, 790))
        fields["termination_reason"] = "The partner closed its international office."
    return {
        "status": "signed",
        "renews_automatically": state == "renewing",
        "notice_months": random.choice((None, 1, 3, 6)),
        **fields,
    }
