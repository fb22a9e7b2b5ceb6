"""Writes a backup: beside its name first, and under its name when it is whole."""

import datetime
import hashlib
import json
import os
import zipfile
from contextlib import suppress
from pathlib import Path

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from iet_relations.backups import FORMAT, MANIFEST, VERSION, BackupError
from iet_relations.backups.engines import last_key, snapshot
from iet_relations.backups.rows import Sum, columns, lines, stored_models
from iet_relations.backups.seal import BLANK, seal

CHUNK = 1024 * 1024


def write(path, now, on_progress=lambda text: None):
    """Write everything into the file ``path``, readable by its owner alone, and return its manifest.

    ``now`` is when. Nothing appears under that name before it is whole and on the disk. Raises BackupError.
    """
    path = Path(path)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise BackupError("The database lacks migrations: run `manage.py migrate` first.")
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                archive.comment = BLANK
                manifest = _write_members(archive, now, executor, on_progress)
            seal(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise BackupError(f"The backup cannot be written to {path}: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            draft.unlink()
    return manifest


def _write_members(archive, now, executor, on_progress):
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": now.astimezone(datetime.UTC).isoformat(timespec="seconds"),
        "database": connection.vendor,
        "migrations": sorted(map(list, executor.loader.applied_migrations)),
        "tables": {},
        "documents": {},
        "missing_documents": [],
    }
    with snapshot():
        for label, model in stored_models(apps).items():
            manifest["tables"][label] = _write_table(archive, label, model)
            on_progress(f"{label}: {manifest['tables'][label]['rows']}")
        for name in stored_files():
            _write_document(archive, name, manifest)
    on_progress(f"documents: {len(manifest['documents'])}")
    archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def _write_table(archive, label, model):
    digest, total = hashlib.sha256(), Sum()
    names = [field.attname for field in columns(model)]
    with archive.open(f"tables/{label}.jsonl", "w", force_zip64=True) as member:
        for line in lines(model, names):
            member.write(line)
            digest.update(line)
            total.add(line)
    return {
        **total.result(),
        "sha256": digest.hexdigest(),
        "columns": names,
        "last_key": last_key(model),
    }


def _write_document(archive, name, manifest):
    digest, size = hashlib.sha256(), 0
    try:
        source = default_storage.open(name, "rb")
    except FileNotFoundError:  # removed since the folder was listed
        manifest["missing_documents"].append(name)
        return
    with source, archive.open(f"documents/{name}", "w", force_zip64=True) as member:
        for chunk in source.chunks(CHUNK):
            member.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    manifest["documents"][name] = {"size": size, "sha256": digest.hexdigest()}


def stored_files(folder=""):
    """Yield the names of all files in the storage of documents, sorted within each folder."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{folder}/{name}" if folder else name
    for name in sorted(folders):
        yield from stored_files(f"{folder}/{name}" if folder else name)


def _sync_folder(folder):
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
