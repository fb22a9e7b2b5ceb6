from django.core.management.base import BaseCommand

from office.importing.working import APPLY, CHECK, UNDO, work


class Command(BaseCommand):
    help = (
        "Checks, applies or undoes an import of the staff’s pages. The pages start this command themselves for "
        "large files; on the command line use import_records and undo_import."
    )

    def add_arguments(self, parser):
        parser.add_argument("batch", type=int, help="the number of the import")
        parser.add_argument("step", choices=[CHECK, APPLY, UNDO], help="what to do")
        parser.add_argument("language", help="the language of what is told (en, ru, tg)")

    def handle(self, *, batch, step, language, **options):
        work(batch, step, language)
