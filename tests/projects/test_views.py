"""What visitors see of projects and activities."""

import csv
import datetime
from decimal import Decimal

import pytest

from iet_relations.academic_year import AcademicYear
from tests.factories import (
    ActionFactory,
    ActivityFactory,
    ActivityKindFactory,
    AgreementFactory,
    HomeFactory,
    InstitutionFactory,
    ParticipationFactory,
    ProjectFactory,
)
from tests.partners.test_views import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry():
    """Three projects: with Bologna in 2016/2017, coordinated by UNECON until 2020, and one not published."""
    home = HomeFactory()
    bologna = InstitutionFactory(name_en="University of Bologna")
    unecon = InstitutionFactory(name_en="UNECON", country__alpha2="RU")
    ProjectFactory(title="Tourism", partners=[bologna])
    later = ProjectFactory(
        title="Sustainability",
        acronym="SUST",
        coordinator=unecon,
        action=ActionFactory(key="jean-monnet"),
        starts_on=datetime.date(2018, 1, 15),
        ends_on=datetime.date(2020, 1, 14),
        first_academic_year=None,
        budget=Decimal("900000"),
        currency="EUR",
    )
    ParticipationFactory(project=later, institution=home, role="associated")
    ProjectFactory(title="Secret", partners=[bologna], published=False)
    return later


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Sustainability", "Tourism"]),
        ("sort=title", ["Sustainability", "Tourism"]),
        ("sort=-title", ["Tourism", "Sustainability"]),
        ("state=running&on=2017-01-31", ["Tourism"]),
        ("state=upcoming&on=2017-01-31", ["Sustainability"]),
        ("state=completed&on=2020-01-15", ["Sustainability"]),
        ("year=2019-2020", ["Sustainability"]),
        ("year=2016/2017", ["Tourism"]),
        ("funder=european-commission", ["Sustainability", "Tourism"]),
        ("programme=erasmus-plus", ["Sustainability", "Tourism"]),
        ("action=jean-monnet", ["Sustainability"]),
        ("country=RU", ["Sustainability"]),
        ("country=TJ", []),
        ("partner=unecon", ["Sustainability"]),
        ("role=coordinator", []),
        ("role=associated", ["Sustainability"]),
        ("role=coordinator&partner=unecon", ["Sustainability"]),
        ("role=partner&partner=bologna", ["Tourism"]),
        ("q=SUST", ["Sustainability"]),
        ("q=болоня", ["Tourism"]),
        ("q=zzzzzz", []),
        ("q=bologna", ["Tourism"]),
    ],
)
def test_projects_are_found_by(client, registry, query, expected):
    response = client.get(f"/projects/?{query}")

    assert response.status_code == 200
    assert [project.title for project in response.context["listing"].rows] == expected


def test_a_projects_page_names_who_takes_part_in_which_role(client, registry):
    ActivityFactory(title="Kick-off", project=registry)

    response = client.get("/projects/sust/?on=2019-01-01")

    page = text_of(response)
    assert [(one.institution.name_en, one.role) for one in response.context["participations"]] == [
        ("UNECON", "coordinator"),
        ("Home Institute", "associated"),
    ]
    expected = (
        "Sustainability",
        "running as of 1 January 2019",
        "15 January 2018 – 14 January 2020",
        "900,000 EUR",
        "Kick-off",
    )
    assert [words for words in expected if words not in page] == []


@pytest.mark.parametrize(
    ("fields", "heading"),
    [
        ({"title": ""}, "Title not recorded"),
        ({"title": "", "reference": "573700-EPP"}, "573700-EPP"),
        ({"title": "", "acronym": "TOUR", "reference": "573700-EPP"}, "TOUR"),
    ],
)
def test_a_project_without_a_title_is_called_by_what_is_known(client, fields, heading):
    project = ProjectFactory(action__name_en="Jean Monnet", **fields)

    page = text_of(client.get(project.get_absolute_url()))

    assert f"ERASMUS+ · Jean Monnet {heading} " in page


def test_the_file_has_all_rows_of_the_filtered_list(client, registry):
    ProjectFactory.create_batch(30, title="=Formula")

    response = client.get("/projects.csv?q=formula&sort=title")

    rows = list(csv.DictReader(b"".join(response).decode().splitlines()))
    assert response.headers["Content-Disposition"] == 'attachment; filename="projects.csv"'
    assert [row["title"] for row in rows] == ["'=Formula"] * 30


def test_activities_are_found_by_kind_year_and_partner(client):
    partner = InstitutionFactory(name_en="University of Bologna")
    ActivityFactory(title="Symposium", institutions=[partner])
    ActivityFactory(title="Training", kind=ActivityKindFactory(key="training"), starts_on=datetime.date(2017, 9, 1))
    ActivityFactory(title="Secret", published=False)

    def titles(query):
        return [one.title for one in client.get(f"/activities/?{query}").context["listing"].rows]

    assert titles("") == ["Training", "Symposium"]
    assert titles("kind=training") == ["Training"]
    assert titles("year=2016-2017") == ["Symposium"]
    assert titles("partner=university-of-bologna") == ["Symposium"]
    assert titles("q=symposium") == ["Symposium"]


def test_an_activity_names_only_published_records(client):
    partner = InstitutionFactory(name_en="University of Bologna")
    agreement = AgreementFactory(reference="SECRET-1", published=False)
    project = ProjectFactory(title="Open project", first_academic_year=AcademicYear(2016))
    activity = ActivityFactory(
        title="Symposium",
        institutions=[partner, HomeFactory()],
        agreement=agreement,
        project=project,
        participants_actual=40,
    )

    page = text_of(client.get(activity.get_absolute_url()))

    expected = (
        "Symposium 15 November 2016",
        "University of Bologna Italy",
        "Participants who came 40",
        "Open project",
    )
    assert [words for words in expected if words not in page] == []
    assert "Participants planned not recorded" in page
    assert "SECRET-1" not in page
