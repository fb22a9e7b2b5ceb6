"""Merging two institutions: everything moves, nothing is lost, and the undo brings back the very same database."""

import datetime

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from iet_relations.models import Change
from mobility.models import ExchangeTotal
from partners import merging
from partners.models import Contact, Institution, InstitutionName, MergeRecord, NotDuplicate
from projects.models import Activity, Participation
from tests.factories import (
    ActivityFactory,
    AgreementFactory,
    AgreementPartyFactory,
    CitationFactory,
    ContactFactory,
    ExchangeFactory,
    HomeFactory,
    IdentifierFactory,
    InstitutionFactory,
    InstitutionNameFactory,
    MobilityTermFactory,
    OrganizationalUnitFactory,
    ParticipationFactory,
    ProjectFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def database():
    """Return every row of every table, but for the histories, the merges themselves and what triggers keep."""
    told = (MergeRecord, ExchangeTotal, Change)
    tables = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model not in told and "historical" not in model._meta.model_name
    ]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in tables}


def pointing_at(institution):
    """Return how many rows point at the institution, by model and column of every foreign key that can."""
    fields = [
        field
        for model in apps.get_models(include_auto_created=True)
        if "historical" not in model._meta.model_name
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Institution
    ]
    return {
        f"{field.model._meta.label}.{field.name}": field.model._base_manager.filter(
            **{field.attname: institution.pk}
        ).count()
        for field in fields
    }


@pytest.fixture
def two():
    """Two institutions that are one, the second with a row in everything that can point at an institution."""
    kept = InstitutionFactory(name_en="Bologna University", city="")
    other = InstitutionFactory(
        name_en="University of Bologna",
        name="Alma Mater Studiorum",
        name_ru="Болонский университет",
        acronym="UNIBO",
        city="Bologna",
        country__alpha2="FR",
        notes="Known since 2009.",
    )
    third = InstitutionFactory(successor=other)
    unit = OrganizationalUnitFactory(institution=other)
    contact = ContactFactory(institution=other, unit=unit)
    IdentifierFactory(institution=other)
    InstitutionNameFactory(institution=other)
    agreement = AgreementFactory(partners=[other])
    MobilityTermFactory(agreement=agreement, partner=other)
    project = ProjectFactory(coordinator=other)
    Participation.objects.filter(project=project).update(contact=contact)
    ActivityFactory(institutions=[other, third])
    ExchangeFactory(partner=other, agreement=agreement, partner_unit=unit)
    CitationFactory(record=other)
    NotDuplicate.objects.create(first=other, second=third)
    NotDuplicate.objects.create(first=third, second=InstitutionFactory())
    NotDuplicate.objects.create(first=InstitutionFactory(), second=other)
    merging.merge(other, InstitutionFactory())
    return kept, Institution.objects.get(pk=other.pk)


def test_everything_that_points_at_an_institution_is_moved_and_comes_back(two):
    kept, other = two
    before = database()
    at_other = pointing_at(other)

    record = merging.merge(kept, other)
    left, moved, after = pointing_at(other), pointing_at(kept), database()
    merging.undo(record)

    assert [name for name, count in at_other.items() if not count] == [], "give the fixture such a row"
    assert set(left.values()) == {0}
    assert {name: moved[name] >= count for name, count in at_other.items()} == dict.fromkeys(at_other, True)
    assert after != before
    assert database() == before
    assert MergeRecord.objects.get(pk=record.pk).undone_at


def test_the_kept_one_gets_what_it_lacked_and_the_other_names(two):
    kept, other = two
    kept.published, kept.notes = False, "Ask for Anna."
    kept.save()

    merging.merge(kept, other)

    kept.refresh_from_db()
    assert (kept.city, kept.acronym, kept.name_ru) == ("Bologna", "UNIBO", "Болонский университет")
    assert (kept.name_en, kept.country_id, kept.published) == ("Bologna University", "IT", True)
    assert kept.notes == "Ask for Anna.\n\nKnown since 2009."
    names = {name.name for name in kept.other_names.all()}
    assert {"Alma Mater Studiorum", "University of Bologna"} <= names
    assert Institution.objects.matching("alma mater").get() == kept
    assert kept.exchanges.get().country_id == "IT"


def test_names_that_the_kept_one_has_already_are_not_added():
    kept = InstitutionFactory(name_en="Bologna University", name="Università di Bologna")
    other = InstitutionFactory(name_en="bologna university", name="Università di Bologna")

    merging.merge(kept, other)

    assert list(InstitutionName.objects.all()) == []


def test_both_parties_to_one_agreement_become_one():
    kept, other = InstitutionFactory(), InstitutionFactory()
    agreement = AgreementFactory()
    mine = AgreementPartyFactory(agreement=agreement, institution=kept, signatory="Rector")
    signed = datetime.date(2016, 8, 1)
    AgreementPartyFactory(agreement=agreement, institution=other, signed_on=signed, signatory="Vice-rector")
    before = database()

    record = merging.merge(kept, other)

    mine.refresh_from_db()
    assert list(agreement.parties.all()) == [mine]
    assert (mine.signatory, mine.signed_on) == ("Rector", signed)
    merging.undo(record)
    assert database() == before


def test_units_of_the_same_name_become_one_with_their_people():
    kept, other = InstitutionFactory(), InstitutionFactory()
    mine = OrganizationalUnitFactory(institution=kept, name="Economics")
    theirs = OrganizationalUnitFactory(institution=other, name="Economics", website="https://example.org/")
    contact = ContactFactory(institution=other, unit=theirs)
    before = database()

    record = merging.merge(kept, other)

    contact.refresh_from_db()
    mine.refresh_from_db()
    assert (contact.institution, contact.unit, mine.website) == (kept, mine, "https://example.org/")
    merging.undo(record)
    assert database() == before


