"""Addresses of projects and activities."""

from django.urls import path

from projects import views

app_name = "projects"
urlpatterns = [
    path("projects/", views.ProjectList.as_view(), name="project-list"),
    path("projects.<format:file_format>", views.ProjectList.as_view(), name="project-file"),
    path("projects/<slug:slug>/", views.ProjectDetail.as_view(), name="project-detail"),
    path("activities/", views.ActivityList.as_view(), name="activity-list"),
    path("activities.<format:file_format>", views.ActivityList.as_view(), name="activity-file"),
    path("activities/<int:pk>/", views.ActivityDetail.as_view(), name="activity-detail"),
    path("documents/projects/<int:pk>/", views.project_document, name="project-document"),
]
