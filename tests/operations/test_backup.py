"""Backup and restore: whole or not at all, on either database, and never over what is there."""

import json
import shutil
import stat
import subprocess
import sys
import zipfile

import pytest
from django.core.management import CommandError, call_command

from tests.operations.conftest import BASE_DIR, COUNTS, LAST_KEY, Registry

pytestmark = pytest.mark.sqlite  # the registries here are


def rewrite(source, target, change):
    """Copy a backup with its members changed: ``change`` takes and returns a dict of name and content."""
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in change(members).items():
            archive.writestr(name, content)
    return target


def refusal(path):
    """Return the sentence with which the file is refused. A test without a database may not ask for one."""
    with pytest.raises(CommandError) as refused:
        call_command("restore", path)
    assert "Database access not allowed" not in str(refused.value)
    return str(refused.value)


def with_manifest(**values):
    def change(members):
        return {**members, "manifest.json": json.dumps({**json.loads(members["manifest.json"]), **values})}

    return change


@pytest.fixture(scope="session")
def restored_once(backup_file, tmp_path_factory):
    """What `restore` made of the backup in an empty folder, and what it said; for copies, not to be changed."""
    registry = Registry(tmp_path_factory.mktemp("restored") / "registry")
    status, output = registry.run("restore", backup_file)
    assert status == 0, output
    return registry, output


@pytest.fixture
def restored(restored_once, tmp_path):
    """A registry of the test's own, restored from the backup."""
    registry = Registry(tmp_path / "restored")
    shutil.copytree(restored_once[0].folder, registry.folder)
    return registry


def test_everything_comes_back_into_an_empty_folder(filled, restored_once, restored):
    assert "every row compared" in restored_once[1]
    assert restored.ask(COUNTS) == filled.ask(COUNTS)
    document = next((restored.folder / "documents").rglob("*.pdf"))
    assert document.read_bytes() == b"%PDF-1.4 signed"
    assert restored.ask("from django.contrib.auth.models import *; print(User.objects.get().username)") == "admin"
    key_of_the_deleted = "from partners.models import *; print(Contact.history.latest('history_id').id)"
    assert int(restored.ask(LAST_KEY)) > int(filled.ask(key_of_the_deleted))


def test_a_backup_of_what_was_restored_has_the_same_rows(backup_file, restored, tmp_path):
    status, output = restored.run("backup", tmp_path / "again.backup")

    assert status == 0, output
    tables = []
    for path in (backup_file, tmp_path / "again.backup"):
        with zipfile.ZipFile(path) as archive:
            tables.append(json.loads(archive.read("manifest.json"))["tables"])
    assert tables[0] == tables[1]


def test_the_file_is_for_its_owner_alone_and_nothing_else_is_left(backup_file):
    assert stat.S_IMODE(backup_file.stat().st_mode) == 0o600
    assert [path.name for path in backup_file.parent.iterdir()] == ["registry.backup"]


def test_check_only_verifies(backup_file, tmp_path):
    status, output = Registry(tmp_path / "untouched").run("restore", "--check", backup_file)

    assert (status, "is whole" in output) == (0, True)
    assert not (tmp_path / "untouched" / "documents").exists()


