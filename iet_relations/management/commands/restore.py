from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from iet_relations.backups import BackupError
from iet_relations.backups.restoring import restore
from iet_relations.backups.verifying import verify


class Command(BaseCommand):
    help = (
        "Brings back what `backup` wrote, into an empty DATA_DIR or a database that was never migrated. The file is "
        "verified before anything is touched, and the rows are compared with it afterwards. Stop the registry first."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--check", action="store_true", help="only verify the file")
        parser.add_argument(
            "--replace", action="store_true", help="let go of the records and documents that are there"
        )

    def handle(self, *, file, check, replace, verbosity, **options):
        progress = self.stderr.write if verbosity > 1 else lambda text: None
        try:
            manifest = verify(file) if check else restore(file, replace, progress)
        except BackupError as error:
            raise CommandError(str(error)) from None
        if not check:
            call_command("migrate", verbosity=0, interactive=False)
        rows = sum(table["rows"] for table in manifest["tables"].values())
        done = "is whole" if check else "is restored, and every row compared"
        self.stdout.write(
            f"The backup of {manifest['made_at']} {done}: {rows} rows, {len(manifest['documents'])} documents."
        )
