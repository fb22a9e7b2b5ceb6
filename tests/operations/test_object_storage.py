"""Documents with a service instead of in a folder: they are uploaded, imported and sent all the same."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import path

from iet_relations.serving.health import ready
from mobility.models import Exchange
from office.models import ImportBatch
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/admin/office/importbatch/"


class EndpointConnectionError(Exception):
    """As the S3 client raises it; nothing in the tests installs that client."""

    __module__ = "botocore.exceptions"


def unreachable(request):
    raise EndpointConnectionError


urlpatterns = [path("unreachable/", unreachable)]
handler500 = "iet_relations.serving.errors.server_error"


@pytest.fixture(autouse=True)
def service(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }


def test_a_file_is_uploaded_checked_and_applied(admin_client):
    factories.CountryFactory()
    file = SimpleUploadedFile("list.csv", b"academic_year,direction,activity,country\n2016/2017,outgoing,SMS,IT\n")

    admin_client.post(f"{LIST}upload/", {"kind": "exchanges", "file": file})
    batch = ImportBatch.objects.get()
    form = admin_client.get(f"{LIST}{batch.pk}/mapping/").context["form"]
    data = {field.html_name: field.value() or "" for field in form if field.value() is not False}
    admin_client.post(f"{LIST}{batch.pk}/mapping/", data)
    preview = admin_client.get(f"{LIST}{batch.pk}/change/")
    admin_client.post(f"{LIST}{batch.pk}/apply/")

    assert [row["outcome"] for row in preview.context["rows"]] == ["new"]
    assert Exchange.objects.get().country_id == "IT"


def test_a_document_is_sent_after_a_check_of_permission(admin_client, client):
    document = factories.AgreementDocumentFactory(content=b"%PDF-1.7 signed")

    sent = admin_client.get(document.get_absolute_url())

    assert b"".join(sent.streaming_content) == b"%PDF-1.7 signed"
    assert client.get(document.get_absolute_url()).status_code == 404
    assert ready()[0] == 200


@override_settings(ROOT_URLCONF=__name__)
def test_a_service_that_does_not_answer_is_told_as_what_it_is():
    response = Client(raise_request_exception=False).get("/unreachable/")

    assert response.status_code == 503
    assert "The storage of documents does not answer." in response.content.decode()
