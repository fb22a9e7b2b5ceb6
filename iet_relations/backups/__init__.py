"""Everything in one file: records, accounts, history and documents, on either database (docs/operations.md).

A backup is a ZIP file. ``tables/<app>.<model>.jsonl`` has a line per row, a JSON array of the values in the order of
the manifest's columns; ``documents/…`` are the files; ``manifest.json``, written last, has the format, the state of
the migrations, and the SHA-256 of every member; the comment of the ZIP is the SHA-256 of the whole file (``seal``).
Sessions, counted failures of signing in and the secret key are left out: after a restore everybody signs in again.
"""

FORMAT = "iet-relations-backup"
VERSION = 1
MANIFEST = "manifest.json"


class BackupError(Exception):
    """A backup or a restore that cannot be done; the message is a sentence for the person at the console."""
