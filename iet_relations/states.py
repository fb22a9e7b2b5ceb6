"""States that are computed in the database and come back with their words."""

from django.db import models


class StateField(models.CharField):
    """The output of an annotation whose values are members of a TextChoices, with ``value`` and ``label``."""

    def __init__(self, states=None, **kwargs):
        self.states = states
        super().__init__(**kwargs)

    def from_db_value(self, value, expression, connection):
        return None if value is None else self.states(value)
