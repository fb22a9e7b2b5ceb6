"""Addresses of partners, countries and agreements."""

from django.urls import path

from iet_relations import converters  # noqa: F401 - registers the parts of addresses
from partners import views

app_name = "partners"
urlpatterns = [
    path("partners/", views.InstitutionList.as_view(), name="institution-list"),
    path("partners.<format:file_format>", views.InstitutionList.as_view(), name="institution-file"),
    path("partners/<slug:slug>/", views.InstitutionDetail.as_view(), name="institution-detail"),
    path("countries/", views.CountryList.as_view(), name="country-list"),
    path("countries.<format:file_format>", views.CountryList.as_view(), name="country-file"),
    path("countries/<slug:alpha2>/", views.CountryDetail.as_view(), name="country-detail"),
    path("agreements/", views.AgreementList.as_view(), name="agreement-list"),
    path("agreements.<format:file_format>", views.AgreementList.as_view(), name="agreement-file"),
    path("documents/agreements/<int:pk>/", views.agreement_document, name="agreement-document"),
    path("agreements/<reference:reference>/", views.AgreementDetail.as_view(), name="agreement-detail"),
]
