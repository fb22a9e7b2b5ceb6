"""What visitors see of partners, countries and agreements, and what they never see."""

import datetime
import re

import pytest

from iet_relations.academic_year import AcademicYear
from partners.timeline import renewal_chain
from tests.factories import (
    ActivityFactory,
    AgreementDocumentFactory,
    AgreementFactory,
    AmendmentFactory,
    CitationFactory,
    ContactFactory,
    ExchangeFactory,
    HomeFactory,
    IdentifierFactory,
    InstitutionFactory,
    InstitutionNameFactory,
    LanguageFactory,
    MobilityTermFactory,
    ProjectFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = "on=2017-01-31"


def bytes_of(response):
    """What a response holds, streamed or not; reading it to its end closes its file."""
    return b"".join(response)


def text_of(response):
    """The words of a page, without markup and with single spaces."""
    assert response.status_code == 200
    content = re.sub(r"<(script|style)\b.*?</\1>", "", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content))


@pytest.fixture
def bologna():
    bologna = InstitutionFactory(
        name="Alma Mater Studiorum – Università di Bologna",
        name_en="University of Bologna",
        name_ru="Болонский университет",
        name_tg="Донишгоҳи Болоня",
        city="Bologna",
        cooperating_since_first=datetime.date(2016, 1, 1),
        cooperating_since_last=datetime.date(2016, 12, 31),
    )
    IdentifierFactory(institution=bologna, scheme="ror", value="01111rn36")
    InstitutionNameFactory(institution=bologna, name="Bologna University", kind="cited")
    return bologna


def test_a_partners_page_tells_what_we_do_together_as_of_the_day(client, bologna):
    AgreementFactory(reference="IET-2016-001", title="Framework", partners=[bologna])
    ProjectFactory(title="Tourism Development", partners=[bologna])
    ActivityFactory(title="Spring symposium", institutions=[bologna])
    ExchangeFactory(partner=bologna, count=7)
    ExchangeFactory(partner=bologna, count=5, direction="incoming", academic_year=AcademicYear(2014))
    CitationFactory(record=bologna, quote="With Bologna University of Italy.")

    response = client.get(f"/partners/university-of-bologna/?{DAY}")

    page = text_of(response)
    expected = (
        "University of Bologna",
        "Донишгоҳи Болоня",
        "active as of 31 January 2017",
        "Framework IET-2016-001 · Memorandum of understanding in force",
        "Tourism Development Capacity building in higher education partner running",
        "Spring symposium",
        "With Bologna University of Italy.",
        "Cooperating since 2016",
        "ROR 01111rn36",
        "Bologna University as cited in a source",
    )
    assert [words for words in expected if words not in page] == []
    assert response.context["exchanges"]["table"]["rows"] == [
        {"label": "2014/2015", "url": "/mobility/?partner=university-of-bologna&year=2014-2015", "cells": [0, 5]},
        {"label": "2015/2016", "url": "/mobility/?partner=university-of-bologna&year=2015-2016", "cells": [0, 0]},
        {"label": "2016/2017", "url": "/mobility/?partner=university-of-bologna&year=2016-2017", "cells": [7, 0]},
    ]
    assert 'href="https://ror.org/01111rn36"' in response.content.decode()


@pytest.mark.parametrize(
    ("prefix", "language", "heading", "country"),
    [
        ("", "en", "University of Bologna", "Italy"),
        ("/ru", "ru", "Болонский университет", "Италия"),
        ("/tg", "tg", "Донишгоҳи Болоня", "Италия"),
    ],
)
def test_a_partners_page_speaks_the_readers_language(client, bologna, prefix, language, heading, country):
    page = client.get(f"{prefix}/partners/university-of-bologna/").content.decode()

    assert re.search(r'<html lang="(\w+)"', page)[1] == language
    assert re.search(r"<h1>\s*([^<]+?)\s*</h1>", page)[1] == heading
    assert f'<a href="{prefix}/countries/it/">{country}' in page


def test_a_name_in_another_language_is_marked_as_such(client):
    InstitutionFactory(name_en="Silk Road University")

    page = client.get("/tg/partners/").content.decode()

    assert '<span lang="en">Silk Road University</span>' in page


