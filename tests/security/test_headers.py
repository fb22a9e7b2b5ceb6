"""The headers of every answer, and staff and public pages in a browser that obeys them."""

import pytest
from django.contrib import admin
from django.urls import reverse

from tests import factories

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/ru/partners/", "/nowhere/", "/admin/login/", "/healthz", "/partners.csv"])
def test_every_answer_carries_the_headers(client, address):
    headers = client.get(address).headers

    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert {name: headers[name] for name in ("X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy")} == {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
    }
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
def test_pages_keep_to_windows_of_their_own(client):
    assert client.get("/").headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_refused_host_name_carries_the_headers_too(client):
    response = client.get("/", headers={"host": "evil.example"})

    assert (response.status_code, response.headers["X-Content-Type-Options"]) == (400, "nosniff")
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


@pytest.fixture
def page(chromium, live_server, client, django_user_model):
    """Yield a page of a signed-in superuser, whose ``complaints`` collects what the console says."""
    client.force_login(django_user_model.objects.create_superuser("chief", password="secret"))
    context = chromium.new_context()
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.complaints = []
    page.on(
        "console",
        lambda said: page.complaints.append(f"{page.url}: {said.text}") if said.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: page.complaints.append(f"{page.url}: {error}"))
    yield page
    context.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_every_staff_page_obeys_the_policy(page, live_server):
    factories.AgreementFactory()
    addresses = [reverse("admin:index"), reverse("admin:password_change")]
    for model, model_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        addresses.append(reverse(f"{name}_changelist"))
        if model_admin.__class__.has_add_permission is admin.ModelAdmin.has_add_permission:
            addresses.append(reverse(f"{name}_add"))

    for address in addresses:
        page.goto(f"{live_server.url}{address}")

    assert page.complaints == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_moving_parts_of_the_staff_pages_work_under_the_policy(page, live_server):
    home = factories.HomeFactory()
    agreement = factories.AgreementFactory()
    page.goto(f"{live_server.url}{reverse('admin:partners_agreement_change', args=[agreement.pk])}")

    page.locator("#parties-group .add-row a").click()
    added = page.locator("#parties-group tr.dynamic-parties").last
    added.locator(".select2-selection").first.click()
    page.locator(".select2-search__field").last.fill(home.name_en[:5])
    page.locator(".select2-results__option--highlighted").wait_for()
    suggestion = page.locator(".select2-results__option--highlighted").inner_text()
    page.keyboard.press("Escape")
    page.locator("#id_in_force_from").scroll_into_view_if_needed()
    page.locator("#id_in_force_from ~ .datetimeshortcuts a").last.click()
    calendar = page.locator(".calendarbox:visible")
    calendar.wait_for()
    calendar.locator("td a").nth(9).click()
    chosen = page.locator("#id_in_force_from").input_value()
    page.locator("#header button.theme-toggle").click()
    theme = page.locator("html").get_attribute("data-theme")

    assert home.name_en[:5] in suggestion
    assert chosen
    assert theme in ("light", "dark", "auto")
    assert page.complaints == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_public_pages_obey_the_policy(page, live_server):
    institution = factories.InstitutionFactory()
    agreement = factories.AgreementFactory()
    project = factories.ProjectFactory()
    factories.ExchangeFactory(partner=institution)
    addresses = ["", "partners/", "countries/", "agreements/", "projects/", "mobility/", "activities/", "reports/"]
    addresses += ["about/", "data/", "search/?q=uni", "reports/2016-2017/"]
    addresses += [record.get_absolute_url().lstrip("/") for record in (institution, agreement, project)]

    for address in addresses:
        page.goto(f"{live_server.url}/{address}")

    assert page.complaints == []
