"""A drill on this machine: kill, restore, lose a host, lose the primary database. Prints what was lost: nothing.

    python scripts/drill.py            everything; a few minutes
    python scripts/drill.py single     one host on SQLite: kill -9 of the server, an import, a backup; restore
    python scripts/drill.py cluster    two hosts, PostgreSQL primary and streaming replica; needs PostgreSQL's programs

Works in a folder of its own under the system's temporary folder and on ports of its own, and removes both. Ends with
exit code 1 if anything that was reported as saved is gone, or anything is half there.
"""

import collections
import contextlib
import http.client
import http.cookiejar
import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
PASSWORD = "drill password 1"
KEY = "a key for the drill alone, of more than fifty characters, 0123456789"
numbers = itertools.count(1)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Registry:
    """A registry's settings: commands, and hosts that serve it."""

    def __init__(self, folder, database_url=""):
        self.folder = folder
        self.environment = {
            **os.environ,
            "DATA_DIR": str(folder),
            "DATABASE_URL": database_url,
            "SECRET_KEY": KEY,
            "WEB_CONCURRENCY": "2",
            "DEBUG": "false",
            "TRUST_PROXY": "false",
            "ALLOWED_HOSTS": "127.0.0.1",
        }

    def start(self, *arguments, **variables):
        return subprocess.Popen(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=BASE_DIR,
            env={**self.environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments):
        process = self.start(*arguments)
        output, _none = process.communicate(timeout=300)
        if process.returncode:
            raise SystemExit(f"manage.py {arguments[0]} failed:\n{output}")
        return output.strip()

    def ask(self, code):
        return self.run("shell", "--no-imports", "-c", f"from partners.models import *; {code}")

    def prepare(self):
        self.run("migrate", "-v0")
        self.run("load_synthetic", "--institutions", "20", "--exchanges", "200", "--seed", "1")
        self.ask(
            "from django.contrib.auth.models import User;"
            f"User.objects.create_superuser('drill', password={PASSWORD!r})"
        )

    def contacts(self):
        """Return the names of the contacts that the drill wrote."""
        return set(
            self.ask(
                "print(*Contact.objects.filter(name__startswith='drill-').values_list('name', flat=True))"
            ).split()
        )


class Host:
    """An application host: gunicorn on a port of its own."""

    def __init__(self, registry):
        self.registry, self.port = registry, free_port()
        self.up()

    def up(self):
        self.process = self.registry.start("serve", PORT=str(self.port))
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        for _attempt in range(300):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.address}/readyz", timeout=5):  # nosec B310 # an address of this machine
                return
            time.sleep(0.1)
        raise SystemExit("A host did not come up.")

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def kill(self):
        """End all processes of the host at once, as a power cut does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Writer(threading.Thread):
    """A colleague who adds contacts in the staff's pages, one after the other, at whichever host answers."""

    def __init__(self, hosts, institution):
        super().__init__(daemon=True)
        self.hosts, self.institution = hosts, institution
        self.saved, self.failed, self.stopping, self.longest_gap = [], [], threading.Event(), 0.0
        self.answers = collections.Counter()
        self.pages = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), NoRedirect()
        )

    def run(self):
        last = time.monotonic()
        for place in itertools.count():
            if self.stopping.is_set():
                return
            name = f"drill-{next(numbers)}"
            try:
                answer = self.add(self.hosts[place % len(self.hosts)].address, name)
            except (OSError, http.client.HTTPException, ValueError) as error:
                answer = type(getattr(error, "reason", error)).__name__
            saved = answer == 302
            self.answers[answer] += 1
            (self.saved if saved else self.failed).append(name)
            if saved:
                self.longest_gap, last = max(self.longest_gap, time.monotonic() - last), time.monotonic()
            else:
                time.sleep(0.1)

    def add(self, address, name):
        """Return the status of the answer: 302 says that the contact is saved."""
        page = f"{address}/admin/partners/contact/add/"
        status, form = self.get(page)
        if status == 302:
            _status, form = self.get(f"{address}/admin/login/")
            self.post(f"{address}/admin/login/", form, username="drill", password=PASSWORD)
            status, form = self.get(page)
        status, _page = self.post(page, form, institution=self.institution, name=name, role="other")
        return status

    def get(self, address):
        return self.open(urllib.request.Request(address))

    def post(self, address, form, **fields):
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', form)
        if token is None:
            raise ValueError("no form")  # an error page
        fields["csrfmiddlewaretoken"] = token[1]
        return self.open(urllib.request.Request(address, urllib.parse.urlencode(fields).encode()))

    def open(self, request):
        try:
            with self.pages.open(request, timeout=30) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


class Drill:
    """Steps, and what they found."""

    def __init__(self, folder):
        self.folder, self.bad, self.began = folder, 0, time.monotonic()

    def say(self, text):
        print(f"{time.monotonic() - self.began:6.1f} s  {text}", flush=True)

    def hold(self, condition, text):
        self.bad += not condition
        self.say(f"{'ok  ' if condition else 'LOST'}  {text}")

    def compare(self, writers, registry):
        """Compare what writers were told with what is there."""
        there, saved = registry.contacts(), {name for writer in writers for name in writer.saved}
        self.say(f"Answers: {dict(sum((writer.answers for writer in writers), collections.Counter()))}")
        failed = {name for writer in writers for name in writer.failed}
        self.hold(
            not saved - there,
            f"{len(saved)} writes reported as saved, {len(saved - there)} of them lost; {len(failed)} reported as "
            f"failed or unanswered ({len(failed & there)} of them had reached the database)",
        )


def institution_of(registry):
    return registry.ask("print(Institution.objects.filter(is_home=False).first().pk)")


