"""Public pages of partners, countries and agreements. Only published records, and never a person."""

from functools import lru_cache

from django.db.models import Count, F, OuterRef, Prefetch, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from iet_relations.academic_year import AcademicYear
from iet_relations.documents import send
from iet_relations.lists.known_numbers import KnownNumber
from iet_relations.lists.listing import ListingView, day_of
from iet_relations.lists.spelled_out import spelled_out
from iet_relations.naming import sort_field
from iet_relations.pictures.year_figure import year_figure
from iet_relations.remembering import remembered
from partners.exporting import AGREEMENTS, COUNTRIES, INSTITUTIONS
from partners.filters import AgreementFilterSet, CountryFilterSet, InstitutionFilterSet
from partners.models import Agreement, AgreementDocument, AgreementParty, Country, Institution, MergeRecord
from partners.models.institution_sets import linked, public_condition
from partners.timeline import agreement_events, renewal_chain
from partners.world import map_of

FIRST_ROWS = 12
"""How many partners, agreements and so on the page of another record shows before it links to their list."""


def related(model, name):
    """Return the public rows that point at ``model`` as ``name``, whichever app they belong to."""
    return model._meta.get_field(name).related_model.objects.public()


def number_of(rows, link, counted="pk"):
    """Return the subquery that counts the different ``counted`` of rows whose ``link`` is the outer record."""
    found = rows.filter(**{link: OuterRef("pk")}).order_by().values(link)
    return Coalesce(Subquery(found.annotate(number=Count(counted, distinct=True)).values("number")), 0)


def exchange_figure(exchanges, **query):
    """Return the chart of exchanges by year; with a ``query`` its years lead to that state of the mobility page."""
    page = reverse("mobility:exchange-list")
    return year_figure(
        _("Exchanges recorded, by academic year"),
        _("Academic year"),
        exchanges.by_year(),
        exchanges.model._meta.get_field("direction").choices,
        "exchanges",
        url_of=(lambda year: f"{page}?{urlencode({**query, 'year': year.slug})}") if query else None,
    )


class RecordView(DetailView):
    """The page of one record as of a day: today, or ``on`` of its address."""

    context_object_name = "record"

    @cached_property
    def on(self):
        return day_of(self.request)

    def get_context_data(self, **kwargs):
        citations = self.object.citations.filter(source__published=True).select_related("source")
        return super().get_context_data(on=self.on, citations=citations, **kwargs)


def document_response(documents, pk, permission, user):
    """Return the file of a document that the reader may have; raises Http404 for any other.

    Staff with the permission have all of them, everyone else the public ones of published records.
    """
    if document := documents.public().filter(pk=pk).first():
        return send(document, public=True)
    if not user.has_perm(permission):
        raise Http404
    return send(get_object_or_404(documents, pk=pk))


class InstitutionList(ListingView):
    """Partner institutions, and how they relate to us on the day."""

    template_name = "partners/institution_list.html"
    filterset_class = InstitutionFilterSet
    table = INSTITUTIONS
    file_name = "partners"

    def get_queryset(self):
        return Institution.objects.public()

    def detailed(self, on):
        return detailed_institutions(on)


# What a row shows is described once for a day: describing it costs a page as much as asking for it.


@lru_cache(maxsize=16)
def detailed_institutions(on):
    """Return the partners with their relation and their agreements in force on the day."""
    in_force = AgreementParty.objects.public().in_force(on)
    partners = Institution.objects.public().select_related("country").with_relation(on, public=True)
    partners = partners.annotate(agreements_in_force=number_of(in_force, "institution"))
    return spelled_out(partners, "relation", "agreements_in_force")


class InstitutionDetail(RecordView):
    """A partner: who they are, and what we do together as of the day."""

    template_name = "partners/institution_detail.html"

    def get(self, request, *args, **kwargs):
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            if Institution.objects.filter(is_home=True, slug=kwargs["slug"]).exists():
                return redirect("reports:about")
            if kept := MergeRecord.objects.now_at(kwargs["slug"]):
                return redirect(kept, permanent=True)
            raise

    def get_queryset(self):
        return (
            detailed_institutions(self.on)
            .select_related("country", "successor")
            .prefetch_related(
                "other_names", "identifiers", Prefetch("predecessors", Institution.objects.public(), "merged")
            )
        )

    def get_context_data(self, **kwargs):
        institution = self.object
        participations = institution.participations.public().select_related("project__action__programme")
        return super().get_context_data(
            trail=[(_("Partners"), reverse("partners:institution-list"))],
            structured_data=structured_institution(institution, self.request),
            names=other_languages(institution),
            agreements=latest_first(dated_agreements(self.on).filter(institutions=institution)),
            participations=[
                (participation, participation.project, participation.project.state_on(self.on))
                for participation in participations.order_by(
                    F("project__starts_on").desc(nulls_last=True), "project__title", "pk"
                )
            ],
            activities=institution.activities.public().select_related("kind"),
            exchanges=exchange_figure(institution.exchanges.public().begun(self.on), partner=institution.slug),
            **kwargs,
        )


