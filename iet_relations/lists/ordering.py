"""Orders of lists as databases keep them in an index."""

from django.db import models
from django.db.models import F


class LatestFirst(models.Index):
    """An index by some fields, the latest first and what is not recorded last, as lists begin."""

    def __init__(self, *fields, **options):
        named = [F(field).desc(nulls_last=True) if isinstance(field, str) else field for field in fields]
        super().__init__(*named, **options)

    def create_sql(self, model, schema_editor, using="", **options):
        if schema_editor.connection.vendor != "sqlite":
            return super().create_sql(model, schema_editor, using, **options)
        # SQLite puts what is not recorded last by itself, and takes no index that says so.
        plain = [order.expression.desc() for order in self.expressions]
        index = models.Index(*plain, name=self.name, condition=self.condition)
        return index.create_sql(model, schema_editor, using, **options)
