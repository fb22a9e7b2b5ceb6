"""Addresses of a new password by mail, under the names that Django's own templates know."""

from django.contrib import admin
from django.contrib.auth import views
from django.urls import path, reverse_lazy

from accounts.password_reset import ResetView
from accounts.views import SignInView

frame = {"site_header": admin.site.site_header, "site_title": admin.site.site_title}
urlpatterns = [
    path("admin/login/", SignInView.as_view()),
    path("admin/password-reset/", ResetView.as_view(extra_context=frame), name="admin_password_reset"),
    path(
        "admin/password-reset/sent/",
        views.PasswordResetDoneView.as_view(extra_context=frame),
        name="password_reset_done",
    ),
    path(
        "admin/password-reset/<uidb64>/<token>/",
        views.PasswordResetConfirmView.as_view(extra_context=frame),
        name="password_reset_confirm",
    ),
    path(
        "admin/password-reset/done/",
        views.PasswordResetCompleteView.as_view(extra_context={**frame, "login_url": reverse_lazy("admin:login")}),
        name="password_reset_complete",
    ),
]
