"""Exchanges added up: the summary from which the totals of a million exchanges are read."""

from django.db import models
from django.db.models import Q, Sum

from iet_relations.academic_year import AcademicYear, AcademicYearField
from mobility.models.classification import Direction, MobilityActivity
from partners.models import Country


class ExchangeTotalQuerySet(models.QuerySet):
    """Totals by the names that exchanges have too, so that both can be asked the same."""

    def public(self):
        return self.filter(public=True)

    def begun(self, on):
        """Under way or completed in an academic year up to that of the day."""
        held = Q(status="under_way") | Q(status="completed")
        return self.filter(held, academic_year__lte=AcademicYear.containing(on))

    def by_year(self):
        """Return how many people went each way in each academic year: ``{(year, direction): people}``."""
        rows = self.order_by().values_list("academic_year", "direction").annotate(people=Sum("count"))
        return {(year, direction): people for year, direction, people in rows if people}


class ExchangeTotal(models.Model):
    """How many people and rows the exchanges of one kind have together.

    Triggers of the database keep it (``mobility.exchange_totals``); nothing else writes it. A kind may have several
    rows, some of them negative: only their sum means something. ``public`` is what ``Exchange.objects.public()`` has.
    """

    academic_year = AcademicYearField()
    direction = models.CharField(max_length=8, choices=Direction.choices)
    activity = models.CharField(max_length=3, choices=MobilityActivity.choices)
    status = models.CharField(max_length=9)
    country = models.ForeignKey(
        Country, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="exchange_totals"
    )
    public = models.BooleanField()
    count = models.BigIntegerField()
    rows = models.BigIntegerField()

    objects = ExchangeTotalQuerySet.as_manager()

    is_summary = True  # see iet_relations.data_state

    class Meta:
        verbose_name = "total of exchanges"
        verbose_name_plural = "totals of exchanges"
        indexes = [
            models.Index(
                fields=["country", "academic_year", "direction", "activity", "status", "public"],
                name="exchange_total_kind",
            ),
        ]

    def __str__(self):
        return f"{self.academic_year} {self.direction} {self.activity} {self.country_id}: {self.count}"
