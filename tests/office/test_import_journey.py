"""A colleague brings a spreadsheet in and takes it back, in a real browser without JavaScript."""

import pytest

from partners.models import Institution
from tests.factories import CountryFactory, InstitutionFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_colleague_imports_an_office_file_and_undoes_it(live_server, chromium, tmp_path):
    UserFactory(username="head", is_superuser=True)
    CountryFactory(alpha2="ES")
    InstitutionFactory(name="University of Bologna", city="Bolonia")
    path = tmp_path / "список.csv"
    text = "Список вузов;;\nНазвание вуза;Кишвар;Город\nUniversity of Bologna;Италия;Bologna\n"
    text += "Новый вуз;Испания;\nИтого;2;\n"
    path.write_bytes(text.encode("cp1251"))
    page = chromium.new_context(java_script_enabled=False).new_page()

    page.goto(f"{live_server.url}/admin/office/importbatch/upload/")
    page.fill("#id_username", "head")
    page.fill("#id_password", "secret")
    page.click("input[type=submit]")
    page.set_input_files("#id_file", path)
    page.click("input.default")
    headings = page.inner_text("#content")
    page.click("input.default")
    preview = page.inner_text("#content")
    counted = Institution.objects.count()
    page.click("input.default")
    applied = page.inner_text("#content")
    names = set(Institution.objects.values_list("name", "city"))
    page.click("text=Undo this import")

    assert "encoding cp1251, delimiter semicolon" in headings
    assert "new 1" in preview and "changed 1" in preview
    assert "Bolonia → Bologna" in preview
    assert counted == 1
    assert "applied" in applied
    assert names == {("University of Bologna", "Bologna"), ("Новый вуз", "")}
    assert "undone" in page.inner_text("#content")
    assert set(Institution.objects.values_list("name", "city")) == {("University of Bologna", "Bolonia")}
    page.context.close()
