"""PostgreSQL servers of the drill's own."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path

from registry import free_port


def programs():
    """Return the folder of the newest PostgreSQL's programs on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise SystemExit("The cluster's part needs PostgreSQL's programs: apt-get install postgresql")
    return found[-1].parent


class Server:
    """A PostgreSQL server of the drill's own, run as the system's user postgres where we are root."""

    def __init__(self, programs, folder):
        self.programs, self.folder, self.port = programs, folder, free_port()

    def program(self, name, *arguments, check=True):
        command = [str(self.programs / name), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        return subprocess.run(command, check=check, capture_output=True, text=True, cwd="/", timeout=120)

    def make(self):
        self.program("initdb", "-D", self.folder, "-U", "drill", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        with (self.folder / "postgresql.conf").open("a") as file:
            file.write("listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 60\n")
            file.write("synchronous_commit = on\nwal_level = replica\n")
        self.up()
        self.program("createdb", "-h", "127.0.0.1", "-p", self.port, "-U", "drill", "relations")

    def up(self):
        log = self.folder.parent / f"{self.folder.name}.log"
        self.program("pg_ctl", "-D", self.folder, "-w", "-o", f"-p {self.port}", "-l", log, "start")

    def copy_to(self, other):
        self.program(
            "pg_basebackup",
            "-h",
            "127.0.0.1",
            "-p",
            self.port,
            "-U",
            "drill",
            "-D",
            other.folder,
            "-R",
            "-X",
            "stream",
        )
        other.up()

    def sql(self, statement):
        answer = self.program(
            "psql", "-qAtX", "-h", "127.0.0.1", "-p", self.port, "-U", "drill", "-d", "relations", "-c", statement
        )
        return answer.stdout.strip()

    def kill(self):
        """End the server without a word, as a power cut does."""
        process = int((self.folder / "postmaster.pid").read_text().split()[0])
        children = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True).stdout.split()
        for number in (process, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    def down(self):
        self.program("pg_ctl", "-D", self.folder, "-m", "immediate", "stop", check=False)
