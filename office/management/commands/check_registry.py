from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from iet_relations.command_days import day
from office.worklist import CHECKS, report_to_publish


class Command(BaseCommand):
    help = "Prints what is missing or doubtful in the registry as of a day: a line for each record, by kind of check."

    def add_arguments(self, parser):
        parser.add_argument("--on", type=day, metavar="DATE", help="as of this day, like 2017-01-31 (today)")

    def handle(self, *, on=None, **options):
        on = on or timezone.localdate()
        total = 0
        for check in CHECKS:
            for record in check.rows(on).iterator(chunk_size=2000):
                self.stdout.write(f"{check.key}\t{record.pk}\t{' '.join(str(record).split())}\t{check.title}")
                total += 1
        if year := report_to_publish(on):
            self.stdout.write(f"report-to-publish\t{year.slug}\t{year}\t{_('Annual report not published')}")
            total += 1
        if total:
            message = ngettext("%(total)s thing needs attention.", "%(total)s things need attention.", total)
            self.stdout.write(message % {"total": total})
        else:
            self.stdout.write(_("Nothing needs attention."))
