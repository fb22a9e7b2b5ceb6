"""The synthetic registry: what it holds, that it is the same each time, and that it never meets real records."""

import datetime
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import RequestFactory

from iet_relations.synthetic import is_synthetic
from mobility.models import Exchange, ForeignStudents, MobilityTerm
from partners.models import Agreement, AgreementParty, Contact, Identifier, Institution
from partners.models.agreement_sets import State
from projects.models import Activity, Participation, Project, ProjectDeadline
from reports.models import Source, SyntheticDataSet
from reports.page_context import synthetic
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    CooperationAreaFactory,
    HomeFactory,
    InstitutionFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db

ON = datetime.date(2017, 1, 31)


def load(**options):
    call_command("load_synthetic", **{"institutions": 55, "exchanges": 600, "on": ON, **options})


def contents():
    """Return everything that was loaded, apart from primary keys and the moment of loading."""
    institution = ("name_en", "name_ru", "name_tg", "city", "country", "slug", "published", "search_text")
    agreement = ("reference", "kind__key", "status", "in_force_from", "ends_on", "terminated_on", "renews__reference")
    exchange = ("academic_year", "direction", "activity", "partner__slug", "country", "starts_on", "status", "count")
    return [
        list(Institution.objects.order_by("slug").values_list(*institution)),
        list(Agreement.objects.order_by("reference").values_list(*agreement)),
        list(Project.objects.order_by("slug").values_list("slug", "title", "starts_on", "budget", "reference")),
        list(Activity.objects.order_by("pk").values_list("title", "starts_on", "participants_actual")),
        list(Exchange.objects.order_by("pk").values_list(*exchange, "person_name", "agreement__reference")),
        list(Contact.objects.order_by("pk").values_list("institution__slug", "name", "email", "last_confirmed_on")),
    ]


def test_a_department_of_usual_size_has_55_universities_in_21_countries_and_agreements_in_every_state(capsys):
    load()

    facts = Institution.objects.filter(citations__source__key="department-history")
    added = Institution.objects.partners().exclude(pk__in=facts.values("pk"))
    assert (added.count(), added.order_by().values("country").distinct().count()) == (55, 21)
    assert set(Agreement.objects.with_state(ON).values_list("state", flat=True)) == set(State)
    assert (Agreement.objects.count(), Project.objects.count(), Exchange.objects.count()) == (165, 13 + 5, 600)
    assert Agreement.objects.exclude(renews=None).exists()
    assert MobilityTerm.objects.exists()
    assert {str(year) for year in Exchange.objects.values_list("academic_year", flat=True)} == {
        f"{year}/{year + 1}" for year in range(2009, 2017)
    }
    assert capsys.readouterr().out.startswith(
        "Synthetic registry: 55 institutions, 165 agreements, 13 projects, 600 exchanges (seed 1) in "
    )


def test_something_comes_due_soon_after_the_reference_day():
    load()

    assert Agreement.objects.expiring(ON).exists()
    assert ProjectDeadline.objects.due_within(60, ON).exists()
    assert Contact.objects.not_confirmed_since(ON - datetime.timedelta(365)).exists()


def test_the_same_seed_gives_the_same_registry_and_another_seed_another():
    seen = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            load(seed=seed)
            seen.append(contents())
            transaction.set_rollback(True)

    assert seen[0] == seen[1]
    assert [part == other for part, other in zip(seen[0], seen[2], strict=True)] == [False] * 6


def test_every_synthetic_record_obeys_the_rules_of_its_model():
    load()

    for model in (Institution, Identifier, Agreement, AgreementParty, MobilityTerm, Contact, Project, Participation):
        for record in model.objects.all():
            record.full_clean(validate_unique=False)
    for exchange in Exchange.objects.select_related("partner__country", "country")[:300]:
        exchange.full_clean()


def test_synthetic_institutions_are_found_by_their_former_names_and_identifiers():
    load()
    stored = dict(Institution.objects.values_list("pk", "search_text"))

    Institution.objects.all().refresh_search()

    assert dict(Institution.objects.values_list("pk", "search_text")) == stored
    code = Identifier.objects.first()
    assert code.institution in Institution.objects.matching(code.value)


def test_the_facts_stay_as_they_are_beside_the_synthetic_records():
    load()

    real = Institution.objects.partners().filter(citations__source__key="department-history").distinct()
    assert {institution.city for institution in real} == {"Bologna", "Saint Petersburg", "Santander"}
    assert not Exchange.objects.filter(partner__in=real).exists()
    assert not AgreementParty.objects.filter(institution__in=real).exists()
    assert Counter(ForeignStudents.objects.filter(citations__isnull=False).values_list("count")) == {(None,): 6}


def test_synthetic_records_leave_no_history():
    load()

    assert Exchange.history.count() == Agreement.history.count() == 0
    assert Institution.history.count() == 4  # the facts


def test_a_synthetic_registry_knows_that_it_is_one():
    request = RequestFactory().get("/")
    before = (is_synthetic(), bool(synthetic(request)["synthetic"]))

    load(institutions=3, exchanges=0)

    assert before == (False, False)
    assert (is_synthetic(), bool(synthetic(request)["synthetic"])) == (True, True)


def test_a_page_asks_once_whether_the_registry_is_synthetic(django_assert_num_queries):
    context = synthetic(RequestFactory().get("/"))

    with django_assert_num_queries(1):
        assert [bool(context["synthetic"]) for _ in range(3)] == [False] * 3


def test_a_second_run_touches_nothing_and_other_sizes_are_refused(capsys):
    load(institutions=3, exchanges=5)
    before = contents()
    capsys.readouterr()

    load(institutions=3, exchanges=5, on=ON + datetime.timedelta(1))

    assert capsys.readouterr().out == "Synthetic registry: it is there already, nothing to load.\n"
    with pytest.raises(CommandError, match=r"another synthetic data set .seed 1, 3 institutions, 5 exchanges"):
        load(institutions=4, exchanges=5)
    assert contents() == before


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (InstitutionFactory, "institutions: 1"),
        (CooperationAreaFactory.create, "areas of cooperation: 1"),
        (SourceFactory, "sources: 1"),
    ],
)
def test_it_is_never_mixed_into_a_registry_with_records_of_its_own(make, named):
    call_command("load_facts")
    make(**({"key": "dancing"} if make != InstitutionFactory else {}))

    with pytest.raises(CommandError, match=f"records of its own .{named}."):
        load()

    assert not is_synthetic()
    assert not Exchange.objects.exists()


def test_a_registry_that_never_loaded_the_facts_is_protected_as_well():
    CitationFactory(record=AgreementFactory(partners=[InstitutionFactory()]))
    agreements = Agreement.objects.count()

    with pytest.raises(CommandError, match=r"agreements: 1, .*institutions: 2"):
        load()

    assert (Agreement.objects.count(), Source.objects.count()) == (agreements, 1)
    assert HomeFactory().name_en == "Home Institute"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"on": datetime.date(2009, 1, 1)}, "--on: the synthetic registry needs a day from 2016-01-01 to 2100-01-01"),
        ({"institutions": 0, "agreements": 5}, "Agreements and projects need institutions"),
    ],
)
def test_sizes_and_days_that_make_no_sense_are_refused_in_a_sentence(options, sentence):
    with pytest.raises(CommandError, match=sentence):
        load(**options)

    assert SyntheticDataSet.objects.count() == 0


def test_an_empty_synthetic_registry_is_possible():
    load(institutions=0, exchanges=0)

    assert Institution.objects.partners().count() == 3
    assert is_synthetic()
