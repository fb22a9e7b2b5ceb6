"""Sources, the statements quoted from them, and the figures that they report."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from iet_relations.date_spans import show_span


class SourceManager(models.Manager):
    """Finds sources by their key, for fixtures."""

    def get_by_natural_key(self, key):
        return self.get(key=key)


class Source(models.Model):
    """A document that facts were taken from. Its date may be a period."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=300, blank=True)
    dated_first = models.DateField(_("dated: first possible day"), null=True, blank=True)
    dated_last = models.DateField(_("dated: last possible day"), null=True, blank=True)
    url = models.URLField(_("web address"), max_length=500, blank=True)
    text = models.TextField(_("text"), blank=True, help_text=_("The words of the source, where they may be shown."))
    published = models.BooleanField(_("published"), default=True)

    history = HistoricalRecords()
    objects = SourceManager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        permissions = [("publish_source", _("Can publish sources"))]
        ordering = ["-dated_last", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dated_first__isnull=True, dated_last__isnull=True)
                | Q(dated_first__isnull=False, dated_last__isnull=False, dated_last__gte=F("dated_first")),
                name="source_date_is_a_span",
                violation_error_message=_("Date: the span ends before it begins, or one end is missing."),
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"{reverse('reports:about')}#source-{self.key}"

    def natural_key(self):
        return (self.key,)

    @property
    def dated(self):
        """The day, month, year or span of the source, in the reader's language."""
        return show_span(self.dated_first, self.dated_last)


class Citation(models.Model):
    """A statement quoted from a source, attached to the record that it is about."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="citations", verbose_name=_("source"))
    number = models.CharField(
        _("number of the statement"), max_length=20, blank=True, help_text=_("Within the source: F8.")
    )
    quote = models.TextField(_("quotation"), help_text=_("The source’s own words."))
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, verbose_name=_("kind of record"))
    object_id = models.CharField(_("record"), max_length=60, db_index=True)
    record = GenericForeignKey("content_type", "object_id")

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["source", "number", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "quote", "content_type", "object_id"],
                name="citation_once_per_record",
                violation_error_message=_("This statement is attached to the record already."),
            )
        ]

    def __str__(self):
        return f"{self.number} {self.quote[:60]}".strip()


class ReportedFigureQuerySet(models.QuerySet):
    """Figures by the time that they speak of."""

    def public(self):
        return self.filter(source__published=True)

    def in_year(self, year):
        """Figures whose day or period ends in the academic year."""
        return self.filter(period_last__range=(year.first_day, year.last_day))


class ReportedFigure(models.Model):
    """A number that a source reports for an indicator, shown beside the number that the records give.

    ``period_first`` and ``period_last`` bound the time it speaks of (equal for one day, both inclusive). An empty
    ``breakdown`` is the headline; else ``breakdown`` and ``key`` say which part, like ``programme`` and its key.
    """

    class Qualifier(models.TextChoices):
        EXACTLY = "exactly", _("exactly")
        AT_LEAST = "at_least", _("at least")
        MORE_THAN = "more_than", _("more than")

    indicator = models.SlugField(_("indicator"), max_length=40)
    breakdown = models.SlugField(_("broken down by"), max_length=20, blank=True)
    key = models.CharField(_("part"), max_length=120, blank=True)
    qualifier = models.CharField(_("qualifier"), max_length=9, choices=Qualifier.choices, default=Qualifier.EXACTLY)
    number = models.PositiveIntegerField(_("number"))
    period_first = models.DateField(_("first day of the period"))
    period_last = models.DateField(_("last day of the period"))
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="figures", verbose_name=_("source"))
    statement = models.CharField(_("number of the statement"), max_length=20, blank=True)
    quote = models.TextField(_("quotation"), help_text=_("The source’s own words."))

    history = HistoricalRecords()
    objects = ReportedFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("reported figure")
        verbose_name_plural = _("reported figures")
        ordering = ["-period_last", "indicator", "breakdown", "key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_last__gte=F("period_first")),
                name="reported_figure_period_in_order",
                violation_error_message=_("The period ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(breakdown="", key="") | (~Q(breakdown="") & ~Q(key="")),
                name="reported_figure_part_is_whole",
                violation_error_message=_("Give both what the figure is broken down by and which part, or neither."),
            ),
            models.UniqueConstraint(
                fields=["source", "indicator", "breakdown", "key", "period_first", "period_last"],
                name="reported_figure_once",
                violation_error_message=_("The source has this figure already."),
            ),
        ]

    def __str__(self):
        return f"{self.indicator}: {self.get_qualifier_display()} {self.number}"

    @property
    def period(self):
        """The day, month, year or span that the figure speaks of, in the reader's language."""
        return show_span(self.period_first, self.period_last)
