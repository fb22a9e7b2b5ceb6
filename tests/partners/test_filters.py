"""What the lists of partners and agreements find, count and refuse."""

import datetime

import pytest

from iet_relations.academic_year import AcademicYear
from partners.filters import relation_on
from partners.models import Institution
from tests.factories import (
    ActionFactory,
    AgreementFactory,
    CooperationAreaFactory,
    ExchangeFactory,
    HomeFactory,
    IdentifierFactory,
    InstitutionFactory,
    InstitutionNameFactory,
    ProgrammeFactory,
    ProjectFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry():
    """Bologna (agreement until June 2018, project), UNECON (project of 2016/2017), Santander (nothing yet)."""
    bologna = InstitutionFactory(name_en="University of Bologna", name_ru="Болонский университет", city="Bologna")
    unecon = InstitutionFactory(name_en="UNECON", country__alpha2="RU", kind="research")
    santander = InstitutionFactory(name_en="Cantabria", country__alpha2="ES")
    InstitutionFactory(name_en="Hidden University", published=False)
    HomeFactory()
    InstitutionNameFactory(institution=unecon, name="St. Petersburg State University of Economics")
    IdentifierFactory(institution=bologna, scheme="erasmus", value="I  BOLOGNA01")
    area = CooperationAreaFactory(key="joint-research")
    AgreementFactory(
        reference="IET-2016-001", partners=[bologna], areas=[area], ends_on=datetime.date(2018, 6, 30), title=""
    )
    AgreementFactory(
        reference="12/2017 Болонья",
        partners=[bologna, santander],
        published=False,
        areas=[CooperationAreaFactory(key="language-training")],
    )
    AgreementFactory(reference="IET-2020-001", partners=[unecon], in_force_from=datetime.date(2020, 1, 1))
    ProjectFactory(partners=[unecon], action=ActionFactory(key="jean-monnet"))
    ProjectFactory(partners=[santander], published=False, action__programme=ProgrammeFactory(key="world-bank"))
    return {"bologna": bologna, "unecon": unecon, "santander": santander}


def names(client, query):
    response = client.get(f"/partners/?{query}")
    assert response.status_code == 200
    return [institution.name_en for institution in response.context["listing"].rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Cantabria", "UNECON", "University of Bologna"]),
        ("sort=-name", ["University of Bologna", "UNECON", "Cantabria"]),
        ("sort=country", ["University of Bologna", "UNECON", "Cantabria"]),
        ("country=IT", ["University of Bologna"]),
        ("country=it&country=es", ["Cantabria", "University of Bologna"]),
        ("country=Италия", ["University of Bologna"]),
        ("country=Русия", ["UNECON"]),
        ("country=TJ", []),
        ("region=southern-europe", ["Cantabria", "University of Bologna"]),
        ("kind=research", ["UNECON"]),
        ("area=joint-research", ["University of Bologna"]),
        ("area=language-training", []),
        ("programme=erasmus-plus", ["UNECON"]),
        ("programme=world-bank", []),
        ("relation=active&on=2017-01-31", ["UNECON", "University of Bologna"]),
        ("relation=active&on=2019-01-31", []),
        ("relation=dormant&on=2019-01-31", ["UNECON", "University of Bologna"]),
        ("relation=prospect&on=2017-01-31", ["Cantabria"]),
        ("relation=active&relation=prospect&on=2017-01-31&kind=research", ["UNECON"]),
        ("q=БОЛОНСКИЙ", ["University of Bologna"]),
        ("q=saint petersburg", ["UNECON"]),
        ("q=hidden", []),
        ("utm_source=letter&kind[]=research", ["Cantabria", "UNECON", "University of Bologna"]),
    ],
)
def test_partners_are_found_by(client, registry, query, expected):
    assert names(client, query) == expected


def test_choices_count_the_partners_that_the_other_filters_leave(client, registry):
    listing = client.get("/partners/?on=2017-01-31&country=IT").context["listing"]

    choices = {
        field.name: [label for value, label in field.field.widget.choices if value]
        for field in listing.fields
        if hasattr(field.field, "show_counts")
    }

    assert choices == {
        "relation": ["Active (1)"],
        "country": ["Italy (1)", "Russia (1)", "Spain (1)"],
        "region": ["Southern Europe (1)"],
        "kind": ["Higher education (1)"],
        "area": ["Joint research (1)"],
    }


@pytest.mark.parametrize(
    "address",
    [
        "partners/",
        "partners/?q=university",
        "partners/?q=university&relation=active&relation=prospect&on=2017-01-31",
        "partners/?q=university&relation=dormant&on=2019-01-31&sort=-city",
        "partners/?q=bolonga&country=IT",
        "partners/?q=italy&area=joint-research",
        "partners/?relation=active&on=2018-01-01",
        "partners/?area=joint-research",
        "agreements/?q=bologna",
        "agreements/?q=university&state=in_force&country=IT&on=2017-01-31",
        "agreements/?state=expired",
        "projects/?q=unecon&sort=title",
        "countries/?q=italy&sort=-partners",
    ],
)
def test_a_list_of_many_says_the_same_as_if_they_were_few(client, registry, monkeypatch, address):
    few = client.get(f"/{address}")
    for module in ("filtering", "listing"):
        monkeypatch.setattr(f"iet_relations.lists.{module}.MANY", 0)

    assert client.get(f"/{address}").content == few.content
    assert few.context["listing"].rows


