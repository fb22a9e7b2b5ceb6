"""Keeps those who must have a second factor, and have none yet, to the page where they get it."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseRedirect
from django.urls import reverse

from accounts.second_factor import must_have

OPEN = ("accounts:second-factor", "admin:logout", "admin:login", "admin:jsi18n", "admin:password_change")


class SecondFactorRequired:
    """To such people the public pages are what they are to everybody; the staff pages lead to the enrolment."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if user.is_authenticated and not user.is_verified() and must_have(user):
            if not request.path.startswith(reverse("admin:index")):
                request.user = AnonymousUser()
            elif request.path not in map(reverse, OPEN):
                return HttpResponseRedirect(reverse("accounts:second-factor"))
        return self.get_response(request)
