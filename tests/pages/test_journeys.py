"""What visitors do in Chromium without a script and without a mouse: find, filter, sort, change the language."""

import pytest

from tests.factories import HomeFactory, InstitutionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def partners():
    HomeFactory()
    InstitutionFactory(name_en="University of Bologna", country__alpha2="IT")
    InstitutionFactory(name_en="University of Trento", country__alpha2="IT")
    InstitutionFactory(name_en="University of Barcelona", country__alpha2="ES")


@pytest.fixture
def page(chromium, live_server, partners):
    """Yield a page without JavaScript, on a phone."""
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    yield context.new_page()
    context.close()


def test_without_script_a_list_is_filtered_sorted_and_read_in_another_language(page):
    page.goto("/partners/")
    page.get_by_text("Filter the list").first.click()
    page.get_by_label("Italy (2)").check()
    page.get_by_role("button", name="Show").click()
    assert page.get_by_role("status").inner_text() == "2 partners"

    page.get_by_role("link", name="City").click()
    page.get_by_role("link", name="Русский").click()
    assert page.url.endswith("/ru/partners/?country=IT&sort=city")
    assert page.locator("html").get_attribute("lang") == "ru"

    page.locator(".chip").click()
    assert page.url.endswith("/ru/partners/?sort=city")
    assert page.locator("tbody tr").count() == 3


def test_without_script_the_menu_opens_and_a_misspelled_search_finds(page):
    page.goto("/")
    page.locator(".band-menu summary").click()
    page.locator(".band-menu").get_by_role("link", name="Projects").click()
    assert page.url.endswith("/projects/")

    page.get_by_role("searchbox", name="Search the registry").fill("Bolonga")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="University of Bologna").wait_for()


def test_with_the_keyboard_the_first_stop_skips_to_the_content_and_every_stop_is_seen(chromium, live_server, partners):
    page = chromium.new_page(base_url=live_server.url)
    page.goto("/partners/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"

    page.goto("/partners/")
    stops = []
    for _stop in range(60):
        page.keyboard.press("Tab")
        place, seen, box = page.evaluate(
            """() => {
                const here = document.activeElement, style = getComputedStyle(here);
                const box = here.getBoundingClientRect();
                const place = here.name || here.getAttribute('href') || here.tagName;
                return [place, style.outlineStyle + style.boxShadow, box.width * box.height];
            }"""
        )
        if place == "BODY":
            break
        stops.append(place)
        assert (seen == "nonenone", box > 0) == (False, True), place

    assert stops[:3] == ["#content", "/", "/partners/"]
    assert {"/ru/partners/", "q", "country", "on", "/countries/", "/partners/university-of-bologna/"} <= set(stops)
    page.close()
