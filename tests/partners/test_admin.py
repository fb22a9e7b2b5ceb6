"""Partners and agreements on the staff's pages: what a form refuses, warns of, and keeps."""

import datetime
import io
import zipfile

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mobility.models import MobilityTerm
from partners.models import Agreement, AgreementDocument, Contact, Institution
from tests import factories
from tests.forms import errors_of, form_data

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n"


@pytest.fixture
def head(client):
    return signed_in(client, "Head of department")


def signed_in(client, role):
    user = factories.UserFactory(username=role)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return client


def address(name, record=None):
    model = record if isinstance(record, type) else type(record)
    args = [] if isinstance(record, type) else [record.pk]
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def test_a_partner_like_an_existing_one_is_asked_about_once(head):
    existing = factories.InstitutionFactory(name_en="University of Bologna")
    data = form_data(head, address("add", Institution), name="Bologna University", country="IT", city="Bologna")

    asked = head.post(address("add", Institution), data)
    data["another_institution"] = "on"
    added = head.post(address("add", Institution), data)

    assert f'href="{address("change", existing)}"' in errors_of(asked)["another_institution"][0]
    assert 'name="another_institution"' in asked.content.decode()
    assert added.status_code == 302
    assert list(Institution.objects.order_by("pk").values_list("name", "city")) == [
        ("University of Bologna", ""),
        ("Bologna University", "Bologna"),
    ]


def test_a_partner_with_a_known_identifier_is_asked_about(head):
    known = factories.IdentifierFactory(scheme="erasmus", value="I  BOLOGNA01")
    factories.CountryFactory(alpha2="ES")
    data = form_data(head, address("add", Institution), name="Alma Mater", country="ES")
    data |= {
        "identifiers-TOTAL_FORMS": "1",
        "identifiers-0-scheme": "erasmus",
        "identifiers-0-value": "I BOLOGNA01",
    }

    asked = head.post(address("add", Institution), data)

    assert known.institution.name in errors_of(asked)["another_institution"][0]
    assert "Erasmus code I  BOLOGNA01" in errors_of(asked)["another_institution"][0]


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"cooperating_since": "2017-13"}, "cooperating_since", "There is no such day: 2017-13."),
        ({"cooperating_since": "2017/2016"}, "cooperating_since", "The span ends before it begins."),
        ({"latitude": "40"}, "__all__", "Give latitude (-90 to 90) and longitude (-180 to 180) together."),
        ({"latitude": "91", "longitude": "1"}, "latitude", "Ensure this value is less than or equal to 90."),
        ({"name": ""}, "name", "This field is required."),
        ({"country": ""}, "country", "This field is required."),
        ({"website": "no address"}, "website", "Enter a valid URL."),
    ],
)
def test_a_wrong_partner_is_told_in_a_sentence(head, values, field, sentence):
    institution = factories.InstitutionFactory()
    data = form_data(head, address("change", institution)) | values

    answer = head.post(address("change", institution), data)

    assert answer.status_code == 200
    assert sentence in errors_of(answer)[field]


def test_an_institution_cannot_be_its_own_successor(head):
    institution = factories.InstitutionFactory()
    data = form_data(head, address("change", institution), successor=str(institution.pk))

    answer = head.post(address("change", institution), data)

    assert errors_of(answer) == {"__all__": ["An institution cannot be its own successor."]}


@pytest.mark.parametrize(
    ("prefix", "row"),
    [
        ("other_names", {"name": "Same", "kind": "former"}),
        ("identifiers", {"scheme": "pic", "value": "999993953"}),
        ("units", {"name": "Same"}),
        ("reports-citation-content_type-object_id", {"quote": "Same"}),
    ],
)
def test_equal_rows_of_a_partner_are_told_in_a_sentence(head, prefix, row):
    institution = factories.InstitutionFactory()
    if "quote" in row:
        row = {**row, "source": str(factories.SourceFactory().pk)}
    data = form_data(head, address("change", institution)) | {f"{prefix}-TOTAL_FORMS": "2"}
    data |= {f"{prefix}-{place}-{name}": value for place in (0, 1) for name, value in row.items()}

    answer = head.post(address("change", institution), data)

    assert answer.status_code == 200
    assert errors_of(answer) != {}


