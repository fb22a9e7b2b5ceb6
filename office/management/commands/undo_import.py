from django.core.management.base import BaseCommand, CommandError

from office.importing.undoing import UndoRefused, undo
from office.models import ImportBatch


class Command(BaseCommand):
    help = (
        "Takes an applied import back as a whole: records that it created are deleted, changed ones get their earlier "
        "values back. Where a record was changed since, it says so and changes nothing, unless --force. The history "
        "keeps both the import and its undoing."
    )

    def add_arguments(self, parser):
        parser.add_argument("batch", type=int, help="the number of the import, as import_records printed it")
        parser.add_argument("--force", action="store_true", help="undo it even where later changes are lost by that")

    def handle(self, *, batch, force, **options):
        found = ImportBatch.objects.filter(pk=batch).first()
        if found is None:
            raise CommandError(f"There is no import {batch}.")
        try:
            undo(found, force=force)
        except UndoRefused as error:
            hint = " (--force undoes it all the same)" if error.changed and not error.relied_on else ""
            raise CommandError(f"{error}{hint}") from None
        self.stdout.write(f"Import {batch} was undone: {found.created} removed, {found.updated} restored")
