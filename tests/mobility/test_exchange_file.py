"""The file of all exchanges is written by the database, and holds what the rows hold."""

import csv
import io

import pytest

from iet_relations.lists.tables import csv_lines
from mobility.exporting import EXCHANGES
from mobility.models import Exchange
from partners.models import Agreement
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_database_writes_the_file_as_python_would(client):
    partner = factories.InstitutionFactory(published=True)
    hidden = factories.AgreementFactory(published=False)
    risky = factories.AgreementFactory(published=True)
    Agreement.objects.filter(pk=risky.pk).update(reference='=1+1, "quoted"\nand a line')
    factories.ExchangeFactory(partner=partner, starts_on="2016-09-01", level="master", person_name="Somebody")
    factories.ExchangeFactory(partner=partner, agreement=hidden, count=12)
    factories.ExchangeFactory(partner=None, country=partner.country, agreement=risky)
    factories.ExchangeFactory(partner=factories.InstitutionFactory(published=False))
    exchanges = Exchange.objects.public().order_by("-academic_year", "-pk")

    text = b"".join(client.get("/mobility.csv").streaming_content).decode()

    assert text == "".join(csv_lines(EXCHANGES.public_columns, EXCHANGES.public_rows(exchanges)))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["agreement"] for row in rows] == ['\'=1+1, "quoted"\nand a line', "", ""]
    assert [row["academic_year"] for row in rows] == ["2016/2017"] * 3


@pytest.mark.django_db(transaction=True)
def test_who_stops_reading_ends_the_query_and_the_next_page_comes(client):
    factories.ExchangeFactory.create_batch(3, partner=factories.InstitutionFactory(published=True))
    response = client.get("/mobility.csv")
    next(iter(response.streaming_content))

    response.close()

    assert client.get("/mobility/").status_code == 200
