"""A file of 100,000 exchanges: previewed, then applied with its history, in a copy of the registry."""

import csv
import os
import subprocess
import sys
import time
from dataclasses import dataclass

from scripts.bench.databases import BASE_DIR

ROWS = 100_000
HEADINGS = ("academic_year", "direction", "activity", "partner", "from", "to", "person_name")


@dataclass(frozen=True)
class Import:
    """Seconds of the preview and of the import itself, and the most MiB of memory that either took."""

    preview: float
    applied: float
    memory: float
    rows: int


def imported(database, rows):
    """Import a file of new exchanges with the partners of a database into a copy of it; the copy is dropped."""
    copy = database.copy("bench_import")
    try:
        file = copy.folder / "exchanges.csv"
        slugs = [
            slug
            for (slug,) in copy.rows("SELECT slug FROM partners_institution WHERE NOT is_home ORDER BY id LIMIT 5000")
        ]
        with file.open("w", newline="", encoding="utf-8") as lines:
            writer = csv.writer(lines)
            writer.writerow(HEADINGS)
            for n in range(rows):
                days = ("2025-09-01", "2026-01-31") if n % 2 else ("2026-02-01", "2026-06-30")
                way, activity = ("outgoing", "incoming")[n % 2], ("SMS", "STA")[n % 3 == 0]
                writer.writerow(("2025/2026", way, activity, slugs[n % len(slugs)], *days, f"Person No. {n}"))
        preview, memory = run(copy, "import_records", "exchanges", file, "--dry-run")
        applied, more = run(copy, "import_records", "exchanges", file)
        kept = copy.rows("SELECT count(*) FROM mobility_historicalexchange")[0][0]
        return Import(preview, applied, max(memory, more), kept)
    finally:
        copy.drop()


def run(database, *arguments):
    """Run a command of the registry; return its seconds and the most MiB of memory that it took."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=BASE_DIR,
        env=database.environment(),
        stdout=subprocess.DEVNULL,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"manage.py {arguments[0]} failed with {process.returncode}.")
    return time.monotonic() - began, usage.ru_maxrss / 1024
