"""Hostile files, names, headers and links on the staff's pages: refused or made harmless, never a failure."""

import datetime
import io
import zipfile

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from office.models import ImportBatch
from partners.models import Agreement, AgreementDocument
from tests import factories
from tests.forms import form_data
from tests.partners.test_admin import between_us

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n"
PAGE = b"<html><script>alert(document.domain)</script>"
NAMES = [
    "../../../etc/cron.d/x.pdf",
    "a\0b.pdf",
    "\u202efdp.exe.pdf",
    "x" * 300 + ".pdf",
    "CON.pdf",
    "a\r\nSet-Cookie: x=1.pdf",
]
NAMES += [".htaccess", "C:\\windows\\system32\\x.pdf", "x.pdf.html", "💣'\"<b>.pdf"]

ODD_ADDRESSES = [
    "/admin/partners/agreement/abc/change/",
    "/admin/partners/agreement/99999999999999999999999/change/",
    "/admin/partners/agreement/1%00/change/",
    "/admin/partners/agreement/?ends_on__gte=nonsense",
    "/admin/partners/agreement/?responsible__password__startswith=p",
    "/admin/partners/agreement/?q=%00",
    "/admin/partners/agreement/?p=abc",
    "/admin/partners/agreement/?p=-1&o=99.-99",
    "/admin/partners/agreement/?e=1",
    "/admin/autocomplete/?app_label=auth&model_name=user&field_name=password&term=a",
    "/admin/autocomplete/?app_label=partners&model_name=agreement&field_name=responsible&term=%00",
    "/admin/autocomplete/?term=a",
    "/admin/r/1/1/",
    "/admin/r/99/abc/",
    "/admin/office/importbatch/99999999999999999999/mapping/",
    "/admin/merge/?first=99999999999999999999&second=x",
    "/admin/partners/agreement/export.exe",
    "/admin/partners/agreement/export.csv?q=%00",
    "/documents/agreements/99999999999999999999/",
    "/calendar/%00.ics",
    "/calendar/" + "a" * 3000 + ".ics",
]


def person(role, **values):
    user = factories.UserFactory(**values)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def head(client):
    client.force_login(person("Head of department"))
    return client