def structured_institution(institution, request):
    """Return the institution in the vocabulary of schema.org."""
    data = {
        "@context": "https://schema.org",
        "@type": "CollegeOrUniversity" if institution.kind == "higher_education" else "Organization",
        "name": institution.display_name,
        "alternateName": [name for name, language in other_languages(institution)],
        "url": request.build_absolute_uri(institution.get_absolute_url()),
        "address": {
            "@type": "PostalAddress",
            "addressCountry": institution.country_id,
            "addressLocality": institution.city,
        },
        "identifier": [
            {"@type": "PropertyValue", "propertyID": identifier.scheme, "value": identifier.value}
            for identifier in institution.identifiers.all()
        ],
        "sameAs": [
            *filter(None, [institution.website]),
            *(identifier.registry_url for identifier in institution.identifiers.all() if identifier.registry_url),
        ],
    }
    return {name: value for name, value in data.items() if value}


def other_languages(record):
    """Return the names of a record other than the displayed one, each with its language ("" for its own)."""
    names = {getattr(record, "name", ""): ""}
    names.update({getattr(record, f"name_{language}"): language for language in ("en", "ru", "tg")})
    return [(name, language) for name, language in names.items() if name and name != record.display_name]


def latest_first(agreements):
    return agreements.order_by(F("in_force_from").desc(nulls_last=True), "reference")


def numbers_by_country(on):
    """Return the partners, those active on the day, their agreements in force and people of each country."""
    partners, parties = Institution.objects.public(), AgreementParty.objects.public().in_force(on)
    parties = parties.filter(institution__published=True, institution__is_home=False)

    def by(rows, country, number):
        return {code: n for code, n in rows.order_by().values_list(country).annotate(n=number) if n}

    return {
        "partners": by(partners, "country", Count("pk")),
        "active": by(partners.active(on, public=True), "country", Count("pk")),
        "in force": by(parties, "institution__country", Count("agreement", distinct=True)),
        "people": by(related(Country, "exchange_totals").begun(on), "country", Sum("count")),
    }


class CountryList(ListingView):
    """Countries that we work with, exchange with or have students from."""

    template_name = "partners/country_list.html"
    filterset_class = CountryFilterSet
    table = COUNTRIES
    file_name = "countries"
    page_size = 100

    def get_queryset(self):
        return Country.objects.connected()

    def detailed(self, on):
        year = AcademicYear.containing(on)
        numbers = remembered(("numbers of countries", on), lambda: numbers_by_country(on))
        students = related(Country, "foreign_students").filter(country=OuterRef("pk"), academic_year__lte=year)
        return self.get_queryset().annotate(
            partners=Coalesce(KnownNumber("pk", numbers["partners"]), 0),
            partners_active=Coalesce(KnownNumber("pk", numbers["active"]), 0),
            agreements_in_force=Coalesce(KnownNumber("pk", numbers["in force"]), 0),
            exchanged=KnownNumber("pk", numbers["people"]),
            students=Subquery(students.order_by("-academic_year").values("count")[:1]),
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **(map_of(self.request, self.listing.on) if self.listing.valid else {}), **kwargs
        )

    def rows_of_file(self):
        return self.listing.records(self.detailed)


def partners_parties():
    """Return the parties of published agreements that are partners."""
    return AgreementParty.objects.public().filter(public_condition("institution__")).order_by()


def partners_participations():
    """Return the participations of partners in published projects."""
    return related(Institution, "participations").filter(public_condition("institution__")).order_by()


