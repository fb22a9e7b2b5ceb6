"""Writes the log of sign-ins from Django's signals."""

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.utils import timezone

from accounts.models import SignIn
from iet_relations.serving.client_address import client_address


def connect():
    user_logged_in.connect(signed_in, dispatch_uid="accounts.signed_in")
    user_login_failed.connect(failed, dispatch_uid="accounts.failed")


def record(request, username, outcome):
    """Keep one line about a request to sign in."""
    SignIn.objects.create(
        at=timezone.now(),
        username=str(username or "").replace("\0", "")[:150],
        address=client_address(request),
        browser=request.META.get("HTTP_USER_AGENT", "")[:200],
        outcome=outcome,
    )


def signed_in(sender, request, user, **kwargs):
    record(request, user.get_username(), SignIn.Outcome.SIGNED_IN)


def failed(sender, credentials, request=None, **kwargs):
    """Tell apart who was refused unheard, who had no right password, and who had no right code."""
    if request is None:
        return
    counted = getattr(request, "axes_failures_since_start", None) is not None
    if getattr(request, "axes_locked_out", False) and not counted:
        outcome = SignIn.Outcome.REFUSED
    elif "second_factor" in credentials:
        outcome = SignIn.Outcome.WRONG_CODE
    else:
        outcome = SignIn.Outcome.WRONG
    record(request, credentials.get("username"), outcome)
