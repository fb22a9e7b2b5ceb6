"""Pages of signing in: password, second factor, and how one gets it."""

from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import login
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as verify_session

from accounts import second_factor
from accounts.forms import CodeForm, PasswordForm
from accounts.lockout import is_locked
from iet_relations.serving.errors import too_many_requests


@method_decorator(never_cache, name="dispatch")
class SignInView(LoginView):
    """The password. Whoever has a second factor is signed in only after its code."""

    authentication_form = AdminAuthenticationForm
    template_name = "admin/login.html"
    next_page = "admin:index"

    def get(self, request, *args, **kwargs):
        if admin.site.has_permission(request):
            return HttpResponseRedirect(resolve_url(self.next_page))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        context = {
            **admin.site.each_context(self.request),
            "title": _("Sign in"),
            "subtitle": None,
            "app_path": self.request.get_full_path(),
            "username": self.request.user.get_username(),
        }
        return {**context, **super().get_context_data(**kwargs), "next": self.get_redirect_url()}

    def form_valid(self, form):
        user = form.get_user()
        if second_factor.device_of(user) is None:
            return super().form_valid(form)
        second_factor.begin(self.request, user, self.get_success_url())
        return HttpResponseRedirect(reverse("accounts:code"))


@never_cache
@csrf_protect
@sensitive_post_parameters("code")
def code(request):
    """The code, after the right password. Wrong ones count like wrong passwords."""
    user, address = second_factor.pending(request)
    if user is None:
        return HttpResponseRedirect(reverse("admin:login"))
    if is_locked(request, user.get_username()):
        return too_many_requests(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if device := second_factor.verified_by(user, form.cleaned_data["code"]):
            login(request, user)
            verify_session(request, device)
            request.session.pop(second_factor.PENDING, None)
            return HttpResponseRedirect(address)
        second_factor.report_failure(request, user)
        form.add_error("code", _("This code is wrong or was used already. Wait for the next one, and type that."))
    context = {**admin.site.each_context(request), "title": _("Your code"), "form": form}
    return TemplateResponse(request, "accounts/code.html", context)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code")
def enrol(request):
    """Where staff set up their second factor; the recovery codes are shown once, in the answer to the first code."""
    user = request.user
    if device := second_factor.device_of(user):
        return _page(request, "accounts/second_factor.html", device=device, password_form=PasswordForm(user=user))
    draft = second_factor.draft_device(user)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if second_factor.confirm(draft, "".join(form.cleaned_data["code"].split())):
            verify_session(request, draft)
            second_factor.end_other_sessions(user, kept=request.session.session_key)
            return _page(request, "accounts/recovery_codes.html", codes=second_factor.new_recovery_codes(user))
        form.add_error("code", _("This code is wrong. Check the clock of your phone, and type the newest code."))
    return _page(request, "accounts/enrol.html", form=form, secret=second_factor.secret_of(draft))


@require_http_methods(["GET"])
def qr_code(request):
    """The QR code of the second factor that is being set up, as PNG."""
    draft = second_factor.draft_device(request.user)
    return HttpResponse(second_factor.picture(draft), content_type="image/png")


@require_POST
@sensitive_post_parameters("password")
def recovery_codes(request):
    """New recovery codes, after the password."""
    return _after_password(
        request,
        lambda user: _page(request, "accounts/recovery_codes.html", codes=second_factor.new_recovery_codes(user)),
    )


@require_POST
@sensitive_post_parameters("password")
def remove(request):
    """The end of the second factor, after the password; not for those who must have one."""
    if second_factor.must_have(request.user):
        raise PermissionDenied

    def leave(user):
        second_factor.remove(user)
        messages.success(request, _("The second factor is off. You sign in with your password alone."))
        return HttpResponseRedirect(reverse("accounts:second-factor"))

    return _after_password(request, leave)


def _after_password(request, then):
    user = request.user
    device = second_factor.device_of(user)
    if device is None:
        return HttpResponseRedirect(reverse("accounts:second-factor"))
    if is_locked(request, user.get_username()):
        return too_many_requests(request)
    form = PasswordForm(request.POST, user=user)
    if form.is_valid():
        return then(user)
    second_factor.report_failure(request, user)
    return _page(request, "accounts/second_factor.html", device=device, password_form=form)


def _page(request, template, **context):
    user = request.user
    request.current_app = admin.site.name
    return TemplateResponse(
        request,
        template,
        {
            **admin.site.each_context(request),
            "title": _("Second factor"),
            "required": second_factor.must_have(user),
            "codes_left": second_factor.recovery_codes_left(user),
            **context,
        },
    )
