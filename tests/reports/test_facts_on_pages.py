"""The facts F1–F14 where a visitor meets them: on the public pages of a registry as it comes out of the box."""

import csv
import re
from html import unescape

import pytest

from tests.partners.test_views import bytes_of

UNECON = "/partners/saint-petersburg-state-university-of-economics/"


@pytest.fixture
def read(client, facts, db):
    """Return a function that gives what a page says, as one line of text, and keeps its HTML in ``read.html``."""

    def page(address):
        response = client.get(address)
        assert response.status_code == 200
        page.html = response.content.decode()
        main = re.search(r"<main.*</main>", re.sub(r"(?s)<(script|style)\b.*?</\1>", "", page.html), re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", main[0])).split())

    return page


@pytest.mark.parametrize(
    ("language", "date"),
    [("", "1 September 2009"), ("/ru", "1 сентября 2009"), ("/tg", "1 сентябр")],
)
def test_f1_the_about_page_says_when_the_department_was_created(read, language, date):
    text = read(f"{language}/about/")

    assert date in text
    assert "The International Relations department of IET TSUC was created on September 1, 2009." in text


def test_f2_to_f4_the_about_page_tells_the_goal_the_responsibilities_and_the_year(read):
    text = read("/about/")

    for quote in (
        "The main goal of the department is development of international relations in the field of education and "
        "close bilateral communication between IET TSUC and various world universities.",
        "Increasing the knowledge of students and preparation of modern professionals by conducting international "
        "practice and creating conditions for the exchange of students are the main responsibilities of the "
        "department.",
        "In 2016-2017 academic year, the department’s activity has become more effective.",
    ):
        assert quote in text


@pytest.mark.parametrize(
    ("statement", "row", "values"),
    [
        ("F5", "New partners 3 0 more than 3 [1] F5", ("partners_new", "", "", "3", "3", "more_than")),
        ("F6", "New projects 5 0 5 [1] F6", ("projects_new", "", "", "5", "5", "exactly")),
        ("F7", "ERASMUS+ 4 4 4", ("projects_running", "programme", "erasmus-plus", "4", "4", "exactly")),
        ("F14", "Partner countries 3 0 21 [1] F14", ("partner_countries", "", "", "3", "21", "exactly")),
        ("F14", "Partner institutions 3 0 more than 50 [1] F14", ("partners", "", "", "3", "50", "more_than")),
    ],
)
def test_f5_f6_f7_f14_the_report_shows_the_number_reported_beside_the_recorded(read, client, statement, row, values):
    text = read("/reports/2016-2017/")
    table = csv.DictReader(bytes_of(client.get("/reports/2016-2017.csv")).decode().splitlines())
    columns = ("indicator", "breakdown", "key", "value", "reported", "reported_qualifier")

    assert row in text
    assert statement in text
    assert values in [tuple(line[column] for column in columns) for line in table]


def test_f14_the_home_page_shows_reported_beside_recorded(read):
    text = read("/")

    assert "more than 50 reported" in text
    assert "21 reported" in text
    assert re.findall(r"\b3 recorded here ?: (\w+ \w+)", text) == [
        "Partner institutions",
        "Partner countries",
        "New partners",
    ]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (
            "/projects/tourism-development-in-the-republic-of-tajikistan/",
            ["Tourism Development in the Republic of Tajikistan", "University of Bologna", "Italy", "ERASMUS+"],
        ),
        (
            "/projects/contribution-of-universities-to-sustainable-development/",
            [
                "Contribution of Universities to Sustainable Development",
                "Saint Petersburg State",
                "Russia",
                "ERASMUS+",
            ],
        ),
        (
            "/projects/jean-monnet-project/",
            ["Title not recorded", "Saint Petersburg State University of Economics", "Jean Monnet"],
        ),
        (
            "/projects/student-exchange-between-the-iet-of-the-tsuc-and-the-university-of-cantabria/",
            ["Student exchange", "University of Cantabria", "Spain", "credit mobility"],
        ),
        ("/projects/world-bank-project/", ["Title not recorded", "World Bank", "Budget not recorded"]),
    ],
    ids=["F8", "F9", "F10", "F11", "F6"],
)
def test_f8_to_f11_and_the_world_bank_s_each_project_has_its_page_with_its_sentence(read, request, address, told):
    number = request.node.callspec.id
    text = read(address)

    assert [words for words in told if words not in text] == []
    assert f"January 2017, {number}" in text


def test_f8_to_f11_the_list_of_projects_has_the_five_of_them(read):
    text = read("/projects/?year=2016-2017")

    assert "5 projects" in text
    assert text.count("Title not recorded") == 2


@pytest.mark.parametrize(
    "words", ["St. Petersburg State Economic University", "St. Petersburg State University of Economics", "UNECON"]
)
def test_f9_f10_a_visitor_finds_the_one_university_under_both_names(read, words):
    listed = read(f"/partners/?q={words}")
    hits = re.findall(r'href="(/partners/[\w-]+/)"', read.html)
    read(f"/search/?q={words}")

    assert "1 partner" in listed
    assert set(hits) == {UNECON}
    assert UNECON in read.html


def test_f9_f10_the_page_of_the_university_gives_both_names_and_both_statements(read):
    text = read(UNECON)

    for words in (
        "St. Petersburg State Economic University as cited in a source",
        "St. Petersburg State University of Economics as cited in a source",
        "With St. Petersburg State Economic University under the project",
        "With St. Petersburg State University of Economics in the framework of the Jean Monnet program.",
    ):
        assert words in text


def test_f12_the_about_page_lists_the_areas_of_cooperation(read):
    text = read("/about/")

    assert "Student exchange Teacher exchange Joint research Conferences and symposia Language training" in text
    assert "mainly in the area of the exchange of teachers and students" in text


@pytest.mark.parametrize(
    ("country", "code"),
    [
        *(("Turkmenistan", "tm"), ("Kyrgyzstan", "kg"), ("Kazakhstan", "kz")),
        *(("Afghanistan", "af"), ("Uzbekistan", "uz"), ("Belarus", "by")),
    ],
)
def test_f13_students_from_six_countries_in_a_number_that_is_not_recorded(read, country, code):
    assert f"{country} not recorded" in read("/mobility/")
    assert "students from 6 countries" in read("/mobility/")
    assert "2016/2017 not recorded" in read(f"/countries/{code}/")


def test_the_source_is_on_the_about_page_with_its_fourteen_statements(read):
    text = read("/about/")

    assert "its own account" in text
    assert [f"F{number}" for number in range(1, 15) if f" F{number} " not in text] == []
