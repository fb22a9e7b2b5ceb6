"""How a rule of a model is proven: the database refuses the record, and so does ``full_clean``, with a sentence."""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import UniqueConstraint


def named_constraints(app):
    """Return ``{name: constraint}`` of all models of an app, without those of their history."""
    models = [model for model in apps.get_app_config(app).get_models() if not hasattr(model, "history_id")]
    return {constraint.name: constraint for model in models for constraint in model._meta.constraints}


def answers(record):
    """Return what ``full_clean`` and the database say of a record: a list of sentences, and whether it was saved."""
    try:
        record.full_clean()
        sentences = []
    except ValidationError as error:
        sentences = error.messages
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError:
        return sentences, False
    return sentences, True


def refused(record, name):
    """Assert that the rule called ``name`` keeps the record out, with its own sentence."""
    constraint = next(found for found in record._meta.constraints if found.name == name)
    sentences, saved = answers(record)

    assert constraint.violation_error_message != UniqueConstraint.default_violation_error_message
    assert str(constraint.violation_error_message) in sentences
    assert not saved
