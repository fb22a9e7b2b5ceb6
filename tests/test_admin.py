"""Every list, add and change page of the staff's site, in three languages, for every model there is."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import translation

from iet_relations.site import SECTIONS
from tests import factories

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
RECORDS = [model for model in MODELS if hasattr(model, "history")]
# Attached on the record that they belong to, not added on a page of their own.
ATTACHED = {"Citation", "AgreementDocument", "ProjectDocument"}
ROLES = {
    "Viewer": {"changelist": 200, "change": 200, "history": 200, "deleted": 200, "add": 403, "delete": 403},
    "Editor": {"changelist": 200, "change": 200, "history": 200, "deleted": 200, "add": 200, "delete": 403},
    "Head of department": {
        "changelist": 200,
        "change": 200,
        "history": 200,
        "deleted": 200,
        "add": 200,
        "delete": 200,
    },
    "Administrator": {"changelist": 403, "change": 403, "history": 403, "deleted": 403, "add": 403, "delete": 403},
}


def make(model, **values):
    """Return a record of the model made by its factory, or by hand where the model is not a record of ours."""
    factory = getattr(factories, f"{model.__name__}Factory", None)
    return factory(**values) if factory else model.objects.first() or model.objects.create()


def page(name, model, *args, language="en"):
    with translation.override(language):
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


@pytest.fixture
def superuser_client(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("chief", password="secret"))
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model._meta.label)
@pytest.mark.parametrize("language", ["en", "ru", "tg"])
def test_pages_of_every_record_answer(superuser_client, model, language):
    record = make(model)
    model_admin = admin.site.get_model_admin(model)
    pages = [
        page("changelist", model, language=language),
        page("changelist", model, language=language) + "?q=uni",
        page("change", model, record.pk, language=language),
        page("history", model, record.pk, language=language),
        page("delete", model, record.pk, language=language),
        page("deleted", model, language=language),
    ]
    if model.__name__ not in ATTACHED:
        pages.append(page("add", model, language=language))

    answers = {address: superuser_client.get(address).status_code for address in pages}

    assert model_admin.search_fields
    assert answers == dict.fromkeys(pages, 200)


@pytest.mark.django_db
@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model._meta.label)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_it_may(client, model, role):
    record = make(model)
    user = factories.UserFactory()
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    of_record = ("change", "history", "delete")
    pages = [name for name in ROLES[role] if name != "add" or model.__name__ not in ATTACHED]

    answers = {
        name: client.get(page(name, model, *([record.pk] if name in of_record else []))).status_code for name in pages
    }

    assert answers == {name: ROLES[role][name] for name in pages}


def test_every_model_has_its_place_in_the_sections_of_the_index():
    placed = [name for _title, _label, models in SECTIONS for name in models]

    assert sorted(placed) == sorted(model._meta.model_name for model in MODELS)


@pytest.mark.django_db
def test_the_index_shows_sections_and_frequent_tasks_that_the_person_may_use(client):
    user = factories.UserFactory()
    user.groups.add(Group.objects.get(name="Viewer"))
    client.force_login(user)

    response = client.get(reverse("admin:index"))

    assert [section["name"] for section in response.context["app_list"]] == [
        *("Partners", "Mobility", "Projects and activities", "Reports and sources", "Office", "Lists")
    ]
    html = response.content.decode()
    assert "Balance of places" in html and "First steps" in html
    assert "New agreement" not in html and "Import a file" not in html
