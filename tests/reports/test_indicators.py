"""Each indicator on records made for it: what counts, what does not, and what stays unknown."""

import datetime

import pytest

from iet_relations.academic_year import AcademicYear
from reports.indicators import BY_KEY, INDICATORS, Number
from reports.moments import Moment
from reports.numbers import Numbers, number_of
from tests.factories import (
    ActivityFactory,
    ActivityKindFactory,
    AgreementFactory,
    AgreementPartyFactory,
    CountryFactory,
    ExchangeFactory,
    ForeignStudentsFactory,
    HomeFactory,
    InstitutionFactory,
    MobilityTermFactory,
    ProjectFactory,
)

pytestmark = pytest.mark.django_db

YEAR = AcademicYear(2016)
AT_END = Moment(YEAR, YEAR.last_day)
DAY = datetime.timedelta(days=1)


def number(key, moment=AT_END):
    """The number as reports compute it, together with others; it is that of its rows."""
    found = Numbers([moment]).whole(key, moment)
    indicator = BY_KEY[key]
    assert indicator.number_of(indicator.rows(moment)) == found
    return found


def parts(key, breakdown, moment=AT_END):
    indicator = BY_KEY[key]
    tallies = Numbers([moment]).tallies(key, breakdown, moment)
    found = {part: number_of(indicator, tally) for part, tally in tallies.items()}
    assert {part: indicator.number_of(indicator.part_rows(moment, breakdown, part)) for part in found} == found
    return found


def test_keys_are_those_of_the_report_and_each_number_has_a_meaning():
    assert [indicator.key for indicator in INDICATORS] == [
        "partners",
        "partner_countries",
        "partners_new",
        "agreements_in_force",
        "agreements_expiring",
        "agreements_signed",
        "agreements_ended",
        "projects_running",
        "projects_new",
        "exchanges",
        "places_agreed",
        "places_used",
        "foreign_students",
        "foreign_student_countries",
        "activities",
    ]
    assert [indicator.key for indicator in INDICATORS if not (indicator.name and indicator.meaning)] == []


def test_moment_is_the_end_of_the_year_and_today_while_it_runs():
    assert Moment.of(YEAR, datetime.date(2020, 1, 1)).on == datetime.date(2017, 8, 31)
    assert Moment.of(YEAR, datetime.date(2017, 1, 31)).on == datetime.date(2017, 1, 31)
    assert Moment.on_day(datetime.date(2017, 1, 31)).year == YEAR
    assert AT_END.previous == Moment(AcademicYear(2015), datetime.date(2016, 8, 31))


def test_partners_and_their_countries_are_those_in_an_active_relation():
    spain = CountryFactory(alpha2="ES")
    AgreementFactory(partners=[InstitutionFactory(name_en="By agreement")])
    ProjectFactory(partners=[InstitutionFactory(name_en="By project", country=spain)])
    ExchangeFactory(partner__name_en="By exchange")
    ActivityFactory(institutions=[InstitutionFactory(name_en="By activity")])
    AgreementFactory(partners=[InstitutionFactory(name_en="Over")], ends_on=YEAR.last_day - DAY)
    AgreementFactory(partners=[InstitutionFactory(name_en="Unpublished", published=False)])
    AgreementFactory(partners=[InstitutionFactory(name_en="Unpublished agreement")], published=False)
    InstitutionFactory(name_en="Prospect")

    names = {partner.name_en for partner in BY_KEY["partners"].rows(AT_END)}

    assert names == {"By agreement", "By project", "By exchange", "By activity"}
    assert number("partners") == Number(4)
    assert parts("partners", "country") == {"IT": Number(3), "ES": Number(1)}
    assert number("partner_countries") == Number(2)


def test_staff_count_what_is_not_published_as_well():
    AgreementFactory(partners=[InstitutionFactory(published=False)], published=False)

    assert number("partners", Moment(YEAR, YEAR.last_day, public=False)) == Number(1)
    assert number("partners") == Number(0)


