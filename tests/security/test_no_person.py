"""Every public address, with persons and unpublished records in all places that hold them: none is shown."""

import io
import re
import zipfile

import pypdfium2
import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from iet_relations.academic_year import AcademicYear
from reports.annual_report import moment_of
from reports.publishing import publish
from tests.factories import (
    ActivityFactory,
    AgreementDocumentFactory,
    AgreementFactory,
    AmendmentFactory,
    CitationFactory,
    ContactFactory,
    ExchangeFactory,
    HomeFactory,
    InstitutionFactory,
    ProjectDeadlineFactory,
    ProjectDocumentFactory,
    ProjectFactory,
    SourceFactory,
    UserFactory,
)
from tests.partners.test_views import bytes_of

pytestmark = pytest.mark.django_db

MARK = "zzperson"
HIDDEN = "zzhidden"


@pytest.fixture
def marked():
    """A registry whose every private field has the mark of a person, and a twin of every record that is hidden."""
    user = UserFactory(username=f"{MARK}-user", first_name=MARK, last_name=MARK, email=f"{MARK}@example.org")
    HomeFactory(notes=MARK)
    bologna = InstitutionFactory(name_en="Bologna", notes=MARK)
    contact = ContactFactory(
        institution=bologna, name=MARK, email=f"{MARK}@example.org", phone="+992 92 799 99 99", notes=MARK
    )
    agreement = AgreementFactory(reference="IET-2016-001", partners=[bologna], responsible=user, notes=MARK)
    agreement.parties.update(signatory=MARK)
    AgreementDocumentFactory(agreement=agreement, title=MARK, content=MARK.encode())
    AmendmentFactory(agreement=agreement)
    project = ProjectFactory(title="Open", partners=[bologna], notes=MARK)
    project.participations.update(contact=contact)
    ProjectDocumentFactory(project=project, title=MARK, content=MARK.encode())
    ProjectDeadlineFactory(project=project, title=MARK)
    ActivityFactory(title="Open meeting", institutions=[bologna])
    exchange = {"person_name": MARK, "person_email": f"{MARK}@example.org"}
    ExchangeFactory(partner=bologna, agreement=agreement, project=project, **exchange)
    hidden = InstitutionFactory(name_en=f"{HIDDEN} University", country__alpha2="DE", city=HIDDEN)
    AgreementFactory(reference=f"{HIDDEN}-1", title=HIDDEN, partners=[bologna], published=False)
    AgreementFactory(reference="IET-2016-002", title="Three parties", partners=[bologna, hidden])
    ProjectFactory(title=f"{HIDDEN} project", partners=[bologna], published=False)
    ProjectFactory(title="Three partners", partners=[bologna, hidden])
    ActivityFactory(title=f"{HIDDEN} meeting", institutions=[bologna], published=False)
    ActivityFactory(title="Open talk", institutions=[bologna, hidden])
    hidden.published = False
    hidden.save()
    CitationFactory(record=bologna, source=SourceFactory(key=HIDDEN, title=HIDDEN, published=False), quote=HIDDEN)
    publish(moment_of(AcademicYear(2016), timezone.localdate()), f"{MARK} Karimova", now=timezone.now())


PARTS = {
    "slug": {"slug:slug": ["bologna", f"{HIDDEN}-university"]},
    "format:file_format": ["csv", "xlsx"],
    "slug:alpha2": ["it", "de"],
    "reference:reference": ["IET-2016-001", "IET-2016-002", f"{HIDDEN}-1"],
    "academic_year:year": ["2016-2017"],
    "report_format:ending": ["csv", "json", "xlsx", "pdf"],
    "int:number": ["1"],
    "slug:table": ["partners-by-country", "partners", "agreements", "projects", "exchanges", "activities", "gaps"],
    "slug:indicator": ["partners", "agreements-in-force", "projects-running", "exchanges", "activities"],
    "str:section": ["pages", "partners", "countries", "agreements", "projects", "activities"],
    "section": ["pages", "partners", "countries", "agreements", "projects", "activities"],
    "str:token": ["token"],
}
SLUGS = {
    "partners/": ["bologna", f"{HIDDEN}-university"],
    "projects/": ["open", "three-partners", f"{HIDDEN}-project"],
}


def patterns(resolver=None, before=""):
    """Yield every address pattern of the site but the staff's."""
    for one in (resolver or get_resolver()).url_patterns:
        route = before + (str(one.pattern) if one.pattern.__class__.__name__ != "LocalePrefixPattern" else "")
        if route.startswith("admin/"):
            continue
        if isinstance(one, URLResolver):
            yield from patterns(one, route)
        elif isinstance(one, URLPattern):
            yield route


def addresses(route):
    """Return what a pattern stands for, every part replaced by all its values."""
    found = [route]
    while any("<" in one for one in found):
        part = re.search(r"<([^>]+)>", next(one for one in found if "<" in one))
        if part[1] == "slug:slug":
            values = SLUGS[route[: part.start()]]
        elif part[1] == "int:pk":
            values = [str(number) for number in range(1, 30)]
        else:
            values = PARTS[part[1]]
        found = [one.replace(part[0], value) for one in found for value in values]
    return found


def readable(path, content):
    """Return the text of an answer: of a workbook its sheets, of a PDF its pages and what is attached."""
    if path.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "\n".join(book.read(name).decode() for name in book.namelist())
    if content.startswith(b"%PDF-"):
        document = pypdfium2.PdfDocument(content)
        pages = [page.get_textpage().get_text_range() for page in document]
        attached = [bytes(document.get_attachment(i).get_data()).decode() for i in range(document.count_attachments())]
        return "\n".join([*pages, *attached])
    return content.decode()


def test_no_person_and_nothing_hidden_at_any_public_address(client, marked):
    walked, found = {}, []
    asked = [address for route in patterns() for address in addresses(route)]
    asked += ["search/?q=zzperson", "search/?q=bologna", "partners/?q=zzhidden", "mobility/?partner=bologna"]
    asked += ["agreements/?on=2017-01-31", "countries/?map=exchanges"]
    for address in asked:
        for prefix in ("/",) if "." in address else ("/", "/tg/"):
            response = client.get(prefix + address)
            walked[prefix + address] = response.status_code
            content = bytes_of(response)
            if response.status_code == 200:
                text = readable(address, content).replace("q=zz", "").lower()
                text = re.sub(r"“?zz(person|hidden)”?", keep_unless_asked(address), text)
                found += [(prefix + address, mark) for mark in (MARK, HIDDEN, "799 99 99") if mark in text]

    assert found == []
    opened = [address for address, status in walked.items() if status == 200]
    assert len(opened) > 90
    assert set(walked.values()) <= {200, 302, 404}
    assert [a for a in opened if HIDDEN in a and "?" not in a] == []


def keep_unless_asked(address):
    """A search repeats the words that were asked for, which tells nobody anything."""
    return (lambda match: "") if f"q={MARK}" in address or f"q={HIDDEN}" in address else (lambda match: match[0])