def test_a_citation_that_the_record_has_already_is_told_in_a_sentence(head):
    institution = factories.InstitutionFactory()
    citation = factories.CitationFactory(record=institution, quote="Same")
    prefix = "reports-citation-content_type-object_id"
    data = form_data(head, address("change", institution)) | {f"{prefix}-TOTAL_FORMS": "2"}
    data |= {f"{prefix}-1-source": str(citation.source_id), f"{prefix}-1-quote": "Same"}

    answer = head.post(address("change", institution), data)

    assert answer.status_code == 200
    assert errors_of(answer)["quote"] == ["This statement is attached to the record already."]


def test_cooperating_since_is_one_box_for_a_year(head):
    institution = factories.InstitutionFactory()
    data = form_data(head, address("change", institution), cooperating_since="2009")

    answer = head.post(address("change", institution), data)

    institution.refresh_from_db()
    assert answer.status_code == 302
    assert institution.cooperating_since_first == datetime.date(2009, 1, 1)
    assert institution.cooperating_since_last == datetime.date(2009, 12, 31)
    assert form_data(head, address("change", institution))["cooperating_since"] == "2009"


def test_an_editor_adds_unpublished_records_and_cannot_publish(client):
    editor = signed_in(client, "Editor")
    published = factories.InstitutionFactory(name_en="Old", published=True)
    factories.CountryFactory(alpha2="ES")
    data = form_data(editor, address("add", Institution), name="New", country="ES") | {"published": "on"}

    editor.post(address("add", Institution), data)
    changed = form_data(editor, address("change", published), city="Bologna") | {"published": ""}
    editor.post(address("change", published), changed)
    editor.post(
        address("changelist", Institution),
        {"action": "publish", "_selected_action": Institution.objects.get(name="New").pk},
    )

    assert list(Institution.objects.order_by("pk").values_list("name", "city", "published")) == [
        ("Old", "Bologna", True),
        ("New", "", False),
    ]


def test_the_head_publishes_and_withdraws(head):
    institution = factories.InstitutionFactory(published=False)
    post = {"_selected_action": institution.pk}

    head.post(address("changelist", Institution), {**post, "action": "publish"})
    published = Institution.objects.get(pk=institution.pk).published
    head.post(address("changelist", Institution), {**post, "action": "unpublish"})

    assert (published, Institution.objects.get(pk=institution.pk).published) == (True, False)
    assert [row.published for row in institution.history.order_by("history_id")] == [False, True, False]


def test_deleting_a_partner_that_others_rely_on_names_them(head):
    institution = factories.InstitutionFactory()
    agreement = factories.AgreementFactory(partners=[institution])
    exchange = factories.ExchangeFactory(partner=institution)

    asked = head.get(address("delete", institution)).content.decode()
    head.post(address("delete", institution), {"post": "yes"})

    assert f'<a href="{address("change", agreement)}">Agreement: {agreement}</a>' in asked
    assert f'<a href="{address("change", exchange)}">Exchange: {exchange}</a>' in asked
    assert Institution.objects.filter(pk=institution.pk).exists()


def test_a_contact_is_confirmed_with_one_click(client):
    editor = signed_in(client, "Editor")
    contact = factories.ContactFactory(last_confirmed_on=datetime.date(2015, 1, 1))

    answer = editor.post(address("confirm", contact), follow=True)
    by_link = editor.get(address("confirm", contact))

    assert answer.status_code == 200
    assert Contact.objects.get().last_confirmed_on == datetime.date.today()
    assert by_link.status_code == 405