def test_new_partners_begin_with_the_recorded_day_else_with_their_first_work():
    before, within = datetime.date(2016, 8, 31), datetime.date(2016, 9, 1)
    span = {"cooperating_since_first": datetime.date(2016, 9, 1), "cooperating_since_last": datetime.date(2017, 1, 31)}
    recorded = InstitutionFactory(name_en="Recorded", **span)
    AgreementFactory(partners=[recorded], in_force_from=datetime.date(2015, 1, 1))
    AgreementFactory(partners=[InstitutionFactory(name_en="First agreement")], in_force_from=within)
    AgreementFactory(partners=[InstitutionFactory(name_en="Earlier agreement")], in_force_from=before)
    old = InstitutionFactory(name_en="Since long", cooperating_since_first=before, cooperating_since_last=before)
    AgreementFactory(partners=[old], in_force_from=within)
    ExchangeFactory(partner__name_en="First exchange")
    again = ExchangeFactory(partner__name_en="Exchange again").partner
    ExchangeFactory(partner=again, academic_year=AcademicYear(2015))
    ProjectFactory(partners=[InstitutionFactory(name_en="First project")])

    assert {partner.name_en for partner in BY_KEY["partners_new"].rows(AT_END)} == {
        "Recorded",
        "First agreement",
        "First exchange",
        "First project",
    }


def test_agreements_by_what_happened_to_them():
    partner = InstitutionFactory()
    first, last = YEAR.first_day, YEAR.last_day
    AgreementFactory(reference="open", partners=[partner], in_force_from=first)
    AgreementFactory(reference="last-day", partners=[partner], in_force_from=first - DAY, ends_on=last)
    AgreementFactory(reference="180", partners=[partner], in_force_from=last, ends_on=last + 180 * DAY)
    AgreementFactory(reference="181", partners=[partner], in_force_from=first, ends_on=last + 181 * DAY)
    AgreementFactory(reference="renewing", partners=[partner], ends_on=last - DAY, renews_automatically=True)
    AgreementFactory(reference="terminated", partners=[partner], in_force_from=first - DAY, terminated_on=first)
    AgreementFactory(reference="draft", partners=[partner], status="draft")
    AgreementFactory(reference="next", partners=[partner], in_force_from=last + DAY)

    rows = {
        key: sorted(agreement.reference for agreement in BY_KEY[key].rows(AT_END))
        for key in BY_KEY
        if key.startswith("agreements")
    }

    assert rows == {
        "agreements_in_force": ["180", "181", "last-day", "open", "renewing"],
        "agreements_expiring": ["180", "last-day"],
        "agreements_signed": ["180", "181", "open", "renewing"],
        "agreements_ended": ["last-day", "terminated"],
    }
    assert parts("agreements_in_force", "state") == {"in_force": Number(3), "expiring": Number(2)}


def test_agreement_counts_once_for_each_country_of_its_partners():
    spain = InstitutionFactory(country__alpha2="ES")
    AgreementFactory(reference="A", partners=[InstitutionFactory(), InstitutionFactory(), spain])
    AgreementFactory(reference="B", partners=[spain])

    assert parts("agreements_in_force", "country") == {"ES": Number(2), "IT": Number(1)}
    rows = BY_KEY["agreements_in_force"].part_rows(AT_END, "country", "IT")
    assert [agreement.reference for agreement in rows] == ["A"]
    assert list(BY_KEY["agreements_in_force"].part_rows(AT_END, "country", "TJ")) == []


def test_project_without_dates_counts_in_its_first_year_and_in_no_later_one():
    ProjectFactory(title="Undated")
    ProjectFactory(title="Dated", starts_on=datetime.date(2015, 10, 1), ends_on=YEAR.first_day)
    next_year = Moment(YEAR.next, YEAR.next.last_day)

    running = {project.title for project in BY_KEY["projects_running"].rows(AT_END)}

    assert running == {"Undated", "Dated"}
    assert [project.title for project in BY_KEY["projects_new"].rows(AT_END)] == ["Undated"]
    assert number("projects_running", next_year) == Number(0)
    assert parts("projects_running", "programme") == {"erasmus-plus": Number(2)}
    assert parts("projects_running", "action") == {"cbhe": Number(2)}


def test_exchanges_sum_people_under_way_or_completed():
    partner = InstitutionFactory(name_en="Cantabria", country__alpha2="ES")
    ExchangeFactory(partner=partner, count=12)
    ExchangeFactory(partner=partner, direction="incoming", activity="STA", status="under_way")
    ExchangeFactory(partner=None, country=CountryFactory(alpha2="RU"), count=3)
    ExchangeFactory(partner=partner, status="nominated")
    ExchangeFactory(partner=partner, status="cancelled")
    ExchangeFactory(partner=partner, academic_year=AcademicYear(2015), count=7)

    assert number("exchanges") == Number(16)
    assert parts("exchanges", "direction") == {"outgoing": Number(15), "incoming": Number(1)}
    assert parts("exchanges", "activity") == {"SMS": Number(15), "STA": Number(1)}
    assert parts("exchanges", "country") == {"ES": Number(13), "RU": Number(3)}
    assert parts("exchanges", "partner") == {"cantabria": Number(13), "": Number(3)}
    assert number("exchanges", AT_END.previous) == Number(7)


