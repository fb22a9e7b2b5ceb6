"""What is asked of the two sites, in which variety, and the goal of each page."""

from dataclasses import dataclass
from itertools import cycle

YEARS = range(2012, 2026)
EVERY_KIND_OF_RECORD = (
    "UPDATE partners_institution SET city = city WHERE id = (SELECT min(id) FROM partners_institution)",
    "UPDATE partners_agreement SET title = title WHERE id = (SELECT min(id) FROM partners_agreement)",
    "UPDATE projects_project SET title = title WHERE id = (SELECT min(id) FROM projects_project)",
    'UPDATE mobility_exchange SET "grant" = "grant" WHERE id = (SELECT min(id) FROM mobility_exchange)',
)
"""Writes that change nothing but the state of the records: no answer that was kept may be given after them."""


@dataclass(frozen=True)
class Page:
    """A page of the product and the one of the plain site that says the same, if it has one.

    ``ours`` and ``theirs`` are lists of addresses, asked in turn; ``goal`` is how many times less ours may cost.
    """

    name: str
    ours: list
    theirs: list = ()
    goal: int | None = None
    staff: bool = False
    largest: int | None = None


def pages(database):
    """Return the pages for the records of a database; the same places of its lists whatever its size."""
    countries = [
        code
        for (code,) in database.rows(
            "SELECT country_id FROM partners_institution WHERE published AND NOT is_home "
            "GROUP BY country_id ORDER BY count(*) DESC, country_id LIMIT 12"
        )
    ]
    busiest = by_exchanges(database, "DESC", 8)
    usual = by_exchanges(database, "ASC", 8, "HAVING count(*) BETWEEN 10 AND 30")
    words = [
        city.split()[0].lower()
        for (city,) in database.rows(
            "SELECT DISTINCT city FROM partners_institution WHERE published AND NOT is_home ORDER BY city LIMIT 400"
        )[::10]
    ]
    number = database.rows("SELECT count(*) FROM partners_institution WHERE published AND NOT is_home")[0][0]
    last = number // 25
    first = min(26, last + 1)
    deep = range(min(300, max(2, last * 2 // 5)), max(3, min(330, last)))
    signed = [
        (pk, reference)
        for pk, reference in database.rows(
            "SELECT id, reference FROM partners_agreement WHERE published AND status = 'signed' ORDER BY id LIMIT 30"
        )
    ]
    projects = [
        slug for (slug,) in database.rows("SELECT slug FROM projects_project WHERE published ORDER BY id LIMIT 12")
    ]
    activities = [
        pk for (pk,) in database.rows("SELECT id FROM projects_activity WHERE published ORDER BY id LIMIT 12")
    ]
    in_2024 = database.rows("SELECT count(*) FROM mobility_exchange WHERE academic_year = 2024")[0][0]
    row_pages = range(max(1, in_2024 // 200), max(2, in_2024 // 200 + 20))
    plain_last = database.rows("SELECT count(*) FROM mobility_exchange")[0][0] * 95 // 100 // 50 - 10
    states = ("active", "dormant")
    return [
        Page("home", ["/"], ["/"], 15),
        Page("partners", paged("/partners/", range(1, first)), paged("/institutions/", range(1, first)), 5),
        Page("partners, page 300", paged("/partners/", deep), paged("/institutions/", deep), 5),
        Page(
            "partners, filtered",
            [f"/partners/?country={code}&relation={state}" for state in states for code in countries],
            [f"/institutions/?country={code}&agreements__status=signed" for code in countries],
            4,
        ),
        Page("partners, active", paged("/partners/?relation=active", range(1, first // 3 + 1))),
        Page(
            "partners, searched",
            [f"/partners/?q={word[:6]}" for word in words],
            [f"/institutions/?name={word[:6]}" for word in words],
            2,
        ),
        Page("partner, busiest", named("/partners/", busiest), named("/institutions/", busiest), 3),
        Page("partner, usual", named("/partners/", usual), named("/institutions/", usual)),
        Page("exchanges, totals", ["/mobility/"], ["/exchanges/"], 40),
        Page(
            "exchanges, rows, deep page",
            [f"/reports/2024-2025/exchanges/?page={n}" for n in row_pages],
            paged("/exchanges/", range(max(1, plain_last), plain_last + 10)),
            40,
        ),
        Page(
            "exchanges, country and year",
            [f"/mobility/?country={code}&year={year}-{year + 1}" for year in YEARS[-2:] for code in countries],
            [f"/exchanges/?country={code}&year={year}" for year in YEARS[-2:] for code in countries],
            6,
        ),
        Page(
            "report of a year",
            [f"/reports/{year}-{year + 1}/" for year in YEARS[-6:]],
            [f"/report/{year}/" for year in YEARS[-6:]],
            4,
        ),
        Page("agreements", paged("/agreements/", range(1, first)), paged("/agreements/", range(1, first))),
        Page(
            "agreements, filtered",
            [f"/agreements/?country={code}&state={state}" for state in ("in_force", "expired") for code in countries],
        ),
        Page("agreements, broad word", [f"/agreements/?q={word}" for word in ("university", "state", "cooperation")]),
        Page("agreement", [f"/agreements/{reference}/" for _pk, reference in signed]),
        Page("countries", ["/countries/"]),
        Page("country", [f"/countries/{code.lower()}/" for code in countries]),
        Page("projects", paged("/projects/", range(1, first // 5 + 2) if number > 500 else [1])),
        Page("project", named("/projects/", projects)),
        Page("activities", paged("/activities/", [1, 2] if number > 60 else [1])),
        Page("activity", named("/activities/", activities)),
        Page("search, everything", [f"/search/?q={word}" for word in words]),
        Page("search, typing error", [f"/search/?q={word[:3]}x{word[3:]}" for word in words]),
        Page("comparing years", [f"/reports/compare/?from={year - 1}-{year}&to={year}-{year + 1}" for year in YEARS]),
        Page("admin, exchanges", ["/admin/mobility/exchange/"], ["/admin/mobility/exchange/"], 20, staff=True),
        Page(
            "admin, form of an agreement",
            [f"/admin/partners/agreement/{pk}/change/" for pk, _reference in signed],
            [f"/admin/partners/agreement/{pk}/change/" for pk, _reference in signed],
            20,
            staff=True,
            largest=150_000,
        ),
    ]


TEMPLATE = "/floor/template/"
FLOORS = [("constant page", "/floor/constant/"), ("one query", "/floor/query/"), ("template only", TEMPLATE)]


def by_exchanges(database, order, number, having=""):
    rows = database.rows(
        "SELECT i.slug FROM partners_institution i JOIN mobility_exchange e ON e.partner_id = i.id "
        f"WHERE i.published GROUP BY i.id, i.slug {having} ORDER BY count(*) {order}, i.id LIMIT {number}"
    )
    return [slug for (slug,) in rows]


def paged(path, numbers):
    return [f"{path}{'&' if '?' in path else '?'}page={number}" for number in numbers]


def named(path, names):
    return [f"{path}{name}/" for name in names]


def in_turn(addresses, most=400):
    """Yield the addresses again and again, ``most`` of them."""
    for _place, address in zip(range(most), cycle(addresses), strict=False):
        yield address