def stop(writers):
    for writer in writers:
        writer.stopping.set()
    for writer in writers:
        writer.join(60)


def single(drill):
    drill.say("One host on SQLite")
    registry = Registry(drill.folder / "single")
    registry.prepare()
    host = Host(registry)
    writers = [Writer([host], institution_of(registry)) for _number in range(3)]
    for writer in writers:
        writer.start()
    for _time in range(3):
        time.sleep(4)
        host.kill()
        host.up()
    time.sleep(2)
    stop(writers)
    host.kill()
    drill.say("The server was killed with signal 9 three times while three people were saving")
    drill.compare(writers, registry)
    check = registry.ask(
        "from django.db import connection; cursor = connection.cursor(); cursor.execute('PRAGMA integrity_check');"
        "print(cursor.fetchone()[0])"
    )
    drill.hold(check == "ok", f"the database file is whole: {check}")
    killed_import(drill, registry)
    killed_backup_and_restore(drill, registry)


def killed_import(drill, registry):
    lines = ["academic_year,direction,activity,country,person_name"]
    lines += [f"2015/2016,outgoing,SMS,IT,drill {number}" for number in range(20_000)]
    path = drill.folder / "exchanges.csv"
    path.write_text("\n".join(lines) + "\n")
    count = "from mobility.models import Exchange as E; from office.models import ImportBatch as B; "
    count += "print(E.objects.count(), E.history.count(), B.objects.count())"
    before = registry.ask(count)
    for seconds in (4, 8):
        process = registry.start("import_records", "exchanges", path)
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        after = registry.ask(count)
        whole = after.split()[0] == str(int(before.split()[0]) + 20_000)
        drill.hold(
            after == before or whole, f"an import killed after {seconds} s left all or nothing: {before} → {after}"
        )
        if whole:
            return


def killed_backup_and_restore(drill, registry):
    path = drill.folder / "registry.backup"
    registry.run("backup", path)
    whole = path.read_bytes()
    process = registry.start("backup", path)
    for _attempt in range(600):
        if list(path.parent.glob(".*.part")):
            break
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    drill.hold(path.read_bytes() == whole, "a backup that was killed left the earlier one as it was")
    registry.run("restore", "--check", path)
    other = Registry(drill.folder / "restored")
    said = other.run("restore", path)
    drill.hold(other.contacts() == registry.contacts(), f"restored into an empty folder: {said}")
    damaged = drill.folder / "damaged.backup"
    damaged.write_bytes(whole[: len(whole) // 2])
    process = other.start("restore", "--replace", damaged)
    output, _none = process.communicate(timeout=120)
    refused = process.returncode == 1 and "damaged" in output
    drill.hold(refused and other.contacts() == registry.contacts(), "a damaged backup was refused, nothing touched")


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


def cluster(drill):
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise SystemExit("The cluster's part needs PostgreSQL's programs: apt-get install postgresql")
    drill.say(f"Two hosts, PostgreSQL {found[-1].parts[-3]} primary and streaming replica")
    room = drill.folder / "postgresql"
    room.mkdir()
    if os.geteuid() == 0:
        shutil.chown(room, "postgres")
        room.chmod(0o755)
        drill.folder.chmod(0o755)
    primary, replica = (Server(found[-1].parent, room / name) for name in ("primary", "replica"))
    hosts = []
    try:
        primary.make()
        primary.copy_to(replica)
        address = f"127.0.0.1:{primary.port},127.0.0.1:{replica.port}"
        registry = Registry(
            drill.folder / "cluster", f"postgres://drill@{address}/relations?target_session_attrs=read-write"
        )
        registry.prepare()
        # From here on a write is reported as saved when the replica has it too.
        primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        primary.sql("SELECT pg_reload_conf()")
        hosts = [Host(registry), Host(registry)]
        losing_hosts(drill, registry, hosts, primary, replica)
    finally:
        for host in hosts:
            host.kill()
        for server in (primary, replica):
            server.down()


def losing_hosts(drill, registry, hosts, primary, replica):
    writers = [Writer(hosts[number % 2 :] + hosts[: number % 2], institution_of(registry)) for number in range(4)]
    for writer in writers:
        writer.start()
    time.sleep(5)
    hosts[0].kill()
    drill.say("One application host was killed under load")
    time.sleep(5)
    before = sum(len(writer.saved) for writer in writers)
    primary.kill()
    drill.say("The primary database was killed under load")
    time.sleep(3)
    status, page = writers[0].get(f"{hosts[1].address}/partners/")
    drill.hold(status == 503 and "out of reach" in page, f"meanwhile pages answer {status} in the site's design")
    replica.program("pg_ctl", "-D", replica.folder, "-w", "promote")
    replica.sql("ALTER SYSTEM SET synchronous_standby_names = ''")
    replica.sql("SELECT pg_reload_conf()")
    drill.say("The replica was promoted")
    hosts[0].up()
    time.sleep(6)
    stop(writers)
    after = sum(len(writer.saved) for writer in writers)
    drill.hold(after > before, f"writing went on by itself: {after - before} saved after the primary was gone")
    gap = max(writer.longest_gap for writer in writers)
    drill.say(f"The longest time in which somebody could not save: {gap:.1f} s")
    drill.compare(writers, registry)


def main(parts):
    folder = Path(tempfile.mkdtemp(prefix="drill-"))
    drill = Drill(folder)
    try:
        for part in (single, cluster):
            if not parts or part.__name__ in parts:
                part(drill)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("Lost: nothing." if not drill.bad else f"Something was lost: {drill.bad} checks failed.")
    return 1 if drill.bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
