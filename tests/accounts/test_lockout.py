"""After ten failures for an account from an address: 429 for a quarter of an hour; and the log of it."""

import datetime

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from accounts.models import SignIn
from tests import factories

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"


@pytest.fixture
def zarina(django_user_model):
    return django_user_model.objects.create_superuser("zarina", "zarina@example.org", "right password")


def sign_in(client, password, username="zarina", address="10.1.1.1", **headers):
    return client.post(
        LOGIN, {"username": username, "password": password}, REMOTE_ADDR=address, headers=headers
    ).status_code


def fail_ten_times(client, **how):
    return [sign_in(client, f"wrong {number}", **how) for number in range(10)]


def test_the_right_password_is_refused_after_ten_failures(client, zarina):
    failures = fail_ten_times(client)

    assert failures == [200] * 10
    assert sign_in(client, "right password") == 429
    assert client.get("/admin/").status_code == 302


def test_the_refusal_says_when_to_come_back_in_the_language_of_the_page(client, zarina):
    fail_ten_times(client)

    response = client.post(
        "/ru/admin/login/", {"username": "zarina", "password": "right password"}, REMOTE_ADDR="10.1.1.1"
    )

    assert (response.status_code, response.headers["Retry-After"]) == (429, "900")
    assert response.headers["Content-Language"] == "ru"


def test_nine_failures_and_the_right_password_begin_again(client, zarina):
    nine = [sign_in(client, f"wrong {number}") for number in range(9)]

    assert nine == [200] * 9
    assert sign_in(client, "right password") == 302
    client.logout()
    assert fail_ten_times(client) == [200] * 10


def test_another_address_and_another_account_are_still_let_in(client, zarina, django_user_model):
    django_user_model.objects.create_superuser("karim", password="right password")
    fail_ten_times(client)

    assert sign_in(client, "right password", address="10.1.1.2") == 302
    assert sign_in(client, "right password", username="karim") == 302


def test_the_door_opens_after_a_quarter_of_an_hour(client, zarina):
    fail_ten_times(client)
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - datetime.timedelta(minutes=14))
    early = sign_in(client, "right password")
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - datetime.timedelta(minutes=2))

    assert (early, sign_in(client, "right password")) == (429, 302)


def test_asking_again_while_it_is_closed_does_not_prolong_it(client, zarina):
    fail_ten_times(client)
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - datetime.timedelta(minutes=16))

    assert sign_in(client, "right password") == 302


def test_changing_browsers_does_not_help(client, zarina):
    for number in range(10):
        sign_in(client, "wrong", **{"user-agent": f"browser {number}"})

    assert sign_in(client, "right password", **{"user-agent": "browser 11"}) == 429


def test_a_forged_header_counts_for_nothing_without_a_proxy(client, zarina):
    for number in range(10):
        sign_in(client, "wrong", **{"x-forwarded-for": f"192.0.2.{number}"})

    assert sign_in(client, "right password", **{"x-forwarded-for": "192.0.2.200"}) == 429
    assert set(SignIn.objects.values_list("address", flat=True)) == {"10.1.1.1"}


def test_behind_a_trusted_proxy_the_address_that_the_proxy_wrote_counts(client, zarina, settings):
    settings.TRUST_PROXY = True
    for number in range(10):
        sign_in(client, "wrong", **{"x-forwarded-for": f"203.0.113.{number}, 192.0.2.1"})

    refused = sign_in(client, "right password", **{"x-forwarded-for": "203.0.113.77, 192.0.2.1"})
    elsewhere = sign_in(client, "right password", **{"x-forwarded-for": "192.0.2.2"})

    assert (refused, elsewhere) == (429, 302)


@pytest.mark.parametrize("forwarded", ["unknown", "", "1.2.3.4:80, <script>", "999.1.1.1"])
def test_a_broken_forwarded_address_falls_back_to_the_proxy(client, zarina, settings, forwarded):
    settings.TRUST_PROXY = True

    sign_in(client, "wrong", **{"x-forwarded-for": forwarded})

    assert SignIn.objects.get().address == "10.1.1.1"


def test_unknown_accounts_are_answered_like_known_ones(client, zarina):
    def answer(name):
        page = client.post(LOGIN, {"username": name, "password": "wrong"}).content.decode()
        return page.replace(name, "…").split("<body")[1].split("csrfmiddlewaretoken")[0]

    assert answer("zarina") == answer("nobody")
    assert fail_ten_times(client, username="nobody", address="10.9.9.9")[-1] == 200
    assert sign_in(client, "any", username="nobody", address="10.9.9.9") == 429


@pytest.mark.parametrize("name", ["a" * 5000, "zar\0ina", "зарина ғӣқӯҳҷ", "' OR 1=1 --", ""])
def test_odd_names_are_refused_and_never_break(client, zarina, name):
    response = client.post(LOGIN, {"username": name, "password": "x" * 5000})

    assert response.status_code == 200


def test_the_log_tells_who_when_from_where_and_how_it_ended(client, zarina):
    sign_in(client, "wrong", **{"user-agent": "Firefox"})
    sign_in(client, "right password", **{"user-agent": "Firefox"})
    client.logout()
    fail_ten_times(client)
    sign_in(client, "right password")

    rows = list(SignIn.objects.order_by("pk").values_list("username", "address", "browser", "outcome"))
    assert rows[:2] == [
        ("zarina", "10.1.1.1", "Firefox", "wrong"),
        ("zarina", "10.1.1.1", "Firefox", "signed_in"),
    ]
    assert [outcome for *_rest, outcome in rows[2:]] == ["wrong"] * 10 + ["refused"]


def test_no_password_is_kept_anywhere(client, zarina):
    sign_in(client, "a very secret word")

    kept = [str(row) for model in (SignIn, AccessAttempt) for row in model.objects.values()]
    assert len(kept) == 2
    assert [row for row in kept if "secret word" in row] == []


@pytest.mark.parametrize(("role", "status"), [("Administrator", 200), ("Head of department", 403), ("Editor", 403)])
def test_the_log_is_for_administrators(client, role, status):
    user = factories.UserFactory()
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)

    assert client.get("/admin/accounts/signin/").status_code == status


def test_an_administrator_opens_a_locked_account(client, zarina, django_user_model):
    fail_ten_times(client)
    administrator = factories.UserFactory()
    administrator.groups.add(Group.objects.get(name="Administrator"))
    client.force_login(administrator)
    row = SignIn.objects.filter(username="zarina").first()

    client.post("/admin/accounts/signin/", {"action": "let_in_again", "_selected_action": [row.pk]})

    client.logout()
    assert sign_in(client, "right password") == 302


def test_old_rows_go(client, zarina):
    now = timezone.now()
    for days in (0, 179, 181):
        SignIn.objects.create(at=now - datetime.timedelta(days=days), username=f"{days}", outcome="wrong")

    call_command("tidy")

    assert set(SignIn.objects.values_list("username", flat=True)) == {"0", "179"}