def test_a_relation_that_is_spelled_out_says_the_same_within_another_query(registry):
    partners = Institution.objects.public().annotate(relation=relation_on(datetime.date(2018, 1, 1)))
    active = partners.filter(relation="active")
    assert set(active) == {registry["bologna"]}
    assert set(Institution.objects.filter(pk__in=active.values("pk"))) == {registry["bologna"]}


def test_active_filters_are_chips_that_take_themselves_off(client, registry):
    listing = client.get("/partners/?country=IT&country=ES&q=bologna&page=1&sort=city&junk=1").context["listing"]

    assert [(chip.label, chip.value, chip.remove_url) for chip in listing.chips] == [
        ("Search", "bologna", "/partners/?country=IT&country=ES&sort=city"),
        ("Country", "Italy", "/partners/?q=bologna&country=ES&sort=city"),
        ("Country", "Spain", "/partners/?q=bologna&country=IT&sort=city"),
    ]
    assert listing.csv_url == "/partners.csv?q=bologna&country=IT&country=ES&sort=city"


def references(client, query):
    response = client.get(f"/agreements/?{query}")
    assert response.status_code == 200
    return [agreement.reference for agreement in response.context["listing"].rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["IET-2020-001", "IET-2016-001"]),
        ("sort=reference", ["IET-2016-001", "IET-2020-001"]),
        ("sort=ends", ["IET-2016-001", "IET-2020-001"]),
        ("state=in_force&on=2017-01-31", ["IET-2016-001"]),
        ("state=in_force&on=2018-06-30", ["IET-2016-001"]),
        ("state=expiring&on=2018-06-30", ["IET-2016-001"]),
        ("state=expired&on=2018-07-01", ["IET-2016-001"]),
        ("state=upcoming&on=2018-07-01", ["IET-2020-001"]),
        ("country=RU", ["IET-2020-001"]),
        ("country=ES", []),
        ("partner=university-of-bologna", ["IET-2016-001"]),
        ("partner=erasmus:I  BOLOGNA01", ["IET-2016-001"]),
        ("partner=болонский", ["IET-2016-001"]),
        ("partner=cantabria", []),
        ("year=2017-2018", ["IET-2016-001"]),
        ("year=2018/19", []),
        ("year=2019-2020 уч. год", ["IET-2020-001"]),
        ("kind=memorandum-of-understanding", ["IET-2020-001", "IET-2016-001"]),
        ("q=Bologna", ["IET-2016-001"]),
        ("q=2016", ["IET-2016-001"]),
    ],
)
def test_agreements_are_found_by(client, registry, query, expected):
    assert references(client, query) == expected


def test_in_force_counts_the_agreements_that_are_expiring(client, registry):
    listing = client.get("/agreements/?on=2018-06-30").context["listing"]

    state = next(field for field in listing.fields if field.name == "state")

    assert state.field.widget.choices == [
        ("upcoming", "Upcoming (1)"),
        ("in_force", "In force (1)"),
        ("expiring", "Expiring (1)"),
    ]


def test_unpublished_partners_are_not_told_from_unknown_ones(client, registry):
    hidden = client.get("/agreements/?partner=hidden-university")
    unknown = client.get("/agreements/?partner=no-such-university")

    assert hidden.status_code == unknown.status_code == 400
    assert hidden.context["listing"].problems == ["Partner: No partner is called “hidden-university”."]


def test_countries_are_those_we_have_to_do_with(client, registry):
    ExchangeFactory(partner=None, country__alpha2="KZ", academic_year=AcademicYear(2016), count=4)

    rows = client.get("/countries/?on=2017-01-31").context["listing"].rows

    assert [
        (row.alpha2, row.partners, row.partners_active, row.agreements_in_force, row.exchanged, row.students)
        for row in rows
    ] == [
        ("IT", 1, 1, 1, None, None),
        ("KZ", 0, 0, 0, 4, None),
        ("RU", 1, 1, 0, None, None),
        ("ES", 1, 0, 0, None, None),
    ]


def test_names_sort_in_the_readers_alphabet(client):
    for name in ("Ғафуров", "Гиссар", "Қурғонтеппа", "Кӯлоб"):
        InstitutionFactory(name_en="", name="x", name_tg=name)

    rows = client.get("/tg/partners/").context["listing"].rows

    assert [row.name_tg for row in rows] == ["Гиссар", "Ғафуров", "Кӯлоб", "Қурғонтеппа"]
