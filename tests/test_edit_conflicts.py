"""Two people edit the same record: the second is told, loses nothing, and overwrites nothing unseen."""

import re

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from iet_relations.staff.record_admin import HistoryAdmin
from partners.models import Institution
from tests import factories

pytestmark = pytest.mark.django_db


def editor(name):
    user = factories.UserFactory(username=name)
    user.groups.add(Group.objects.get(name="Editor"))
    client = Client()
    client.force_login(user)
    return client


def opened(client, record):
    """Return the address of a record's form and what a browser would send of it."""
    address = reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
    return address, sent(client.get(address))


def sent(response):
    form = response.context["adminform"].form
    data = {"_version": re.search(r'name="_version" value="([^"]+)"', response.content.decode())[1]}
    forms = [form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for part in forms:
        for field in part:
            value = field.value()
            if value is None or value is False or field.field.disabled:
                continue
            if isinstance(value, list):
                value = [getattr(item, "pk", item) for item in value]
            data[field.html_name] = getattr(value, "pk", value)
    return data


@pytest.fixture
def institution():
    return factories.InstitutionFactory(name_en="University of Bologna", city="Bologna")


def test_the_second_is_told_what_changed_and_keeps_what_they_typed(institution):
    zarina, karim = editor("zarina"), editor("karim")
    address, first = opened(zarina, institution)
    _address, second = opened(karim, institution)

    saved = zarina.post(address, {**first, "city": "Forlì"})
    refused = karim.post(address, {**second, "notes": "Asked by phone"})

    page = refused.content.decode()
    assert (saved.status_code, refused.status_code) == (302, 200)
    assert "“Bologna” → “Forlì” (zarina" in page
    assert "Asked by phone" in page
    institution.refresh_from_db()
    assert (institution.city, institution.notes) == ("Forlì", "")

    again = karim.post(address, sent(refused))

    institution.refresh_from_db()
    assert again.status_code == 302
    assert (institution.city, institution.notes) == ("Forlì", "Asked by phone")


def test_the_same_field_keeps_what_the_second_typed_and_saves_it_only_the_second_time(institution):
    zarina, karim = editor("zarina"), editor("karim")
    address, first = opened(zarina, institution)
    _address, second = opened(karim, institution)
    zarina.post(address, {**first, "city": "Forlì"})

    refused = karim.post(address, {**second, "city": "Ravenna"})
    between = Institution.objects.get(pk=institution.pk).city
    karim.post(address, sent(refused))

    assert (between, Institution.objects.get(pk=institution.pk).city) == ("Forlì", "Ravenna")


def test_a_change_in_a_part_of_the_record_is_told_too():
    agreement = factories.AgreementFactory()
    karim = editor("karim")
    address, second = opened(karim, agreement)
    factories.AgreementPartyFactory(agreement=agreement)

    refused = karim.post(address, {**second, "title": "New title"})

    assert refused.status_code == 200
    assert "Somebody else changed this record" in refused.content.decode()
    assert "– added (the system" in refused.content.decode() or ": added (the system" in refused.content.decode()


def test_who_saves_twice_in_a_row_meets_no_conflict(institution):
    zarina = editor("zarina")
    for city in ("Forlì", "Ravenna"):
        address, data = opened(zarina, institution)
        assert zarina.post(address, {**data, "city": city}).status_code == 302

    institution.refresh_from_db()
    assert institution.city == "Ravenna"


@pytest.mark.parametrize("version", ["", "x", "1.2.3.4.5.6.7.8.9", "-1", "9" * 5000, "٣"])
def test_a_forged_version_never_breaks(institution, version):
    zarina = editor("zarina")
    address, data = opened(zarina, institution)

    assert zarina.post(address, {**data, "_version": version}).status_code in (200, 302)


def test_what_was_typed_into_a_record_deleted_meanwhile_is_shown_beside_what_brings_it_back(institution):
    factories.IdentifierFactory(institution=institution)
    karim = editor("karim")
    address, form = opened(karim, institution)
    institution.delete()

    refused = karim.post(address, {**form, "notes": "Asked by phone,\n<b>twice</b>", "city": "Forlì"})

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Asked by phone,<br>&lt;b&gt;twice&lt;/b&gt;" in page
    assert ("City", "Forlì") in [(label.capitalize(), value) for label, value in refused.context["typed"]]
    assert [str(record) for _row, record in refused.context["rows"]] == ["University of Bologna"]
    assert not Institution.objects.filter(pk=institution.pk).exists()
    assert karim.get(address).status_code == 302


def test_every_form_of_a_record_that_is_gone_shows_what_was_typed(admin_client):
    answered = {}
    for model, record_admin in site._registry.items():
        if isinstance(record_admin, HistoryAdmin):
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=["987654"])
            answer = admin_client.post(address, {"_version": "1", "notes": "x", "name": "y"})
            answered[model._meta.label] = answer.status_code

    assert len(answered) > 15
    assert set(answered.values()) == {409}
