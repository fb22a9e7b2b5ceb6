"""Addresses of exchanges."""

from django.urls import path

from mobility import views

app_name = "mobility"
urlpatterns = [
    path("mobility/", views.ExchangeList.as_view(), name="exchange-list"),
    path("mobility.<format:file_format>", views.ExchangeList.as_view(), name="exchange-file"),
]