def test_a_viewer_confirms_no_contact(client):
    viewer = signed_in(client, "Viewer")
    contact = factories.ContactFactory(last_confirmed_on=None)

    answer = viewer.post(address("confirm", contact))

    assert answer.status_code == 403
    assert Contact.objects.get().last_confirmed_on is None


def new_agreement(head, home, partner, **values):
    kind = factories.AgreementKindFactory()
    data = form_data(head, address("add", Agreement), kind=str(kind.pk), **values)
    return data | {"parties-0-institution": str(home.pk), "parties-1-institution": str(partner.pk)}


def test_an_agreement_goes_from_draft_to_signed_to_its_successor(head):
    home, partner = factories.HomeFactory(), factories.InstitutionFactory()
    data = new_agreement(head, home, partner, title="Mobility", ends_on="2019-08-31", in_force_from="2016-09-01")
    data |= {"mobility_terms-TOTAL_FORMS": "1", "mobility_terms-0-direction": "outgoing"}
    data |= {"mobility_terms-0-activity": "SMS", "mobility_terms-0-places_per_year": "2"}
    data |= {"mobility_terms-0-first_academic_year": "2016/17"}
    assert data["parties-0-institution"] == str(home.pk)

    head.post(address("add", Agreement), data)
    draft = Agreement.objects.get()
    signing = form_data(head, address("change", draft), status="signed", renews_automatically="on", notice_months="6")
    signing |= {"parties-0-signed_on": "2016-06-01", "parties-1-signed_on": "2016-06-20"}
    head.post(address("change", draft), signing)
    signed = Agreement.objects.get()
    renewed = head.post(address("renew", signed), follow=True)
    successor = Agreement.objects.get(renews=signed)

    assert (draft.reference, draft.status) == ("IET-2016-001", "draft")
    assert signed.deadlines() == [
        (datetime.date(2019, 2, 28), "last day to give notice"),
        (datetime.date(2019, 9, 1), "renews automatically"),
    ]
    assert "This draft continues IET-2016-001." in renewed.content.decode()
    assert (successor.status, successor.in_force_from, successor.ends_on, successor.published) == (
        "draft",
        datetime.date(2019, 9, 1),
        datetime.date(2022, 8, 31),
        False,
    )
    assert list(successor.parties.values_list("institution", "signed_on")) == [(home.pk, None), (partner.pk, None)]
    assert [str(term.first_academic_year) for term in MobilityTerm.objects.filter(agreement=successor)] == [
        "2019/2020"
    ]
    assert address("change", signed) in head.get(address("change", successor)).content.decode()


def test_a_signed_agreement_is_in_force_from_its_last_signature(head):
    home, partner = factories.HomeFactory(), factories.InstitutionFactory()
    data = new_agreement(head, home, partner, status="signed")
    data |= {"parties-0-signed_on": "2016-06-20", "parties-1-signed_on": "2016-06-01"}

    head.post(address("add", Agreement), data)

    assert Agreement.objects.get().in_force_from == datetime.date(2016, 6, 20)


