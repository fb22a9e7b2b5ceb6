"""Registries of their own, in folders and databases of their own, driven by commands as an operator does."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg import sql

BASE_DIR = Path(__file__).resolve().parent.parent.parent
COUNTS = (
    "from django.apps import apps;"
    "print({m._meta.label: m._base_manager.count() for m in apps.get_models(include_auto_created=True)"
    " if m._meta.managed and not m._meta.proxy and m._meta.label not in ('sessions.Session', 'iet_relations.Change')})"
)
"""Prints how many rows each table has."""
LAST_KEY = (
    "from partners.models import *;print(Contact.objects.create(institution=Institution.objects.first(), name='x').pk)"
)
"""Adds a contact and prints its key."""


@dataclass
class Registry:
    """A registry in a folder, with its database there or under ``database_url``."""

    folder: Path
    database_url: str = ""

    @property
    def environment(self):
        return {"PATH": os.environ["PATH"], "DATA_DIR": str(self.folder), "DATABASE_URL": self.database_url}

    def start(self, *arguments):
        return subprocess.Popen(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments):
        """Run a command and return (exit code, its output and its complaints)."""
        process = self.start(*arguments)
        output, complaints = process.communicate(timeout=300)
        return process.returncode, output + complaints

    def ask(self, code):
        """Return what a line of Python prints in the registry’s shell."""
        status, output = self.run("shell", "--no-imports", "-c", code)
        assert status == 0, output
        return output.strip()


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """A registry with some records, an account, a document, and a history with a deleted record."""
    registry = Registry(tmp_path_factory.mktemp("filled"))
    for command in (
        ["migrate", "-v0"],
        ["load_synthetic", "--institutions", "20", "--exchanges", "100", "--seed", "1"],
        ["create_first_account"],
    ):
        status, output = registry.run(*command)
        assert status == 0, output
    registry.ask(
        "from django.core.files.base import ContentFile; from partners.models import *;"
        "a = Agreement.objects.first();"
        "AgreementDocument.objects.create(agreement=a, title='Скан', file=ContentFile(b'%PDF-1.4 signed', 'a.pdf'));"
        "Contact.objects.create(institution=Institution.objects.first(), name='Ғафур').delete()"
    )
    return registry


@pytest.fixture(scope="session")
def backup_file(filled, tmp_path_factory):
    path = tmp_path_factory.mktemp("backups") / "registry.backup"
    status, output = filled.run("backup", path)
    assert status == 0, output
    return path


@pytest.fixture
def postgresql_registry(tmp_path):
    """An empty registry on the PostgreSQL server of the tests, in a database that goes afterwards."""
    settings = connection.settings_dict
    name = f"{settings['NAME']}_moved_{os.getpid()}"  # workers of xdist share the first part
    server = {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"]}
    server["password"] = settings["PASSWORD"]
    with psycopg.connect(dbname="postgres", autocommit=True, **server) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        address = f"{server['user']}:{server['password']}@{server['host']}:{server['port'] or 5432}"
        yield Registry(tmp_path / "moved", f"postgres://{address}/{name}")
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
