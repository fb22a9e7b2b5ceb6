"""Whoever takes everything at once is told so in a sentence; pages go on being served."""

import pytest
from django.db import OperationalError

from iet_relations.lists import large_files
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)  # closing a response closes its connection


@pytest.fixture(autouse=True)
def partners(monkeypatch):
    monkeypatch.setattr(large_files, "LARGE", 1)
    factories.InstitutionFactory.create_batch(2, published=True)


def test_the_third_large_file_at_once_is_put_off_and_pages_are_served(client):
    taken = [client.get("/partners.csv"), client.get("/partners.csv")]

    refused, page = client.get("/ru/partners.csv"), client.get("/partners/")

    assert (refused.status_code, refused.headers["Retry-After"], page.status_code) == (503, "60", 200)
    assert "Сейчас скачивается несколько больших файлов" in refused.content.decode()
    for response in taken:
        response.close()
    whole = client.get("/partners.csv")
    assert b"".join(whole.streaming_content).count(b"\n") == 3
    whole.close()


def test_a_reader_who_gives_up_frees_the_place_once(client):
    for _time in range(3):
        response = client.get("/partners.csv")
        next(iter(response.streaming_content))
        response.close()
        response.close()

    assert large_files.places._value == 2


def test_a_workbook_of_too_many_rows_is_refused_with_what_to_do(client, monkeypatch):
    monkeypatch.setattr(large_files, "LARGEST_WORKBOOK", 1)

    response = client.get("/partners.xlsx")

    assert response.status_code == 400
    assert "A workbook holds 1 rows at most. Please choose fewer records, or take the CSV file." in str(
        response.content
    )
    assert client.get("/partners.csv").status_code == 200


def test_a_statement_that_takes_too_long_is_told_in_a_sentence(client, monkeypatch):
    class QueryCanceled(Exception):
        pass

    def too_slow(self):
        raise OperationalError("canceling statement due to statement timeout") from QueryCanceled()

    monkeypatch.setattr("partners.views.InstitutionList.get_queryset", too_slow)
    client.raise_request_exception = False

    response = client.get("/partners/")

    assert response.status_code == 503
    assert "The database would need too long for this." in response.content.decode()
