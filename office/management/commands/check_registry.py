from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from iet_relations.command_days import day
from iet_relations.data_state import unwatched_tables
from mobility import exchange_totals
from office.worklist import CHECKS, report_to_publish


class Command(BaseCommand):
    help = "Prints what is missing or doubtful in the registry as of a day: a line for each record, by kind of check."

    def add_arguments(self, parser):
        parser.add_argument("--on", type=day, metavar="DATE", help="as of this day, like 2017-01-31 (today)")

        parser.add_argument("--mend", action="store_true", help="add up anew where totals are not those of the rows")

    def handle(self, *, on=None, mend=False, **options):
        on = on or timezone.localdate()
        total = self.check_totals(mend)
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

    def check_totals(self, mend):
        """Compare the summary of exchanges with its rows; return the number of differences."""
        wrong, unwatched = exchange_totals.differences(), unwatched_tables()
        for kind, kept, counted in wrong:
            title = _("Totals that are not those of the rows")
            self.stdout.write(f"exchange-totals\t{kind}\t{kept} / {counted}\t{title}")
        for table in unwatched:
            title = _("A table without its triggers: run “migrate”.")
            self.stdout.write(f"triggers\t{table}\t\t{title}")
        if wrong and mend:
            exchange_totals.add_up()
        return len(wrong) + len(unwatched)
