"""Table of contents of the site."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from partners.documents import public_document as agreement_document
from projects.documents import public_document as project_document

urlpatterns = [
    path("documents/agreements/<int:pk>/", agreement_document, name="agreement-document"),
    path("documents/projects/<int:pk>/", project_document, name="project-document"),
]

urlpatterns += i18n_patterns(
    path("", include("partners.urls")),
    path("", include("projects.urls")),
    path("", include("mobility.urls")),
    path("", include("reports.urls")),
    path("admin/", admin.site.urls),
    prefix_default_language=False,
)

handler400 = "iet_relations.errors.bad_request"
handler403 = "iet_relations.errors.permission_denied"
handler404 = "iet_relations.errors.not_found"
handler500 = "iet_relations.errors.server_error"
