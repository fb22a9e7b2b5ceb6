import smtplib

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from iet_relations.command_days import day
from office import reminding


class Command(BaseCommand):
    help = (
        "Mails the responsible people 180, 90 and 30 days before agreements end or notice must be given and before "
        "project deadlines, each once. Run it daily; after missed days it sends what is still due."
    )

    def add_arguments(self, parser):
        parser.add_argument("--on", type=day, metavar="DATE", help="as if it were this day, like 2017-01-31 (today)")
        parser.add_argument("--dry-run", action="store_true", help="only print what would be sent")

    def handle(self, *, on=None, dry_run=False, **options):
        on = on or timezone.localdate()
        if not dry_run:
            reminding.release_abandoned(timezone.now())
        due = reminding.reminders(on)
        people = reminding.people(due)
        sent = failed = 0
        for key, dues in due.items():
            try:
                sent += self.deliver(dues, on, people.get(key), dry_run)
            except reminding.NobodyToWriteTo:
                failed += len(dues)
                self.stderr.write(
                    _(
                        "%(count)s reminders have nobody to go to: set OFFICE_EMAIL, or give the agreements a "
                        "responsible person who has an e-mail address."
                    )
                    % {"count": len(dues)}
                )
            except (OSError, smtplib.SMTPException, ValueError) as error:
                failed += len(dues)
                self.stderr.write(_("A mail could not be sent and will be tried again: %(why)s") % {"why": error})
        if dry_run:
            done = ngettext("%(count)s reminder would be sent.", "%(count)s reminders would be sent.", sent)
        else:
            done = ngettext("%(count)s reminder sent.", "%(count)s reminders sent.", sent)
        self.stdout.write(done % {"count": sent})
        if failed:
            raise CommandError(
                _("Not sent: %(count)s. Nothing is lost: the next run tries again.") % {"count": failed}
            )

    def deliver(self, dues, on, responsible, dry_run):
        if not dry_run:
            return reminding.send(dues, on, responsible)
        to, copy, _language = reminding.recipients(responsible)
        self.stdout.write(_("Would be sent to %(people)s:") % {"people": ", ".join(to + copy)})
        for due in dues:
            self.stdout.write(f"  {due.day}  {due.about}: {due.sentence}")
        return len(dues)