@lru_cache
def numbered_countries():
    """Return the countries that we work with, each with its numbers of partners, agreements and projects."""
    countries = Country.objects.connected().annotate(
        partner_count=number_of(Institution.objects.public(), "country"),
        agreement_count=number_of(partners_parties(), "institution__country", "agreement"),
        project_count=number_of(partners_participations(), "institution__country", "project"),
    )
    return spelled_out(countries, "partner_count", "agreement_count", "project_count")


class CountryDetail(RecordView):
    """A country: its partners, agreements, projects, exchanges and students, as of the day."""

    template_name = "partners/country_detail.html"

    def get_object(self, queryset=None):
        code = self.kwargs["alpha2"].upper()
        country = remembered(("country", code), lambda: numbered_countries().filter(alpha2=code).first())
        if country is None:
            raise Http404
        return country

    def get_context_data(self, **kwargs):
        country, on = self.object, self.on
        partners = detailed_institutions(on).filter(country=country)
        parties, participations = (
            rows.filter(institution__country=country) for rows in (partners_parties(), partners_participations())
        )
        agreements = dated_agreements(on).filter(pk__in=parties.values("agreement"))
        projects = related(Institution, "projects").filter(pk__in=participations.values("project"))
        return super().get_context_data(
            trail=[(_("Countries"), reverse("partners:country-list"))],
            names=other_languages(country),
            partners=partners.order_by(sort_field(), "pk")[:FIRST_ROWS],
            agreements=latest_first(agreements)[:FIRST_ROWS],
            projects=[
                (project, project.state_on(on))
                for project in projects.select_related("action__programme")[:FIRST_ROWS]
            ],
            exchanges=exchange_figure(country.exchange_totals.public().begun(on), country=country.alpha2.lower()),
            students=country.foreign_students.public().filter(academic_year__lte=AcademicYear.containing(on)),
            **kwargs,
        )


class AgreementList(ListingView):
    """Agreements, and what they are on the day."""

    template_name = "partners/agreement_list.html"
    filterset_class = AgreementFilterSet
    table = AGREEMENTS
    file_name = "agreements"

    def get_queryset(self):
        return Agreement.objects.public()

    def detailed(self, on):
        return detailed_agreements(on)


@lru_cache(maxsize=16)
def dated_agreements(on):
    """Return the published agreements with their state on the day."""
    return spelled_out(Agreement.objects.public().with_state(on).select_related("kind"), "state")


@lru_cache(maxsize=16)
def detailed_agreements(on):
    """Return the published agreements with their state on the day and their partners."""
    return dated_agreements(on).prefetch_related(partner_parties())


def partner_parties():
    """Return the prefetch of an agreement's published partners, as ``partner_parties``; enough to name them."""
    rows = AgreementParty.objects.filter(public_condition("institution__")).select_related("institution")
    return Prefetch("parties", rows.only("agreement", *linked("institution__")), "partner_parties")


class AgreementDetail(RecordView):
    """An agreement: what it is on the day, between whom, what it provides and how it came about."""

    template_name = "partners/agreement_detail.html"
    slug_field = slug_url_kwarg = "reference"

    def get_queryset(self):
        parties = AgreementParty.objects.defer("signatory").select_related("institution__country")
        documents = AgreementDocument.objects.filter(visibility=AgreementDocument.Visibility.PUBLIC)
        return (
            Agreement.objects.public()
            .with_state(self.on)
            .with_signed_on()
            .select_related("kind")
            .prefetch_related(
                "areas",
                "amendments",
                "mobility_terms__field",
                "mobility_terms__language",
                "mobility_terms__partner",
                Prefetch("parties", parties, "all_parties"),
                Prefetch("documents", documents, "public_documents"),
            )
        )

    def get_context_data(self, **kwargs):
        agreement = self.object
        shown = [party for party in agreement.all_parties if party.institution.published or party.institution.is_home]
        return super().get_context_data(
            trail=[(_("Agreements"), reverse("partners:agreement-list"))],
            parties=shown,
            hidden_parties=len(agreement.all_parties) - len(shown),
            events=agreement_events(agreement, shown, self.on),
            chain=renewal_chain(agreement, self.on),
            activities=agreement.activities.public().select_related("kind"),
            exchanges=exchange_figure(agreement.exchanges.public().begun(self.on)),
            **kwargs,
        )


def agreement_document(request, pk):
    """The file of an agreement's document."""
    return document_response(AgreementDocument.objects, pk, "partners.view_agreementdocument", request.user)
