"""One factory per model: records as a department would have them, published unless a test says otherwise.

Names are numbered (“University 7”), never random, so that a failing test reads the same every time. Countries come
by code: ``InstitutionFactory(country__alpha2="ES")`` takes or makes Spain.
"""

import datetime
import hashlib

import factory
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from iet_relations.academic_year import AcademicYear
from mobility.models import Exchange, ForeignStudents, IscedField, Language, MobilityTerm
from partners.models import (
    Agreement,
    AgreementDocument,
    AgreementKind,
    AgreementParty,
    Amendment,
    Contact,
    CooperationArea,
    Country,
    Identifier,
    Institution,
    InstitutionName,
    MergeRecord,
    NotDuplicate,
    OrganizationalUnit,
)
from projects.models import (
    Action,
    Activity,
    ActivityKind,
    Funder,
    Participation,
    Programme,
    Project,
    ProjectDeadline,
    ProjectDocument,
)
from reports.models import Citation, EditionFile, ReportedFigure, ReportEdition, Source, SyntheticDataSet

COUNTRIES = {
    "TJ": ("TJK", "central-asia", "Tajikistan", "Таджикистан", "Тоҷикистон"),
    "IT": ("ITA", "southern-europe", "Italy", "Италия", "Италия"),
    "RU": ("RUS", "eastern-europe", "Russia", "Россия", "Русия"),
    "ES": ("ESP", "southern-europe", "Spain", "Испания", "Испания"),
    "DE": ("DEU", "western-europe", "Germany", "Германия", "Германия"),
    "FR": ("FRA", "western-europe", "France", "Франция", "Фаронса"),
    "PL": ("POL", "eastern-europe", "Poland", "Польша", "Лаҳистон"),
    "KZ": ("KAZ", "central-asia", "Kazakhstan", "Казахстан", "Қазоқистон"),
    "UZ": ("UZB", "central-asia", "Uzbekistan", "Узбекистан", "Ӯзбекистон"),
    "KG": ("KGZ", "central-asia", "Kyrgyzstan", "Киргизия", "Қирғизистон"),
    "CN": ("CHN", "eastern-asia", "China", "Китай", "Хитой"),
    "US": ("USA", "northern-america", "United States", "Соединённые Штаты", "Иёлоти Муттаҳида"),
}
"""A dozen to test with, for tests that do not load all 250."""


class UserFactory(DjangoModelFactory):
    """Somebody of the office who can sign in, with the password ``secret``, and no permission yet."""

    class Meta:
        model = get_user_model()
        django_get_or_create = ["username"]
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"staff-{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    is_staff = True
    password = factory.django.Password("secret")


class CountryFactory(DjangoModelFactory):
    """A country of COUNTRIES by its code; Italy unless told."""

    class Meta:
        model = Country
        django_get_or_create = ["alpha2"]

    alpha2 = "IT"
    alpha3 = factory.LazyAttribute(lambda country: COUNTRIES[country.alpha2][0])
    region = factory.LazyAttribute(lambda country: COUNTRIES[country.alpha2][1])
    name_en = factory.LazyAttribute(lambda country: COUNTRIES[country.alpha2][2])
    name_ru = factory.LazyAttribute(lambda country: COUNTRIES[country.alpha2][3])
    name_tg = factory.LazyAttribute(lambda country: COUNTRIES[country.alpha2][4])


class InstitutionFactory(DjangoModelFactory):
    """A published partner university in Italy."""

    class Meta:
        model = Institution

    name_en = factory.Sequence(lambda n: f"University {n}")
    name = factory.SelfAttribute("name_en")
    country = factory.SubFactory(CountryFactory)
    published = True


class HomeFactory(InstitutionFactory):
    """The home institution, taken where it exists."""

    class Meta:
        django_get_or_create = ["is_home"]

    is_home = True
    name_en = "Home Institute"
    country = factory.SubFactory(CountryFactory, alpha2="TJ")


