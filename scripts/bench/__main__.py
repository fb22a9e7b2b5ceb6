"""Measures the registry at the size of a ministry beside a plain Django site over the same tables: `make bench`.

    python -m scripts.bench            everything; some minutes, the first time the building of the data besides
    BENCH=quick python -m scripts.bench    a twentieth of the records; writes no document
    BENCH=pages python -m scripts.bench    only the pages, on the first database

BENCH_DATABASE_URL, else DATABASE_URL, names a PostgreSQL server of this machine on which databases may be made
(relations_large, relations_small); without one SQLite alone is measured. Files are kept in BENCH_DIR, else var/bench.
"""

import os
import signal
import sys
import time
from pathlib import Path

from scripts.bench import exports, pages
from scripts.bench.asking import NEVER, PageFailed, Visitor, cost
from scripts.bench.crowd import crowd
from scripts.bench.databases import BASE_DIR, databases
from scripts.bench.imports import ROWS, imported
from scripts.bench.results import Results, verdicts
from scripts.bench.servers import BASELINE, PRODUCT, Server
from scripts.bench.tables import page_table, put_into_document, written

WHAT = os.environ.get("BENCH", "")
FEW = 30
"""So many addresses of a page are all asked for before it is measured, where the site keeps anything."""
SECONDS = 0.4
"""How long each page is asked for."""
ROUNDS = 3
"""So often each page is asked for in turn with what it is compared with; the middle one counts."""


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def costs(server, listed, which, before_each=None):
    """Return {name: Cost} of the pages that ``which`` gives addresses of; some are asked for before, unmeasured."""
    visitor, clerk, found = Visitor(server.port), None, {}
    keeps = server.site == PRODUCT
    for page in listed:
        if not (addresses := which(page)):
            continue
        if page.staff and clerk is None:
            clerk = Visitor(server.port, staff=True)
        one = clerk if page.staff else visitor
        try:
            for address in addresses if keeps and len(addresses) <= FEW else addresses[:1]:
                one.page(address)
            found[page.name] = cost(server, one, pages.in_turn(addresses), SECONDS, before_each)
        except PageFailed as problem:
            say(f"  {problem}")
            found[page.name] = NEVER
        say(f"  {server.site}: {page.name}: {found[page.name].cpu:.1f} ms, {found[page.name].rows} rows")
    return found


def measure_computed(results, large, small, listed):
    """Measure each page at both sizes, computed, and the template alone, in turn: a machine is not always as fast."""
    known = {page.name: page for page in pages.pages(small)}
    with Server(PRODUCT, large) as ours, Server(PRODUCT, small) as little, Server(BASELINE, small) as plain:
        template = [pages.TEMPLATE] * 3
        for page in listed:
            sites = [(ours, page.ours), (little, known[page.name].ours), (plain, template)]
            turns = [
                (server, Visitor(server.port, staff=page.staff and server is not plain, known=True), addresses)
                for server, addresses in sites
            ]
            for _server, visitor, addresses in turns:
                for address in addresses if len(addresses) <= FEW else addresses[:1]:
                    visitor.page(address)
            rounds = [
                [cost(server, one, pages.in_turn(some), SECONDS / ROUNDS) for server, one, some in turns]
                for _round in range(ROUNDS)
            ]
            found = [median(costs, key=lambda cost: cost.cpu) for costs in zip(*rounds, strict=True)]
            results.computed[page.name], results.small[page.name], results.beside[page.name] = found
            say(f"  {page.name}: {', '.join(f'{one.cpu:.1f}' for one in found)} ms at both sizes and the template")


def median(values, key):
    return sorted(values, key=key)[len(values) // 2]


def measure_product(results, large, listed):
    with Server(PRODUCT, large) as server:
        results.warm = costs(server, listed, lambda page: page.ours)
        say("After a write")
        changed = lambda: large.write(*pages.EVERY_KIND_OF_RECORD)  # noqa: E731
        results.after_write = costs(server, listed, lambda page: page.ours, changed)
        if WHAT == "pages":
            return
        public = [page for page in listed if not page.staff]
        everything = [address for page in public for address in page.ours[:4]]
        for known in (True, False):  # both workers have computed every page once, and kept it
            crowd(server, everything, 0, visitors=4, known=known)
        for known in (True, False):
            alone = crowd(server, everything, SECONDS * 5, visitors=1, known=known)
            found = crowd(server, everything, SECONDS * 15, known=known)
            results.crowds[known] = alone, found
            say(f"  sixteen visitors: {found.per_second:.0f} pages a second, {found.failures[:5]}")
    with Server(PRODUCT, large) as server:
        measure_files(results, server, large)


def measure_files(results, server, large):
    Visitor(server.port).page("/mobility/?year=2020-2021")
    exports.fetched(server, "/mobility.csv?year=2015-2016&direction=incoming")
    results.export = exports.fetched(server, "/mobility.csv")
    results.tool = exports.by_the_tool(large)
    say(f"  CSV: {results.export}, the tool {results.tool}")
    results.left = exports.ended_by_leaving(server, "/mobility.csv")
    results.exports_at_once = exports.at_once(server, "/mobility.csv", 10)
    say(f"  left: {results.left}, at once: {results.exports_at_once}")
    results.workbooks = [
        exports.fetched(server, "/mobility.xlsx?year=2024-2025&direction=incoming&activity=STT"),
        exports.fetched(server, "/mobility.xlsx?year=2024-2025"),
    ]
    exports.fetched(server, "/reports/2023-2024.pdf")
    results.pdf = exports.fetched(server, "/reports/2024-2025.pdf").seconds


def measure_plain(results, large, listed, pages_too):
    """Measure the floors on the plain site, and its pages: on the first database, for which the goals are."""
    # Without the registry's indexes SQLite takes minutes for some of the plain pages: there it has them.
    registry = large.plain() if pages_too and large.kind == "PostgreSQL" else large
    try:
        with Server(BASELINE, registry) as server:
            if pages_too:
                results.plain = costs(server, listed, lambda page: page.theirs)
            visitor = Visitor(server.port)
            for name, address in pages.FLOORS:
                results.floors[name] = cost(server, visitor, pages.in_turn([address] * 3, 2000), SECONDS)
    finally:
        if registry is not large:
            registry.drop()


def measure(large, small, plain=True):
    """Return the Results of one kind of database; with those of the plain site beside it where ``plain``."""
    say(f"{large}")
    loading = large.build()
    small.build()
    listed = pages.pages(large)
    results = Results(large.kind, listed, loading)
    measure_product(results, large, listed)
    measure_plain(results, large, listed, plain)
    say("Computed")
    measure_computed(results, large, small, listed)
    if WHAT != "pages":
        results.imported = imported(large, ROWS // 20 if WHAT == "quick" else ROWS)
        say(f"  import: {results.imported}")
    return results


def main():
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the sites are ended then too
    folder = Path(os.environ.get("BENCH_DIR") or BASE_DIR / "var" / "bench").resolve()
    pairs = databases(WHAT == "quick", folder)
    if WHAT == "pages":
        results = measure(*pairs[0])
        print("\n".join(page_table(results)))
        return
    found = [measure(large, small, plain=not place) for place, (large, small) in enumerate(pairs)]
    text = written(found, pairs[0][0].sizes, minutes=(time.monotonic() - began) / 60)
    print(text)
    missed = [one for place, results in enumerate(found) for one in verdicts(results, found[0] if place else None)]
    missed = [one for one in missed if not one.holds]
    print(f"{len(missed)} goals do not hold.")
    if WHAT != "quick":
        put_into_document(text)


main()
