"""The data: two registries, a ministry's and a department's, built once and used again, on SQLite and PostgreSQL."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg

BASE_DIR = Path(__file__).resolve().parents[2]
ON = "2026-11-26"
"""The day from which the synthetic registry is planned, so that it is the same one whenever it is built."""
LARGE = {"institutions": 20_000, "agreements": 60_000, "projects": 5_000, "exchanges": 1_000_000}
QUICK = {"institutions": 2_000, "agreements": 6_000, "projects": 500, "exchanges": 50_000}
SMALL = {"institutions": 50, "agreements": 150, "projects": 12, "exchanges": 1_000}
ACCOUNT, PASSWORD = "bench", "the bench's own password"
ONE_PROCESS = "-c max_parallel_workers_per_gather=0"
KEY = "a key for the bench alone, of more than fifty characters, 0123456789"


INDEXES_OF_OURS = """
SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
WHERE t.relnamespace = 'public'::regnamespace AND NOT i.indisunique AND NOT (i.indnatts = 1 AND EXISTS (
    SELECT 1 FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid = t.oid AND c.conkey[1] = i.indkey[0]))
"""
"""Which indexes are not of a key: those that somebody thought of for the pages of the registry."""


class Database:
    """One registry in one database; ``url`` is as in DATABASE_URL."""

    def __init__(self, size, sizes, folder, server_url=""):
        self.size, self.sizes, self.folder = size, sizes, folder / size
        self.kind = "PostgreSQL" if server_url else "SQLite"
        if server_url:
            self.server_url = server_url
            self.url = urlunsplit(urlsplit(server_url)._replace(path=f"/relations_{size}", query=""))
        else:
            self.file = self.folder / "registry.sqlite3"
            self.url = f"sqlite:///{self.file}"

    def __str__(self):
        return f"{self.kind}, {self.size}"

    def environment(self, name="bench"):
        """What a process needs to work with it. Its connections stay open, and one process does all of a query."""
        staying = f"?conn_max_age=600&options={quote(ONE_PROCESS)}" if self.kind == "PostgreSQL" else ""
        return {
            **os.environ,
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.url + staying,
            "SECRET_KEY": KEY,
            "PGAPPNAME": name,
            "PGOPTIONS": ONE_PROCESS,
            "DEBUG": "false",
            "TRUST_PROXY": "false",
            "ALLOWED_HOSTS": "127.0.0.1",
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        }

    def manage(self, *arguments):
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=BASE_DIR, env=self.environment(), check=True)

    def build(self):
        """Build it if it is not there; return the seconds that ``load_synthetic`` took, None where not noted."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.kind == "PostgreSQL":
            with psycopg.connect(self.server_url, autocommit=True) as server:
                name = f"relations_{self.size}"
                if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                    server.execute(f'CREATE DATABASE "{name}"')
        self.manage("migrate", "-v0")
        began = time.monotonic()
        there = self.rows("SELECT count(*) FROM reports_syntheticdataset")[0][0]
        self.manage("load_synthetic", "--on", ON, *(f"--{name}={number}" for name, number in self.sizes.items()))
        if not there:
            self.note(f"{time.monotonic() - began:.0f}")
        if not self.rows("SELECT 1 FROM auth_user WHERE username = %s", ACCOUNT):
            self.manage("createsuperuser", "--noinput", "--username", ACCOUNT, "--email", "bench@example.org")
        if self.kind == "PostgreSQL":
            self.write("VACUUM ANALYZE")  # also after earlier runs, as the server does now and then
        elif not there:
            self.write("ANALYZE")
        return float(self.noted() or 0) or None

    def note(self, seconds):
        """Keep with the data how many seconds it took to load them."""
        if self.kind == "PostgreSQL":
            self.write(f"COMMENT ON DATABASE relations_{self.size} IS '{seconds}'")
        else:
            (self.folder / "seconds").write_text(seconds)

    def noted(self):
        if self.kind == "PostgreSQL":
            named = "FROM pg_database WHERE datname = current_database()"
            return self.rows(f"SELECT shobj_description(oid, 'pg_database') {named}")[0][0]
        file = self.folder / "seconds"
        return file.read_text() if file.exists() else ""

    def connect(self):
        if self.kind == "PostgreSQL":
            return psycopg.connect(self.url, autocommit=True)
        return sqlite3.connect(self.file, timeout=20, isolation_level=None)

    def rows(self, sql, *values):
        """Answer a question of the bench's own; not counted with the sites."""
        connection = self.connect()
        try:
            sql = sql if self.kind == "PostgreSQL" else sql.replace("%s", "?")
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def write(self, *statements):
        connection = self.connect()
        try:
            for statement in statements:
                connection.execute(statement)
        finally:
            connection.close()

    def copy(self, size):
        """Return a copy that may be changed, in place of an earlier one."""
        if self.kind == "SQLite":
            copy = Database(size, self.sizes, self.folder.parent)
            shutil.rmtree(copy.folder, ignore_errors=True)
            copy.folder.mkdir()
            with self.connect() as ours, sqlite3.connect(copy.file) as theirs:
                ours.backup(theirs)
            return copy
        copy = Database(size, self.sizes, self.folder.parent, self.server_url)
        copy.folder.mkdir(exist_ok=True)
        copy.drop()
        with psycopg.connect(self.server_url, autocommit=True) as server:
            name = f"relations_{self.size}"  # nobody may be in it while it is copied, whoever stayed
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            server.execute(f'CREATE DATABASE "relations_{size}" TEMPLATE "relations_{self.size}" STRATEGY file_copy')
        return copy

    def plain(self):
        """Return a copy with the indexes alone that Django makes by itself: of keys, and of what is unique."""
        copy = self.copy("plain")
        copy.write(*(f'DROP INDEX "{name}"' for (name,) in copy.rows(INDEXES_OF_OURS)), "VACUUM ANALYZE")
        return copy

    def drop(self):
        if self.kind == "SQLite":
            shutil.rmtree(self.folder, ignore_errors=True)
            return
        with psycopg.connect(self.server_url, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "relations_{self.size}" WITH (FORCE)')


def databases(quick, folder):
    """Return the large and the small registry of each kind of database that is there, PostgreSQL first."""
    server = os.environ.get("BENCH_DATABASE_URL") or os.environ.get("DATABASE_URL", "")
    servers = [server, ""] if server.startswith("postgres") else [""]
    large = ("bench_quick", QUICK) if quick else ("large", LARGE)
    return [(Database(*large, folder, server), Database("small", SMALL, folder, server)) for server in servers]
