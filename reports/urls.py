"""Addresses of what we tell others."""

from django.urls import path, register_converter

from reports import about, compare, converters, editions, home, open_data, search, views

register_converter(converters.AcademicYearConverter, "academic_year")
register_converter(converters.ReportFormatConverter, "report_format")

app_name = "reports"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("about/", about.about, name="about"),
    path("data/", open_data.data, name="data"),
    path("datapackage.json", open_data.datapackage, name="datapackage"),
    path("reports/", views.report_list, name="report-list"),
    path("reports/compare/", compare.comparison, name="comparison"),
    path("reports/compare.csv", compare.comparison_csv, name="comparison-csv"),
    path("reports/<academic_year:year>/", views.report_detail, name="report-detail"),
    path("reports/<academic_year:year>.<report_format:ending>", views.report_file, name="report-file"),
    path("reports/<academic_year:year>/editions/", editions.edition_list, name="edition-list"),
    path("reports/<academic_year:year>/publish/", editions.publish_report, name="report-publish"),
    path(
        "reports/<academic_year:year>/editions/<int:number>.<report_format:ending>",
        editions.edition_file,
        name="edition-file",
    ),
    path("reports/<academic_year:year>/<slug:table>.csv", views.report_table, name="report-table"),
    path("reports/<academic_year:year>/<slug:indicator>/", views.indicator_rows, name="indicator-rows"),
]
