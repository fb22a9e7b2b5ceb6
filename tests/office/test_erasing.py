"""Personal data are erased for good, everywhere, and the numbers stay."""

import datetime
from io import StringIO

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection

from iet_relations.academic_year import AcademicYear
from mobility.models import Exchange
from office.erasing import Erased, blank, erase
from office.models import BatchChange, ImportBatch
from partners.models import Contact
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.date(2017, 9, 1)
NAME = "Ғафурова Малика"


def everything():
    """Return every row of every table of the registry as text."""
    with connection.cursor() as cursor:
        tables = [t.name for t in connection.introspection.get_table_list(cursor) if t.type == "t"]
        found = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [f"{table}: {row}" for row in cursor.fetchall()]
    return found


def holding(text):
    return [row for row in everything() if text in row]


def exchange(**values):
    values = {"academic_year": AcademicYear(2016), "person_name": NAME, "person_email": "malika@example.org", **values}
    return factories.ExchangeFactory(**values)


def test_a_name_disappears_from_record_history_and_imports_and_the_exchange_stays(settings):
    record = exchange()
    record.person_name = f"{NAME} (old)"
    record.save()
    batch = ImportBatch.objects.create(
        kind="exchanges",
        file_name="list.csv",
        sha256="0" * 64,
        file=ContentFile(NAME.encode(), "list.csv"),
        report={"read": 1, "rejected": [{"value": NAME}]},
    )
    ImportBatch.objects.update(uploaded_at=datetime.datetime(2017, 1, 1, tzinfo=datetime.UTC))
    BatchChange.objects.create(
        batch=batch,
        content_type=ContentType.objects.get_for_model(Exchange),
        object_id=record.pk,
        action="~",
        before={"person_name": NAME, "status": "nominated"},
    )
    before = Exchange.objects.people()

    erased = erase(DAY)

    assert erased == Erased(exchanges=1, history_rows=2, import_files=1, import_changes=1)
    assert holding("Малика") + holding("malika@") + holding("\\u041c") == []
    assert list((settings.MEDIA_ROOT).rglob("*.bin")) == []
    assert Exchange.objects.people() == before
    assert Exchange.history.filter(id=record.pk).count() == 2
    assert BatchChange.objects.get().before == {"person_name": "", "status": "nominated"}
    assert ImportBatch.objects.get().report == {"read": 1}


@pytest.mark.parametrize(
    ("values", "erased"),
    [
        ({"ends_on": datetime.date(2017, 8, 31)}, True),
        ({"ends_on": datetime.date(2017, 9, 1)}, False),
        ({"ends_on": None, "academic_year": AcademicYear(2016)}, True),
        ({"ends_on": None, "academic_year": AcademicYear(2017)}, False),
        ({"ends_on": datetime.date(2018, 1, 1), "academic_year": AcademicYear(2016)}, False),
    ],
)
def test_an_exchange_ends_on_its_last_day_or_with_its_academic_year(values, erased):
    exchange(**values)

    erase(DAY)

    assert (holding(NAME) == []) is erased


def test_a_trial_erases_nothing_and_tells_the_same():
    exchange()

    trial = erase(DAY, dry_run=True)

    assert len(holding(NAME)) == 2
    assert erase(DAY) == trial == Erased(exchanges=1, history_rows=1)


def test_the_history_of_a_deleted_exchange_is_erased_too():
    exchange().delete()
    assert holding(NAME)

    erase(DAY)

    assert holding(NAME) == []


def test_a_name_that_only_the_history_still_has_is_erased():
    record = exchange()
    record.person_name = record.person_email = ""
    record.save()

    erase(DAY)

    assert holding(NAME) == []


def test_contacts_of_closed_institutions_go_when_asked_and_others_stay():
    closed = factories.InstitutionFactory(closed_on=datetime.date(2016, 1, 1))
    contact = factories.ContactFactory(institution=closed, name=NAME)
    other = factories.ContactFactory(name="Stays")
    LogEntry.objects.log_actions(factories.UserFactory().pk, [contact], ADDITION, change_message=[{"added": {}}])

    erase(DAY)
    kept = Contact.objects.count()
    erase(DAY, contacts_of_closed=True)

    assert kept == 2
    assert list(Contact.objects.all()) == [other]
    assert holding(NAME) == []


def test_the_history_of_contacts_deleted_before_the_day_goes():
    contact = factories.ContactFactory(name=NAME)
    contact.delete()

    erase(datetime.date(2001, 1, 1))
    still = len(holding(NAME))
    Contact.history.update(history_date=datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC))
    erase(datetime.date(2001, 1, 1))

    assert (still > 0, holding(NAME)) == (True, [])


def test_many_people_at_once():
    exchanges = [exchange(person_name=f"{NAME} {number}") for number in range(3)]
    Exchange.objects.bulk_create(
        Exchange(
            academic_year=AcademicYear(2010),
            direction="outgoing",
            activity="SMS",
            country=exchanges[0].country,
            person_name=f"{NAME} {number}",
        )
        for number in range(1200)
    )

    assert erase(DAY).exchanges == 1203
    assert holding(NAME) == []


def test_values_are_emptied_at_any_depth():
    before = {"a": [{"person_name": "x", "count": 1}], "person_email": None, "person_name": "y"}

    assert blank(before, ("person_name", "person_email")) == {
        "a": [{"person_name": "", "count": 1}],
        "person_email": None,
        "person_name": "",
    }


def test_the_command_tells_how_much():
    exchange()
    output = StringIO()

    call_command("erase_personal_data", "--ended-before", "2017-09-01", "--dry-run", stdout=output)

    assert output.getvalue().splitlines()[:3] == [
        "Would be erased:",
        "  names in exchanges: 1",
        "  rows of history: 1",
    ]
    assert holding(NAME)


def person(role):
    user = factories.UserFactory()
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.mark.parametrize("role", ["Viewer", "Editor", "Administrator"])
def test_others_than_the_head_erase_nothing(client, role):
    exchange()
    client.force_login(person(role))

    response = client.post("/admin/erase-personal-data/", {"ended_before": "2017-09-01", "confirmed": "on"})

    assert (response.status_code, len(holding(NAME)) > 0) == (403, True)


def test_the_head_first_sees_how_much_and_then_erases(client):
    exchange()
    client.force_login(person("Head of department"))
    address = "/admin/erase-personal-data/"

    asked = client.post(address, {"ended_before": "01/09/2017"})
    between = len(holding(NAME))
    client.post(address, {"ended_before": "01/09/2017", "confirmed": "on"})

    assert (asked.context["found"].exchanges, between) == (1, 2)
    assert holding(NAME) == []


def test_a_day_to_come_is_refused(client):
    client.force_login(person("Head of department"))

    response = client.post("/admin/erase-personal-data/", {"ended_before": "01/09/2999", "confirmed": "on"})

    assert response.context["form"].errors["ended_before"]


@pytest.mark.parametrize("language", ["", "/ru", "/tg"])
def test_the_page_about_personal_data_is_public(client, language):
    assert client.get(f"{language}/privacy/").status_code == 200