class InstitutionNameFactory(DjangoModelFactory):
    class Meta:
        model = InstitutionName

    institution = factory.SubFactory(InstitutionFactory)
    name = factory.Sequence(lambda n: f"Former College {n}")
    kind = "former"


class IdentifierFactory(DjangoModelFactory):
    class Meta:
        model = Identifier

    institution = factory.SubFactory(InstitutionFactory)
    scheme = "erasmus"
    value = factory.Sequence(lambda n: f"I  BOLOGNA{n % 100:02}")


class OrganizationalUnitFactory(DjangoModelFactory):
    class Meta:
        model = OrganizationalUnit

    institution = factory.SubFactory(InstitutionFactory)
    name = factory.Sequence(lambda n: f"Faculty {n}")


class ContactFactory(DjangoModelFactory):
    """A person at a partner, with details that no public page may show."""

    class Meta:
        model = Contact

    institution = factory.SubFactory(InstitutionFactory)
    name = factory.Sequence(lambda n: f"Person {n}")
    role = "coordinator"
    email = factory.Sequence(lambda n: f"person-{n}@example.org")
    phone = factory.Sequence(lambda n: f"+992 92 700 {n // 100 % 100:02} {n % 100:02}")


class ListEntryFactory(DjangoModelFactory):
    """An entry of an editable list, taken by its key where it exists."""

    class Meta:
        abstract = True
        django_get_or_create = ["key"]

    name_en = factory.LazyAttribute(lambda entry: entry.key.replace("-", " ").capitalize())


class CooperationAreaFactory(ListEntryFactory):
    class Meta:
        model = CooperationArea

    key = "student-exchange"


class AgreementKindFactory(ListEntryFactory):
    class Meta:
        model = AgreementKind

    key = "memorandum-of-understanding"


class AgreementFactory(DjangoModelFactory):
    """An open-ended agreement in force from 1 September 2016, without parties.

    ``partners=[bologna, …]`` makes the home institution and these the parties, signed on the first day in force.
    """

    class Meta:
        model = Agreement
        skip_postgeneration_save = True

    kind = factory.SubFactory(AgreementKindFactory)
    title = factory.Sequence(lambda n: f"Agreement {n}")
    status = "signed"
    in_force_from = factory.Maybe("is_signed", yes_declaration=datetime.date(2016, 9, 1), no_declaration=None)
    published = True

    class Params:
        is_signed = factory.LazyAttribute(lambda agreement: agreement.status == "signed")

    @factory.post_generation
    def partners(agreement, create, partners, **kwargs):
        if create and partners:
            for institution in (HomeFactory(), *partners):
                AgreementPartyFactory(agreement=agreement, institution=institution, signed_on=agreement.in_force_from)

    @factory.post_generation
    def areas(agreement, create, areas, **kwargs):
        if create and areas:
            agreement.areas.set(areas)


class AgreementPartyFactory(DjangoModelFactory):
    class Meta:
        model = AgreementParty

    agreement = factory.SubFactory(AgreementFactory)
    institution = factory.SubFactory(InstitutionFactory)


class AmendmentFactory(DjangoModelFactory):
    class Meta:
        model = Amendment

    agreement = factory.SubFactory(AgreementFactory)
    summary = "Places for student exchange: 3 instead of 2 a year."


class AgreementDocumentFactory(DjangoModelFactory):
    """A small file for staff; ``content`` gives its bytes."""

    class Meta:
        model = AgreementDocument

    class Params:
        content = b"A signed scan."

    agreement = factory.SubFactory(AgreementFactory)
    title = "Signed scan"
    sha256 = factory.LazyAttribute(lambda document: hashlib.sha256(document.content).hexdigest())
    file = factory.LazyAttribute(lambda document: ContentFile(document.content, name="scan.pdf"))


class FunderFactory(ListEntryFactory):
    class Meta:
        model = Funder

    key = "european-commission"


