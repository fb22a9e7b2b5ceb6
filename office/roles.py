"""Who may do what: the four roles as groups, with the permissions of each (docs/domain.md, “Who does what”)."""

from django.contrib.auth.models import Group, Permission
from django.db import connections
from django.db.models import Q
from django.utils.translation import gettext_noop

RECORD_APPS = ("partners", "projects", "mobility", "reports", "office")

VIEWER = gettext_noop("Viewer")
EDITOR = gettext_noop("Editor")
HEAD = gettext_noop("Head of department")
ADMINISTRATOR = gettext_noop("Administrator")

FOR_EDITORS = ("import_records",)
"""Permissions beyond view, add and change that an editor has."""

FOR_HEADS = ("erase_personal_data", "freeze_report", "merge_institution")
"""Permissions that only the head of department has, beside deleting and publishing."""


def permissions_of(role):
    """Return the QuerySet of permissions that belong to a role."""
    if role == ADMINISTRATOR:
        accounts = Q(content_type__app_label="auth", content_type__model__in=("user", "group"))
        return Permission.objects.filter(accounts | Q(content_type__app_label="accounts"))
    ours = Permission.objects.filter(content_type__app_label__in=RECORD_APPS).exclude(
        content_type__model__startswith="historical"
    )
    may = Q(codename__startswith="view_")
    if role in (EDITOR, HEAD):
        may |= Q(codename__startswith="add_") | Q(codename__startswith="change_") | Q(codename__in=FOR_EDITORS)
    if role == HEAD:
        may |= Q(codename__startswith="delete_") | Q(codename__startswith="publish_") | Q(codename__in=FOR_HEADS)
    return ours.filter(may)


def set_up_roles(sender, using="default", **kwargs):
    """Give every role exactly its permissions, making the groups that are missing; runs after each app’s migration.

    Who needs more than a role gives gets a group of their own: what the four groups hold is decided here.
    """
    if sender.label not in (*RECORD_APPS, "accounts"):
        return
    if Group._meta.db_table not in connections[using].introspection.table_names():
        return  # one app alone is being migrated, before there are groups
    for role in (VIEWER, EDITOR, HEAD, ADMINISTRATOR):
        group, _created = Group.objects.using(using).get_or_create(name=role)
        group.permissions.set(permissions_of(role).using(using))
