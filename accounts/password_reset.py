"""A new password by mail: the same answer whether the account exists or not, and one mail in five minutes."""

import datetime

from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.views import PasswordResetView
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import SignIn
from accounts.sign_in_log import record

BETWEEN = datetime.timedelta(minutes=5)
"""Between two mails to the same account."""


class ResetForm(PasswordResetForm):
    """Leaves out accounts that have just been written to, and logs those that are."""

    request = None

    def get_users(self, email):
        asked = SignIn.objects.filter(outcome=SignIn.Outcome.RESET_ASKED, at__gte=timezone.now() - BETWEEN)
        for user in super().get_users(email):
            if not asked.filter(username=user.get_username()).exists():
                record(self.request, user.get_username(), SignIn.Outcome.RESET_ASKED)
                yield user


class ResetView(PasswordResetView):
    form_class = ResetForm
    title = _("A new password")

    def form_valid(self, form):
        form.request = self.request
        return super().form_valid(form)
