"""The second factor: setting it up, signing in with it, losing the phone, and who must have it."""

import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import factories

pytestmark = pytest.mark.django_db
PASSWORD = "right password"
ENROL = "/admin/second-factor/"


@pytest.fixture(autouse=True)
def no_waiting(settings):
    settings.OTP_TOTP_THROTTLE_FACTOR = settings.OTP_STATIC_THROTTLE_FACTOR = 0


def person(role, **values):
    user = factories.UserFactory(**values)
    user.set_password(PASSWORD)
    user.save()
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def zarina():
    return person("Editor", username="zarina")


def code_of(user):
    """Return the code that the person's app shows now."""
    device = TOTPDevice.objects.get(user=user)
    TOTPDevice.objects.update(last_t=-1)  # as if half a minute had gone by since the code before
    return f"{TOTP(device.bin_key, device.step, device.t0, device.digits).token():06d}"


def give_password(client, user, address="/admin/"):
    return client.post(f"/admin/login/?next={address}", {"username": user.username, "password": PASSWORD})


def enrol(client, user):
    """Set the second factor up as the person would, and return the recovery codes."""
    client.get(ENROL)
    page = client.post(ENROL, {"code": code_of(user)}).content.decode()
    return re.findall(r"<li><code>(\w+)</code>", page)


def test_without_a_device_the_password_is_enough(client, zarina):
    assert give_password(client, zarina).headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_who_has_a_device_is_in_only_after_its_code(client, zarina):
    client.force_login(zarina)
    codes = enrol(client, zarina)
    client.logout()

    asked = give_password(client, zarina, "/admin/partners/institution/")
    before = client.get("/admin/").status_code
    wrong = client.post("/admin/code/", {"code": "000000"}).status_code
    right = client.post("/admin/code/", {"code": code_of(zarina)})

    assert len(codes) == 10
    assert asked.headers["Location"] == "/admin/code/"
    assert (before, wrong) == (302, 200)
    assert right.headers["Location"] == "/admin/partners/institution/"
    assert client.get("/admin/partners/institution/").status_code == 200


def test_the_code_page_leads_nowhere_without_the_password(client, zarina):
    client.force_login(zarina)
    enrol(client, zarina)
    code = code_of(zarina)

    answer = Client().post("/admin/code/", {"code": code})

    assert answer.headers["Location"] == "/admin/login/"


def test_a_recovery_code_works_once(client, zarina):
    client.force_login(zarina)
    codes = enrol(client, zarina)
    client.logout()

    answers = []
    for _time in range(2):
        give_password(client, zarina)
        answers.append(client.post("/admin/code/", {"code": f" {codes[0].upper()} "}).status_code)
        client.logout()

    assert answers == [302, 200]
    assert StaticToken.objects.count() == 9


def test_a_code_works_once(client, zarina):
    client.force_login(zarina)
    enrol(client, zarina)
    client.logout()
    code = code_of(zarina)

    answers = []
    for _time in range(2):
        give_password(client, zarina)
        answers.append(client.post("/admin/code/", {"code": code}).status_code)
        client.logout()

    assert answers == [302, 200]


def test_wrong_codes_close_the_door_like_wrong_passwords(client, zarina):
    client.force_login(zarina)
    enrol(client, zarina)
    client.logout()
    give_password(client, zarina)

    wrong = [client.post("/admin/code/", {"code": "000000"}).status_code for _time in range(10)]

    assert wrong == [200] * 10
    assert client.post("/admin/code/", {"code": code_of(zarina)}).status_code == 429
    assert give_password(client, zarina).status_code == 429


def test_guesses_have_to_wait_for_each_other(client, zarina, settings):
    client.force_login(zarina)
    enrol(client, zarina)
    client.logout()
    give_password(client, zarina)
    settings.OTP_TOTP_THROTTLE_FACTOR = 1
    client.post("/admin/code/", {"code": "000000"})

    at_once = client.post("/admin/code/", {"code": code_of(zarina)}).status_code

    assert at_once == 200