def test_what_is_not_published_is_nowhere(client, bologna):
    hidden = InstitutionFactory(name_en="Hidden University")
    AgreementFactory(reference="SECRET-1", partners=[bologna], published=False)
    AgreementFactory(reference="IET-2016-002", title="Three parties", partners=[bologna, hidden])
    ProjectFactory(title="Secret project", partners=[bologna], published=False)
    ProjectFactory(title="Open project", partners=[bologna, hidden])
    ActivityFactory(title="Secret meeting", institutions=[bologna], published=False)
    ActivityFactory(title="Open meeting", institutions=[bologna, hidden])
    ExchangeFactory(partner=hidden, count=98765431)
    hidden.published = False
    hidden.save()

    addresses = (
        *("/", "/partners/", "/countries/", "/countries/it/", "/agreements/", "/projects/", "/activities/"),
        *(
            "/mobility/",
            "/search/?q=secret",
            "/search/?q=hidden",
            "/search/?q=open",
            "/partners/university-of-bologna/",
        ),
        *("/agreements/IET-2016-002/", "/projects/open-project/", "/sitemap-partners.xml", "/sitemap-projects.xml"),
        *("/partners.csv", "/agreements.csv", "/projects.csv", "/activities.csv", "/mobility.csv", "/countries.csv"),
    )
    pages = {}
    for address in addresses:
        pages[address] = bytes_of(client.get(address)).decode()

    secrets = (
        "SECRET-1",
        "Secret project",
        "Secret meeting",
        "Hidden University",
        "hidden-university",
        "98765431",
        "98,765,431",
    )
    found = [(address, word) for address, page in pages.items() for word in secrets if word in page]
    assert found == []
    assert "1 more party is not public." in pages["/agreements/IET-2016-002/"]
    assert [client.get(path).status_code for path in ("/partners/hidden-university/", "/agreements/SECRET-1/")] == [
        404,
        404,
    ]


def test_no_person_is_on_any_page(client, bologna):
    agreement = AgreementFactory(
        reference="IET-2016-001", partners=[bologna], responsible=UserFactory(username="zulfiya")
    )
    agreement.parties.update(signatory="Rector Ubaldini")
    project = ProjectFactory(title="Open project", partners=[bologna])
    contact = ContactFactory(institution=bologna, name="Carla Contatti", email="carla@unibo.example")
    project.participations.update(contact=contact)
    ExchangeFactory(
        partner=bologna, agreement=agreement, project=project, person_name="Daler Donishju", person_email="d@x.example"
    )
    addresses = (
        *("/", "/partners/", "/partners/university-of-bologna/", "/countries/it/", "/agreements/IET-2016-001/"),
        *("/projects/open-project/", "/mobility/", "/mobility/?partner=university-of-bologna", "/search/?q=carla"),
        *("/search/?q=daler", "/partners.csv", "/agreements.csv", "/projects.csv", "/mobility.csv", "/partners.xlsx"),
        *("/mobility.xlsx", "/datapackage.json"),
    )

    people = (b"Ubaldini", b"Contatti", b"carla@", b"Daler Donishju", b"d@x.example", b"zulfiya", b"person_name")
    found = []
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200
        content = bytes_of(response)
        found += [(address, person) for person in people if person in content]

    assert found == []


def test_the_address_of_the_home_institution_leads_to_the_page_about_it(client):
    home = HomeFactory()

    response = client.get(home.get_absolute_url())

    assert (response.status_code, response.url) == (302, "/about/")


def test_a_partner_that_became_part_of_another_says_so(client, bologna):
    earlier = InstitutionFactory(name_en="Rimini College", successor=bologna, closed_on=datetime.date(2015, 8, 31))

    assert "It became part of University of Bologna ." in text_of(client.get(earlier.get_absolute_url()))
    assert "Joined by Rimini College" in text_of(client.get(bologna.get_absolute_url()))


@pytest.fixture
def agreement(bologna):
    """A renewal of 2016, with two terms and an amendment."""
    first = AgreementFactory(
        reference="12/2011 Болонья",
        partners=[bologna],
        in_force_from=datetime.date(2011, 9, 1),
        ends_on=datetime.date(2016, 8, 31),
    )
    second = AgreementFactory(
        reference="IET-2016-001",
        title="Mobility",
        partners=[bologna],
        renews=first,
        ends_on=datetime.date(2021, 8, 31),
    )
    AgreementFactory(reference="IET-2021-001", renews=second, in_force_from=datetime.date(2021, 9, 1), published=False)
    MobilityTermFactory(agreement=second, language=LanguageFactory(), cefr="B2")
    MobilityTermFactory(agreement=second, direction="incoming", places_per_year=None)
    AmendmentFactory(agreement=second, number=1, in_force_from=datetime.date(2018, 9, 1))
    return second


def test_an_agreements_page_tells_its_story_in_the_order_of_time(client, agreement):
    response = client.get(f"/agreements/IET-2016-001/?{DAY}")

    events = [(event["date"].isoformat(), event["title"], event["phase"]) for event in response.context["events"]]
    assert events == [
        ("2016-09-01", "Signed by Home Institute", "past"),
        ("2016-09-01", "Signed by University of Bologna", "past"),
        ("2016-09-01", "In force from this day", "past"),
        ("2018-09-01", "Amendment 1", "future"),
        ("2021-08-31", "The last day in force", "future"),
    ]
    assert [(one.reference, one.state.value) for one in response.context["chain"]] == [
        ("12/2011 Болонья", "expired"),
        ("IET-2016-001", "in_force"),
    ]
    assert "outgoing student studies 2" in text_of(response).lower()


