"""Every model has a factory, and what it makes is valid."""

import factory
import pytest
from django.apps import apps

from mobility.models import ExchangeTotal
from tests import factories

APPS = ("partners", "projects", "mobility", "reports")
FACTORIES = [
    value
    for value in vars(factories).values()
    if isinstance(value, factory.base.FactoryMetaClass) and not value._meta.abstract and value._meta.model
]


@pytest.mark.django_db
@pytest.mark.parametrize("made_by", FACTORIES, ids=lambda made_by: made_by.__name__)
def test_what_a_factory_makes_obeys_the_rules_of_its_model(made_by):
    made_by().full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize("made_by", FACTORIES, ids=lambda made_by: made_by.__name__)
def test_a_factory_can_make_a_second_record(made_by):
    second = {"foreignstudents": {"country__alpha2": "UZ"}, "reportedfigure": {"indicator": "projects_new"}}

    made_by()
    made_by(**second.get(made_by._meta.model._meta.model_name, {}))


def test_every_record_model_has_a_factory():
    models = {
        model for app in APPS for model in apps.get_app_config(app).get_models() if not hasattr(model, "history_id")
    }
    through = {model for model in models if model._meta.auto_created}
    through |= {ExchangeTotal}  # its rows come from triggers

    assert sorted(m.__name__ for m in models - through - {f._meta.model for f in FACTORIES}) == []
