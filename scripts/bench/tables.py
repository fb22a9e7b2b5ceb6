"""The results as the tables of docs/performance.md, and where they stand in it."""

import os
import platform
import re
from pathlib import Path

from scripts.bench.databases import BASE_DIR
from scripts.bench.results import verdicts

DOCUMENT = BASE_DIR / "docs" / "performance.md"
REFERENCE = 0.25
"""CPU ms of a constant page on the machine for which the goals were set."""
BEGIN, END = "<!-- written by make bench -->\n", "<!-- end of what make bench writes -->\n"


def machine(sizes):
    """Return the sentence on the machine and the data."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[1]) / 1024 / 1024
    numbers = ", ".join(f"{number:,} {name}" for name, number in sizes.items())
    return (
        f"{os.cpu_count()} cores ({cpu[1].strip() if cpu else platform.machine()}), {memory:.0f} GiB of memory, "
        f"{platform.system()} {platform.release().partition('-')[0]}, Python {platform.python_version()}. "
        f"Data: {numbers}."
    )


def page_table(results):
    """Return the rows of all pages: what they cost, beside plain Django and at the small size."""
    lines = [
        "| page | CPU ms | computed | first after a write | wall p50 / p95 "
        "| plain Django | ratio | small size | KB | rows |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, cost in results.floors.items():
        lines.append(f"| *{name}* | {cost.cpu:.2f} | | | {cost.p50:.1f} / {cost.p95:.1f} | | | | | |")
    for page in results.pages:
        warm, cold = results.warm[page.name], results.after_write[page.name]
        computed = results.computed[page.name]
        plain, small = results.plain.get(page.name), results.small.get(page.name)
        growth = results.growth(page)
        lines.append(
            f"| {page.name} | {warm.cpu:.1f} | {computed.cpu:.1f} | {cold.cpu:.1f} | "
            f"{warm.p50:.1f} / {warm.p95:.1f} | "
            + (f"{plain.cpu:.0f} | 1/{plain.cpu / warm.cpu:.1f} | " if plain else "| | ")
            + (f"{small.cpu:.1f}" if small else "")
            + (f" (× {growth:.2f})" if growth else "")
            + f" | {warm.whole_size / 1000:.0f} | {warm.rows} |"
        )
    return lines


def written(all_results, sizes, minutes):
    """Return everything as Markdown; ``minutes`` is how long the run took, with what had to be built."""
    constant = all_results[0].floors["constant page"].cpu
    lines = [
        f"Measured on {machine(sizes)} A constant page takes {constant:.2f} ms here; it took {REFERENCE} ms where the "
        f"goals by the clock were set. The run took {minutes:.0f} minutes.",
        "",
    ]
    for place, results in enumerate(all_results):
        other = all_results[0] if place else None
        lines += [f"### {results.kind}", "", *page_table(results), ""]
        (_alone, crowd), (_alone, known) = results.crowds[False], results.crowds[True]
        lines += [
            f"Sixteen visitors at once, all public pages: {crowd.per_second:.0f} pages a second, half of them within "
            f"{crowd.p50:.0f} ms, 95 % within {crowd.p95:.0f} ms. Where every page has to be computed: "
            f"{known.per_second:.0f} pages a second, half of them within {known.p50:.0f} ms, 95 % within "
            f"{known.p95:.0f} ms.",
            "",
            "| goal | measured | holds |",
            "|---|---|---|",
            *(
                f"| {one.goal} | {one.measured} | {'yes' if one.holds else '**no**'} |"
                for one in verdicts(results, other)
            ),
            "",
        ]
    return "\n".join(lines)


def put_into_document(text):
    """Put the tables in place of the earlier ones."""
    before, _begin, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
