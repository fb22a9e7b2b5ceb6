"""Addresses of the plain site."""

from django.urls import path

from scripts.bench.baseline import views
from scripts.bench.baseline.admin import site

urlpatterns = [
    path("", views.home, name="home"),
    path("institutions/", views.InstitutionList.as_view(), name="institutions"),
    path("institutions/<slug:slug>/", views.InstitutionDetail.as_view(), name="institution"),
    path("agreements/", views.AgreementList.as_view(), name="agreements"),
    path("exchanges/", views.ExchangeList.as_view(), name="exchanges"),
    path("report/<int:year>/", views.report, name="report"),
    path("floor/constant/", views.constant, name="constant"),
    path("floor/query/", views.one_query, name="one-query"),
    path("floor/template/", views.template_only, name="template-only"),
    path("admin/", site.urls),
]