def test_a_sum_of_nothing_is_unknown_and_a_count_of_nothing_is_zero():
    assert {key: number(key) for key in BY_KEY} == {
        indicator.key: Number(None if indicator.total else 0) for indicator in INDICATORS
    }


def test_unknown_numbers_of_foreign_students_make_the_sum_at_least():
    ForeignStudentsFactory(count=12)
    assert number("foreign_students") == Number(12)

    ForeignStudentsFactory(country__alpha2="UZ", count=None)

    assert number("foreign_students") == Number(12, "at_least")
    assert number("foreign_student_countries") == Number(2)
    assert parts("foreign_students", "country") == {"KZ": Number(12), "UZ": Number(None)}


def test_only_unknown_numbers_of_foreign_students_make_an_unknown_sum():
    ForeignStudentsFactory(count=None)

    assert number("foreign_students") == Number(None)
    assert number("foreign_student_countries") == Number(1)


def test_activities_held_in_the_year_by_kind():
    ActivityFactory(starts_on=YEAR.first_day - DAY, ends_on=YEAR.first_day)
    ActivityFactory(starts_on=YEAR.last_day, kind=ActivityKindFactory(key="symposium"))
    ActivityFactory(starts_on=YEAR.last_day + DAY)
    ActivityFactory(published=False)

    assert number("activities") == Number(2)
    assert parts("activities", "kind") == {"conference": Number(1), "symposium": Number(1)}


def test_places_are_used_by_exchanges_with_the_partner_of_a_term():
    partner, other = InstitutionFactory(name_en="Bologna"), InstitutionFactory(name_en="Turin")
    MobilityTermFactory(agreement=AgreementFactory(partners=[partner]), places_per_year=5)
    three = AgreementFactory(partners=[partner, other])
    MobilityTermFactory(agreement=three, partner=other, direction="incoming", places_per_year=2)
    MobilityTermFactory(agreement=three, partner=other, direction="incoming", places_per_year=None)
    ExchangeFactory(partner=partner, count=4)
    ExchangeFactory(partner=partner, direction="incoming", count=8)  # no term provides this direction
    ExchangeFactory(partner=other, direction="incoming", count=1)
    ExchangeFactory(partner=other, direction="incoming", activity="STA", count=16)  # nor this mobility

    assert number("places_agreed") == Number(7, "at_least")
    assert number("places_used") == Number(5)
    assert parts("places_agreed", "partner") == {"bologna": Number(5), "turin": Number(2, "at_least")}
    assert parts("places_used", "partner") == {"bologna": Number(4), "turin": Number(1)}
    assert parts("places_agreed", "direction") == {"outgoing": Number(5), "incoming": Number(2, "at_least")}


def test_term_of_several_partners_without_a_name_belongs_to_none():
    agreement = AgreementFactory(partners=[InstitutionFactory(), InstitutionFactory()])
    MobilityTermFactory(agreement=agreement)

    assert parts("places_agreed", "partner") == {"": Number(2)}


def test_rows_of_all_parts_together_are_the_rows_of_the_number():
    home, partner = HomeFactory(), InstitutionFactory()
    agreement = AgreementFactory(partners=[partner])
    AgreementPartyFactory(agreement=agreement, institution=InstitutionFactory(country__alpha2="ES"))
    ProjectFactory(partners=[partner])
    ExchangeFactory(partner=partner, count=3)
    ExchangeFactory(partner=None, country=home.country)
    ForeignStudentsFactory(count=None)
    ActivityFactory(institutions=[partner])
    MobilityTermFactory(agreement=agreement, partner=partner)

    different = [
        (indicator.key, breakdown)
        for indicator in INDICATORS
        for breakdown in indicator.breakdowns
        if {row.pk for part in parts(indicator.key, breakdown) for row in indicator.part_rows(AT_END, breakdown, part)}
        != {row.pk for row in indicator.rows(AT_END)}
    ]

    assert different == []
