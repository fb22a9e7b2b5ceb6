"""The home page, the search, the page about the department, the open data and what search engines read."""

import json

import pytest
from django.core.management import call_command

from reports.columns import MEANINGS
from reports.open_data import DATASETS
from tests.factories import (
    ActivityFactory,
    AgreementFactory,
    InstitutionFactory,
    InstitutionNameFactory,
    ProjectFactory,
    ReportEditionFactory,
    SourceFactory,
    SyntheticDataSetFactory,
)
from tests.partners.test_views import bytes_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def facts():
    call_command("load_facts", verbosity=0)


UNECON = "/partners/saint-petersburg-state-university-of-economics/"
FACTS = [
    ("F1", "/about/", "The department was created on 1 September 2009."),
    ("F2", "/about/", "Its main goal is to develop international relations in education"),
    ("F3", "/about/", "increases the knowledge of students"),
    ("F4", "/about/", "In the academic year 2016/2017 its work became more effective."),
    ("F5", "/", "New partners more than 3 reported"),
    ("F6", "/", "New projects 5 reported"),
    ("F7", "/about/", "only within the ERASMUS + program the Institute is working on 4 projects"),
    ("F8", "/partners/university-of-bologna/", "Tourism Development in the Republic of Tajikistan"),
    ("F9", UNECON, "Contribution of Universities to Sustainable Development"),
    ("F10", UNECON, "Title not recorded Jean Monnet"),
    ("F11", "/countries/es/", "Student exchange between the IET of the TSUC and the University of Cantabria"),
    ("F12", "/about/", "Student exchange Teacher exchange Joint research Conferences and symposia Language"),
    ("F13", "/mobility/", "In 2016/2017 students from 6 countries were enrolled at the Institute."),
    ("F14", "/", "Partner institutions more than 50 reported"),
    ("F14", "/", "Partner countries 21 reported"),
]


def test_each_fact_is_met_by_a_visitor(client, facts):
    pages = {path: text_of(client.get(path)) for path in {path for fact, path, words in FACTS}}

    assert [(fact, words) for fact, path, words in FACTS if words not in pages[path]] == []


def test_home_shows_what_is_recorded_beside_what_was_reported(client, facts):
    figures = client.get("/").context["figures"]

    assert [
        (figure["indicator"], figure["value"], figure["reported_qualifier"], figure["reported"]) for figure in figures
    ] == [
        ("partners", 3, "more_than", 50),
        ("partner_countries", 3, "exactly", 21),
        ("partners_new", 3, "more_than", 3),
        ("agreements_in_force", 0, "", None),
        ("projects_running", 5, "", None),
        ("projects_new", 5, "exactly", 5),
        ("exchanges", None, "", None),
        ("foreign_student_countries", 6, "", None),
        ("activities", 0, "", None),
    ]


