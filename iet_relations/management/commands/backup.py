from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from iet_relations.backups import BackupError
from iet_relations.backups.verifying import verify
from iet_relations.backups.writing import write

NAME = "iet-relations-{:%Y%m%d-%H%M%S}.backup"
PATTERN = "iet-relations-????????-??????.backup"


class Command(BaseCommand):
    help = (
        "Writes everything into one file: records, accounts, history, documents. The file can be restored on SQLite "
        "and on PostgreSQL, holds personal data, and is readable by its owner alone. Staff may go on working."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", help="the file to write; with --keep, the folder to write a dated file into")
        parser.add_argument(
            "--keep", type=int, metavar="N", help="make a dated file in the folder, and remove all but the newest N"
        )

    def handle(self, *, file, keep, verbosity, **options):
        if keep is not None and keep < 1:
            raise CommandError("--keep: keep at least 1.")
        now = timezone.localtime()
        path = Path(file)
        if keep:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = path / NAME.format(now)
        try:
            manifest = write(path, now, self.stderr.write if verbosity > 1 else lambda text: None)
            if keep:
                verify(path)
        except BackupError as error:
            raise CommandError(str(error)) from None
        for name in manifest["missing_documents"]:
            self.stderr.write(f"Missing document: {name}")
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(f"{path}: {rows} rows, {len(manifest['documents'])} documents.")
        if keep:
            for old in sorted(path.parent.glob(PATTERN))[:-keep]:
                old.unlink()
                self.stdout.write(f"{old}: removed.")
