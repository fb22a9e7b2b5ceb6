"""How staff are reached, and what they were reminded of."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def digest(token):
    """Return what is kept of a secret address: its SHA-256, from which the address cannot be found again."""
    return hashlib.sha256(token.encode()).hexdigest()


class StaffProfileManager(models.Manager):
    """Profiles come into being when they are first needed."""

    def of(self, user):
        """Return the profile of the user, made now if there was none."""
        return self.get_or_create(user=user)[0]

    def by_token(self, token):
        """Return the profile whose calendar has this secret address; raises DoesNotExist, also for people who left."""
        return self.select_related("user").get(calendar_digest=digest(token), user__is_active=True)


class StaffProfile(models.Model):
    """How the registry speaks to a colleague: the language of mails, and the secret address of the calendar."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_profile", verbose_name=_("user")
    )
    language = models.CharField(
        _("language of e-mails and calendar"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    # Two people without a calendar are no duplicates: NULL, not "".
    calendar_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001
    calendar_made_at = models.DateTimeField(_("calendar address made at"), null=True, editable=False)

    objects = StaffProfileManager()

    class Meta:
        verbose_name = _("staff profile")
        verbose_name_plural = _("staff profiles")
        default_permissions = ()

    def __str__(self):
        return str(self.user)

    def make_calendar_token(self, now):
        """Return a new secret for the calendar's address, shown this once; the earlier address stops working."""
        token = secrets.token_urlsafe(32)
        self.calendar_digest, self.calendar_made_at = digest(token), now
        self.save(update_fields=["calendar_digest", "calendar_made_at"])
        return token

    def revoke_calendar(self):
        """Let the calendar's address stop working."""
        self.calendar_digest = self.calendar_made_at = None
        self.save(update_fields=["calendar_digest", "calendar_made_at"])


class ReminderSent(models.Model):
    """A reminder that was claimed by a run, and sent: of one day of one record, so many days before it.

    The unique rule makes each one happen once, however many runs there are at a time.
    """

    class Kind(models.TextChoices):
        END = "end", _("end of an agreement")
        NOTICE = "notice", _("last day to give notice")
        RENEWAL = "renewal", _("automatic renewal of an agreement")
        DEADLINE = "deadline", _("deadline of a project")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    record = models.BigIntegerField(_("key of the agreement or deadline"))
    day = models.DateField(_("day that it is about"))
    stage = models.PositiveSmallIntegerField(_("days before"))
    claimed_at = models.DateTimeField(_("claimed at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)
    sent_to = models.CharField(_("sent to"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["kind", "record", "day", "stage"], name="reminder_once")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.day}"