def cut_in_half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip_a_byte(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(bytes(content))


def change_when_it_was_packed(path):
    """The time of the first member: a byte that tells nothing of what the members hold."""
    content = bytearray(path.read_bytes())
    content[10] ^= 1
    path.write_bytes(bytes(content))


def damage(name, change):
    return lambda members: {**members, name: change(members[name])}


@pytest.mark.parametrize(
    "spoil", [cut_in_half, flip_a_byte, change_when_it_was_packed], ids=["cut", "flipped", "time"]
)
def test_a_damaged_file_is_refused_before_anything_is_touched(backup_file, tmp_path, spoil):
    path = tmp_path / "damaged.backup"
    shutil.copy(backup_file, path)
    spoil(path)

    assert "damaged" in refusal(path)
    assert [file.name for file in tmp_path.iterdir()] == ["damaged.backup"]


def test_a_refusal_is_one_line_for_the_operator_and_leaves_an_empty_folder_empty(backup_file, tmp_path):
    path = tmp_path / "damaged.backup"
    shutil.copy(backup_file, path)
    flip_a_byte(path)

    status, output = Registry(tmp_path / "target").run("restore", path)

    assert (status, "damaged" in output, len(output.splitlines())) == (1, True, 1)
    assert {file.name for file in (tmp_path / "target").iterdir()} <= {"secret_key"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (damage("tables/auth.user.jsonl", lambda rows: rows.replace(b"admin", b"other")), "rows of auth.user"),
        (damage("tables/auth.user.jsonl", lambda rows: b""), "rows of auth.user"),
        (lambda members: {"readme.txt": b"hello"}, "not a backup of the registry"),
        (with_manifest(format="another-product"), "not a backup of the registry"),
        (with_manifest(version=99), "newer version"),
        (with_manifest(migrations=[["partners", "9999_future"]]), "newer version"),
        (with_manifest(documents={"../../evil.pdf": {"size": 1, "sha256": ""}}), "damaged"),
        (lambda members: {**members, "tables/extra.jsonl": b"[]"}, "its contents are not those"),
        (with_manifest(version="1"), "its manifest makes no sense"),
        (with_manifest(migrations=5), "its manifest makes no sense"),
    ],
)
def test_foreign_newer_and_forged_files_are_refused_with_the_reason(backup_file, tmp_path, change, sentence):
    path = rewrite(backup_file, tmp_path / "other.backup", change)

    assert sentence in refusal(path)


def test_a_bomb_is_refused_unopened(backup_file, tmp_path):
    with zipfile.ZipFile(backup_file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    path = tmp_path / "bomb.backup"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps({**manifest, "tables": {"x": {}}, "documents": {}}))
        with archive.open("tables/x.jsonl", "w") as member:
            for _megabyte in range(150):
                member.write(bytes(2**20))

    assert "packed too tightly" in refusal(path)


def test_records_are_replaced_only_when_asked(filled, backup_file, restored):
    restored.ask(LAST_KEY)

    refused = restored.run("restore", backup_file)
    kept = restored.ask("from partners.models import *; print(Contact.objects.filter(name='x').count())")
    replaced = restored.run("restore", "--replace", backup_file)

    assert (refused[0], "--replace" in refused[1], kept) == (1, True, "1")
    assert replaced[0] == 0, replaced[1]
    assert restored.ask(COUNTS) == filled.ask(COUNTS)


def test_dated_backups_rotate(filled, tmp_path):
    folder = tmp_path / "kept"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"iet-relations-2016010{day}-030000.backup").touch()
    (folder / "notes.txt").touch()

    status, output = filled.run("backup", "--keep", "2", folder)

    names = sorted(path.name for path in folder.iterdir())
    assert status == 0, output
    assert names[0] == "iet-relations-20160103-030000.backup"
    assert (len(names), names[-1]) == (3, "notes.txt")


def test_a_folder_that_is_missing_is_told_in_one_line(filled, tmp_path):
    status, output = filled.run("backup", tmp_path / "missing" / "registry.backup")

    assert status == 1
    assert output.splitlines()[-1].endswith("No such file or directory.")
    assert "Traceback" not in output


def test_a_full_disk_is_told_and_leaves_no_half_file(filled, tmp_path):
    command = (
        f"ulimit -f 48; exec {sys.executable} manage.py backup {tmp_path}/registry.backup"  # 48 KB a file at most
    )

    process = subprocess.run(
        ["bash", "-c", command], cwd=BASE_DIR, env=filled.environment, capture_output=True, text=True, timeout=120
    )

    assert process.returncode == 1
    assert process.stderr.startswith("CommandError: The backup cannot be written to")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_is_killed_leaves_the_earlier_one_as_it_was(filled, tmp_path):
    path = tmp_path / "registry.backup"
    filled.run("backup", path)
    before = path.read_bytes()

    process = filled.start("backup", path)
    while process.poll() is None and not list(tmp_path.glob("*.part")):
        pass
    process.kill()
    process.communicate()

    assert path.read_bytes() == before
    assert filled.run("restore", "--check", path)[0] == 0


def test_a_restore_that_is_killed_leaves_nothing_half(backup_file, filled, restored):
    process = restored.start("restore", "--replace", "-v2", backup_file)
    for line in process.stderr:
        if line.startswith("partners.agreement:"):
            break
    process.kill()
    process.communicate()

    assert restored.ask(COUNTS) == filled.ask(COUNTS)
