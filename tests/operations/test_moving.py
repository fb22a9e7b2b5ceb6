"""A registry moves between the databases by its backup."""

import pytest

from tests.operations.conftest import COUNTS, LAST_KEY, Registry


@pytest.mark.postgresql
def test_records_move_from_sqlite_to_postgresql_and_back(filled, backup_file, postgresql_registry, tmp_path):
    there = postgresql_registry.run("restore", backup_file)
    counts = postgresql_registry.ask(COUNTS)
    key = int(postgresql_registry.ask(LAST_KEY))
    written = postgresql_registry.run("backup", tmp_path / "from-postgresql.backup")
    home = Registry(tmp_path / "home")
    back = home.run("restore", tmp_path / "from-postgresql.backup")

    assert [status for status, _output in (there, written, back)] == [0, 0, 0], (there, written, back)
    assert counts == filled.ask(COUNTS)
    assert key > 1
    assert home.ask("from partners.models import *; print(Contact.objects.filter(name='x').count())") == "1"


@pytest.mark.postgresql
def test_records_on_postgresql_are_replaced_by_those_of_a_backup(filled, backup_file, postgresql_registry):
    postgresql_registry.run("restore", backup_file)
    postgresql_registry.ask("from partners.models import *; Contact.objects.all().delete(); print()")

    status, output = postgresql_registry.run("restore", "--replace", backup_file)

    assert status == 0, output
    assert postgresql_registry.ask(COUNTS) == filled.ask(COUNTS)
