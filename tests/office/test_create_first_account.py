"""The account that the first start creates."""

import re
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def create():
    output = StringIO()
    call_command("create_first_account", stdout=output)
    return output.getvalue()


def test_first_start_creates_an_administrator_who_can_sign_in_with_the_printed_password(rf):
    output = create()

    password = re.search(r"as “admin” with the password (\S{16,})$", output, re.MULTILINE)[1]
    user = authenticate(rf.post("/admin/login/"), username="admin", password=password)
    assert (user.is_superuser, user.is_staff) == (True, True)


def test_where_an_account_exists_nothing_is_created_or_said():
    get_user_model().objects.create_user("zarina")

    output = create()

    assert output == ""
    assert list(get_user_model().objects.values_list("username", flat=True)) == ["zarina"]