class ProgrammeFactory(ListEntryFactory):
    class Meta:
        model = Programme

    key = "erasmus-plus"
    name_en = "ERASMUS+"
    funder = factory.SubFactory(FunderFactory)


class ActionFactory(ListEntryFactory):
    class Meta:
        model = Action

    key = "cbhe"
    name_en = "Capacity building in higher education"
    code = "CBHE"
    programme = factory.SubFactory(ProgrammeFactory)


class ProjectFactory(DjangoModelFactory):
    """A project of 2016/2017 without dates. ``partners=[…]`` and ``coordinator=…`` take part, and home with them."""

    class Meta:
        model = Project
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Project {n}")
    action = factory.SubFactory(ActionFactory)
    first_academic_year = AcademicYear(2016)
    published = True

    @factory.post_generation
    def partners(project, create, partners, **kwargs):
        if create and partners:
            for institution in (HomeFactory(), *partners):
                ParticipationFactory(project=project, institution=institution)

    @factory.post_generation
    def coordinator(project, create, institution, **kwargs):
        if create and institution:
            ParticipationFactory(project=project, institution=institution, role="coordinator")


class ParticipationFactory(DjangoModelFactory):
    class Meta:
        model = Participation

    project = factory.SubFactory(ProjectFactory)
    institution = factory.SubFactory(InstitutionFactory)
    role = "partner"


class ProjectDeadlineFactory(DjangoModelFactory):
    class Meta:
        model = ProjectDeadline

    project = factory.SubFactory(ProjectFactory)
    title = "Interim report"
    due_on = datetime.date(2017, 3, 31)


class ProjectDocumentFactory(DjangoModelFactory):
    """A small file for staff; ``content`` gives its bytes."""

    class Meta:
        model = ProjectDocument

    class Params:
        content = b"A grant agreement."

    project = factory.SubFactory(ProjectFactory)
    title = "Grant agreement"
    sha256 = factory.LazyAttribute(lambda document: hashlib.sha256(document.content).hexdigest())
    file = factory.LazyAttribute(lambda document: ContentFile(document.content, name="grant.pdf"))


class ActivityKindFactory(ListEntryFactory):
    class Meta:
        model = ActivityKind

    key = "conference"


class ActivityFactory(DjangoModelFactory):
    """A conference of one day in 2016/2017; ``institutions=[…]`` take part."""

    class Meta:
        model = Activity
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Conference {n}")
    kind = factory.SubFactory(ActivityKindFactory)
    starts_on = datetime.date(2016, 11, 15)
    published = True

    @factory.post_generation
    def institutions(activity, create, institutions, **kwargs):
        if create and institutions:
            activity.institutions.set(institutions)


class IscedFieldFactory(DjangoModelFactory):
    class Meta:
        model = IscedField
        django_get_or_create = ["code"]

    code = "0311"
    level = factory.LazyAttribute(lambda field: {2: "broad", 3: "narrow", 4: "detailed"}[len(field.code)])
    name_en = "Economics"


class LanguageFactory(DjangoModelFactory):
    class Meta:
        model = Language
        django_get_or_create = ["alpha2"]

    alpha2 = "en"
    alpha3 = "eng"
    name_en = "English"


class MobilityTermFactory(DjangoModelFactory):
    """Two places a year for outgoing students."""

    class Meta:
        model = MobilityTerm

    agreement = factory.SubFactory(AgreementFactory)
    direction = "outgoing"
    activity = "SMS"
    places_per_year = 2


class ExchangeFactory(DjangoModelFactory):
    """One outgoing student of 2016/2017, without a name; in the partner's country."""

    class Meta:
        model = Exchange

    academic_year = AcademicYear(2016)
    direction = "outgoing"
    activity = "SMS"
    partner = factory.SubFactory(InstitutionFactory)
    country = factory.Maybe(
        "partner",
        yes_declaration=factory.SelfAttribute("partner.country"),
        no_declaration=factory.SubFactory(CountryFactory),
    )


