"""What modules about the facts share: a registry as it comes out of the box, loaded once."""

import pytest
from django.db import transaction
from django.utils import translation

from reports import shipped


@pytest.fixture(scope="module")
def facts(django_db_setup, django_db_blocker):
    """The shipped records, for all tests of a module; each test undoes what it changed, as ever."""
    with django_db_blocker.unblock(), translation.override("en"), transaction.atomic():
        shipped.load()
        with django_db_blocker.block():
            yield
        transaction.set_rollback(True)
