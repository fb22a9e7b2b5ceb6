"""Every address and every action of the staff’s site, as every role: what each may, and what each may not.

The addresses are those that the site has; one that the tables below do not know fails, so that none is forgotten.
"""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, get_resolver, reverse

from tests import factories
from tests.test_admin import ATTACHED, make

pytestmark = pytest.mark.django_db
ROLES = ("Viewer", "Editor", "Head of department", "Administrator")

FOR_ALL = {
    "admin:login",
    "admin_password_reset",
    "password_reset_done",
    "password_reset_confirm",
    "password_reset_complete",
    "accounts:code",
}
"""What nobody needs to be signed in for."""

FOR_STAFF = {
    "accounts:second-factor",
    "accounts:qr-code",
    "accounts:recovery-codes",
    "accounts:remove-second-factor",
    "office:account",
    "admin:index",
    "admin:logout",
    "admin:password_change",
    "admin:password_change_done",
    "admin:autocomplete",
    "admin:jsi18n",
    "admin:view_on_site",
    "admin:app_list",
}
"""What everybody has who is signed in; it shows them what they may."""

ANY_OF = {
    "changelist": ("view", "change"),
    "change": ("view", "change"),
    "history": ("view", "change"),
    "deleted": ("view", "change"),
    "export": ("view", "change"),
    "balance": ("view", "change"),
    "add": ("add",),
    "delete": ("delete",),
    "restore": ("change",),
    "confirm": ("change",),
    "terminate": ("change",),
    "renew": ("add",),
    "signed": ("change",),
    "undelete": ("delete",),
    "password_change": ("change",),
    "preview": ("view",),
}
"""The permissions on the model of which one lets somebody open the page, by the last part of its name."""

OTHERS = {
    "admin:office_importbatch_upload": "office.import_records",
    "admin:office_importbatch_mapping": "office.import_records",
    "admin:office_importbatch_apply": "office.import_records",
    "admin:office_importbatch_undo": "office.import_records",
    "admin:office_importbatch_discard": "office.import_records",
    "office:duplicates": "partners.view_institution",
    "office:are-two": "partners.change_institution",
    "office:erase-personal-data": "partners.erase_personal_data",
    "office:merges": "partners.view_institution",
    "office:merge": "partners.merge_institution",
    "office:undo-merge": "partners.merge_institution",
}


def addresses():
    """Yield name and pattern of every named address of the staff's site."""

    def below(resolver, namespace):
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                yield from below(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
            elif pattern.name:
                yield f"{namespace}{pattern.name}"

    found = sorted(set(below(get_resolver(), "")))
    return [name for name in found if name.split(":")[0] in ("admin", "accounts", "office") or name in FOR_ALL]


ALL = addresses()


def model_of(name):
    """Return model and last part of the name of an address that belongs to a model, or (None, name)."""
    for model in admin.site._registry:
        start = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        if name.startswith(start):
            return model, name.removeprefix(start)
    return None, name


def record_of(model):
    """Return the key of a record of the model: of the first one, or of one made now."""
    if model is None or not hasattr(model, "history"):
        return 1
    return (model._base_manager.first() or make(model)).pk


def url(name):
    """Return an address of that name: of a record that exists, where it is of a record."""
    model, _end = model_of(name)
    pk = record_of(model)
    for arguments in ([], [pk], [pk, 1], [1], ["csv"], ["MQ", "set-password"], ["partners"]):
        try:
            return reverse(name, args=arguments)
        except NoReverseMatch:
            continue
    raise AssertionError(f"How is {name} called?")


def person(role):
    user = factories.UserFactory(username=f"as {role}")
    user.groups.add(Group.objects.get(name=role))
    return user


def may(user, name):
    """Whether this person may open the address."""
    if name in FOR_ALL | FOR_STAFF:
        return True
    if name in OTHERS:
        return user.has_perm(OTHERS[name])
    model, end = model_of(name)
    if end == "add" and model.__name__ in ATTACHED:
        return False
    options = model._meta
    return any(user.has_perm(f"{options.app_label}.{verb}_{options.model_name}") for verb in ANY_OF[end])


def test_every_address_is_known_here():
    unknown = [
        name for name in ALL if name not in FOR_ALL | FOR_STAFF | OTHERS.keys() and model_of(name)[1] not in ANY_OF
    ]

    assert len(ALL) > 150
    assert [name for name in unknown if not name.startswith("office:calendar")] == []


def test_without_signing_in_every_address_leads_to_the_sign_in(client):
    answers = {}
    for name in set(ALL) - FOR_ALL - {"admin:logout"}:
        address = url(name)
        for method in (client.get, client.post):
            response = method(address)
            if response.status_code != 302 or not response.headers["Location"].startswith("/admin/login/"):
                answers[f"{method.__name__} {address}"] = response.status_code

    assert answers == {}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_it_may_and_is_refused_the_rest(role):
    user = person(role)
    client = Client()
    client.force_login(user)
    wrong, refused = {}, 0
    for name in ALL:
        if name in ("admin:logout", *FOR_ALL):
            continue
        address, allowed = url(name), may(user, name)
        got, sent = (answer(method(address)) for method in (client.get, client.post))
        refused += not allowed
        open_to = name in (
            "admin:autocomplete",
            "admin:view_on_site",
            "admin:app_list",
        )  # they refuse by what is asked
        fine = (got != 403 or open_to) if allowed else {got, sent} <= {403, 404, 405}
        if not fine or 500 in (got, sent):
            wrong[address] = (allowed, got, sent)

    assert refused > 5
    assert wrong == {}


def answer(response):
    """Return the status of an answer; 404 for Django's way of saying that there is no such record."""
    return 404 if response.status_code == 302 and response.headers["Location"] == "/admin/" else response.status_code


def kept(model):
    """Return the rows of a model as they are."""
    return sorted(map(str, model._base_manager.values()))


@pytest.mark.parametrize("role", ROLES)
def test_an_action_that_a_role_may_not_changes_nothing(role):
    user = person(role)
    client = Client()
    client.force_login(user)
    request = RequestFactory().get("/")
    request.user = user
    tried = 0
    for model, model_admin in admin.site._registry.items():
        if not hasattr(model, "history"):
            continue
        record_of(model)
        every = {name for _function, name, _label in model_admin._get_base_actions()}
        may_use = set(model_admin.get_actions(request))
        before = kept(model)
        keys = list(model._base_manager.values_list("pk", flat=True))
        for name in every - may_use:
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            client.post(address, {"action": name, "_selected_action": keys, "post": "yes"})
            tried += 1

        assert kept(model) == before, model

    assert tried > 0 or role == "Head of department"


def test_actions_ask_for_the_permissions_of_their_role():
    answers = {}
    for role in ROLES:
        request = RequestFactory().get("/")
        request.user = person(role)
        found = set()
        for model, model_admin in admin.site._registry.items():
            if hasattr(model, "history") and model_admin.has_view_or_change_permission(request):
                found |= set(model_admin.get_actions(request))
        answers[role] = found

    assert {"publish", "unpublish", "delete_selected"} <= answers["Head of department"]
    assert not {"publish", "unpublish", "delete_selected"} & (answers["Viewer"] | answers["Editor"])
    assert answers["Viewer"] & {"confirm"} == set()
