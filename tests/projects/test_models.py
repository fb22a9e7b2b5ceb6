"""Projects, their participants and deadlines, and activities: the rules, and what they are on a day."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import models

from iet_relations.academic_year import AcademicYear
from projects.models import Activity, Participation, Project, ProjectDeadline
from projects.models.project import State
from tests.factories import (
    ActionFactory,
    ActivityFactory,
    ActivityKindFactory,
    HomeFactory,
    InstitutionFactory,
    ParticipationFactory,
    ProjectDeadlineFactory,
    ProjectFactory,
)
from tests.rules import answers, named_constraints, refused

pytestmark = pytest.mark.django_db

DAY = date(2017, 1, 31)
YEAR = AcademicYear(2016)


def project(**fields):
    return ProjectFactory.build(action=ActionFactory(), slug="built", **fields)


def twice():
    first = ParticipationFactory()
    return Participation(project=first.project, institution=first.institution, role="coordinator")


BROKEN = [
    ("project_ends_after_it_starts", lambda: project(starts_on=DAY, ends_on=DAY - timedelta(1))),
    ("project_end_needs_a_start", lambda: project(ends_on=DAY)),
    ("project_money_not_negative", lambda: project(budget=-1, currency="EUR")),
    ("project_money_not_negative", lambda: project(our_share=-1, currency="EUR")),
    ("project_share_within_budget", lambda: project(budget=10, our_share=11, currency="EUR")),
    ("project_money_has_currency", lambda: project(budget=10)),
    ("project_money_has_currency", lambda: project(our_share=10)),
    ("participation_once_per_project", twice),
    (
        "activity_ends_after_it_starts",
        lambda: ActivityFactory.build(kind=ActivityKindFactory(), starts_on=DAY, ends_on=DAY - timedelta(1)),
    ),
]


@pytest.mark.parametrize(("name", "record"), BROKEN, ids=[f"{n}-{i}" for i, (n, _) in enumerate(BROKEN)])
def test_the_database_and_the_forms_refuse_what_breaks_a_rule_with_a_sentence(name, record):
    refused(record(), name)


def test_every_rule_of_the_app_is_proven():
    assert sorted({name for name, _record in BROKEN}) == sorted(named_constraints("projects"))


@pytest.mark.parametrize(
    "record",
    [
        lambda: project(starts_on=DAY, ends_on=DAY),
        lambda: project(starts_on=DAY),
        lambda: project(title="", first_academic_year=None),
        lambda: project(budget=0, our_share=0, currency="EUR"),
        lambda: project(our_share=Decimal("12.50"), currency="TJS"),
        lambda: ActivityFactory.build(kind=ActivityKindFactory(), starts_on=DAY, ends_on=DAY),
    ],
)
def test_bounds_are_inclusive_and_unknown_values_are_allowed(record):
    assert answers(record()) == ([], True)


def test_a_currency_is_three_letters():
    record = project(budget=1, currency="eur")
    record.full_clean()

    assert record.currency == "EUR"
    with pytest.raises(ValidationError) as refusal:
        project(budget=1, currency="€").full_clean()
    assert refusal.value.message_dict == {"currency": ["Write the three letters of the currency, like EUR."]}


@pytest.mark.parametrize(
    ("fields", "day", "state"),
    [
        ({"starts_on": DAY}, DAY - timedelta(1), State.UPCOMING),
        ({"starts_on": DAY}, DAY, State.RUNNING),
        ({"starts_on": DAY, "ends_on": DAY}, DAY, State.RUNNING),
        ({"starts_on": DAY, "ends_on": DAY}, DAY + timedelta(1), State.COMPLETED),
        ({"first_academic_year": YEAR}, date(2016, 8, 31), State.UPCOMING),
        ({"first_academic_year": YEAR}, date(2016, 9, 1), State.RUNNING),
        ({"first_academic_year": YEAR}, date(2017, 8, 31), State.RUNNING),
        ({"first_academic_year": YEAR}, date(2017, 9, 1), State.UNKNOWN),
        ({"first_academic_year": None}, DAY, State.UNKNOWN),
    ],
)
def test_a_project_runs_from_its_first_to_its_last_day_or_in_its_first_academic_year(fields, day, state):
    record = ProjectFactory(**fields)

    assert record.state_on(day) == state
    assert Project.objects.with_state(day).get().state == state


@pytest.fixture
def grid():
    """Projects with every combination of known and unknown dates around one academic year."""
    days = [None, date(2016, 8, 31), date(2016, 9, 1), DAY, date(2017, 8, 31), date(2017, 9, 1)]
    for starts, ends, year in itertools.product(days, days, [None, AcademicYear(2015), YEAR, AcademicYear(2017)]):
        if (starts is None and ends) or (starts and ends and ends < starts):
            continue
        ProjectFactory(starts_on=starts, ends_on=ends, first_academic_year=year)


def test_the_state_in_the_database_and_in_python_agree_for_every_project_on_every_day(grid):
    seen = set()
    for shift in (-1, 0, 1, 152, 153, 364, 365, 366, 367):
        day = date(2016, 8, 31) + timedelta(shift)
        computed = {record.pk: record.state_on(day) for record in Project.objects.all()}
        seen |= set(computed.values())
        assert dict(Project.objects.with_state(day).values_list("pk", "state")) == computed
        for state in State:
            chosen = set(Project.objects.in_state(state, day).values_list("pk", flat=True))
            assert chosen == {pk for pk, found in computed.items() if found == state}

    assert seen == set(State)


def test_a_project_runs_in_a_year_when_it_runs_on_one_of_its_days(grid):
    days = [YEAR.first_day + timedelta(shift) for shift in range((YEAR.last_day - YEAR.first_day).days + 1)]
    running = {
        record.pk
        for record in Project.objects.all()
        if any(record.state_on(day) == State.RUNNING for day in (days[0], days[1], DAY, days[-1]))
    }

    assert set(Project.objects.running_in(YEAR).values_list("pk", flat=True)) == running


def test_a_project_is_new_in_the_year_of_its_start_and_else_in_its_first_academic_year():
    def made(**fields):
        return ProjectFactory(**fields).pk

    new = {
        made(starts_on=date(2016, 9, 1), first_academic_year=AcademicYear(2015)),
        made(starts_on=date(2017, 8, 31), first_academic_year=None),
        made(),
    }
    made(starts_on=date(2016, 8, 31))
    made(starts_on=date(2017, 9, 1))
    made(first_academic_year=None)

    assert set(Project.objects.new_in(YEAR).values_list("pk", flat=True)) == new


def test_participations_follow_their_project():
    partner = InstitutionFactory()
    ProjectFactory(partners=[partner], published=False)
    ProjectFactory(partners=[partner], first_academic_year=AcademicYear(2017))

    mine = Participation.objects.filter(institution=partner)
    assert [len(rows) for rows in (mine, mine.public(), mine.running_in(YEAR), mine.begun(DAY))] == [2, 1, 1, 1]
    assert mine.begun(date(2016, 8, 31)).count() == 0


def test_a_project_without_a_title_shows_what_there_is():
    assert str(project(title="", acronym="TOUR", reference="P1")) == "TOUR"
    assert str(project(title="", reference="P1")) == "P1"
    assert str(project(title="")) == "Title not recorded"


def test_the_slug_of_a_project_stays_when_its_title_becomes_known():
    first, second = ProjectFactory(title=""), ProjectFactory(title="")
    first.title = "Tourism Development"
    first.save()

    assert (first.slug, second.slug) == ("project", "project-2")


def test_a_project_is_found_by_its_words_its_programme_and_its_partners():
    record = ProjectFactory(
        title="Tourism Development",
        reference="P165557",
        partners=[InstitutionFactory(name_en="University of Cantabria")],
    )
    ProjectFactory(title="Trade")

    for words in ("development tourism", "p165557", "cantabria", "tourism cbhe"):
        assert list(Project.objects.matching(words)) == [record]
    assert Project.objects.matching("european commission").count() == 2


def test_home_coordinates_when_it_says_so():
    home = HomeFactory()
    record = ProjectFactory(coordinator=home)

    assert [(p.institution, p.role) for p in record.participations.all()] == [(home, "coordinator")]


def test_deadlines_are_due_from_today_until_they_are_done():
    def due(shift, **fields):
        return ProjectDeadlineFactory(due_on=DAY + timedelta(shift), **fields)

    yesterday, today, last, later = due(-1), due(0), due(30), due(31)
    due(0, done_on=DAY)

    assert list(ProjectDeadline.objects.due_within(30, DAY)) == [today, last]
    assert list(ProjectDeadline.objects.overdue(DAY)) == [yesterday]
    assert list(ProjectDeadline.objects.open()) == [yesterday, today, last, later]
    assert [deadline.days_left(DAY) for deadline in ProjectDeadline.objects.all()] == [-1, 0, None, 30, 31]


def test_an_activity_is_held_in_every_academic_year_that_it_touches():
    over_the_turn = ActivityFactory(starts_on=date(2017, 8, 31), ends_on=date(2017, 9, 1))
    one_day = ActivityFactory(starts_on=date(2017, 8, 31))
    ActivityFactory(starts_on=date(2016, 8, 31))

    assert set(Activity.objects.held_in(YEAR)) == {over_the_turn, one_day}
    assert list(Activity.objects.held_in(AcademicYear(2017))) == [over_the_turn]
    assert (one_day.last_day, over_the_turn.last_day) == (date(2017, 8, 31), date(2017, 9, 1))


def test_a_programme_in_use_cannot_be_deleted():
    record = ProjectFactory()

    with pytest.raises(models.ProtectedError):
        record.action.programme.delete()
