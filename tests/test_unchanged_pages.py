"""A page that nothing has changed is not sent twice; one that something has changed is always the new one."""

import gzip

import pytest
from django.core.cache import cache
from django.http import HttpResponse

from iet_relations.serving.unchanged_pages import KeptPages
from mobility.models import Exchange
from partners.models import Institution
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def partner():
    cache.clear()
    return factories.InstitutionFactory(published=True, name_en="University of Bologna")


def again(client, address, first, **headers):
    return client.get(address, headers={"If-None-Match": first.headers["ETag"], **headers})


def test_an_unchanged_page_is_answered_by_304(client, partner):
    first = client.get("/partners/")

    second = again(client, "/partners/", first)

    assert (first.status_code, second.status_code, second.content) == (200, 304, b"")
    assert second.headers["ETag"] == first.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-cache"
    assert {"Cookie", "Accept-Language"} <= set(first.headers["Vary"].split(", "))


@pytest.mark.parametrize(
    "address", ["/", "/partners/", "/partners/{slug}/", "/mobility/", "/countries/", "/ru/partners/"]
)
@pytest.mark.parametrize("write", ["save", "update", "exchange", "delete"])
def test_a_change_is_on_the_next_page(client, partner, address, write):
    address = address.format(slug=partner.slug)
    other = factories.ExchangeFactory(partner=partner)
    first = client.get(address)
    if write == "save":
        partner.city = "Forlì"
        partner.save()
    elif write == "update":
        Institution.objects.filter(pk=partner.pk).update(city="Forlì")
    elif write == "exchange":
        Exchange.objects.bulk_create([factories.ExchangeFactory.build(partner=partner, country=partner.country)])
    else:
        other.delete()

    second = again(client, address, first)

    assert second.status_code == 200
    assert second.headers["ETag"] != first.headers["ETag"]


def test_totals_and_counts_follow_each_change(client, partner):
    factories.ExchangeFactory(partner=partner, count=3)
    assert b"3 people in the exchanges recorded" in client.get("/mobility/").content
    assert b"1 partner" in client.get("/partners/").content

    Exchange.objects.update(count=5)
    factories.InstitutionFactory(published=True, country=partner.country)

    assert b"5 people in the exchanges recorded" in client.get("/mobility/").content
    assert b"2 partners" in client.get("/partners/").content

    Institution.objects.filter(pk=partner.pk).update(published=False)

    assert b"No exchange is recorded yet." in client.get("/mobility/").content
    assert b"1 partner" in client.get("/partners/").content


def test_another_language_is_another_page(client, partner):
    english = client.get("/partners/")

    assert again(client, "/ru/partners/", english).status_code == 200


def test_staff_have_every_page_anew_and_no_page_of_theirs_is_kept(client, admin_client, partner):
    first = client.get("/partners/")

    theirs = again(admin_client, "/partners/", first)

    assert theirs.status_code == 200
    assert "ETag" not in theirs.headers


def test_a_page_that_is_not_there_and_a_wrong_address_are_not_kept(client, partner):
    assert "ETag" not in client.get("/partners/nowhere/").headers
    assert "ETag" not in client.get("/partners/?page=99").headers


def test_a_page_that_was_sent_is_given_to_the_next_visitor_as_it_was(client, partner, django_assert_num_queries):
    first = client.get("/partners/")

    with django_assert_num_queries(1):  # the state of the records
        second = client.get("/partners/")

    assert (second.status_code, second.content) == (200, first.content)
    assert {**second.headers, "X-Request-ID": ""} == {**first.headers, "X-Request-ID": ""}


def test_a_kept_page_is_not_given_after_a_change_nor_in_another_language(client, partner):
    client.get("/partners/")
    Institution.objects.filter(pk=partner.pk).update(city="Forlì")

    assert "Forlì" in client.get("/partners/").content.decode()
    assert "Партнёры" in client.get("/ru/partners/").content.decode()


def test_a_kept_page_is_packed_only_for_those_who_can_open_it(client, partner):
    packed = client.get("/partners/", headers={"Accept-Encoding": "gzip"})

    plain = client.get("/partners/")

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.content) == plain.content
    assert client.get("/partners/", headers={"Accept-Encoding": "gzip"}).content == packed.content


def test_who_has_a_cookie_gets_no_kept_page(client, partner, django_assert_num_queries):
    client.get("/partners/")
    client.cookies["any"] = "1"

    with django_assert_num_queries(2):  # the state of the records, the partners
        answer = client.get("/partners/")

    assert "ETag" not in answer.headers


def test_so_many_bytes_of_pages_are_kept_and_those_asked_for_last():
    kept = KeptPages(most=3200)
    for number in range(20):
        kept[number] = HttpResponse(b"x" * 200)
        assert kept[0] is not None

    kept["large"] = HttpResponse(b"x" * 401)

    assert kept["large"] is None
    assert [number for number in range(20) if kept[number]] == [0, *range(5, 20)]
    assert kept.size == 3200
