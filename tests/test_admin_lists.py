"""Staff lists stay as fast with more rows; wrong input on every other record is told in a sentence."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from iet_relations.academic_year import AcademicYear
from mobility.balance import places_balance
from mobility.models import Exchange, ForeignStudents, MobilityTerm
from projects.models import Activity, Project
from reports.models import ReportedFigure, Source
from tests import factories
from tests.forms import errors_of, form_data
from tests.test_admin import RECORDS, make, page, superuser_client  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


NOT_TWICE = {
    ForeignStudents: {"academic_year": AcademicYear},
    ReportedFigure: {"period_first": lambda year: datetime.date(year, 1, 1)},
}
"""What must differ between rows of a kind, by the year it is made from."""


QUERIES = {
    "mobility.Exchange": 7,
    "mobility.ForeignStudents": 7,
    "mobility.IscedField": 4,
    "mobility.Language": 4,
    "mobility.MobilityTerm": 4,
    "partners.Agreement": 9,
    "partners.AgreementDocument": 6,
    "partners.AgreementKind": 4,
    "partners.Contact": 6,
    "partners.CooperationArea": 4,
    "partners.Country": 4,
    "partners.Institution": 6,
    "partners.OrganizationalUnit": 4,
    "projects.Action": 5,
    "projects.Activity": 7,
    "projects.ActivityKind": 4,
    "projects.Funder": 4,
    "projects.Programme": 5,
    "projects.Project": 10,
    "projects.ProjectDocument": 6,
    "reports.Citation": 6,
    "reports.ReportedFigure": 8,
    "reports.Source": 4,
}


def queries_of(client, address):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model._meta.label)
def test_a_list_of_three_takes_as_many_queries_as_a_list_of_one(superuser_client, model):  # noqa: F811
    make(model)
    superuser_client.get(page("changelist", model))  # content types are remembered from here on
    one = queries_of(superuser_client, page("changelist", model))
    before = model.objects.count()
    for year in (2014, 2015):
        make(model, **{name: day(year) for name, day in NOT_TWICE.get(model, {}).items()})

    more = queries_of(superuser_client, page("changelist", model))

    assert model.objects.count() >= before
    assert (one, more) == (QUERIES[model._meta.label],) * 2


EXCHANGE = {"academic_year": "2016/2017", "direction": "outgoing", "activity": "SMS", "count": "1"}
FOREIGN = {"country": "IT", "academic_year": "2016/2017"}
FIGURE = {"indicator": "partners", "qualifier": "exactly", "number": "3", "quote": "Three."}


@pytest.mark.parametrize(
    ("model", "values", "field", "sentence"),
    [
        (Exchange, {**EXCHANGE}, "partner", "Say which partner, or at least which country."),
        (
            Exchange,
            {**EXCHANGE, "country": "IT", "count": "0"},
            "count",
            "Ensure this value is greater than or equal to 1.",
        ),
        (
            Exchange,
            {**EXCHANGE, "country": "IT", "count": "2", "person_name": "Somebody"},
            "__all__",
            "A row with a person’s name counts one: leave the name or the number out.",
        ),
        (Exchange, {**EXCHANGE, "academic_year": "2016"}, "academic_year", "Write an academic year like 2016/2017."),
        (
            ForeignStudents,
            {**FOREIGN},
            "__all__",
            "This country has a row for the academic year already.",
        ),
        (
            Project,
            {"starts_on": "2017-01-01", "ends_on": "2016-01-01"},
            "__all__",
            "The project ends before it starts: check “ends on”.",
        ),
        (Project, {"ends_on": "2016-01-01"}, "__all__", "Give the day on which the project starts as well."),
        (Project, {"budget": "5"}, "__all__", "Say in which currency the amounts are, like EUR."),
        (Project, {"currency": "euro"}, "currency", None),
        (
            Project,
            {"budget": "5", "our_share": "6", "currency": "EUR"},
            "__all__",
            "Our share is larger than the whole budget.",
        ),
        (
            Activity,
            {"title": "Visit", "starts_on": "2017-01-02", "ends_on": "2017-01-01"},
            "__all__",
            "The activity ends before it starts: check “ends on”.",
        ),
        (Source, {"title": "Two", "key": "yearbook"}, "key", "Source with this Key already exists."),
        (ReportedFigure, {**FIGURE, "period": "2017-13"}, "period", "There is no such day: 2017-13."),
        (ReportedFigure, {**FIGURE, "period": ""}, "period", "This field is required."),
        (ReportedFigure, {**FIGURE, "period": "2017-01"}, "__all__", "The source has this figure already."),
        (
            ReportedFigure,
            {**FIGURE, "period": "2016", "breakdown": "country"},
            "__all__",
            "Give both what the figure is broken down by and which part, or neither.",
        ),
        (
            MobilityTerm,
            {"first_academic_year": "2017/2018", "last_academic_year": "2016/2017"},
            "__all__",
            "The last academic year is before the first.",
        ),
    ],
)
def test_a_wrong_record_is_told_in_a_sentence(superuser_client, model, values, field, sentence):  # noqa: F811
    factories.ForeignStudentsFactory(country__alpha2="IT")
    source = factories.ReportedFigureFactory().source
    kinds = {
        Activity: {"kind": str(factories.ActivityKindFactory().pk)},
        Project: {"action": str(factories.ActionFactory().pk)},
        ReportedFigure: {"source": str(source.pk)},
        MobilityTerm: {"agreement": str(factories.AgreementFactory().pk), "direction": "outgoing", "activity": "SMS"},
    }
    before = model.objects.count()
    data = form_data(superuser_client, page("add", model)) | kinds.get(model, {}) | values

    answer = superuser_client.post(page("add", model), data)

    assert answer.status_code == 200
    assert field in errors_of(answer)
    assert sentence is None or sentence in errors_of(answer)[field]
    assert model.objects.count() == before


def test_balance_sets_used_places_against_agreed_ones():
    bologna, cantabria = (
        factories.InstitutionFactory(name_en="Bologna"),
        factories.InstitutionFactory(name_en="Cantabria"),
    )
    one = factories.AgreementFactory(partners=[bologna])
    both = factories.AgreementFactory(partners=[bologna, cantabria])
    factories.MobilityTermFactory(agreement=one, places_per_year=2)
    factories.MobilityTermFactory(agreement=both, partner=bologna, activity="SMT", places_per_year=1)
    factories.MobilityTermFactory(agreement=both, partner=cantabria, direction="incoming", places_per_year=None)
    factories.MobilityTermFactory(agreement=both, places_per_year=9)  # of nobody: two partners and none named
    factories.ExchangeFactory(partner=bologna, count=3)
    factories.ExchangeFactory(partner=bologna, activity="STA", count=5)  # no place is agreed for teachers
    factories.ExchangeFactory(partner=bologna, status="nominated")
    factories.ExchangeFactory(partner=bologna, academic_year=AcademicYear(2015))
    factories.ExchangeFactory(partner=cantabria, direction="incoming")

    rows = [(row.partner, row.direction, row.agreed, row.used, row.left) for row in places_balance(AcademicYear(2016))]

    assert rows == [(bologna, "outgoing", 3, 3, 0), (cantabria, "incoming", None, 1, None)]


def test_the_balance_page_takes_a_year(superuser_client):  # noqa: F811
    agreement = factories.AgreementFactory(
        partners=[factories.InstitutionFactory(name_en="Bologna")], in_force_from=datetime.date(2016, 9, 1)
    )
    factories.MobilityTermFactory(agreement=agreement)

    good = superuser_client.get(page("balance", MobilityTerm) + "?year=2016/17")
    bad = superuser_client.get(page("balance", MobilityTerm) + "?year=soon")

    assert [str(row.partner) for row in good.context["rows"]] == ["Bologna"]
    assert bad.status_code == 200
    assert "Write an academic year like 2016/2017." in bad.content.decode()
