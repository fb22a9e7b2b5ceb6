"""Who signed in, or tried to: for administrators, kept for half a year."""

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

KEPT = datetime.timedelta(days=180)
"""How long the log of sign-ins is kept."""

MOST = 100_000
"""Rows that are kept at most, however many attempts somebody makes."""


class SignInQuerySet(models.QuerySet):
    """Sign-ins and attempts."""

    def outdated(self, now):
        """Rows that are kept no longer: older than KEPT, or beyond the newest MOST."""
        last = self.order_by("-pk").values_list("pk", flat=True)[MOST : MOST + 1]
        return self.filter(models.Q(at__lt=now - KEPT) | models.Q(pk__lte=next(iter(last), 0)))


class SignIn(models.Model):
    """One sign-in or attempt. The name is what was typed; nothing else of what was typed is kept."""

    class Outcome(models.TextChoices):
        SIGNED_IN = "signed_in", _("signed in")
        WRONG = "wrong", _("wrong name or password")
        WRONG_CODE = "wrong_code", _("wrong code of the second factor")
        REFUSED = "refused", _("refused after too many attempts")
        RESET_ASKED = "reset_asked", _("asked for a new password by mail")

    at = models.DateTimeField(_("when"), db_index=True)
    username = models.CharField(_("account"), max_length=150, blank=True)
    address = models.GenericIPAddressField(_("from address"), null=True)
    browser = models.CharField(_("browser"), max_length=200, blank=True)
    outcome = models.CharField(_("outcome"), max_length=11, choices=Outcome.choices)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [("unlock_account", _("Can let a locked account sign in again"))]
        indexes = [models.Index(fields=["username", "-id"])]

    def __str__(self):
        return f"{self.username}: {self.get_outcome_display()}"


class SecondFactor(TOTPDevice):
    """Somebody's second factor as administrators see it, under its own name and in their language."""

    class Meta:
        proxy = True
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
        default_permissions = ("view", "delete")
