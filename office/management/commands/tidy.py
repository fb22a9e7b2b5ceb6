from axes.models import AccessAttempt
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import SignIn
from office.importing.working import forget_abandoned


class Command(BaseCommand):
    help = (
        "Removes what is kept no longer: sessions that ended, the log of sign-ins after 180 days, counted failures "
        "that lock nobody any more, and uploads that were not imported within a week. A timer runs it daily."
    )

    def handle(self, **options):
        now = timezone.now()
        SignIn.objects.outdated(now).delete()
        AccessAttempt.objects.filter(attempt_time__lt=now - settings.AXES_COOLOFF_TIME).delete()
        call_command("clearsessions")
        forget_abandoned(now)
