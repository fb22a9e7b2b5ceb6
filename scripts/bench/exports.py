"""Files of exchanges: how fast they come beside the database's own tool, in how much memory, and what a break ends."""

import http.client
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass

from scripts.bench.asking import Visitor

# The rows and cells of the public file, as somebody types them into psql or sqlite3.
SAME_ROWS = """
SELECT e.id, e.academic_year || '/' || (e.academic_year + 1), e.direction, e.activity, i.slug, e.country_id, e.count,
       e.starts_on, e.ends_on, e.status, CASE WHEN a.published THEN a.reference END,
       CASE WHEN p.published THEN p.slug END, e.field_id, e.level
FROM mobility_exchange e LEFT JOIN partners_institution i ON i.id = e.partner_id
     LEFT JOIN partners_agreement a ON a.id = e.agreement_id LEFT JOIN projects_project p ON p.id = e.project_id
WHERE e.partner_id IS NULL OR i.published ORDER BY e.academic_year DESC, e.id DESC
"""


@dataclass(frozen=True)
class Export:
    """One file: rows, seconds, seconds to the first byte and the first row, MiB that a worker grew by at most."""

    rows: int
    seconds: float
    first_byte: float
    first_row: float
    growth: float
    size: int

    @property
    def rows_per_second(self):
        return self.rows / self.seconds


class PutOff(Exception):
    """The server says that others take large files just now."""


def fetched(server, address):
    """Fetch a file whole, row by row where it is CSV."""
    server.forget_peak()
    before = server.memory()
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    connection.request("GET", address)
    answer = connection.getresponse()
    if answer.status == 503 and answer.headers["Retry-After"]:
        raise PutOff
    if answer.status != 200:
        raise SystemExit(f"{address} was answered by {answer.status}.")
    size = rows = 0
    first_byte = first_row = 0.0
    while part := answer.read1(1 << 18):
        now = time.perf_counter() - began
        first_byte = first_byte or now
        rows += part.count(b"\n")
        if rows > 1 and not first_row:
            first_row = now
        size += len(part)
    seconds = time.perf_counter() - began
    connection.close()
    return Export(rows - 1, seconds, first_byte, first_row, server.memory("VmHWM") - before, size)


@dataclass(frozen=True)
class AtOnce:
    """Many who fetch the same file: those that have it, how many are put off, and how long a page took meanwhile."""

    served: list
    refused: int
    page: float
    growth: float


def at_once(server, address, number):
    """Let so many fetch the same file at the same time, and somebody else a page."""
    served, refused = [], []

    def fetch():
        try:
            served.append(fetched(server, address))
        except PutOff as problem:
            refused.append(problem)

    server.forget_peak()
    before = server.memory()
    threads = [threading.Thread(target=fetch) for _ in range(number)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    began = time.perf_counter()
    Visitor(server.port).page("/agreements/")
    page = time.perf_counter() - began
    for thread in threads:
        thread.join()
    return AtOnce(served, len(refused), page, server.memory("VmHWM") - before)


def by_the_tool(database):
    """Return the seconds that `psql \\copy` or the sqlite3 command takes for the same rows; None without the tool."""
    sql = " ".join(SAME_ROWS.split())
    if database.kind == "PostgreSQL":
        command = ["psql", "-qX", database.url, "-c", f"\\copy ({sql}) TO STDOUT (FORMAT csv)"]
    else:
        command = ["sqlite3", "-csv", str(database.file), sql]
    if not shutil.which(command[0]):
        return None
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, env=database.environment("bench tool"), check=True)
    return time.perf_counter() - began


def ended_by_leaving(server, address, within=10):
    """Stop reading a file after its first part; return the seconds until nobody works on it any more, or None."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", address)
    connection.getresponse().read1(1 << 16)
    connection.sock.close()
    connection.close()
    left = time.monotonic()
    while time.monotonic() - left < within:
        before = server.used()
        time.sleep(0.5)
        if server.spent_since(before) < 0.1 and not working(server):
            return time.monotonic() - left - 0.5
    return None


def working(server):
    if server.database.kind == "SQLite":
        return False
    sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND state = 'active'"
    return bool(server.database.rows(sql, server.name)[0][0])
