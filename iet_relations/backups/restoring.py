"""Brings a backup back, on either database: all of it, or nothing."""

import hashlib

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from iet_relations.backups import BackupError
from iet_relations.backups.engines import (
    all_or_nothing,
    drop_tables,
    later_constraints,
    set_last_key,
    tables_with_records,
)
from iet_relations.backups.rows import insert, stored_models, summed
from iet_relations.backups.verifying import CHUNK, opened, verify
from iet_relations.backups.writing import stored_files


def restore(path, replace=False, on_progress=lambda text: None):
    """Put the backup in place of what the database and the storage hold, and return its manifest.

    The file is verified before anything is touched. Raises BackupError; then the database is as it was before. Where
    records exist, only ``replace`` lets them go. The tables come back in the state of the backup's migrations:
    `migrate` brings them to that of the code.
    """
    manifest = verify(path)
    records, files = tables_with_records(), next(stored_files(), None)
    if (records or files) and not replace:
        held = f"records (in {records[0]})" if records else f"documents ({files})"
        raise BackupError(f"There are {held} already. Restore into an empty place, or let go of them with --replace.")
    with opened(path) as (archive, _manifest):
        _restore_documents(archive, manifest, on_progress)
        try:
            with all_or_nothing():
                _restore_tables(archive, manifest, on_progress)
        except (DatabaseError, ValidationError, ValueError, TypeError, KeyError) as error:
            raise BackupError(f"The rows cannot be restored: {' '.join(str(error).split())}") from error
    for name in list(stored_files()):
        if name not in manifest["documents"]:
            default_storage.delete(name)
    return manifest


def _restore_tables(archive, manifest, on_progress):
    drop_tables()
    state = _migrate_to(manifest["migrations"])
    later_constraints()
    models = stored_models(state.apps)
    if missing := sorted(set(manifest["tables"]) ^ set(models)):
        raise BackupError(f"The backup and its migrations do not agree about {', '.join(missing)}.")
    for label, model in models.items():
        model._base_manager.all()._raw_delete(using="default")
        table = manifest["tables"][label]
        with archive.open(f"tables/{label}.jsonl") as member:
            insert(model, member, table["columns"])
        set_last_key(model, table["last_key"])
        on_progress(f"{label}: {table['rows']}")
    for label, model in models.items():
        table = manifest["tables"][label]
        if summed(model, table["columns"]) != {"rows": table["rows"], "sum": table["sum"]}:
            raise BackupError(f"The rows of {label} did not come back as they were written.")


def _migrate_to(migrations):
    """Make the tables as the given migrations leave them, and return the state of the models then."""
    executor = MigrationExecutor(connection)
    wanted = {tuple(key) for key in migrations}
    nodes = [node for node in executor.loader.graph.nodes if node in wanted]
    children = {node: executor.loader.graph.node_map[node].children for node in nodes}
    leaves = [
        node for node in nodes if not any(child.key[0] == node[0] and child.key in wanted for child in children[node])
    ]
    executor.migrate(leaves)
    return executor.loader.project_state(leaves)


def _restore_documents(archive, manifest, on_progress):
    for name, document in manifest["documents"].items():
        if default_storage.exists(name):
            if _checksum(name) == document["sha256"]:
                continue
            default_storage.delete(name)
        with archive.open(f"documents/{name}") as member:
            saved = default_storage.save(name, File(member, name=name))
        if saved != name or _checksum(name) != document["sha256"]:
            raise BackupError(f"The document {name} did not come back as it was written.")
    on_progress(f"documents: {len(manifest['documents'])}")


def _checksum(name):
    digest = hashlib.sha256()
    with default_storage.open(name, "rb") as file:
        for chunk in file.chunks(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
