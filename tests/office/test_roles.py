import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from office.roles import permissions_of
from tests import factories

pytestmark = pytest.mark.django_db


def may(role, permission):
    user = factories.UserFactory(username=role)
    user.groups.add(Group.objects.get(name=role))
    return user.has_perm(permission)


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("partners.view_contact", {"Viewer", "Editor", "Head of department"}),
        ("mobility.view_exchange", {"Viewer", "Editor", "Head of department"}),
        ("partners.add_agreement", {"Editor", "Head of department"}),
        ("partners.change_institution", {"Editor", "Head of department"}),
        ("partners.add_agreementdocument", {"Editor", "Head of department"}),
        ("partners.delete_institution", {"Head of department"}),
        ("partners.publish_institution", {"Head of department"}),
        ("partners.publish_agreement", {"Head of department"}),
        ("projects.publish_project", {"Head of department"}),
        ("projects.publish_activity", {"Head of department"}),
        ("mobility.publish_foreignstudents", {"Head of department"}),
        ("reports.publish_source", {"Head of department"}),
        ("partners.erase_personal_data", {"Head of department"}),
        ("auth.change_user", {"Administrator"}),
        ("auth.change_group", {"Administrator"}),
    ],
)
def test_a_permission_belongs_to_these_roles(permission, roles):
    everybody = ("Viewer", "Editor", "Head of department", "Administrator")

    assert {role for role in everybody if may(role, permission)} == roles


def test_migrating_again_gives_a_role_exactly_its_permissions():
    viewer = Group.objects.get(name="Viewer")
    viewer.permissions.set(permissions_of("Head of department"))
    Group.objects.filter(name="Editor").delete()

    call_command("migrate", verbosity=0)

    assert set(viewer.permissions.all()) == set(permissions_of("Viewer"))
    assert set(Group.objects.get(name="Editor").permissions.all()) == set(permissions_of("Editor"))
