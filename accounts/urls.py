"""Addresses of signing in; they stand before the staff site's own."""

from django.contrib import admin
from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("admin/code/", views.code, name="code"),
    path("admin/second-factor/", admin.site.admin_view(views.enrol), name="second-factor"),
    path("admin/second-factor/qr.png", admin.site.admin_view(views.qr_code), name="qr-code"),
    path("admin/second-factor/codes/", admin.site.admin_view(views.recovery_codes), name="recovery-codes"),
    path("admin/second-factor/off/", admin.site.admin_view(views.remove), name="remove-second-factor"),
]
