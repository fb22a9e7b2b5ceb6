"""Projects, who takes part in them, and what is due when."""

from datetime import timedelta

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from iet_relations.academic_year import AcademicYear, AcademicYearField
from iet_relations.documents import prepare, validate_document
from iet_relations.lists.ordering import LatestFirst
from iet_relations.record_url import record_url
from iet_relations.search.searching import Searchable, SearchableQuerySet
from iet_relations.states import StateField
from partners.models import Contact, Institution
from partners.models.institution import free_slug
from projects.models.programme import Action


class State(models.TextChoices):
    """What a project is on a day; always computed."""

    UPCOMING = "upcoming", pgettext_lazy("project", "upcoming")
    RUNNING = "running", _("running")
    COMPLETED = "completed", _("completed")
    UNKNOWN = "unknown", _("dates not recorded")


def running_in_condition(year, prefix=""):
    """Return the Q of projects running on at least one day of the academic year, seen through ``prefix``.

    Without dates the first academic year stands for the project, and no later year; with a start but no end, the
    project counts from its start until an end is recorded.
    """
    starts, ends, first = f"{prefix}starts_on", f"{prefix}ends_on", f"{prefix}first_academic_year"
    overlap = Q(**{f"{starts}__lte": year.last_day}) & (
        Q(**{f"{ends}__gte": year.first_day}) | Q(**{f"{ends}__isnull": True})
    )
    return overlap | (Q(**{f"{starts}__isnull": True}) & Q(**{first: year}))


def new_in_condition(year):
    """Return the Q of projects that started in the academic year; without dates the first academic year decides."""
    return Q(starts_on__range=(year.first_day, year.last_day)) | Q(starts_on__isnull=True, first_academic_year=year)


def begun_condition(on, prefix=""):
    """Return the Q of projects that had begun on the day."""
    return Q(**{f"{prefix}starts_on__lte": on}) | (
        Q(**{f"{prefix}starts_on__isnull": True})
        & Q(**{f"{prefix}first_academic_year__lte": AcademicYear.containing(on)})
    )


class ProjectQuerySet(SearchableQuerySet):
    """Projects as of a day or in an academic year."""

    search_through = "institutions"

    def get_by_natural_key(self, slug):
        return self.get(slug=slug)

    def public(self):
        return self.filter(published=True)

    def running_in(self, year):
        """Running on at least one day of the academic year."""
        return self.filter(running_in_condition(year))

    def new_in(self, year):
        """Started in the academic year."""
        return self.filter(new_in_condition(year))

    def incomplete(self):
        """Without a title, or without the days on which they start and end."""
        return self.filter(Q(title="") | Q(starts_on__isnull=True) | Q(ends_on__isnull=True))

    def with_deadline_within(self, days, on):
        """Owing something from the day until ``days`` days after it, both included."""
        return self.filter(pk__in=ProjectDeadline.objects.due_within(days, on).values("project"))

    def with_overdue_deadline(self, on):
        """Owing something that was due before the day."""
        return self.filter(pk__in=ProjectDeadline.objects.overdue(on).values("project"))

    def in_state(self, state, on):
        """Keep the projects in a State on the day."""
        return self.with_state(on).filter(state=State(state))

    def with_state(self, on):
        """Annotate ``state`` (a value of State) as of the day."""
        return self.annotate(
            state=Case(
                When(starts_on__gt=on, then=Value(State.UPCOMING)),
                When(ends_on__lt=on, then=Value(State.COMPLETED)),
                When(starts_on__lte=on, then=Value(State.RUNNING)),
                When(first_academic_year__gt=AcademicYear.containing(on), then=Value(State.UPCOMING)),
                When(first_academic_year=AcademicYear.containing(on), then=Value(State.RUNNING)),
                default=Value(State.UNKNOWN),
                output_field=StateField(State),
            )
        )