def test_everybody_has_signed_is_one_button_and_not_before_they_have(head):
    home, partner = factories.HomeFactory(), factories.InstitutionFactory()
    head.post(address("add", Agreement), new_agreement(head, home, partner))
    draft = Agreement.objects.get()

    early = head.post(address("signed", draft), follow=True)
    draft.parties.update(signed_on="2016-06-01")
    draft.parties.filter(institution=partner).update(signed_on="2016-06-20")
    offered = head.get(address("change", draft)).content.decode()
    told = head.post(address("signed", draft), follow=True).content.decode()

    signed = Agreement.objects.get()
    assert "Everybody has signed" not in early.content.decode()
    assert "Everybody has signed" in offered
    assert "The agreement is signed, and in force from 20 June 2016." in told
    assert (signed.status, signed.in_force_from) == ("signed", datetime.date(2016, 6, 20))
    assert signed.history.count() == 2


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        (
            {"status": "signed"},
            "__all__",
            "A signed agreement needs the day from which it is in force. Give it, or the date of signature.",
        ),
        (
            {"in_force_from": "2016-09-01", "ends_on": "2016-08-31"},
            "__all__",
            "The agreement ends before it is in force: check “ends on”.",
        ),
        (
            {"terminated_on": "2016-09-01"},
            "__all__",
            "Only a signed agreement can be terminated, and not before it is in force.",
        ),
        (
            {
                "status": "signed",
                "in_force_from": "2016-09-01",
                "ends_on": "2017-08-31",
                "terminated_on": "2018-01-01",
            },
            "__all__",
            "The agreement had ended before “terminated on”: leave one of them empty.",
        ),
        (
            {"reference": "<b>"},
            "reference",
            "Use letters, digits, spaces and . / - ( ), like IET-2017-003 or 12/2017.",
        ),
        ({"notice_months": "500"}, "notice_months", "Ensure this value is less than or equal to 120."),
        ({"parties-1-institution": ""}, None, "An agreement has at least two parties: ours and a partner."),
    ],
)
def test_a_wrong_agreement_is_told_in_a_sentence(head, values, field, sentence):
    data = new_agreement(head, factories.HomeFactory(), factories.InstitutionFactory()) | values

    answer = head.post(address("add", Agreement), data)

    assert answer.status_code == 200
    assert sentence in errors_of(answer)[field]
    assert not Agreement.objects.exists()


def test_the_same_party_twice_and_the_same_amendment_twice_are_told(head):
    home = factories.HomeFactory()
    data = new_agreement(head, home, home) | {"amendments-TOTAL_FORMS": "2"}
    data |= {f"amendments-{place}-{name}": "1" for place in (0, 1) for name in ("number", "summary")}

    answer = head.post(address("add", Agreement), data)

    assert answer.status_code == 200
    assert len(errors_of(answer)[None]) == 2


def test_an_agreement_cannot_renew_itself_nor_one_that_is_renewed(head):
    first = factories.AgreementFactory()
    factories.AgreementFactory(renews=first)
    other = between_us()

    itself = head.post(address("change", other), form_data(head, address("change", other), renews=str(other.pk)))
    taken = head.post(address("change", other), form_data(head, address("change", other), renews=str(first.pk)))

    assert "An agreement cannot renew itself." in errors_of(itself)["__all__"]
    assert list(errors_of(taken)) == ["renews"]


def test_an_agreement_is_terminated_with_a_day_and_a_reason(head):
    agreement = factories.AgreementFactory(in_force_from=datetime.date(2016, 9, 1), ends_on=datetime.date(2019, 8, 31))

    early = head.post(address("terminate", agreement), {"terminated_on": "2016-08-31", "termination_reason": "x"})
    silent = head.post(address("terminate", agreement), {"terminated_on": "2017-08-31"})
    head.post(address("terminate", agreement), {"terminated_on": "2017-08-31", "termination_reason": "No funds."})

    assert early.context["form"].errors == {
        "__all__": ["Only a signed agreement can be terminated, and not before it is in force."]
    }
    assert list(silent.context["form"].errors) == ["termination_reason"]
    agreement.refresh_from_db()
    assert (agreement.terminated_on, agreement.termination_reason) == (datetime.date(2017, 8, 31), "No funds.")


def between_us(**values):
    """Return an agreement between the home institution and a partner."""
    return factories.AgreementFactory(partners=[factories.InstitutionFactory()], **values)


def attach(client, agreement, content, name="scan.pdf", **values):
    data = form_data(client, address("change", agreement)) | {"documents-TOTAL_FORMS": "1"}
    data |= {"documents-0-title": "Signed scan", "documents-0-file": SimpleUploadedFile(name, content)}
    data |= {"documents-0-visibility": "staff", **values}
    return client.post(address("change", agreement), data)


