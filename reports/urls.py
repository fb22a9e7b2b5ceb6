"""Addresses of what we tell others."""

from django.urls import path

from reports import about, home, open_data, search

app_name = "reports"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("about/", about.about, name="about"),
    path("data/", open_data.data, name="data"),
]
