"""Importing on the staff's pages: upload, headings, preview, apply, undo; and every list as a file."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.contrib.auth.models import Group
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from mobility.models import Exchange
from office.importing import working
from office.models import ImportBatch
from office.roles import EDITOR, HEAD, VIEWER
from partners.models import Institution
from tests.factories import (
    AgreementFactory,
    CountryFactory,
    ExchangeFactory,
    HomeFactory,
    InstitutionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/office/importbatch/"


@pytest.fixture
def sign_in(client):
    def by(role):
        user = UserFactory()
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        return user

    return by


@pytest.fixture
def upload(client):
    """Upload a text as a file and return its batch."""

    def run(text, kind="institutions"):
        file = SimpleUploadedFile("list.csv", text.encode())
        response = client.post(f"{LIST}upload/", {"kind": kind, "file": file})
        batch = ImportBatch.objects.latest("pk")
        assert response.headers["Location"] == f"{LIST}{batch.pk}/mapping/"
        return batch

    return run


def preview(client, batch, **chosen):
    """Agree with the proposed mapping, but for what is chosen, and return the batch after its check."""
    form = client.get(f"{LIST}{batch.pk}/mapping/").context["form"]
    data = {field.html_name: field.value() or "" for field in form if field.value() is not False}
    response = client.post(f"{LIST}{batch.pk}/mapping/", {**data, **chosen})
    assert response.status_code == 302, response.context["form"].errors
    batch.refresh_from_db()
    return batch


def test_a_file_with_other_headings_is_mapped_previewed_applied_and_undone(client, sign_in, upload):
    editor = sign_in(EDITOR)
    bologna = InstitutionFactory(name="University of Bologna", city="Bolonia")
    CountryFactory(alpha2="ES")

    batch = upload(
        "Список вузов;;\nНазвание вуза;Страна;Город\nUniversity of Bologna;Италия;Bologna\nNew One;Испания;\n;;\n"
    )
    batch = preview(client, batch)
    page = client.get(batch.get_absolute_url())
    before = Institution.objects.count()
    client.post(f"{LIST}{batch.pk}/apply/")
    batch.refresh_from_db()
    bologna.refresh_from_db()

    assert (batch.status, batch.created, batch.updated, batch.by) == ("applied", 1, 1, editor)
    assert [(row["line"], row["outcome"]) for row in page.context["rows"]] == [(3, "changed"), (4, "new")]
    assert b"<del>Bolonia</del>" in page.content and b"<ins>Bologna</ins>" in page.content
    assert (before, bologna.city, Institution.objects.count()) == (1, "Bologna", 2)
    assert bologna.history.first().history_user == editor
    assert not batch.file and not default_storage.exists(working.rows_name(batch))

    client.post(f"{LIST}{batch.pk}/undo/")

    bologna.refresh_from_db()
    assert (bologna.city, Institution.objects.count()) == ("Bolonia", 1)


def test_rejected_rows_are_shown_with_suggestions_and_applied_only_without_them(client, sign_in, upload):
    sign_in(EDITOR)
    CountryFactory()
    batch = preview(client, upload("name,country\nA,Itly\nB,Italy\n"))

    page = client.get(f"{batch.get_absolute_url()}?outcome=rejected").content.decode()
    client.post(f"{LIST}{batch.pk}/apply/")
    batch.refresh_from_db()
    refused = (batch.status, Institution.objects.count())
    batch = preview(client, batch)
    client.post(f"{LIST}{batch.pk}/apply/", {"keep_going": "on"})

    assert "“Itly”: No country of this name is known." in page
    assert "Nearest: Italy" in page
    assert refused == ("failed", 0)
    assert [institution.name for institution in Institution.objects.all()] == ["B"]


def test_the_same_file_once_more_is_asked_about(client, sign_in, upload):
    sign_in(EDITOR)
    CountryFactory()
    text = "academic_year,direction,activity,country\n2016/2017,outgoing,SMS,IT\n"
    first = preview(client, upload(text, "exchanges"))
    client.post(f"{LIST}{first.pk}/apply/")

    second = preview(client, upload(text, "exchanges"))
    page = client.get(second.get_absolute_url()).content.decode()
    client.post(f"{LIST}{second.pk}/apply/", {"again": "on"})

    assert "This file was applied before" in page
    assert Exchange.objects.count() == 2


def test_an_undo_asks_before_later_changes_are_lost(client, sign_in, upload):
    sign_in(EDITOR)
    bologna = InstitutionFactory(name="Bologna")
    batch = preview(client, upload("name,country,city\nBologna,IT,Rome\n"))
    client.post(f"{LIST}{batch.pk}/apply/")
    bologna.refresh_from_db()
    bologna.acronym = "UNIBO"
    bologna.save()

    asked = client.post(f"{LIST}{batch.pk}/undo/").content.decode()
    client.post(f"{LIST}{batch.pk}/undo/", {"force": "on"})

    bologna.refresh_from_db()
    assert "Changed since this import: University" in asked and 'name="force"' in asked
    assert (bologna.city, bologna.acronym) == ("", "UNIBO")


@pytest.fixture
def large(client, sign_in, upload, monkeypatch):
    """Return an applied batch of the pages that counts as large, and the commands of its steps, not yet begun."""
    sign_in(EDITOR)
    CountryFactory(alpha2="ES")
    batch = preview(client, upload("name,country\nA,ES\n"))
    client.post(f"{LIST}{batch.pk}/apply/")
    monkeypatch.setattr(working, "FEW", 0)
    begun = []
    monkeypatch.setattr(working.subprocess, "Popen", lambda command, **options: begun.append(command[2:]))
    return batch, begun


def test_a_large_import_is_undone_in_a_process_of_its_own_with_a_progress_bar(client, large):
    batch, begun = large

    client.post(f"{LIST}{batch.pk}/undo/")
    client.post(f"{LIST}{batch.pk}/undo/")  # once more, impatiently
    page = client.get(batch.get_absolute_url()).content.decode()
    call_command(*begun[0])
    batch.refresh_from_db()

    assert len(begun) == 1
    assert "Undoing the import" in page and 'http-equiv="refresh"' in page and '<progress max="1"' in page
    assert (batch.status, batch.undone_by.is_staff, Institution.objects.count()) == ("undone", True, 0)
    assert "undone" in client.get(batch.get_absolute_url()).content.decode()


def test_an_undo_of_a_large_import_that_is_refused_asks_on_its_page(client, large):
    batch, begun = large
    Institution.objects.get().save()

    client.post(f"{LIST}{batch.pk}/undo/")
    call_command(*begun[0])
    told = client.get(batch.get_absolute_url()).content.decode()
    asked = client.get(f"{LIST}{batch.pk}/undo/").content.decode()
    client.post(f"{LIST}{batch.pk}/undo/", {"force": "on"})
    call_command(*begun[1])

    assert "Changed since this import: A" in told and "Decide about it" in told
    assert 'name="force"' in asked
    assert not Institution.objects.exists()


def test_an_undo_that_died_leaves_the_import_applied(client, large):
    batch, _begun = large
    client.post(f"{LIST}{batch.pk}/undo/")
    default_storage.delete(working.progress_name(batch))

    page = client.get(batch.get_absolute_url()).content.decode()

    assert "The undoing was broken off, and nothing was changed." in page
    assert (ImportBatch.objects.get().status, Institution.objects.count()) == ("applied", 1)


def test_who_may_not_publish_does_not_do_it_by_a_file(client, sign_in, upload):
    CountryFactory()
    text = "name,country,published\nA,IT,yes\nB,IT,no\n"

    sign_in(EDITOR)
    editors = preview(client, upload(text))
    sign_in(HEAD)
    heads = preview(client, upload(text))

    assert (editors.created, editors.rejected) == (1, 1)
    assert editors.report["rejected"][0]["reason"].startswith("You may not publish records")
    assert (heads.created, heads.rejected) == (2, 0)


def test_a_viewer_imports_nothing_and_sees_what_was_imported(client, sign_in, upload):
    sign_in(EDITOR)
    CountryFactory()
    batch = preview(client, upload("name,country\nA,IT\n"))

    sign_in(VIEWER)

    assert client.get(LIST).status_code == 200
    assert b"Import a file" not in client.get(LIST).content
    page = client.get(batch.get_absolute_url())
    assert (page.status_code, "rows" in page.context) == (200, False)
    for address in (
        "upload/",
        f"{batch.pk}/mapping/",
        f"{batch.pk}/apply/",
        f"{batch.pk}/undo/",
        f"{batch.pk}/discard/",
    ):
        assert client.post(f"{LIST}{address}").status_code == 403


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0broken", b"%PDF-1.7", b'a,b\n"c\n'])
def test_a_file_that_is_no_table_gets_a_sentence_and_is_discarded(client, sign_in, content):
    sign_in(EDITOR)

    response = client.post(f"{LIST}upload/", {"kind": "institutions", "file": SimpleUploadedFile("x.xlsx", content)})
    if response.status_code == 302:
        response = client.get(response.headers["Location"])
        batch = ImportBatch.objects.get()
        name = batch.file.name
        client.post(f"{LIST}{batch.pk}/discard/")
        assert not default_storage.exists(name)

    assert "errornote" in response.content.decode() or response.context["form"].errors
    assert not ImportBatch.objects.exists()


def test_a_step_that_died_is_told_instead_of_waiting_forever(client, sign_in, upload):
    sign_in(EDITOR)
    batch = upload("name,country\nA,IT\n")
    ImportBatch.objects.update(status="working")

    page = client.get(batch.get_absolute_url()).content.decode()

    assert "was broken off, and nothing was saved" in page
    assert 'http-equiv="refresh"' not in page


def test_a_page_of_a_working_import_renews_itself(client, sign_in, upload):
    sign_in(EDITOR)
    batch = upload("name,country\nA,IT\n")
    ImportBatch.objects.update(status="working")
    working._say(batch, 1234)

    page = client.get(batch.get_absolute_url()).content.decode()

    assert '<meta http-equiv="refresh" content="2">' in page
    assert "1,234 rows done" in page.replace("\u202f", ",").replace("\xa0", ",")


def test_a_list_is_exported_with_its_filters_which_the_workbook_names(client, sign_in):
    sign_in(VIEWER)
    HomeFactory()
    InstitutionFactory(name="Bologna", kind="research")
    InstitutionFactory(name="Rome")

    page = client.get("/admin/partners/institution/?kind__exact=research").content.decode()
    text = b"".join(client.get("/admin/partners/institution/export.csv?kind__exact=research").streaming_content)
    book = client.get("/admin/partners/institution/export.xlsx?kind__exact=research")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content)))

    assert "/admin/partners/institution/export.csv?kind__exact=research" in page
    assert [row["name"] for row in csv.DictReader(io.StringIO(text.decode()))] == ["Bologna"]
    assert [row[1] for row in book["institutions"].iter_rows(values_only=True)] == ["name", "Bologna"]
    assert ("Kind", "research institution") in list(book["about"].iter_rows(values_only=True))


def test_every_list_of_the_admin_can_be_exported(client, admin_user):
    from django.contrib import admin

    from iet_relations.staff.record_admin import RecordAdmin

    client.force_login(admin_user)
    AgreementFactory(partners=[InstitutionFactory()])
    ExchangeFactory()
    addresses = [
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/export.{ending}"
        for model, model_admin in admin.site._registry.items()
        if isinstance(model_admin, RecordAdmin)
        for ending in ("csv", "xlsx")
    ]

    answers = {address: client.get(address) for address in addresses}

    assert len(addresses) > 20
    assert {address for address, answer in answers.items() if answer.status_code != 200} == set()
    assert all(b"".join(answer.streaming_content) for answer in answers.values())


def test_a_list_with_a_filter_that_makes_no_sense_is_not_exported(client, sign_in):
    sign_in(VIEWER)

    response = client.get("/admin/partners/institution/export.csv?nonsense=1")

    assert response.status_code == 302


def test_an_unknown_format_is_no_page(client, sign_in):
    sign_in(VIEWER)

    assert client.get("/admin/partners/institution/export.pdf").status_code == 404


def test_an_upload_that_was_never_applied_is_forgotten_with_its_file_after_a_week(client, sign_in, upload):
    sign_in(EDITOR)
    old, fresh = upload("name,country\nA,IT\n"), upload("name,country\nB,IT\n")
    path = Path(old.file.path)
    ImportBatch.objects.filter(pk=old.pk).update(uploaded_at=timezone.now() - timedelta(days=8))
    assert path.exists()

    client.get(LIST)

    assert list(ImportBatch.objects.all()) == [fresh]
    assert not path.exists()