def package(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (PDF, "pdf"),
        (b"\xff\xd8\xff\xe0JFIF", "jpg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (package("[Content_Types].xml", "word/document.xml"), "docx"),
    ],
)
def test_a_document_is_kept_by_its_content_and_private(client, content, ending):
    editor = signed_in(client, "Editor")
    agreement = between_us(published=True)

    attach(editor, agreement, content, name="../../evil.html", **{"documents-0-visibility": "public"})

    document = AgreementDocument.objects.get()
    assert document.file.name == f"agreements/{agreement.pk}/{document.sha256}.{ending}"
    assert (document.visibility, document.uploaded_by.username) == ("staff", "Editor")
    answer = editor.get(document.get_absolute_url())
    assert b"".join(answer.streaming_content) == content
    assert answer.headers["Content-Disposition"] == f'attachment; filename="signed-scan.{ending}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    editor.logout()
    assert editor.get(document.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        b"alert(1)",
        b"PK\x03\x04 broken",
        package("anything.txt"),
        package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    ],
)
def test_a_file_that_is_no_document_is_refused(head, content):
    agreement = between_us()

    answer = attach(head, agreement, content)

    assert errors_of(answer)["file"][0].startswith("This is no PDF, JPEG, PNG")
    assert not AgreementDocument.objects.exists()


def test_a_file_over_20_mb_is_refused(head):
    agreement = between_us()

    answer = attach(head, agreement, PDF + b"0" * 21 * 1024 * 1024)

    assert errors_of(answer)["file"] == ["The file has 21 MB, and 20 MB is the most. Scan it in grey or with 200 dpi."]


def test_the_same_file_twice_is_told_in_a_sentence(head):
    agreement = between_us()
    data = form_data(head, address("change", agreement)) | {"documents-TOTAL_FORMS": "2"}
    for place in (0, 1):
        data |= {f"documents-{place}-title": "Scan", f"documents-{place}-file": SimpleUploadedFile("a.pdf", PDF)}
        data |= {f"documents-{place}-visibility": "staff"}

    both = head.post(address("change", agreement), data)
    attach(head, agreement, PDF)
    again = form_data(head, address("change", agreement)) | {"documents-TOTAL_FORMS": "2"}
    again |= {
        "documents-1-visibility": "staff",
        "documents-1-title": "Again",
        "documents-1-file": SimpleUploadedFile("b.pdf", PDF),
    }
    second = head.post(address("change", agreement), again)

    assert errors_of(both) == {None: ["The same file is attached twice."]}
    assert errors_of(second) == {"file": ["This file is attached to the agreement already."]}
    assert AgreementDocument.objects.count() == 1


def test_the_file_of_a_signed_agreement_stays(head):
    agreement = between_us()
    attach(head, agreement, PDF)
    before = AgreementDocument.objects.get()

    data = form_data(head, address("change", agreement))
    data["documents-0-file"] = SimpleUploadedFile("other.pdf", PDF + b"forged")
    head.post(address("change", agreement), data)

    assert AgreementDocument.objects.get().sha256 == before.sha256


def test_a_public_document_of_a_published_agreement_is_for_everybody(client):
    content = {"content": PDF, "visibility": "public"}
    public = factories.AgreementDocumentFactory(agreement__published=True, **content)
    hidden = factories.AgreementDocumentFactory(agreement__published=False, **content)
    staff = factories.AgreementDocumentFactory(agreement__published=True, content=PDF)

    answers = [client.get(document.get_absolute_url()) for document in (public, hidden, staff)]

    assert b"".join(answers[0].streaming_content) == PDF
    assert [answer.status_code for answer in answers] == [200, 404, 404]


