"""Every list, add and change page of the staff's site, in three languages, for every model there is."""

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import translation

from tests import factories

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
RECORDS = [model for model in MODELS if hasattr(model, "history")]


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
    if model.__name__ != "Citation":
        pages.append(page("add", model, language=language))

    answers = {address: superuser_client.get(address).status_code for address in pages}

    assert model_admin.search_fields
    assert answers == dict.fromkeys(pages, 200)