def test_participants_and_guests_in_common_become_one():
    kept, other = InstitutionFactory(), InstitutionFactory()
    project = ProjectFactory()
    ParticipationFactory(project=project, institution=kept, role="")
    ParticipationFactory(project=project, institution=other, role="coordinator")
    activity = ActivityFactory(institutions=[kept, other])
    before = database()

    record = merging.merge(kept, other)

    assert list(project.participations.values_list("institution", "role")) == [(kept.pk, "coordinator")]
    assert list(activity.institutions.all()) == [kept]
    merging.undo(record)
    assert database() == before


@pytest.mark.parametrize("successor", ["of the kept one", "of the other"])
def test_a_successor_becomes_one_with_its_predecessor(successor):
    kept, other = InstitutionFactory(), InstitutionFactory()
    first, second = (kept, other) if successor == "of the kept one" else (other, kept)
    first.successor = second
    first.save()
    NotDuplicate.objects.create(first=other, second=kept)
    before = database()

    record = merging.merge(kept, other)

    kept.refresh_from_db()
    assert (kept.successor, NotDuplicate.objects.count()) == (None, 0)
    merging.undo(record)
    assert database() == before


def test_equal_identifiers_and_citations_become_one():
    kept, other = InstitutionFactory(), InstitutionFactory()
    IdentifierFactory(institution=kept, value="I  BOLOGNA01")
    IdentifierFactory(institution=other, value="I  BOLOGNA01", valid_to=datetime.date(2010, 1, 1))
    quote = CitationFactory(record=kept)
    CitationFactory(record=other, quote=quote.quote, source=quote.source)
    before = database()

    record = merging.merge(kept, other)

    assert list(kept.identifiers.values_list("value", "valid_to")) == [("I  BOLOGNA01", None)]
    assert list(kept.citations.all()) == [quote]
    merging.undo(record)
    assert database() == before


def test_the_histories_tell_of_the_merge_and_of_its_undo():
    user = UserFactory()
    kept, other = InstitutionFactory(name_en="A"), InstitutionFactory(name_en="B")
    contact = ContactFactory(institution=other)
    activity = ActivityFactory(institutions=[other])

    merging.undo(merging.merge(kept, other, by=user), by=user)

    def told(record):
        rows = type(record).history.filter(id=record.pk).order_by("history_id")
        return [(row.history_type, row.history_change_reason, row.history_user) for row in rows][-2:]

    merged, undone = "merged: B into A", "merge undone: B"
    assert told(kept) == told(contact) == [("~", merged, user), ("~", undone, user)]
    assert told(other) == [("-", merged, user), ("+", undone, user)]
    guests = [
        [guest.institution_id for guest in row.institutions.all()]
        for row in Activity.history.filter(id=activity.pk).order_by("history_id")
    ]
    assert guests[-2:] == [[kept.pk], [other.pk]]
    assert (contact.history.latest().institution_id, contact.history.count()) == (other.pk, 3)


def test_what_was_changed_since_is_told_and_stays():
    kept, other = InstitutionFactory(), InstitutionFactory(name_en="Other")
    contact, gone = ContactFactory(institution=other, name="Anna"), ContactFactory(institution=other)
    elsewhere = InstitutionFactory()
    record = merging.merge(kept, other)
    contact.refresh_from_db()
    contact.institution = elsewhere
    contact.save()
    number = gone.pk
    Contact.objects.get(pk=number).delete()
    added = ContactFactory(institution=kept)

    with pytest.raises(ValidationError) as refused:
        merging.undo(record)

    assert refused.value.messages == [
        "Contact “Anna”: “institution” was changed.",
        f"Contact number {number} was deleted.",
    ]
    merging.undo(record, force=True)
    assert Institution.objects.filter(pk=other.pk).exists()
    assert [Contact.objects.get(pk=each.pk).institution_id for each in (contact, added)] == [elsewhere.pk, kept.pk]


def test_merges_in_a_row_are_undone_in_turn_and_only_so():
    first, second, third = (InstitutionFactory() for _ in range(3))
    before = database()
    earlier = merging.merge(second, first)
    later = merging.merge(third, Institution.objects.get(pk=second.pk))

    with pytest.raises(ValidationError, match="has itself been merged"):
        merging.undo(earlier, force=True)

    assert MergeRecord.objects.standing().get(merged_slug=first.slug).kept == third
    merging.undo(later)
    merging.undo(earlier)
    assert database() == before
    with pytest.raises(ValidationError, match="undone already"):
        merging.undo(earlier)


def test_what_must_not_be_merged_is_refused():
    home, partner = HomeFactory(), InstitutionFactory()
    ExchangeFactory(partner=partner)
    before = database()

    for kept, other, reason in [
        (partner, home, "The home institution stays"),
        (home, partner, "An institution with exchanges is a partner"),
        (partner, partner, "Choose two different institutions"),
    ]:
        with pytest.raises(ValidationError, match=reason):
            merging.merge(kept, other)

    assert database() == before


def test_a_thousand_exchanges_move_with_few_questions(django_assert_max_num_queries):
    kept, other = InstitutionFactory(), InstitutionFactory()
    ExchangeFactory._meta.model.objects.bulk_create(
        [ExchangeFactory.build(partner=other, country=other.country) for _ in range(1000)]
    )

    with django_assert_max_num_queries(120):
        record = merging.merge(kept, other)

    assert kept.exchanges.count() == 1000
    merging.undo(record)
    assert other.exchanges.count() == 1000
