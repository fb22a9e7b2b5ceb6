"""The worklist: what each check finds, what the index shows, what the list behind it opens."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from iet_relations.academic_year import AcademicYear
from office.worklist import BY_KEY, CHECKS
from partners.models import Contact, Identifier, Institution
from reports.models import ReportEdition
from tests.factories import (
    ActivityFactory,
    AgreementDocumentFactory,
    AgreementFactory,
    AgreementPartyFactory,
    ContactFactory,
    ExchangeFactory,
    HomeFactory,
    IdentifierFactory,
    InstitutionFactory,
    MobilityTermFactory,
    ProjectDeadlineFactory,
    ProjectFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAY = datetime.date(2017, 1, 31)


def days(number):
    return DAY + datetime.timedelta(days=number)


def found(key, on=DAY):
    return set(BY_KEY[key].rows(on))


def test_agreements_ending_soon_are_told_by_their_last_day():
    made = {left: AgreementFactory(ends_on=days(left)) for left in (-1, 0, 30, 31, 90, 91)}

    assert found("agreements-ending-30") == {made[0], made[30]}
    assert found("agreements-ending-90") == {made[31], made[90]}
    assert found("agreements-ended") == {made[-1]}


def test_agreements_with_a_decision_need_no_attention():
    renewed = AgreementFactory(ends_on=days(10))
    AgreementFactory(renews=renewed, in_force_from=days(11))
    AgreementFactory(ends_on=days(20), terminated_on=days(10))
    AgreementFactory(ends_on=days(10), renews_automatically=True)
    AgreementFactory(status="draft", ends_on=days(10))
    ended = AgreementFactory(ends_on=days(-10))
    AgreementFactory(renews=ended, status="in_negotiation")

    assert (found("agreements-ending-30"), found("agreements-ended")) == (set(), set())


def test_a_draft_renewal_does_not_yet_prevent_the_end():
    ending = AgreementFactory(ends_on=days(10))
    AgreementFactory(renews=ending, status="draft")

    assert found("agreements-ending-30") == {ending}


def test_the_day_to_give_notice_comes_within_ninety_days():
    coming = AgreementFactory(ends_on=datetime.date(2017, 7, 31), notice_months=3)
    renewing = AgreementFactory(ends_on=datetime.date(2017, 7, 31), notice_months=6, renews_automatically=True)
    AgreementFactory(ends_on=datetime.date(2017, 7, 30), notice_months=6)
    AgreementFactory(ends_on=datetime.date(2017, 9, 30), notice_months=3)

    assert found("notice-days") == {coming, renewing}


def test_an_agreement_that_renewed_itself_asks_for_its_new_end():
    renewed = AgreementFactory(ends_on=days(-1), renews_automatically=True)
    AgreementFactory(ends_on=days(1), renews_automatically=True)

    assert found("agreements-renewed-by-themselves") == {renewed}


def test_signed_agreements_need_a_document():
    bare = AgreementFactory()
    AgreementFactory(status="draft")
    AgreementDocumentFactory()

    assert found("agreements-without-document") == {bare}


def test_dormant_is_in_force_without_anything_for_a_year():
    begun = {"in_force_from": datetime.date(2014, 9, 1)}
    partner, unnamed, busy = (InstitutionFactory() for _ in range(3))
    dormant = AgreementFactory(partners=[partner], **begun)
    AgreementFactory(partners=[partner], in_force_from=datetime.date(2016, 9, 1))
    exchanging = AgreementFactory(partners=[partner], **begun)
    meeting = AgreementFactory(partners=[partner], **begun)
    AgreementFactory(partners=[unnamed], **begun)
    AgreementFactory(partners=[busy], **begun)
    long_ago = AgreementFactory(**begun)
    ExchangeFactory(agreement=exchanging, partner=partner)
    ActivityFactory(agreement=meeting)
    ExchangeFactory(partner=unnamed)
    ActivityFactory(institutions=[busy, HomeFactory()])
    ExchangeFactory(agreement=long_ago, partner=None, academic_year=AcademicYear(2014))
    ActivityFactory(agreement=dormant, starts_on=days(1))

    assert found("agreements-dormant") == {dormant, long_ago}


def test_partners_need_a_contact_that_was_confirmed_within_a_year():
    HomeFactory()
    alone = InstitutionFactory()
    InstitutionFactory(closed_on=days(0))
    fresh = ContactFactory(last_confirmed_on=datetime.date(2016, 1, 31))
    stale = ContactFactory(last_confirmed_on=datetime.date(2016, 1, 30), institution=fresh.institution)
    never = ContactFactory(institution=fresh.institution)

    assert found("partners-without-contact") == {alone}
    assert found("contacts-unconfirmed") == {stale, never}


def test_identifiers_that_came_past_the_form_are_told():
    IdentifierFactory(value="I  BOLOGNA01")
    wrong = IdentifierFactory(scheme="pic", value="12345")
    unwritten = IdentifierFactory(scheme="erasmus", value="i  bologna01")

    assert found("identifiers-wrong") == {wrong.institution, unwritten.institution}


def test_institutions_that_may_be_one_are_told():
    one = InstitutionFactory(name_en="Bologna University")
    two = InstitutionFactory(name_en="University of Bologna")
    InstitutionFactory(name_en="University of Cantabria")

    assert found("possible-duplicates") == {one, two}


def test_projects_need_a_title_and_dates():
    dates = {"starts_on": days(0), "ends_on": days(300)}
    ProjectFactory(**dates)
    untitled = ProjectFactory(title="", **dates)
    undated = ProjectFactory()

    assert found("projects-incomplete") == {untitled, undated}


def test_deadlines_come_or_are_overdue_until_done():
    coming = ProjectDeadlineFactory(due_on=days(30)).project
    overdue = ProjectDeadlineFactory(due_on=days(-1)).project
    ProjectDeadlineFactory(due_on=days(31))
    ProjectDeadlineFactory(due_on=days(-1), done_on=days(-1))

    assert found("deadlines-coming") == {coming}
    assert found("deadlines-overdue") == {overdue}


def test_exchanges_must_lie_within_their_agreement():
    agreement = AgreementFactory(in_force_from=datetime.date(2016, 10, 1), ends_on=datetime.date(2018, 8, 31))
    ended = AgreementFactory(in_force_from=datetime.date(2016, 10, 1), terminated_on=datetime.date(2017, 1, 31))
    draft = AgreementFactory(status="draft")
    renewing = AgreementFactory(ends_on=datetime.date(2017, 8, 31), renews_automatically=True)
    within = {"agreement": agreement, "academic_year": AcademicYear(2016)}
    ExchangeFactory(**within)
    ExchangeFactory(**within, starts_on=datetime.date(2016, 10, 1), ends_on=datetime.date(2018, 8, 31))
    ExchangeFactory(agreement=agreement, academic_year=AcademicYear(2018), status="cancelled")
    ExchangeFactory(agreement=renewing, academic_year=AcademicYear(2025))
    wrong = {
        ExchangeFactory(**within, starts_on=datetime.date(2016, 9, 30)),
        ExchangeFactory(**within, ends_on=datetime.date(2018, 9, 1)),
        ExchangeFactory(agreement=agreement, academic_year=AcademicYear(2015)),
        ExchangeFactory(agreement=agreement, academic_year=AcademicYear(2018)),
        ExchangeFactory(agreement=ended, academic_year=AcademicYear(2017)),
        ExchangeFactory(agreement=draft),
    }

    assert found("exchanges-outside-agreement") == wrong


def test_exchanges_must_not_be_more_than_the_places():
    agreement = AgreementFactory()
    MobilityTermFactory(agreement=agreement, places_per_year=2)
    MobilityTermFactory(agreement=agreement, places_per_year=1, last_academic_year=AcademicYear(2016))
    MobilityTermFactory(agreement=agreement, places_per_year=None, direction="incoming")
    ExchangeFactory(agreement=agreement, count=3)
    ExchangeFactory(agreement=agreement, count=9, direction="incoming")
    ExchangeFactory(agreement=agreement, count=9, activity="STA")
    crowd = {
        ExchangeFactory(agreement=agreement, count=2, academic_year=AcademicYear(2017)),
        ExchangeFactory(agreement=agreement, count=1, academic_year=AcademicYear(2017)),
    }
    ExchangeFactory(agreement=agreement, count=1, academic_year=AcademicYear(2017), status="nominated")

    assert found("exchanges-above-places") == crowd


def something_for_every_check():
    """Make at least one record for each check, as of today."""
    today = timezone.localdate()
    soon = today + datetime.timedelta(days=10)
    home = HomeFactory()
    begun = {"in_force_from": today - datetime.timedelta(days=800)}
    AgreementFactory(ends_on=soon, **begun)
    AgreementFactory(ends_on=today + datetime.timedelta(days=60), **begun)
    AgreementFactory(ends_on=today - datetime.timedelta(days=1), **begun)
    AgreementFactory(ends_on=today - datetime.timedelta(days=1), renews_automatically=True, **begun)
    AgreementFactory(ends_on=today + datetime.timedelta(days=120), notice_months=3, **begun)
    full = AgreementFactory(in_force_from=datetime.date(2016, 9, 1))
    MobilityTermFactory(agreement=full, places_per_year=1)
    ExchangeFactory(agreement=full, count=2)
    ExchangeFactory(agreement=full, academic_year=AcademicYear(2014))
    ProjectDeadlineFactory(due_on=soon)
    ProjectDeadlineFactory(due_on=today - datetime.timedelta(days=10))
    twins = [InstitutionFactory(name_en="University of Bologna") for _ in range(2)]
    AgreementPartyFactory(agreement=full, institution=home)
    Identifier.objects.create(institution=twins[0], scheme="pic", value="no")
    ContactFactory(institution=twins[0])


def staff_client(client, *permissions):
    from django.contrib.auth.models import Permission

    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return client


def test_each_line_of_the_index_opens_exactly_its_records(admin_client):
    something_for_every_check()
    today = timezone.localdate()
    index = admin_client.get(reverse("admin:index")).content.decode()

    for check in CHECKS:
        meta = check.model._meta
        url = f"{reverse(f'admin:{meta.app_label}_{meta.model_name}_changelist')}?worklist={check.key}"
        assert f'href="{url}"' in index, check.key
        shown = admin_client.get(url).context["cl"].queryset
        assert set(shown) == set(check.rows(today)) != set(), check.key


def test_the_index_shows_only_what_the_person_may_see(client):
    something_for_every_check()

    page = staff_client(client, "view_contact").get(reverse("admin:index")).content.decode()

    assert [check.key for check in CHECKS if f"worklist={check.key}" in page] == ["contacts-unconfirmed"]


def test_the_index_says_when_nothing_needs_attention(admin_client):
    page = admin_client.get(reverse("admin:index")).content.decode()

    assert "Nothing needs attention." in page


def test_the_report_of_the_year_that_ended_waits_to_be_published(admin_client):
    year = AcademicYear.containing(timezone.localdate()).previous
    ExchangeFactory(academic_year=year)
    address = f'href="/reports/{year.slug}/"'

    before = admin_client.get(reverse("admin:index")).content.decode()
    ReportEdition.objects.create(
        academic_year=year, number=1, as_of=year.last_day, published_at=timezone.now(), published_by="head"
    )
    after = admin_client.get(reverse("admin:index")).content.decode()

    assert (address in before, address in after) == (True, False)


def test_somebody_who_may_see_no_records_has_no_worklist(client):
    something_for_every_check()

    page = staff_client(client).get(reverse("admin:index")).content.decode()

    assert 'class="worklist"' not in page


# Only where several institutions resemble each other is there one question more.
@pytest.mark.parametrize(("copies", "queries"), [(1, 37), (3, 38)])
def test_the_index_asks_the_same_number_of_questions(admin_client, django_assert_num_queries, copies, queries):
    for _ in range(copies):
        something_for_every_check()
    admin_client.get(reverse("admin:index"))

    with django_assert_num_queries(queries):
        admin_client.get(reverse("admin:index"))


def test_an_answer_that_is_kept_follows_the_records():
    institution = IdentifierFactory(scheme="pic", value="1").institution
    assert found("identifiers-wrong") == {institution}

    identifier = institution.identifiers.get()
    identifier.value = "999993953"
    identifier.save()

    assert found("identifiers-wrong") == set()


def test_check_registry_prints_a_line_for_each_record_and_a_summary():
    agreement = AgreementFactory(title="", ends_on=days(10))
    AgreementDocumentFactory(agreement=agreement)
    out = StringIO()

    call_command("check_registry", on=DAY, stdout=out)

    assert out.getvalue().splitlines() == [
        f"agreements-ending-30\t{agreement.pk}\t{agreement.reference}\tAgreements that end within 30 days",
        "1 thing needs attention.",
    ]


def test_check_registry_says_when_there_is_nothing():
    out = StringIO()

    call_command("check_registry", "--on", "2017-01-31", stdout=out)

    assert out.getvalue() == "Nothing needs attention.\n"


def test_check_registry_refuses_a_day_that_is_none():
    with pytest.raises(CommandError, match="write the day like 2017-01-31, not “31"):
        call_command("check_registry", "--on", "31.01.2017")


def test_deleting_is_noticed_by_kept_answers():
    one = InstitutionFactory(name_en="Bologna University")
    two = InstitutionFactory(name_en="University of Bologna")
    assert found("possible-duplicates") == {one, two}

    two.delete()

    assert found("possible-duplicates") == set()
    assert (Institution.objects.count(), Contact.objects.count()) == (1, 0)