class ForeignStudentsFactory(DjangoModelFactory):
    """Twelve students from Kazakhstan in 2016/2017."""

    class Meta:
        model = ForeignStudents

    country = factory.SubFactory(CountryFactory, alpha2="KZ")
    academic_year = AcademicYear(2016)
    count = 12


class SourceFactory(DjangoModelFactory):
    class Meta:
        model = Source
        django_get_or_create = ["key"]

    key = "yearbook"
    title = "Yearbook of the department"
    dated_first = datetime.date(2017, 1, 1)
    dated_last = datetime.date(2017, 1, 31)


class CitationFactory(DjangoModelFactory):
    """A quoted statement; ``record=…`` is what it is about, a partner unless told."""

    class Meta:
        model = Citation
        exclude = ["record"]

    record = factory.SubFactory(InstitutionFactory)
    content_type = factory.LazyAttribute(lambda citation: ContentType.objects.get_for_model(citation.record))
    object_id = factory.LazyAttribute(lambda citation: str(citation.record.pk))
    source = factory.SubFactory(SourceFactory)
    number = factory.Sequence(lambda n: f"S{n}")
    quote = factory.LazyAttribute(lambda citation: f"Statement {citation.number}.")


class ReportedFigureFactory(DjangoModelFactory):
    """More than 50 partners in January 2017."""

    class Meta:
        model = ReportedFigure

    indicator = "partners"
    qualifier = "more_than"
    number = 50
    period_first = datetime.date(2017, 1, 1)
    period_last = datetime.date(2017, 1, 31)
    source = factory.SubFactory(SourceFactory)
    quote = "The department works with more than 50 universities."


class SyntheticDataSetFactory(DjangoModelFactory):
    """The mark of a registry whose records are made up."""

    class Meta:
        model = SyntheticDataSet

    seed = 1
    institutions = 55
    agreements = 165
    projects = 13
    exchanges = 2750
    on = datetime.date(2017, 1, 31)


class NotDuplicateFactory(DjangoModelFactory):
    """Two institutions that somebody said are two."""

    class Meta:
        model = NotDuplicate

    first = factory.SubFactory(InstitutionFactory)
    second = factory.SubFactory(InstitutionFactory)
    decided_by = factory.SubFactory(UserFactory)


class MergeRecordFactory(DjangoModelFactory):
    """A merge that moved nothing."""

    class Meta:
        model = MergeRecord

    kept = factory.SubFactory(InstitutionFactory)
    kept_key = factory.SelfAttribute("kept.pk")
    merged_slug = "merged-university"
    merged_name = "Merged University"
    steps = factory.LazyFunction(lambda: [["moved", 0]])
    moved = 0
    done_by = factory.SubFactory(UserFactory)
    undone_by = factory.SubFactory(UserFactory)
    undone_at = datetime.datetime(2017, 1, 31, 12, tzinfo=datetime.UTC)


class ReportEditionFactory(DjangoModelFactory):
    """An edition of the report of 2016/2017."""

    class Meta:
        model = ReportEdition

    academic_year = AcademicYear(2016)
    number = factory.Sequence(lambda n: n + 1)
    as_of = datetime.date(2017, 8, 31)
    published_at = datetime.datetime(2017, 9, 15, 12, tzinfo=datetime.UTC)
    published_by = "head"


class EditionFileFactory(DjangoModelFactory):
    """The CSV of an edition."""

    class Meta:
        model = EditionFile

    edition = factory.SubFactory(ReportEditionFactory)
    language = "en"
    kind = "csv"
    content = b"section,indicator\n"
    size = factory.LazyAttribute(lambda file: len(file.content))
    sha256 = factory.LazyAttribute(lambda file: hashlib.sha256(file.content).hexdigest())