SPELLINGS = ["St. Petersburg State Economic University", "st petersburg state university of economics"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_either_spelling_of_one_university_finds_it(client, facts, spelling):
    response = client.get("/search/", {"q": spelling})

    assert [
        (group.kind, group.rows[0].slug) for group in response.context["groups"] if group.kind == "institution"
    ] == [("institution", "saint-petersburg-state-university-of-economics")]


def test_home_shows_today_once_there_is_something_today(client):
    InstitutionFactory()
    AgreementFactory(partners=[InstitutionFactory()])

    figures = client.get("/").context["figures"]

    assert [figure["value"] for figure in figures if figure["indicator"] in ("partners", "agreements_in_force")] == [
        1,
        1,
    ]


def test_search_finds_every_kind_of_record_best_first(client):
    other = InstitutionFactory(name_en="Free University of Bologna")
    bologna = InstitutionFactory(name_en="Bologna University", name_ru="Болонский университет")
    InstitutionNameFactory(institution=InstitutionFactory(name_en="Zeta"), name="University near Bologna")
    agreement = AgreementFactory(reference="IET-2016-001", partners=[bologna])
    project = ProjectFactory(title="Bologna process", partners=[other])
    activity = ActivityFactory(title="Bologna days")

    response = client.get("/search/?q=BOLOGNA")

    found = {group.kind: [str(record) for record in group.rows] for group in response.context["groups"]}
    assert found == {
        "institution": ["Bologna University", "Free University of Bologna", "Zeta"],
        "project": [str(project)],
        "agreement": [str(agreement)],
        "activity": [str(activity)],
    }


@pytest.mark.parametrize("query", ["report 2016/2017", "отчёт 2016-2017", "ҳисобот 2016 2017", "Annual report 2016"])
def test_search_finds_annual_reports_in_every_language(client, query):
    ReportEditionFactory(number=2)

    response = client.get("/search/", {"q": query})

    reports = next(group for group in response.context["groups"] if group.kind == "report")
    assert "2016/2017" in [str(report.year) for report in reports.rows]
    assert "Edition 2 was published on" in text_of(response)


def test_search_finds_published_sources(client):
    SourceFactory(key="site", title="International relations", publisher="IET")
    SourceFactory(key="draft", title="International draft", published=False)

    response = client.get("/search/?q=international")

    sources = next(group for group in response.context["groups"] if group.kind == "source")
    assert [source.get_absolute_url() for source in sources.rows] == ["/about/#source-site"]


@pytest.mark.parametrize(
    ("query", "status"), [("", 200), ("zzzz", 200), ("%00", 400), ("%27%22", 400), ("x" * 5000, 400)]
)
def test_search_answers_whatever_is_asked(client, query, status):
    response = client.get(f"/search/?q={query}")

    assert (response.status_code, response.context["groups"]) == (status, [])


PAGES = (
    *("", "partners/", "countries/", "agreements/", "projects/", "mobility/", "activities/", "search/", "about/"),
    "data/",
)


@pytest.mark.parametrize("prefix", ["/", "/ru/", "/tg/"])
def test_every_page_opens_in_every_language_of_an_empty_registry(client, prefix):
    answers = {page: client.get(prefix + page).status_code for page in PAGES}

    assert answers == dict.fromkeys(PAGES, 200)


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_every_column_of_an_open_file_is_described(client, dataset):
    AgreementFactory(partners=[InstitutionFactory()])

    header = bytes_of(client.get(f"/{dataset.name}.csv")).decode().splitlines()[0].split(",")
    package = client.get("/datapackage.json").json()
    described = next(one for one in package["resources"] if one["name"] == dataset.name)["schema"]["fields"]

    assert [field["name"] for field in described] == header
    assert [field["name"] for field in described if not field["description"]] == []
    assert set(MEANINGS[dataset.table.kind]) <= set(header)


def test_synthetic_records_are_marked_in_page_file_and_description(client):
    SyntheticDataSetFactory()

    response = client.get("/partners.csv")

    bytes_of(response)
    assert response.headers["Content-Disposition"] == 'attachment; filename="synthetic-partners.csv"'
    assert client.get("/datapackage.json").json()["name"] == "iet-relations-synthetic"
    assert "The files of this registry are synthetic" in text_of(client.get("/data/"))


def test_search_engines_find_the_published_records_in_every_language(client):
    InstitutionFactory(name_en="Bologna")
    InstitutionFactory(name_en="Hidden", published=False)

    index = client.get("/sitemap.xml").content.decode()
    part = client.get("/sitemap-partners.xml").content.decode()
    robots = client.get("/robots.txt")

    assert "http://testserver/sitemap-partners.xml" in index
    assert [
        part.count(f"<loc>http://testserver{prefix}/partners/bologna/</loc>") for prefix in ("", "/ru", "/tg")
    ] == [1, 1, 1]
    assert "hidden" not in part
    assert (robots.headers["Content-Type"], b"Sitemap: http://testserver/sitemap.xml" in robots.content) == (
        "text/plain; charset=utf-8",
        True,
    )


def test_structured_data_cannot_break_out_of_its_element(client):
    partner = InstitutionFactory(name_en="</script><b>University</b>")

    page = client.get(partner.get_absolute_url()).content.decode()

    data = page.split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert json.loads(data)["name"] == "</script><b>University</b>"
