from django.core.management.base import BaseCommand, CommandError

from iet_relations.command_days import day
from office.erasing import erase


class Command(BaseCommand):
    help = (
        "Erases the names and e-mails of people whose exchange ended before a day, from the records, their history "
        "and the files of imports. The exchanges stay and are counted as before. This cannot be undone; backups made "
        "earlier still hold the names until they are removed."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--ended-before", type=day, required=True, metavar="DATE", help="the day, like 2017-01-31; not included"
        )
        parser.add_argument(
            "--contacts-of-closed",
            action="store_true",
            help="also delete the contacts of institutions that closed before the day",
        )
        parser.add_argument("--dry-run", action="store_true", help="only tell how much would be erased")

    def handle(self, *, ended_before, contacts_of_closed, dry_run, **options):
        erased = erase(ended_before, contacts_of_closed, dry_run)
        self.stdout.write("Would be erased:" if dry_run else "Erased:")
        self.stdout.write(f"  names in exchanges: {erased.exchanges}")
        self.stdout.write(f"  rows of history: {erased.history_rows}")
        self.stdout.write(f"  contacts: {erased.contacts}")
        self.stdout.write(f"  files of imports: {erased.import_files}")
        self.stdout.write(f"  values that imports remembered: {erased.import_changes}")
        if not erased.overwritten:
            raise CommandError(
                "No record holds them any more, but the database was in use, and its files may still hold the bytes. "
                "Run this command once more."
            )
