from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from iet_relations.lists.tables import csv_lines, write_xlsx
from iet_relations.synthetic import is_synthetic
from office.importing.kinds import KINDS


class Command(BaseCommand):
    help = (
        "Writes all records of a kind to a CSV (UTF-8) or XLSX file, with the columns that import_records reads: "
        "export, edit, import is a round trip. The home institution is left out. The file may hold personal data."
    )

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=list(KINDS), help="what to write")
        parser.add_argument("file", type=Path, help="a name that ends in .csv or .xlsx; an existing file is replaced")

    def handle(self, *, kind, file, **options):
        model, table = KINDS[kind].model, KINDS[kind].table
        counted = 0

        def rows():
            nonlocal counted
            for row in table.rows(model._default_manager.order_by("pk")):
                counted += 1
                yield row

        ending = file.suffix.lower()
        if ending not in (".csv", ".xlsx"):
            raise CommandError(f"{file.name}: the name must end in .csv or .xlsx")
        about = [(_("Synthetic data"), _("Every record here is made up."))] if is_synthetic() else []
        beside = file.with_name(f".{file.name}.part")
        try:
            with beside.open("wb") as out:
                if ending == ".xlsx":
                    write_xlsx(out, table.columns, rows(), title=kind, about=about)
                else:
                    out.writelines(text.encode() for text in csv_lines(table.columns, rows()))
            beside.replace(file)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}") from None
        finally:
            beside.unlink(missing_ok=True)
        made_up = " (synthetic data)" if about else ""
        self.stdout.write(f"{counted} {kind} written to {file}{made_up}")
