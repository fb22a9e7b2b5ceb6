"""Reads a backup through and says what is wrong with it, before anything is touched."""

import hashlib
import json
import zipfile
import zlib
from contextlib import contextmanager

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.utils import validate_file_name
from django.db.migrations.loader import MigrationLoader

from iet_relations.backups import FORMAT, MANIFEST, VERSION, BackupError
from iet_relations.backups.rows import Sum
from iet_relations.backups.seal import LENGTH, is_broken

CHUNK = 1024 * 1024
LARGEST_MANIFEST = 256 * CHUNK
LONGEST_ROW = 64 * CHUNK
PACKED_RATIO = 300
"""How many times smaller a member of more than PACKED_CHECKED bytes may be packed; rows of history reach about 30."""
PACKED_CHECKED = 100 * CHUNK
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@contextmanager
def opened(path):
    """Yield the archive and the manifest of a backup. Raises BackupError for a foreign, newer or damaged file."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive, _manifest(archive, path)
    except DAMAGE as error:
        raise BackupError(f"{path} is damaged or no backup of the registry: {error}.") from error
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror or error}.") from error


def _manifest(archive, path):
    foreign = BackupError(f"{path} is not a backup of the registry.")
    if MANIFEST not in archive.namelist() or archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise foreign
    try:
        manifest = json.loads(archive.read(MANIFEST))
    except ValueError:
        raise foreign from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise foreign
    if manifest["version"] > VERSION:
        raise BackupError(f"{path} was made by a newer version of the registry: restore it with that one.")
    return manifest


def verify(path):
    """Read every byte of a backup, and return its manifest. Raises BackupError, naming the first thing wrong."""
    try:
        return _verified(path)
    except (KeyError, TypeError, AttributeError, ValueError) as error:  # a manifest that nobody's backup wrote
        raise BackupError(f"{path} is damaged: its manifest makes no sense.") from error


def _verified(path):
    with opened(path) as (archive, manifest):
        known = {tuple(key) for key in MigrationLoader(None).disk_migrations}
        unknown = [".".join(key) for key in manifest["migrations"] if tuple(key) not in known]
        if unknown:
            raise BackupError(
                f"{path} was made by a newer version of the registry ({unknown[0]}): restore it with that one."
            )
        expected = {MANIFEST, *(f"tables/{label}.jsonl" for label in manifest["tables"])}
        expected |= {f"documents/{name}" for name in manifest["documents"]}
        if sorted(archive.namelist()) != sorted(expected):
            raise BackupError(f"{path} is damaged: its contents are not those of its manifest.")
        if len(archive.comment) == LENGTH and is_broken(archive.fp):  # the first backups had no seal
            raise BackupError(f"{path} is damaged: its bytes are not those that were written.")
        for member in archive.infolist():
            if member.file_size > max(PACKED_CHECKED, PACKED_RATIO * member.compress_size):
                raise BackupError(f"{path} is no backup of the registry: {member.filename} is packed too tightly.")
        for label, table in manifest["tables"].items():
            _verify_table(archive, path, label, table)
        for name, document in manifest["documents"].items():
            _verify_document(archive, path, name, document)
        return manifest


def _verify_table(archive, path, label, table):
    digest, total, width = hashlib.sha256(), Sum(), len(table["columns"])
    with archive.open(f"tables/{label}.jsonl") as member:
        while line := member.readline(LONGEST_ROW):
            digest.update(line)
            total.add(line)
    if (digest.hexdigest(), total.result()) != (table["sha256"], {"rows": table["rows"], "sum": table["sum"]}):
        raise BackupError(f"{path} is damaged: the rows of {label} are not those that were written.")
    if table["rows"] and not width:
        raise BackupError(f"{path} is damaged: {label} has no columns.")


def _verify_document(archive, path, name, document):
    try:
        validate_file_name(name, allow_relative_path=True)
    except SuspiciousFileOperation:
        raise BackupError(f"{path} names a document outside of its folder: {name!r}.") from None
    digest = hashlib.sha256()
    with archive.open(f"documents/{name}") as member:
        while chunk := member.read(CHUNK):
            digest.update(chunk)
    if digest.hexdigest() != document["sha256"]:
        raise BackupError(f"{path} is damaged: the document {name} is not the one that was written.")
