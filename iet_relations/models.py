"""The one table that belongs to no app: what tells whether any record was written."""

from django.db import models


class Change(models.Model):
    """A mark that triggers leave when records are written, see ``iet_relations.data_state``; nothing to keep."""

    table = models.CharField(max_length=63)
    mark = models.BigIntegerField()

    class Meta:
        verbose_name = "change"
        verbose_name_plural = "changes"

    def __str__(self):
        return f"{self.table} {self.mark}"
