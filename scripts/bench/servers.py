"""A site under gunicorn with two workers, as `manage.py serve` runs it, and what it costs in processor and memory."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from scripts.bench.databases import BASE_DIR

PRODUCT, BASELINE = "product", "plain Django"
COMMANDS = {
    PRODUCT: ("manage.py", "serve"),
    BASELINE: ("-m", "gunicorn", "--config", "scripts/bench/baseline/gunicorn.conf.py"),
}
MIB = 1024 * 1024


class Server:
    """One of the two sites over a database, in a process group of its own."""

    def __init__(self, site, database):
        self.site, self.database, self.name = site, database, f"bench {site}"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def __enter__(self):
        command = [sys.executable, *COMMANDS[self.site]]
        if self.site == BASELINE:
            command += [f"--bind=127.0.0.1:{self.port}"]
        environment = {**self.database.environment(self.name), "PORT": str(self.port), "WEB_CONCURRENCY": "2"}
        with (self.database.folder / f"{self.name}.log").open("w") as log:
            self.process = subprocess.Popen(
                command, cwd=BASE_DIR, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        address = f"http://127.0.0.1:{self.port}/{'healthz' if self.site == PRODUCT else 'floor/constant/'}"
        for _attempt in range(300):
            with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):  # nosec B310
                return self
            time.sleep(0.1)
        self.__exit__()
        raise SystemExit(f"The {self.site} site did not come up: see its log in {self.database.folder}.")

    def __exit__(self, *exception):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def workers(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def backends(self):
        """Return the processes of PostgreSQL that serve this site; SQLite works within the workers."""
        if self.database.kind == "SQLite":
            return []
        rows = self.database.rows("SELECT pid FROM pg_stat_activity WHERE application_name = %s", self.name)
        return [pid for (pid,) in rows]

    def used(self):
        """Return {process: seconds of processor used so far} of the workers and of the database's backends."""
        return {pid: seconds_of(pid) for pid in (*self.workers(), *self.backends())}

    def spent_since(self, before):
        return sum(seconds - before.get(pid, 0) for pid, seconds in self.used().items())

    def memory(self, what="VmRSS"):
        """Return the MiB of memory of the largest worker: now, or with ``VmHWM`` at most since ``forget_peak``."""
        return max(memory_of(pid, what) for pid in self.workers())

    def forget_peak(self):
        for pid in self.workers():
            Path(f"/proc/{pid}/clear_refs").write_text("5")


def seconds_of(pid):
    """Return the seconds of processor that all threads of a process have used, to the nanosecond."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def memory_of(pid, what="VmRSS"):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) * 1024 / MIB
    return 0.0
