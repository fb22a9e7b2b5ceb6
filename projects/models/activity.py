"""Activities: conferences, symposia, joint research, language training, visits."""

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from iet_relations.naming import SORT_FIELDS, ListEntry, ListEntryManager
from iet_relations.record_url import record_url
from iet_relations.search.searching import Searchable, SearchableQuerySet
from partners.models import Agreement, Institution
from projects.models.project import Project


class ActivityKind(ListEntry):
    """Conference, symposium, joint research, language training, guest lecture, visit, other."""

    history = HistoricalRecords(excluded_fields=SORT_FIELDS)
    objects = ListEntryManager()

    class Meta(ListEntry.Meta):
        verbose_name = _("kind of activity")
        verbose_name_plural = _("kinds of activity")


def held_in_condition(year):
    """Return the Q of activities held on at least one day of the academic year."""
    return Q(starts_on__lte=year.last_day) & (
        Q(ends_on__gte=year.first_day) | Q(ends_on__isnull=True, starts_on__gte=year.first_day)
    )


class ActivityQuerySet(SearchableQuerySet):
    """Activities by when they are held."""

    search_through = "institutions"

    def public(self):
        return self.filter(published=True)

    def held_in(self, year):
        """Held on at least one day of the academic year."""
        return self.filter(held_in_condition(year))

    def held_since(self, day):
        """Held on the day or after it, planned ones included."""
        return self.filter(Q(ends_on__gte=day) | Q(ends_on__isnull=True, starts_on__gte=day))

    def begun(self, on):
        return self.filter(starts_on__lte=on)


class Activity(Searchable):
    """Something that happened or is planned, with partners or under an agreement or project.

    ``participants_planned`` and ``participants_actual`` count people; empty is “not recorded”, not 0.
    """

    title = models.CharField(_("title"), max_length=300)
    kind = models.ForeignKey(ActivityKind, on_delete=models.PROTECT, related_name="activities", verbose_name=_("kind"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True, help_text=_("Empty: it lasts one day."))
    place = models.CharField(_("place"), max_length=200, blank=True)
    institutions = models.ManyToManyField(
        Institution, blank=True, related_name="activities", verbose_name=_("institutions")
    )
    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("agreement"),
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("project")
    )
    participants_planned = models.PositiveIntegerField(_("participants planned"), null=True, blank=True)
    participants_actual = models.PositiveIntegerField(_("participants who came"), null=True, blank=True)
    outcome = models.TextField(_("outcome"), blank=True)
    published = models.BooleanField(_("published"), default=False, db_index=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    citations = GenericRelation("reports.Citation")

    history = HistoricalRecords(excluded_fields=["search_text", "updated_at"], m2m_fields=[institutions])
    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        permissions = [("publish_activity", _("Can publish activities"))]
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="activity_ends_after_it_starts",
                violation_error_message=_("The activity ends before it starts: check “ends on”."),
            )
        ]
        indexes = [
            models.Index(fields=["starts_on", "ends_on"]),
            models.Index(fields=["-starts_on", "-id"], condition=Q(published=True), name="activity_public_latest"),
            # As with institutions that have a successor.
            models.Index(fields=["agreement"], condition=Q(agreement__isnull=False), name="activity_of_agreement"),
            models.Index(fields=["project"], condition=Q(project__isnull=False), name="activity_of_project"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return record_url("projects:activity-detail", self.pk)

    @property
    def last_day(self):
        return self.ends_on or self.starts_on

    def search_terms(self):
        return [self.title]

    def search_places(self):
        return [self.place]
