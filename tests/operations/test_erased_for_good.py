"""After erasing, no byte of the name is left: in the database’s file, its journal, uploads, or a new backup."""

import shutil
import zipfile

import pytest

from tests.operations.conftest import Registry

MARKS = [b"Zzmalika", "Ҷҷаҳонгир".encode(), b"\\u04b7\\u04b7\\u0430\\u04b3\\u043e\\u043d\\u0433\\u0438\\u0440"]

PEOPLE = """
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from mobility.models import Exchange
from office.models import ImportBatch
from partners.models import Institution
import datetime
connection.cursor().execute("PRAGMA secure_delete = OFF")  # as builds of SQLite other than Debian's have it
partner = Institution.objects.filter(is_home=False).first()
values = dict(partner=partner, academic_year="2010/2011", direction="outgoing", activity="SMS")
values |= dict(person_name="Zzmalika Ҷҷаҳонгир", person_email="zzmalika@example.org")
people = [Exchange.objects.create(**values) for number in range(60)]
for one in people[:20]:
    one.person_name = "Zzmalika, later"
    one.save()
for one in people[20:40]:
    one.delete()
upload = ContentFile(b"Zzmalika", "a")
batch = ImportBatch.objects.create(kind="exchanges", file_name="a.csv", sha256="0" * 64, file=upload)
batch.file.storage.save(f"imports/{batch.pk}.rows", ContentFile(b"Zzmalika"))
ImportBatch.objects.update(uploaded_at=datetime.datetime(2011, 1, 1, tzinfo=datetime.UTC))
print(Exchange.objects.people())
"""


def holding(folder):
    """Return the files below the folder that hold a byte of the person, in whatever part of them."""
    found = []
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        found += [path.name for mark in MARKS if mark.lower() in content.lower()]
    return sorted(set(found))


def everything_in(backup, folder):
    with zipfile.ZipFile(backup) as archive:
        archive.extractall(folder)
    return folder


@pytest.mark.sqlite
def test_nothing_is_left_of_a_name_and_the_numbers_stay(filled, tmp_path):
    registry = Registry(tmp_path / "registry")
    shutil.copytree(filled.folder, registry.folder)
    people = registry.ask(PEOPLE)
    before = holding(registry.folder)

    status, output = registry.run("erase_personal_data", "--ended-before", "2017-09-01")

    assert status == 0, output
    assert "registry.sqlite3" in before and len(before) == 3
    assert holding(registry.folder) == []
    assert registry.ask("from mobility.models import Exchange; print(Exchange.objects.people())") == people
    status, output = registry.run("backup", tmp_path / "after.backup")
    assert status == 0, output
    assert holding(everything_in(tmp_path / "after.backup", tmp_path / "unpacked")) == []