class Project(Searchable):
    """A project with one or more partners; its title and dates may be unknown.

    Money is in ``currency`` (ISO 4217); ``budget`` is the whole project's, ``our_share`` the home institution's.
    """

    slug = models.SlugField(_("address"), max_length=120, unique=True, editable=False)
    title = models.CharField(
        _("title"), max_length=300, blank=True, help_text=_("Empty while it is not known; then “title not recorded”.")
    )
    acronym = models.CharField(_("acronym"), max_length=60, blank=True)
    reference = models.CharField(
        _("funder’s reference"),
        max_length=100,
        blank=True,
        db_index=True,
        help_text="573700-EPP-1-2016-1-PS-EPPKA2-CBHE-JP · 101083081 · P165557",
    )
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="projects", verbose_name=_("action"))
    institutions = models.ManyToManyField(
        Institution, through="Participation", related_name="projects", verbose_name=_("participants")
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True, help_text=_("The last day."))
    first_academic_year = AcademicYearField(
        _("first academic year"), null=True, blank=True, help_text=_("Stands for the dates while they are not known.")
    )
    budget = models.DecimalField(_("budget"), max_digits=14, decimal_places=2, null=True, blank=True)
    our_share = models.DecimalField(_("our share"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True, help_text="EUR, USD, TJS")
    summary = models.TextField(_("summary"), blank=True)
    results = models.TextField(_("results"), blank=True)
    themes = models.CharField(_("themes"), max_length=300, blank=True, help_text=_("Tourism, sustainable development"))
    website = models.URLField(_("website"), max_length=300, blank=True)
    notes = models.TextField(_("notes"), blank=True, help_text=_("For staff; never shown in public."))
    published = models.BooleanField(_("published"), default=False, db_index=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    citations = GenericRelation("reports.Citation")

    history = HistoricalRecords(excluded_fields=["search_text", "updated_at", "institutions"])
    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        permissions = [("publish_project", _("Can publish projects and their documents"))]
        ordering = [F("starts_on").desc(nulls_last=True), "title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="project_ends_after_it_starts",
                violation_error_message=_("The project ends before it starts: check “ends on”."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=False),
                name="project_end_needs_a_start",
                violation_error_message=_("Give the day on which the project starts as well."),
            ),
            models.CheckConstraint(
                condition=(Q(budget__isnull=True) | Q(budget__gte=0))
                & (Q(our_share__isnull=True) | Q(our_share__gte=0)),
                name="project_money_not_negative",
                violation_error_message=_("An amount of money is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(our_share__isnull=True) | Q(budget__isnull=True) | Q(our_share__lte=F("budget")),
                name="project_share_within_budget",
                violation_error_message=_("Our share is larger than the whole budget."),
            ),
            models.CheckConstraint(
                condition=(Q(budget__isnull=True) & Q(our_share__isnull=True)) | ~Q(currency=""),
                name="project_money_has_currency",
                violation_error_message=_("Say in which currency the amounts are, like EUR."),
            ),
        ]
        indexes = [
            models.Index(fields=["starts_on", "ends_on"]),
            models.Index(fields=["first_academic_year"]),
            LatestFirst(
                "starts_on",
                "first_academic_year",
                F("title").desc(),
                F("id").desc(),
                condition=Q(published=True),
                name="project_public_latest",
            ),
        ]

    def __str__(self):
        return self.display_title

    def save(self, *args, **kwargs):
        if not self.slug:
            self.slug = free_slug(Project, self.acronym or self.title or self.reference, fallback="project")
        super().save(*args, **kwargs)

    def clean(self):
        self.currency = self.currency.strip().upper()
        if self.currency and not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isalpha()):
            raise ValidationError({"currency": _("Write the three letters of the currency, like EUR.")})

    def natural_key(self):
        return (self.slug,)

    natural_key.dependencies = ["projects.action"]

    def get_absolute_url(self):
        return record_url("projects:project-detail", self.slug)

    @property
    def display_title(self):
        """The title, else the acronym or the reference, else the sentence that there is none recorded."""
        return self.title or self.acronym or self.reference or str(_("Title not recorded"))

    def state_on(self, day):
        """Return the State as of the day; the same answer as ``with_state``."""
        if self.starts_on:
            if self.starts_on > day:
                return State.UPCOMING
            return State.COMPLETED if self.ends_on and self.ends_on < day else State.RUNNING
        year = AcademicYear.containing(day)
        if self.first_academic_year and self.first_academic_year >= year:
            return State.RUNNING if self.first_academic_year == year else State.UPCOMING
        return State.UNKNOWN

    def search_terms(self):
        terms = [self.title, self.acronym, self.reference, self.themes]
        if self.action_id:
            action = self.action
            terms += [action.name_en, action.name_ru, action.name_tg, action.code]
            terms += [action.programme.name_en, action.programme.funder.name_en]
        return terms


class ParticipationQuerySet(models.QuerySet):
    """Participations by when their project runs."""

    def public(self):
        return self.filter(project__published=True)

    def running_in(self, year):
        return self.filter(running_in_condition(year, "project__"))

    def begun(self, on):
        return self.filter(begun_condition(on, "project__"))


class Participation(models.Model):
    """An institution in a project. The role is empty where it is not recorded."""

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", _("coordinator")
        PARTNER = "partner", _("partner")
        ASSOCIATED = "associated", _("associated partner")

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="participations", verbose_name=_("project")
    )
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="participations", verbose_name=_("institution")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, blank=True)
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )

    history = HistoricalRecords()
    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "institution"],
                name="participation_once_per_project",
                violation_error_message=_("This institution takes part in the project already."),
            )
        ]

    def __str__(self):
        return str(self.institution)


class ProjectDeadlineQuerySet(models.QuerySet):
    """What is due when."""

    def open(self):
        return self.filter(done_on__isnull=True)

    def due_within(self, days, on):
        """Not done, and due from the day until ``days`` days after it, both included."""
        return self.open().filter(due_on__range=(on, on + timedelta(days=days)))

    def overdue(self, on):
        return self.open().filter(due_on__lt=on)


class ProjectDeadline(models.Model):
    """Something that a project owes on a day: an interim report, a final report."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="deadlines", verbose_name=_("project"))
    title = models.CharField(_("what is due"), max_length=200, help_text=_("Interim report"))
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)

    history = HistoricalRecords()
    objects = ProjectDeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["due_on", "pk"]

    def __str__(self):
        return self.title

    def days_left(self, on):
        """Whole days from ``on`` to the due day; negative when overdue, None when done."""
        return None if self.done_on else (self.due_on - on).days


def project_document_path(document, filename):
    """Return where the file is kept: by project, under its content's checksum."""
    extension = filename.rsplit(".", 1)[-1].lower() if "." in filename else "bin"
    return f"projects/{document.project_id}/{document.sha256}.{extension[:5]}"


class ProjectDocumentQuerySet(models.QuerySet):
    """Documents by who may see them."""

    def public(self):
        """Public documents of published projects."""
        return self.filter(public=True, project__published=True)


class ProjectDocument(models.Model):
    """A file of a project, for staff unless it is made public."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="documents", verbose_name=_("project"))
    title = models.CharField(_("title"), max_length=200)
    file = models.FileField(_("file"), upload_to=project_document_path, max_length=200, validators=[validate_document])
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    public = models.BooleanField(_("public"), default=False)
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    history = HistoricalRecords()
    objects = ProjectDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-uploaded_at", "pk"]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        """Keep the checksum with a new file."""
        prepare(self)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        """Where staff download it, and everybody once it is public and its project published."""
        return reverse("projects:project-document", args=[self.pk])
