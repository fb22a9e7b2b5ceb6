"""The second factor: a six-digit code of an app (TOTP, RFC 6238), and recovery codes for the day the phone is lost."""

import base64
import io
import time

import segno
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_login_failed
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django_otp import verify_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

RECOVERY_CODES = 10
MINUTES_FOR_THE_CODE = 5
PENDING = "signing_in"

WHO_MUST = ("auth.change_user", "partners.erase_personal_data")
"""Permissions that ask for a second factor where REQUIRE_SECOND_FACTOR is on: the head's and the administrator's."""


def must_have(user):
    """Whether this person may only work with a second factor."""
    return settings.REQUIRE_SECOND_FACTOR and any(user.has_perm(permission) for permission in WHO_MUST)


def device_of(user):
    """Return the device whose codes this person signs in with, or None."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def draft_device(user):
    """Return the device that is being set up, made now if there is none."""
    return TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "draft"})[0]


def picture(device):
    """Return the QR code of a device as PNG bytes (dark on white, in either theme of the page)."""
    file = io.BytesIO()
    segno.make(device.config_url, error="m").save(file, kind="png", scale=5, border=4)
    return file.getvalue()


def secret_of(device):
    """Return the secret as people type it into an app without a camera: base32 in groups of four."""
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


@transaction.atomic
def confirm(device, code):
    """Take a drafted device into use if its code is right; return whether it was."""
    if not verify_token(device.user, device.persistent_id, code):
        return False
    TOTPDevice.objects.filter(user=device.user).exclude(pk=device.pk).delete()
    TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True, name="app")
    device.refresh_from_db()
    return True


@transaction.atomic
def new_recovery_codes(user):
    """Return new recovery codes, each good for once; the earlier ones stop working."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery codes", confirmed=True)
    codes = [StaticToken.random_token() for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def recovery_codes_left(user):
    """Return how many recovery codes are still good."""
    return StaticToken.objects.filter(device__user=user).count()


@transaction.atomic
def remove(user):
    """Let the person sign in with the password alone again."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def verified_by(user, code):
    """Return the device that takes the code, or None. A code of six digits is the app's, any other a recovery code."""
    code = "".join(code.split()).replace("-", "").lower()
    kind = TOTPDevice if code.isdigit() else StaticDevice
    device = kind.objects.filter(user=user, confirmed=True).first()
    return device and verify_token(user, device.persistent_id, code[:16])


def begin(request, user, address):
    """Remember, in a session that is not signed in, who gave the right password and where they want to go."""
    request.session.cycle_key()
    request.session[PENDING] = {
        "user": user.pk,
        "backend": user.backend,
        "hash": user.get_session_auth_hash(),
        "until": time.time() + MINUTES_FOR_THE_CODE * 60,
        "next": address,
    }


def pending(request):
    """Return the person who still owes a code and the address to go to, or (None, "")."""
    state = request.session.get(PENDING)
    if not state or state["until"] < time.time():
        return None, ""
    user = get_user_model().objects.filter(pk=state["user"], is_active=True).first()
    if user is None or not constant_time_compare(state["hash"], user.get_session_auth_hash()):
        return None, ""
    user.backend = state["backend"]
    return user, state["next"]


def report_failure(request, user):
    """Let a wrong code count like a wrong password."""
    credentials = {"username": user.get_username(), "second_factor": True}
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)


def end_other_sessions(user, kept=None):
    """Sign the person out everywhere but in the session with the key ``kept``."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=kept).iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