def archive(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return stream.getvalue()


def attach(client, agreement, name, content):
    address = reverse("admin:partners_agreement_change", args=[agreement.pk])
    data = form_data(client, address)
    data |= {"documents-TOTAL_FORMS": 1, "documents-0-title": "Scan", "documents-0-visibility": "staff"}
    data |= {"documents-0-file": SimpleUploadedFile("placeholder", content)}
    body = encode_multipart(BOUNDARY, data).replace(b'"placeholder"', b'"%s"' % name.encode())
    return client.generic("POST", address, body, MULTIPART_CONTENT)


def test_whatever_a_file_is_called_it_is_kept_under_its_checksum(head, settings):
    agreements = [between_us() for _name in NAMES]
    answers = {}
    for agreement, name in zip(agreements, NAMES, strict=True):
        answers[name[:20]] = attach(head, agreement, name, PDF + name.encode("utf-8", "replace")).status_code

    kept = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert set(answers.values()) <= {200, 302}, answers
    assert len(kept) == AgreementDocument.objects.count() >= 8
    assert {(path.suffix, len(path.stem)) for path in kept} == {(".pdf", 64)}


def test_a_document_that_is_a_page_as_well_is_never_shown_as_one(head):
    for content in (PDF + PAGE, b"\x89PNG\r\n\x1a\n" + PAGE, b"\xff\xd8\xff" + PAGE):
        document = factories.AgreementDocumentFactory(title="a\r\nX-Evil: 1 <b>\u202e", content=content)

        sent = head.get(document.get_absolute_url())

        b"".join(sent.streaming_content)
        assert sent.headers["Content-Disposition"].startswith("attachment; filename=")
        assert sent.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in sent.headers["Content-Security-Policy"]
        assert "no-store" in sent.headers["Cache-Control"]
        assert "X-Evil" not in sent.headers and "text/html" not in sent.headers["Content-Type"]


def test_a_packed_bomb_is_refused_in_little_time(head):
    bomb = archive(**{"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>", "xl/sharedStrings.xml": bytes(10**8)})
    file = SimpleUploadedFile("bomb.xlsx", bomb)

    head.post("/admin/office/importbatch/upload/", {"kind": "exchanges", "file": file})
    page = head.get(reverse("admin:office_importbatch_mapping", args=[ImportBatch.objects.get().pk]))

    assert page.status_code == 200 and page.context["refused"]


def test_line_breaks_in_titles_forge_no_mail(settings):
    settings.OFFICE_EMAIL = "office@example.org"
    title = "Agreement\r\nBcc: everybody@example.org\r\n\r\nbody"
    factories.AgreementFactory(
        title=title, in_force_from=datetime.date(2016, 1, 1), ends_on=datetime.date(2017, 1, 31)
    )

    call_command("send_reminders", "--on", "2017-01-01")

    (letter,) = mail.outbox
    assert letter.recipients() == ["office@example.org"]
    assert "Bcc" not in letter.message()


def test_no_sign_in_leads_to_another_site():
    user = person("Editor", username="zarina")
    user.set_password("right password")
    user.save()
    targets = ["https://evil.example/", "//evil.example", "\\\\evil.example", "javascript:alert(1)", "/\\evil.example"]

    sent = {"username": "zarina", "password": "right password"}
    answers = {target: Client().post("/admin/login/", {**sent, "next": target}) for target in targets}

    assert {answer.headers["Location"] for answer in answers.values()} == {"/admin/"}


def test_signing_in_and_out_change_the_session(client):
    user = person("Editor", username="zarina")
    user.set_password("right password")
    user.save()
    client.cookies["sessionid"] = "chosenbyanattacker0123456789abcd"

    client.post("/admin/login/", {"username": "zarina", "password": "right password"})
    first = client.cookies["sessionid"].value
    stolen = Client()
    stolen.cookies["sessionid"] = first
    before = stolen.get("/admin/").status_code
    client.post("/admin/logout/")

    assert first != "chosenbyanattacker0123456789abcd"
    assert (before, stolen.get("/admin/").status_code) == (200, 302)


def test_other_methods_change_nothing_and_echo_nothing(head):
    agreement = factories.AgreementFactory()
    forged = {"x-marked": "zzmark", "x-http-method-override": "POST"}
    for method in ("TRACE", "PUT", "DELETE", "OPTIONS", "FOO"):
        for address in (
            "/partners/",
            reverse("admin:partners_agreement_delete", args=[agreement.pk]),
            "/partners.csv",
        ):
            answer = head.generic(method, address, b"post=yes", headers=forged)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code in (200, 403, 405), (method, address)
            assert b"zzmark" not in content
    assert Agreement.objects.filter(pk=agreement.pk).exists()


def test_a_forged_host_is_refused(client):
    for host in ("evil.example", "testserver@evil.example", "a b", "тест.example", "[::1", "testserver/x"):
        answer = client.get("/partners/", headers={"host": host})

        assert answer.status_code == 400, host
        assert b"evil.example" not in answer.content


def test_forwarded_hosts_and_schemes_count_for_nothing_without_a_proxy(client):
    forged = {
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "https",
        "x-forwarded-port": "1",
        "forwarded": "host=evil.example",
    }

    answer = client.get("/partners/", headers=forged)

    assert b"evil.example" not in answer.content and b"https://testserver" not in answer.content


def test_a_mail_with_a_new_password_names_no_forged_host(client):
    factories.UserFactory(username="zarina", email="zarina@example.org", is_staff=True).set_password("x")
    user = person("Editor", username="karim", email="karim@example.org")
    user.set_password("right password")
    user.save()

    client.post("/admin/password-reset/", {"email": "karim@example.org"}, headers={"x-forwarded-host": "evil.example"})

    assert "http://testserver/" in mail.outbox[0].body and "evil" not in mail.outbox[0].body


def test_odd_actions_and_keys_are_no_failure(head):
    factories.AgreementFactory()
    answers = {}
    for action in ("publish", "delete_selected", "nothing", "__class__"):
        for chosen in ("abc", "9" * 40, "", "1; drop table", "\0"):
            sent = {"action": action, "_selected_action": chosen}
            answers[action, chosen] = head.post("/admin/partners/agreement/", sent).status_code

    assert set(answers.values()) <= {302, 400}, answers


def test_odd_addresses_of_the_staff_pages_are_no_failure(head):
    factories.AgreementFactory()

    answers = {address: head.get(address).status_code for address in ODD_ADDRESSES}

    assert set(answers.values()) <= {200, 302, 400, 403, 404}, answers


def test_a_form_of_another_site_is_refused(head):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = head.cookies
    agreement = factories.AgreementFactory()
    addresses = ["/admin/partners/agreement/", f"/admin/partners/agreement/{agreement.pk}/delete/", "/admin/logout/"]
    addresses += ["/admin/second-factor/", "/admin/account/", "/admin/erase-personal-data/", "/admin/password_change/"]

    answers = {address: strict.post(address, {"post": "yes", "do": "make"}).status_code for address in addresses}

    assert set(answers.values()) == {403}, answers
