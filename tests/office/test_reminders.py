"""Reminders: who gets which, each once; the calendar of the same dates; the account page."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from icalendar import Calendar

from office import reminding
from office.models import ReminderSent, StaffProfile
from tests.factories import AgreementFactory, ProjectDeadlineFactory, ProjectFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = datetime.date(2017, 1, 31)
OFFICE = "office@example.org"


@pytest.fixture(autouse=True)
def office(settings):
    settings.OFFICE_EMAIL = OFFICE
    settings.ALLOWED_HOSTS = ["registry.example.org", "testserver"]
    settings.TRUST_PROXY = True


def days(number):
    return DAY + datetime.timedelta(days=number)


def remind(on=DAY, **options):
    """Run the command and return its output; the mails are in ``mail.outbox``."""
    out = StringIO()
    call_command("send_reminders", on=on, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().strip()


def stages():
    return sorted(ReminderSent.objects.values_list("kind", "stage"))


@pytest.mark.parametrize(
    ("left", "stage"), [(181, None), (180, 180), (91, 180), (90, 90), (31, 90), (30, 30), (0, 30), (-1, None)]
)
def test_the_stage_that_is_reached_is_sent(left, stage):
    AgreementFactory(ends_on=days(left))

    remind()

    assert stages() == ([("end", stage)] if stage else [])


def test_the_responsible_person_gets_one_mail_with_all_and_the_office_a_copy():
    anna = UserFactory(username="anna", email="anna@example.org", first_name="Anna")
    first = AgreementFactory(title="Cantabria", ends_on=days(30), responsible=anna)
    second = AgreementFactory(title="Bologna", ends_on=datetime.date(2017, 8, 31), notice_months=6, responsible=anna)

    assert remind() == "2 reminders sent."

    (letter,) = mail.outbox
    assert (letter.to, letter.cc) == (["anna@example.org"], [OFFICE])
    assert letter.subject == "IET Relations: 2 dates come due"
    assert letter.body == (
        "Good day, Anna.\n\n"
        "You are the responsible person for what comes due here:\n\n"
        f"1. {second.reference} Bologna\n"
        "   last day to give notice: 28 February 2017 (in 28 days)\n"
        f"   https://registry.example.org/admin/partners/agreement/{second.pk}/change/\n\n"
        f"2. {first.reference} Cantabria\n"
        "   ends on 2 March 2017 (in 30 days)\n"
        f"   https://registry.example.org/admin/partners/agreement/{first.pk}/change/\n\n"
        "The language of these letters and a calendar of all such dates are on your account’s page:\n"
        "https://registry.example.org/admin/my-account/\n"
    )


def test_each_is_sent_once_however_often_the_command_runs():
    AgreementFactory(ends_on=days(90))
    remind()

    again = [remind(), remind(on=days(1)), remind(on=days(59))]
    later = remind(on=days(60))

    assert (again, later) == (["0 reminders sent."] * 3, "1 reminder sent.")
    assert stages() == [("end", 30), ("end", 90)]


def test_a_missed_reminder_is_sent_late_unless_the_next_is_due_anyway():
    AgreementFactory(ends_on=days(100))
    remind(on=days(20))
    remind(on=days(80))
    remind(on=days(81))

    assert stages() == [("end", 30), ("end", 90)]
    assert len(mail.outbox) == 2


def test_a_new_end_is_reminded_of_anew():
    agreement = AgreementFactory(ends_on=days(20))
    remind()
    agreement.ends_on = days(25)
    agreement.save()

    assert remind() == "1 reminder sent."


def test_what_is_decided_is_not_reminded_of():
    renewed = AgreementFactory(ends_on=days(10))
    AgreementFactory(renews=renewed, in_force_from=days(11))
    AgreementFactory(ends_on=days(20), terminated_on=days(10))
    AgreementFactory(status="draft", ends_on=days(10))
    ProjectDeadlineFactory(due_on=days(10), done_on=DAY)

    assert remind() == "0 reminders sent."


def test_renewals_and_deadlines_are_reminded_of_in_one_letter_to_the_office():
    AgreementFactory(reference="A-1", title="", ends_on=days(29), renews_automatically=True)
    ProjectDeadlineFactory(project=ProjectFactory(title="Tourism"), due_on=days(10))

    remind()

    (letter,) = mail.outbox
    assert (letter.to, letter.cc) == ([OFFICE], [])
    assert "1. Tourism – Interim report\n   due on 10 February 2017 (in 10 days)" in letter.body
    assert "2. A-1\n   renews automatically on 2 March 2017 (in 30 days)" in letter.body


def test_somebody_who_left_or_has_no_address_is_reminded_by_the_office():
    for who in ({"is_active": False}, {"email": ""}):
        AgreementFactory(ends_on=days(10), responsible=UserFactory(**who))

    remind()

    assert {tuple(letter.to) for letter in mail.outbox} == {(OFFICE,)}


def test_the_letter_is_in_the_language_of_the_person():
    anna = UserFactory(email="anna@example.org")
    StaffProfile.objects.create(user=anna, language="ru")
    AgreementFactory(ends_on=days(10), responsible=anna)

    remind()

    assert "10 февраля 2017" in mail.outbox[0].body
    assert "/ru/admin/partners/agreement/" in mail.outbox[0].body


def test_a_dry_run_sends_and_remembers_nothing():
    AgreementFactory(reference="A-1", title="", ends_on=days(10))

    printed = remind(dry_run=True)

    assert printed.splitlines() == [
        f"Would be sent to {OFFICE}:",
        "  2017-02-10  A-1: ends on 10 February 2017",
        "1 reminder would be sent.",
    ]
    assert (mail.outbox, stages()) == ([], [])


def test_nobody_to_write_to_is_an_error_and_nothing_is_lost(settings):
    settings.OFFICE_EMAIL = ""
    anna = UserFactory(email="anna@example.org")
    AgreementFactory(ends_on=days(10), responsible=anna)
    AgreementFactory(ends_on=days(10))
    errors = StringIO()

    with pytest.raises(CommandError, match="Not sent: 1"):
        call_command("send_reminders", on=DAY, stdout=StringIO(), stderr=errors)

    assert "set OFFICE_EMAIL" in errors.getvalue()
    assert [letter.to for letter in mail.outbox] == [["anna@example.org"]]
    settings.OFFICE_EMAIL = OFFICE
    assert remind() == "1 reminder sent."


def test_a_mail_that_fails_is_tried_again_by_the_next_run(settings, tmp_path):
    AgreementFactory(ends_on=days(10))
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        1,
    )

    with pytest.raises(CommandError, match="Nothing is lost"):
        remind()

    settings.EMAIL_BACKEND = working
    assert remind() == "1 reminder sent."


def test_what_another_run_has_claimed_is_left_to_it():
    AgreementFactory(ends_on=days(10))
    ((_key, dues),) = reminding.reminders(DAY).items()
    reminding.claim(dues, DAY, datetime.datetime.now(datetime.UTC))

    sent = reminding.send(dues, DAY, None)

    assert (sent, mail.outbox) == (0, [])


def test_a_claim_of_a_run_that_was_killed_is_free_after_an_hour():
    AgreementFactory(ends_on=days(10))
    ((_key, dues),) = reminding.reminders(DAY).items()
    reminding.claim(dues, DAY, datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=61))

    assert remind() == "1 reminder sent."


def test_letters_go_into_a_folder_as_configured(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", tmp_path
    AgreementFactory(ends_on=days(10))

    remind()

    (file,) = tmp_path.glob("*.log")
    assert f"To: {OFFICE}" in file.read_text()


def test_letters_can_be_sent_at_once_from_the_list(admin_client):
    anna = UserFactory(email="anna@example.org")
    ending = datetime.date.today() + datetime.timedelta(days=300)
    chosen = AgreementFactory(ends_on=ending, responsible=anna)
    AgreementFactory(ends_on=ending, responsible=UserFactory())
    endless = AgreementFactory()
    page = reverse("admin:partners_agreement_changelist")

    answers = [
        admin_client.post(page, {"action": "remind", "_selected_action": agreement.pk}, follow=True).content.decode()
        for agreement in (chosen, endless)
    ]

    assert "1 letter sent." in answers[0]
    assert "no letter was sent" in answers[1]
    assert [letter.to for letter in mail.outbox] == [["anna@example.org"]]
    assert stages() == []


@pytest.mark.postgresql  # an SQLite database in memory, as tests have it, makes no second writer wait
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_each_reminder_once():
    for _ in range(5):
        AgreementFactory(ends_on=days(10))
    start = threading.Barrier(2)

    def run():
        try:
            start.wait()
            return remind()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = [future.result() for future in [pool.submit(run) for _ in range(2)]]

    assert sum(int(line.split()[0]) for line in said) == 5
    assert sum(letter.body.count("ends on") for letter in mail.outbox) == 5


# The calendar and the account page.


def staff(*permissions, **values):
    user = UserFactory(**values)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def calendar(client, profile):
    token = profile.make_calendar_token(datetime.datetime.now(datetime.UTC))
    answer = client.get(f"/calendar/{token}.ics")
    return token, answer


def test_the_calendar_has_the_dates_of_the_person_and_of_nobody(client, settings):
    settings.SECURE_SSL_REDIRECT = False
    user = staff("view_agreement", "view_project")
    coming = datetime.date.today() + datetime.timedelta(days=100)
    AgreementFactory(reference="A-1", title="Mine, and ours", ends_on=coming, responsible=user)
    AgreementFactory(reference="A-2", title="Nobody’s", ends_on=coming)
    AgreementFactory(reference="A-3", title="Hers", ends_on=coming, responsible=UserFactory())
    ProjectDeadlineFactory(project=ProjectFactory(title="Tourism"), due_on=coming)

    _token, answer = calendar(client, StaffProfile.objects.of(user))

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    told = {str(event["summary"]).split(": ")[0]: event.decoded("dtstart") for event in events}
    assert told == {"A-1 Mine, and ours": coming, "A-2 Nobody’s": coming, "Tourism – Interim report": coming}


def test_the_calendar_shows_only_what_the_person_may_see(client):
    coming = datetime.date.today() + datetime.timedelta(days=100)
    AgreementFactory(ends_on=coming)
    ProjectDeadlineFactory(project=ProjectFactory(title="Tourism"), due_on=coming)

    _token, answer = calendar(client, StaffProfile.objects.of(staff("view_project")))

    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["summary"]).startswith("Tourism")


def test_a_wrong_revoked_or_replaced_address_is_not_found(client):
    profile = StaffProfile.objects.of(staff())
    first, answer = calendar(client, profile)
    second, _answer = calendar(client, profile)
    statuses = [answer.status_code, *(client.get(f"/calendar/{token}.ics").status_code for token in (first, second))]
    profile.revoke_calendar()

    assert statuses == [200, 404, 200]
    assert [client.get(f"/calendar/{token}.ics").status_code for token in (second, "wrong")] == [404, 404]


def test_the_calendar_of_somebody_who_left_is_not_found(client):
    user = staff()
    token, _answer = calendar(client, StaffProfile.objects.of(user))
    user.is_active = False
    user.save()

    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_the_account_page_shows_the_address_once_and_keeps_only_its_digest(client):
    user = staff()
    client.force_login(user)
    page = reverse("office:account")

    made = client.post(page, {"do": "make"})

    address = made.context["address"]
    token = address.rsplit("/", 1)[1].removesuffix(".ics")
    assert address in made.content.decode()
    assert client.get(address).status_code == 200
    assert token not in client.get(page).content.decode()
    assert token not in str(StaffProfile.objects.values())
    client.post(page, {"do": "revoke"})
    assert client.get(address).status_code == 404


def test_a_colleague_chooses_the_language_of_letters(client):
    user = staff()
    client.force_login(user)

    client.post(reverse("office:account"), {"do": "save", "language": "tg"})
    refused = client.post(reverse("office:account"), {"do": "save", "language": "xx"})

    assert user.staff_profile.language == "tg"
    assert "language" in refused.context["form"].errors


def test_the_account_page_asks_to_sign_in(client):
    assert client.get(reverse("office:account")).status_code == 302
