"""A colleague's working day in a real browser: merge and undo, renew, remind, the calendar."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse

from partners.models import Agreement, Institution
from tests.factories import AgreementFactory, ExchangeFactory, HomeFactory, InstitutionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(chromium, live_server, client, django_user_model):
    """Yield a page of a signed-in superuser; what the browser complains of fails the test."""
    chief = django_user_model.objects.create_superuser("chief", email="chief@example.org", password="secret")
    client.force_login(chief)
    context = chromium.new_context(base_url=live_server.url)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    complaints = []
    page.on("console", lambda said: said.type in ("error", "warning") and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def test_merge_and_undo(page):
    kept = InstitutionFactory(name_en="Bologna University")
    other = InstitutionFactory(name_en="University of Bologna", city="Bologna")
    ExchangeFactory(partner=other)

    page.goto(reverse("admin:index"))
    page.get_by_role("link", name="Merge them, or say that they are two.").click()
    page.get_by_role("link", name="Compare and merge").click()
    page.get_by_role("button", name="Keep “Bologna University”").click()
    page.get_by_text("“University of Bologna” was merged into “Bologna University”.").wait_for()
    assert (Institution.objects.get().city, kept.exchanges.count()) == ("Bologna", 1)

    page.goto(f"/partners/{other.slug}/")
    assert page.url.endswith(f"/partners/{kept.slug}/")

    page.goto(reverse("office:merges"))
    page.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo the merge").click()
    page.get_by_text("The merge of “University of Bologna” is undone.").wait_for()
    assert (Institution.objects.count(), other.exchanges.count()) == (2, 1)


def test_two_institutions_are_chosen_by_typing(page):
    InstitutionFactory(name_en="Alpha College")
    InstitutionFactory(name_en="Beta College")
    page.goto(reverse("office:merge"))

    for place, name in enumerate(["Alpha", "Beta"]):
        page.locator(".select2-selection").nth(place).click()
        page.locator(".select2-search__field").fill(name)
        page.locator(".select2-results__option--highlighted", has_text=name).click()
    page.get_by_role("button", name="See them side by side").click()

    assert page.get_by_role("button", name="Keep “Beta College”").is_visible()


def test_renew_what_the_worklist_shows(page):
    HomeFactory()
    ending = datetime.date.today() + datetime.timedelta(days=20)
    agreement = AgreementFactory(ends_on=ending, partners=[InstitutionFactory()])

    page.goto(reverse("admin:index"))
    page.get_by_role("link", name="Agreements that end within 30 days").click()
    page.get_by_role("link", name=agreement.reference).click()
    page.get_by_role("button", name="Renew").click()
    page.wait_for_load_state()

    successor = Agreement.objects.get(renews=agreement)
    assert (successor.status, successor.parties.count()) == ("draft", 2)


def test_remind_from_the_list(page, settings):
    settings.OFFICE_EMAIL = "office@example.org"
    agreement = AgreementFactory(ends_on=datetime.date.today() + datetime.timedelta(days=20))

    page.goto(reverse("admin:partners_agreement_changelist"))
    page.locator("tbody .action-select").check()
    page.locator("select[name=action]").select_option("remind")
    page.locator("button[name=index]").click()
    page.get_by_text("1 letter sent.").wait_for()

    assert [(letter.to, agreement.reference in letter.body) for letter in mail.outbox] == [
        (["office@example.org"], True)
    ]


def test_the_calendar_is_subscribed_to_and_revoked(page):
    page.goto(reverse("admin:index"))
    page.get_by_role("link", name="My account").click()
    page.get_by_role("button", name="Make an address").click()
    address = page.locator("#calendar-address").inner_text()
    before = page.request.get(address)
    page.get_by_role("button", name="Revoke the address").click()
    page.get_by_text("no longer works").wait_for()

    assert (before.status, before.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert page.request.get(address).status == 404