def test_a_new_password_ends_a_sign_in_that_waits_for_its_code(client, zarina):
    client.force_login(zarina)
    enrol(client, zarina)
    client.logout()
    give_password(client, zarina)
    zarina.set_password("another one 77")
    zarina.save()

    answer = client.post("/admin/code/", {"code": code_of(zarina)})

    assert answer.headers["Location"] == "/admin/login/"


def test_setting_it_up_ends_the_other_sessions_of_the_person(client, zarina):
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(zarina)

    enrol(client, zarina)

    assert (client.get("/admin/").status_code, elsewhere.get("/admin/").status_code) == (200, 302)


def test_a_wrong_first_code_switches_nothing_on(client, zarina):
    client.force_login(zarina)
    client.get(ENROL)

    client.post(ENROL, {"code": "000000"})

    assert not TOTPDevice.objects.filter(confirmed=True).exists()


def test_the_picture_is_a_png_of_the_own_device(client, zarina):
    client.force_login(zarina)

    response = client.get("/admin/second-factor/qr.png")

    assert (response.headers["Content-Type"], response.content[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert "no-store" in response.headers["Cache-Control"]


def test_switching_it_off_needs_the_password(client, zarina):
    client.force_login(zarina)
    enrol(client, zarina)

    wrong = client.post("/admin/second-factor/off/", {"password": "wrong"}).status_code
    kept = TOTPDevice.objects.count()
    client.post("/admin/second-factor/off/", {"password": PASSWORD})

    assert (wrong, kept, TOTPDevice.objects.count()) == (200, 1, 0)


def test_new_recovery_codes_replace_the_old(client, zarina):
    client.force_login(zarina)
    old = enrol(client, zarina)

    page = client.post("/admin/second-factor/codes/", {"password": PASSWORD}).content.decode()

    new = re.findall(r"<li><code>(\w+)</code>", page)
    assert len(new) == 10
    assert set(StaticToken.objects.values_list("token", flat=True)) == set(new)
    assert not set(old) & set(new)


@pytest.mark.parametrize(
    ("role", "must"),
    [("Viewer", False), ("Editor", False), ("Head of department", True), ("Administrator", True)],
)
def test_where_it_is_required_these_roles_come_no_further_without_it(client, settings, role, must):
    settings.REQUIRE_SECOND_FACTOR = True
    user = person(role)

    give_password(client, user)
    answer = client.get("/admin/")

    assert answer.headers.get("Location") == (ENROL if must else None)
    assert client.get("/").status_code == 200
    if must:
        assert client.get(ENROL).status_code == 200
        enrol(client, user)
        assert client.get("/admin/").status_code == 200
        assert client.post("/admin/second-factor/off/", {"password": PASSWORD}).status_code == 403


def test_where_it_is_required_documents_stay_closed_without_it(client, settings):
    document = factories.AgreementDocumentFactory()
    head = person("Head of department")
    give_password(client, head)
    response = client.get(document.get_absolute_url())
    b"".join(response.streaming_content)

    settings.REQUIRE_SECOND_FACTOR = True

    assert response.status_code == 200
    assert client.get(document.get_absolute_url()).status_code in (302, 403, 404)


def test_an_administrator_takes_away_a_lost_device(client, zarina):
    client.force_login(zarina)
    enrol(client, zarina)
    device = TOTPDevice.objects.get()
    administrator = Client()
    administrator.force_login(person("Administrator"))

    administrator.post(f"/admin/accounts/secondfactor/{device.pk}/delete/", {"post": "yes"})

    client.logout()
    assert give_password(client, zarina).headers["Location"] == "/admin/"
    assert StaticToken.objects.count() == 0


def test_an_administrator_does_not_reach_a_superusers_device(client, django_user_model):
    chief = django_user_model.objects.create_superuser("chief", password=PASSWORD)
    device = TOTPDevice.objects.create(user=chief, confirmed=True)
    client.force_login(person("Administrator"))

    client.post(f"/admin/accounts/secondfactor/{device.pk}/delete/", {"post": "yes"})

    assert TOTPDevice.objects.filter(pk=device.pk).exists()