def test_history_of_an_agreement_tells_old_and_new_values_of_its_parts_too(head):
    agreement = between_us(title="Old")
    partner = agreement.parties.exclude(institution__is_home=True).first()
    agreement.title = "New"
    agreement.save()
    partner.signed_on = datetime.date(2016, 6, 1)
    partner.save()

    entries = list(head.get(address("history", agreement)).context["entries"])

    assert [
        (entry.part, str(entry.done), [(change.label, change.old, change.new) for change in entry.changes])
        for entry in entries[:2]
    ] == [
        (f"Party: {partner.institution}", "changed", [("Signed on", "1 September 2016", "1 June 2016")]),
        ("", "changed", [("Title", "Old", "New")]),
    ]


def test_an_earlier_state_comes_back(head):
    area = factories.CooperationAreaFactory()
    agreement = factories.AgreementFactory(title="Old")
    agreement.areas.add(area)
    old = agreement.history.first()
    agreement.areas.clear()
    agreement.title = "New"
    agreement.save()

    url = reverse("admin:partners_agreement_restore", args=[agreement.pk, old.history_id])
    head.post(url)

    agreement.refresh_from_db()
    assert (agreement.title, list(agreement.areas.all())) == ("Old", [area])
    assert agreement.history.first().history_user.username == "Head of department"


def test_an_editor_who_restores_does_not_publish(client):
    editor = signed_in(client, "Editor")
    institution = factories.InstitutionFactory(published=True, city="Old")
    old = institution.history.first()
    institution.published, institution.city = False, "New"
    institution.save()

    editor.post(reverse("admin:partners_institution_restore", args=[institution.pk, old.history_id]))

    institution.refresh_from_db()
    assert (institution.city, institution.published) == ("Old", False)


def test_a_state_that_the_rules_forbid_does_not_come_back(head):
    kind = factories.AgreementKindFactory(key="to-be-deleted")
    agreement = factories.AgreementFactory(kind=kind, title="Old")
    old = agreement.history.first()
    agreement.kind, agreement.title = factories.AgreementKindFactory(key="lasting"), "New"
    agreement.save()
    kind.delete()

    url = reverse("admin:partners_agreement_restore", args=[agreement.pk, old.history_id])
    answer = head.post(url, follow=True).content.decode()

    agreement.refresh_from_db()
    assert "This state cannot be restored: " in answer
    assert agreement.title == "New"


def test_a_deleted_record_comes_back_with_its_parts(head):
    institution = factories.InstitutionFactory(name_en="University of Bologna")
    factories.InstitutionNameFactory(institution=institution, name="UniBo")
    contact = factories.ContactFactory(institution=institution)
    factories.CitationFactory(record=institution, quote="It says so.")
    head.post(address("delete", institution), {"post": "yes"})
    assert not Institution.objects.exists()

    rows = head.get(address("deleted", Institution)).context["rows"]
    head.post(reverse("admin:partners_institution_undelete", args=[rows[0][0].history_id]))

    back = Institution.objects.get()
    assert (back.pk, back.slug, back.name_en) == (institution.pk, institution.slug, "University of Bologna")
    assert [name.name for name in back.other_names.all()] == ["UniBo"]
    assert [person.pk for person in back.contacts.all()] == [contact.pk]
    assert [citation.quote for citation in back.citations.all()] == ["It says so."]
    assert list(Institution.objects.matching("unibo")) == [back]
    assert head.get(address("deleted", Institution)).context["rows"] == []
    assert ContentType.objects.get_for_model(back) == back.citations.get().content_type


def test_an_action_that_breaks_off_changes_none_of_the_chosen_records(head, monkeypatch):
    institutions = [factories.InstitutionFactory(published=False) for _number in range(3)]
    whole_save, saved = Institution.save, []

    def breaks_off(self, *args, **kwargs):
        whole_save(self, *args, **kwargs)
        saved.append(self)
        if len(saved) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(Institution, "save", breaks_off)
    chosen = {"action": "publish", "_selected_action": [institution.pk for institution in institutions]}

    with pytest.raises(OSError):
        head.post(address("changelist", Institution), chosen)

    assert len(saved) == 2
    assert not Institution.objects.filter(published=True).exists()
    assert not Institution.history.filter(published=True).exists()
