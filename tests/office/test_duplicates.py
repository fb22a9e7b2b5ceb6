"""The pages of possible duplicates and merges, and who may do what there."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from partners.duplicates import find_duplicates, similar_institutions
from partners.models import Institution, MergeRecord
from tests.factories import ExchangeFactory, IdentifierFactory, InstitutionFactory, InstitutionNameFactory, UserFactory

pytestmark = pytest.mark.django_db


def pairs():
    return {frozenset((pair.first, pair.second)) for pair in find_duplicates()}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St. Petersburg State Economic University", "Saint Petersburg State University of Economics"),
        ("Bologna University", "University of Bologna"),
        ("University of Bologna", "Univeristy of Bolonga"),
        ("University of Bologna", "University of Pologna"),
        ("Таджикский государственный университет коммерции", "Tadzhikskij gosudarstvennyj universitet kommercii"),
        ("Донишгоҳи давлатии тиҷорат", "Донишгохи давлатии тичорат"),
        ("Universidad de Cantabria", "CANTABRIA, University of"),
        ("University of Cantabria", "University of Cantabria (Santander)"),
        ("University of Cantabria", "University of Cantabria, Spain"),
    ],
)
def test_names_that_say_the_same_are_a_pair(one, other):
    first, second = (InstitutionFactory(name_en=name, city="Santander", country__alpha2="ES") for name in (one, other))

    assert pairs() == {frozenset((first.pk, second.pk))}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("North Kazakhstan State University", "South Kazakhstan State University"),
        ("Saint Petersburg State University", "Saint Petersburg State University of Economics"),
        ("School 7", "School 8"),
        ("State University", "State Technical University"),
        ("University of Cantabria", "University of Cordoba"),
        ("Western University", "Eastern University"),
        ("…", "—"),
    ],
)
def test_names_that_say_different_things_are_none(one, other):
    for name in (one, other):
        InstitutionFactory(name_en=name, country__alpha2="KZ")

    assert pairs() == set()


def test_equal_names_in_two_countries_are_two_institutions():
    InstitutionFactory(name_en="Trinity College", country__alpha2="US")
    InstitutionFactory(name_en="Trinity College", country__alpha2="FR")

    assert pairs() == set()


def test_other_names_and_equal_identifiers_make_a_pair_too():
    cited = InstitutionNameFactory(name="University of Bologna").institution
    named = InstitutionFactory(name_en="Bologna University")
    one, other = (IdentifierFactory(scheme="pic", value="999993953").institution for _ in range(2))

    assert pairs() == {frozenset((cited.pk, named.pk)), frozenset((one.pk, other.pk))}


def test_what_resembles_a_name_while_it_is_typed_is_found():
    found = InstitutionFactory(name_en="University of Bologna")
    InstitutionFactory(name_en="University of Cantabria")

    assert similar_institutions("bologna univ. university") == []
    assert similar_institutions("Bolonga University", country="IT") == [found]
    assert similar_institutions("Bolonga University", country="ES") == []
    assert similar_institutions("Bolonga University", exclude=found.pk) == []
    assert similar_institutions("…") == []


def test_a_thousand_institutions_of_one_country_are_looked_through_with_few_questions(django_assert_max_num_queries):
    country = InstitutionFactory(name_en="Kant University").country
    Institution.objects.bulk_create(
        Institution(slug=f"u{n}", name=f"School {n}", name_en=f"School {n}", country=country) for n in range(1000)
    )
    InstitutionFactory(name_en="University of Kant")

    with django_assert_max_num_queries(6):
        found = find_duplicates()

    assert len(found) == 1


# The pages


def member(client, role):
    user = UserFactory()
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return user


def twins():
    return (
        InstitutionFactory(name_en="Bologna University"),
        InstitutionFactory(name_en="University of Bologna", acronym="UNIBO"),
    )


def side_by_side(kept, other):
    return f"{reverse('office:merge')}?first={kept.pk}&second={other.pk}"


def test_a_pair_is_shown_until_somebody_says_that_they_are_two(client):
    kept, other = twins()
    member(client, "Editor")
    page = reverse("office:duplicates")

    before = client.get(page)
    client.post(reverse("office:are-two"), {"first": other.pk, "second": kept.pk})
    after = client.get(page)

    assert [row["both"] for row in before.context["rows"]] == [[kept, other]]
    assert "No two institutions look alike." in after.content.decode()


def test_the_head_merges_and_undoes(client):
    kept, other = twins()
    ExchangeFactory(partner=other)
    user = member(client, "Head of department")

    seen = client.get(side_by_side(kept, other))
    merged = client.post(side_by_side(kept, other), {"kept": kept.pk})
    record = MergeRecord.objects.get()

    assert ("UNIBO" in seen.content.decode(), seen.context["sides"][1]["attached"]) == (True, [("Exchanges", 1)])
    assert merged.url == reverse("admin:partners_institution_change", args=[kept.pk])
    assert (record.kept, record.merged_slug, record.done_by) == (kept, other.slug, user)
    assert client.get(f"/partners/{other.slug}/").url == f"/partners/{kept.slug}/"
    assert "University of Bologna" in client.get(reverse("office:merges")).content.decode()

    undo = reverse("office:undo-merge", args=[record.pk])
    assert "Undo the merge" in client.get(undo).content.decode()
    client.post(undo)
    assert client.get(f"/partners/{other.slug}/").status_code == 200
    assert "is undone already" in client.get(undo).content.decode()


def test_an_undo_tells_first_what_was_changed_since(client):
    kept, other = twins()
    member(client, "Head of department")
    client.post(side_by_side(kept, other), {"kept": kept.pk})
    kept.refresh_from_db()
    kept.acronym = "ALMA"
    kept.save()
    undo = reverse("office:undo-merge", args=[MergeRecord.objects.get().pk])

    asked = client.post(undo)
    assert "“acronym” was changed" in asked.content.decode()
    assert MergeRecord.objects.standing().exists()

    client.post(undo, {"force": "1"})
    kept.refresh_from_db()
    assert (kept.acronym, Institution.objects.get(slug=other.slug).acronym) == ("ALMA", "UNIBO")


@pytest.mark.parametrize("role", ["Viewer", "Editor"])
def test_who_is_not_the_head_does_not_merge(client, role):
    kept, other = twins()
    member(client, role)

    statuses = [
        client.get(side_by_side(kept, other)).status_code,
        client.post(side_by_side(kept, other), {"kept": kept.pk}).status_code,
        client.post(reverse("office:undo-merge", args=[1])).status_code,
        client.get(reverse("office:duplicates")).status_code,
        client.get(reverse("office:merges")).status_code,
    ]

    assert statuses == [403, 403, 403, 200, 200]
    assert Institution.objects.count() == 2


def test_nonsense_is_told_and_never_an_error(client):
    kept, other = twins()
    member(client, "Head of department")
    merge = reverse("office:merge")

    pages = [client.get(f"{merge}?first={kept.pk}&second={second}") for second in (kept.pk, "x", "", 99999)]

    assert [page.status_code for page in pages] == [200] * 4
    assert "Choose two different institutions." in pages[0].content.decode()
    assert client.post(side_by_side(kept, other), {"kept": "x"}).status_code == 302
    assert client.post(reverse("office:are-two"), {"first": "x"}).status_code == 404
    assert MergeRecord.objects.count() == 0