def test_a_chain_of_renewals_is_the_same_from_each_of_its_agreements(django_assert_num_queries):
    first = AgreementFactory(reference="A")
    second = AgreementFactory(reference="B", renews=first, published=False)
    third = AgreementFactory(reference="C", renews=second)
    last = AgreementFactory(reference="D", renews=third)
    other = AgreementFactory(reference="E")
    AgreementFactory(reference="F", renews=other)

    for one in (first, second, third, last):
        with django_assert_num_queries(1):
            chain = renewal_chain(one, datetime.date(2017, 1, 31))
        assert [each.reference for each in chain] == ["A", "C", "D"]
    assert renewal_chain(AgreementFactory(reference="G"), datetime.date(2017, 1, 31)) == []


def test_agreements_that_continue_each_other_in_a_circle_have_a_page(client):
    first = AgreementFactory(reference="A")
    second = AgreementFactory(reference="B", renews=first)
    type(first).objects.filter(pk=first.pk).update(renews=second)  # past the form, which refuses it

    assert client.get("/agreements/A/").status_code == 200


@pytest.mark.parametrize(
    ("day", "state"),
    [("2016-08-31", "upcoming"), ("2016-09-01", "in force"), ("2021-08-31", "expiring"), ("2021-09-01", "expired")],
)
def test_an_agreement_is_what_it_is_on_the_day(client, agreement, day, state):
    page = text_of(client.get(f"/agreements/IET-2016-001/?on={day}"))

    assert re.search(r"Mobility (\w+(?: \w+)?) as of", page)[1] == state


def test_a_reference_with_slash_space_and_cyrillic_is_an_address(client, agreement):
    response = client.get(agreement.renews.get_absolute_url())

    assert agreement.renews.get_absolute_url() == "/agreements/12/2011%20%D0%91%D0%BE%D0%BB%D0%BE%D0%BD%D1%8C%D1%8F/"
    assert response.context["record"] == agreement.renews


def test_only_public_documents_can_be_taken(client, agreement, admin_client):
    public = AgreementDocumentFactory(agreement=agreement, title="Public text", visibility="public")
    staff = AgreementDocumentFactory(agreement=agreement, title="Signed scan", content=b"Other")
    hidden = AgreementDocumentFactory(
        agreement=AgreementFactory(published=False), visibility="public", content=b"Third"
    )
    addresses = [f"/documents/agreements/{one.pk}/" for one in (public, staff, hidden)]

    page = text_of(client.get("/agreements/IET-2016-001/"))

    assert ("Public text" in page, "Signed scan" in page) == (True, False)
    for reader, statuses in ((client, [200, 404, 404]), (admin_client, [200, 200, 200])):
        responses = [reader.get(address) for address in addresses]
        contents = [bytes_of(response) for response in responses]
        assert ([response.status_code for response in responses], contents[0]) == (statuses, b"A signed scan.")


def records(number):
    partner = InstitutionFactory(name_en="Partner")
    project = ProjectFactory(title="Project", partners=InstitutionFactory.create_batch(number))
    agreement = AgreementFactory(reference="A-1", partners=[partner, *InstitutionFactory.create_batch(number)])
    for place in range(number):
        InstitutionNameFactory(institution=partner)
        IdentifierFactory(institution=partner)
        InstitutionFactory(successor=partner)
        AgreementFactory(partners=[partner])
        ProjectFactory(partners=[partner])
        ActivityFactory(institutions=[partner], agreement=agreement, project=project)
        ExchangeFactory(
            partner=partner, agreement=agreement, project=project, academic_year=AcademicYear(2010 + place)
        )
        MobilityTermFactory(agreement=agreement, language=LanguageFactory(), partner=partner)
        AmendmentFactory(agreement=agreement, number=place + 1)
        AgreementDocumentFactory(agreement=agreement, visibility="public", content=bytes([place]))
        for record in (partner, agreement, project, partner.country):
            CitationFactory(record=record, quote=f"Statement {place}.")
    return ActivityFactory(institutions=InstitutionFactory.create_batch(number))


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/partners/partner/", 10),
        ("/countries/it/", 8),
        ("/agreements/A-1/", 13),
        ("/projects/project/", 7),
        ("/activities/{}/", 4),
        ("/ru/partners/partner/", 10),
    ],
)
@pytest.mark.parametrize("number", [1, 3])
def test_a_record_takes_the_same_queries_however_much_it_has(client, django_assert_num_queries, path, queries, number):
    path = path.format(records(number).pk)
    client.get(path)

    with django_assert_num_queries(queries):
        response = client.get(path)

    assert response.status_code == 200


def test_a_country_in_a_region_that_nobody_knows_has_its_page(client):
    partner = InstitutionFactory()
    type(partner.country).objects.filter(pk=partner.country_id).update(region="atlantis")

    assert "atlantis" in client.get(f"/countries/{partner.country_id.lower()}/").content.decode()
    assert client.get("/countries/").status_code == 200
