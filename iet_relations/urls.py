"""Table of contents of the site."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.urls import include, path
from django.views.generic import TemplateView

from office.views import calendar
from reports.sitemaps import SITEMAPS, robots

urlpatterns = [
    path("calendar/<str:token>.ics", calendar, name="calendar"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemaps.index, {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap-part"}, name="sitemap"),
    path("sitemap-<section>.xml", sitemaps.sitemap, {"sitemaps": SITEMAPS}, name="sitemap-part"),
]
urlpatterns += i18n_patterns(
    path("", include("partners.urls")),
    path("", include("projects.urls")),
    path("", include("mobility.urls")),
    path("", include("reports.urls")),
    path("", include("accounts.reset_urls")),
    path("", include("accounts.urls")),
    path("admin/", include("office.urls")),
    path("privacy/", TemplateView.as_view(template_name="privacy.html"), name="privacy"),
    path("admin/", admin.site.urls),
    prefix_default_language=False,
)

handler400 = "iet_relations.serving.errors.bad_request"
handler403 = "iet_relations.serving.errors.permission_denied"
handler404 = "iet_relations.serving.errors.not_found"
handler500 = "iet_relations.serving.errors.server_error"
