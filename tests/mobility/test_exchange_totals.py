"""The totals of exchanges are what their rows add up to, in whichever way and by however many they are written."""

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction

from iet_relations.data_state import asked_once, data_state, unwatched_tables
from iet_relations.remembering import remembered, remembered_each
from mobility import exchange_totals
from mobility.models import Exchange, ExchangeTotal
from partners.models import Institution
from tests import factories


def people():
    """What the summary says: ``{public: (people, rows)}``, without what is nothing."""
    found = {}
    for total in ExchangeTotal.objects.all():
        count, rows = found.get(total.public, (0, 0))
        found[total.public] = count + total.count, rows + total.rows
    return {public: numbers for public, numbers in found.items() if any(numbers)}


def no_triggers_missing():
    assert unwatched_tables() == []
    assert exchange_totals.differences() == []


@pytest.mark.django_db
def test_totals_follow_saving_changing_and_deleting():
    partner = factories.InstitutionFactory(published=True)
    one = factories.ExchangeFactory(partner=partner, count=3)
    factories.ExchangeFactory(partner=None, country=partner.country, count=4)
    no_triggers_missing()
    assert people() == {True: (7, 2)}

    one.count = 5
    one.status = "cancelled"
    one.save()
    assert people() == {True: (9, 2)}
    no_triggers_missing()

    one.delete()
    assert people() == {True: (4, 1)}
    no_triggers_missing()


@pytest.mark.django_db
def test_totals_follow_publishing_and_withdrawing_a_partner():
    partner = factories.InstitutionFactory(published=False)
    factories.ExchangeFactory.create_batch(3, partner=partner)
    assert people() == {False: (3, 3)}

    partner.published = True
    partner.save()
    assert people() == {True: (3, 3)}

    Institution.objects.filter(pk=partner.pk).update(published=False)
    assert people() == {False: (3, 3)}
    no_triggers_missing()


@pytest.mark.django_db
def test_totals_follow_bulk_operations_plain_sql_and_another_partner():
    first, second = factories.InstitutionFactory(published=True), factories.InstitutionFactory(published=False)
    made = factories.ExchangeFactory.build_batch(4, partner=first, country=first.country)
    Exchange.objects.bulk_create(made, ignore_conflicts=False)
    assert people() == {True: (4, 4)}

    Exchange.objects.filter(partner=first).update(partner=second, count=2, person_name="", person_email="")
    assert people() == {False: (8, 4)}
    no_triggers_missing()

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM mobility_exchange WHERE partner_id = %s", [second.pk])
    assert people() == {}
    no_triggers_missing()


@pytest.mark.django_db
def test_what_is_rolled_back_is_in_no_total():
    partner = factories.InstitutionFactory(published=True)
    with transaction.atomic():
        factories.ExchangeFactory(partner=partner)
        transaction.set_rollback(True)

    assert people() == {}
    no_triggers_missing()


@pytest.mark.django_db
def test_the_check_tells_of_a_total_that_is_wrong_and_adding_up_mends_it():
    factories.ExchangeFactory(partner=factories.InstitutionFactory(published=True), count=2)
    ExchangeTotal.objects.update(count=9)
    assert [(kept, counted) for kind, kept, counted in exchange_totals.differences()] == [(9, 2)]

    exchange_totals.add_up()

    no_triggers_missing()


@pytest.mark.django_db(transaction=True)
def test_an_emptied_database_has_no_totals():
    factories.ExchangeFactory(partner=factories.InstitutionFactory(published=True), count=2)

    call_command("flush", interactive=False, verbosity=0)

    assert ExchangeTotal.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_totals_and_triggers_survive_a_migration_that_remakes_the_table():
    factories.ExchangeFactory(partner=factories.InstitutionFactory(published=True), count=2)
    name = Exchange._meta.get_field("person_name")
    looser = name.clone()
    looser.set_attributes_from_name("person_name")
    looser.null = True

    exchange_totals.step_aside(None, plan=["a migration"])
    for old, new in ((name, looser), (looser, name)):
        with connection.schema_editor() as editor:
            editor.alter_field(Exchange, old, new)

    call_command("migrate", verbosity=0)

    no_triggers_missing()
    assert people() == {True: (2, 1)}


@pytest.mark.django_db(transaction=True)
def test_every_write_makes_another_state_and_a_rolled_back_one_does_not():
    partner = factories.InstitutionFactory(published=True)
    seen = [data_state()]

    partner.save()
    seen.append(data_state())
    Institution.objects.filter(pk=partner.pk).update(city="Bologna")
    seen.append(data_state())
    Institution.objects.bulk_create([factories.InstitutionFactory.build(country=partner.country, slug="other")])
    seen.append(data_state())
    Institution.objects.filter(slug="other").delete()
    seen.append(data_state())

    assert len(set(seen)) == 5
    with transaction.atomic():
        partner.save()
        transaction.set_rollback(True)
    assert data_state() == seen[-1]


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_kept_until_a_record_changes_and_never_inside_a_transaction():
    cache.clear()
    partner = factories.InstitutionFactory(published=True)
    count = Institution.objects.count
    with asked_once():
        assert remembered(("institutions",), count) == count()
    assert remembered(("institutions",), lambda: "asked again") == count()
    with transaction.atomic():
        assert remembered(("institutions",), lambda: "asked again") == "asked again"

    factories.ExchangeFactory(partner=partner)
    assert remembered(("institutions",), count, [Institution]) == count()
    assert remembered(("institutions",), lambda: "asked again") == "asked again"
    factories.ExchangeFactory(partner=partner)
    assert remembered(("institutions",), lambda: "asked again", [Institution]) == count()


@pytest.mark.django_db(transaction=True)
def test_of_several_answers_only_those_that_are_not_kept_are_asked_for():
    cache.clear()
    asked = []

    def doubled(numbers):
        asked.append(numbers)
        return [None if number == 2 else 2 * number for number in numbers]

    assert remembered_each([1, 2], doubled) == [2, None]
    assert remembered_each([3, 2, 1], doubled) == [6, None, 2]
    factories.InstitutionFactory()
    assert remembered_each([2, 1], doubled) == [None, 2]

    assert asked == [[1, 2], [3], [2, 1]]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_totals_are_true_under_concurrent_writers():
    partners = [factories.InstitutionFactory(published=True) for _ in range(3)]
    for partner in partners:
        factories.ExchangeFactory.create_batch(5, partner=partner)

    def write(seed):
        rng = random.Random(seed)
        try:
            for _ in range(25):
                partner = rng.choice(partners)
                with transaction.atomic():
                    what = rng.random()
                    if what < 0.4:
                        factories.ExchangeFactory(partner=partner, count=rng.randint(1, 9))
                    elif what < 0.6:
                        Exchange.objects.filter(pk=rng.randint(1, 200)).update(count=rng.randint(1, 9))
                    elif what < 0.8:
                        partner = Institution.objects.filter(pk=partner.pk)
                        partner.update(published=rng.random() < 0.5)
                    elif what < 0.9:
                        Exchange.objects.filter(pk=rng.randint(1, 200)).delete()
                    else:
                        factories.ExchangeFactory(partner=partner)
                        transaction.set_rollback(True)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))

    no_triggers_missing()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_what_takes_long_is_found_by_one_thread_for_all():
    cache.clear()
    found = []

    def slow():
        found.append(len(found))
        time.sleep(0.3)
        return "found"

    def ask(_visitor):
        try:
            return remembered(("slow",), slow, alone=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(4)))

    assert (found, answers) == ([0], ["found"] * 4)
