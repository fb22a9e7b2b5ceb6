"""Projects and activities from files."""

from django.utils.translation import gettext as _

from iet_relations.lists.tables import split_list
from iet_relations.search.folding import fold
from office.importing.cells import Amount, Day, ListOf, Text, Web, Whole, Year, YesNo
from office.importing.kinds.base import Column, Kind
from office.importing.kinds.institutions import free_slug
from office.importing.lookups import EntryCell, key_of
from projects.exporting import ACTIVITIES, PROJECTS
from projects.models import Action, Activity, ActivityKind, Funder, Participation, Programme, Project

ROLE_COLUMNS = {"coordinator": "coordinator", "partners": "partner", "associated": "associated"}


class Projects(Kind):
    model = Project
    table = PROJECTS
    public_field = "slug"

    def define(self):
        yield Column("title", Text(), "title")
        yield Column("acronym", Text(), "acronym")
        yield Column("reference", Text(), "reference")
        yield Column("funder", EntryCell(Funder))
        yield Column("programme", EntryCell(Programme))
        yield Column("action", EntryCell(Action, also=("code",)), "action_id", required=True)
        for name in ROLE_COLUMNS:
            yield Column(name, ListOf(self.lookups.member), is_list=True)
        yield Column("starts_on", Day(), "starts_on")
        yield Column("ends_on", Day(), "ends_on")
        yield Column("first_academic_year", Year(), "first_academic_year")
        yield Column("budget", Amount(2), "budget")
        yield Column("our_share", Amount(2), "our_share")
        yield Column("currency", Text(), "currency")
        yield Column("website", Web(), "website")
        yield Column("summary", Text(lines=True), "summary")
        yield Column("published", YesNo(), "published", empty="no")

    def __init__(self, lookups, match_on=""):
        super().__init__(lookups, match_on)
        rows = Action.objects.values_list("name_en", "programme__name_en", "programme__funder__name_en")
        self._belongs = {name: {"programme": programme, "funder": funder} for name, programme, funder in rows}

    def missing(self, present):
        missing = super().missing(present)
        return missing if "id" in present or {"title", "reference"} & set(present) else [*missing, "title"]

    def match(self, row):
        cell = self.lookups.project
        if reference := row.values.get("reference"):
            slugs = cell.by_reference.get(key_of(reference), set())
            if len(slugs) > 1:
                row.reject("reference", _("Several projects have this reference: give the id."), sorted(slugs))
            elif slugs:
                row.public_id = next(iter(slugs))
                row.pk = cell.pk_of[row.public_id]
        if not row.pk and (same := cell.by_spelling.get(fold(row.values.get("title") or ""))):
            row.warn("title", _("A project with this title is in the registry: is it the same?"), sorted(same))

    def identities(self, row):
        reference = row.values.get("reference")
        return [*super().identities(row), *([("reference", key_of(reference))] if reference else [])]

    def complete(self, row, old):
        values = {**(old or {}), **row.values}
        if not old and not values.get("title") and not values.get("reference"):
            row.reject("title", _("Give the title or the reference of the project."))
        for column in ("programme", "funder"):
            belongs = self._belongs.get(values.get("action"), {}).get(column)
            if row.values.get(column) and belongs and row.values[column] != belongs:
                row.reject(
                    column,
                    _("The action “%(action)s” belongs to “%(owner)s”.")
                    % {"action": values["action"], "owner": belongs},
                    [belongs],
                )
            row.values.pop(column, None)
        if row.values.get("currency"):
            row.values["currency"] = row.values["currency"].upper()
        named = [slug for column in ROLE_COLUMNS for slug in split_list(values.get(column) or "")]
        for slug in sorted({slug for slug in named if named.count(slug) > 1}):
            row.reject("partners", _("%(partner)s stands there in two roles.") % {"partner": slug}, value=slug)
        if len(split_list(values.get("coordinator") or "")) > 1:
            row.reject("coordinator", _("A project has one coordinator."))

    def prepare(self, pairs):
        if pairs and not hasattr(self, "_slugs"):
            self._slugs = set(Project.objects.values_list("slug", flat=True))
            self._slugs.update(Project.history.values_list("slug", flat=True))
        for _row, record in pairs:
            record.slug = free_slug(record.acronym or record.title or record.reference, self._slugs, "project")

    def write_parts(self, pairs, changes):
        pairs = [(row, record) for row, record in pairs if row.pk is None or set(ROLE_COLUMNS) & set(row.values)]
        index = self.lookups.institutions
        home = index.pk_of.get(index.home)
        known = {record.pk: {} for _row, record in pairs}
        for one in Participation.objects.filter(project__in=known).order_by("pk"):
            known[one.project_id][one.institution_id] = one
        gone, fresh, touched = [], [], []
        for row, record in pairs:
            roles = self._roles(row, index)
            for pk, one in known[record.pk].items():
                column_given = COLUMN_OF_ROLE[one.role or "partner"] in row.values
                if pk not in roles and column_given and not (pk == home and one.role in ("partner", "")):
                    gone.append(one)
            if row.pk is None and home and home not in roles:
                # We take part in what we record; as a partner only where somebody else is said to coordinate.
                roles[home] = "partner" if row.values.get("coordinator") else ""
            for pk, role in roles.items():
                one = known[record.pk].get(pk)
                if one is None:
                    fresh.append(Participation(project_id=record.pk, institution_id=pk, role=role))
                elif (one.role or "partner") != (role or "partner"):
                    touched.append((one, {"role": one.role}))
                    one.role = role
        changes.remove(gone)
        changes.create(fresh)
        changes.update(touched)

    @staticmethod
    def _roles(row, index):
        return {
            index.pk_of[slug]: role
            for column, role in ROLE_COLUMNS.items()
            for slug in split_list(row.values.get(column) or "")
        }


COLUMN_OF_ROLE = {role: column for column, role in ROLE_COLUMNS.items()}


class Activities(Kind):
    model = Activity
    table = ACTIVITIES

    def define(self):
        yield Column("title", Text(), "title", required=True)
        yield Column("kind", EntryCell(ActivityKind), "kind_id", required=True)
        yield Column("starts_on", Day(), "starts_on", required=True)
        yield Column("ends_on", Day(), "ends_on")
        yield Column("place", Text(), "place")
        yield Column("partners", ListOf(self.lookups.partner), is_list=True)
        yield Column("agreement", self.lookups.agreement, "agreement_id")
        yield Column("project", self.lookups.project, "project_id")
        yield Column("planned", Whole(), "participants_planned")
        yield Column("actual", Whole(), "participants_actual")
        yield Column("outcome", Text(lines=True), "outcome")
        yield Column("published", YesNo(), "published", empty="no")

    def write_parts(self, pairs, changes):
        index = self.lookups.institutions
        home = index.pk_of.get(index.home)
        pairs = [(row, record) for row, record in pairs if "partners" in row.values]
        at_home = set()
        if home:
            ours = Activity.institutions.through.objects.filter(institution_id=home)
            at_home = set(
                ours.filter(activity_id__in=[r.pk for _row, r in pairs]).values_list("activity_id", flat=True)
            )
        changes.link(
            "institutions",
            {
                record: [index.pk_of[slug] for slug in split_list(row.values["partners"])]
                + ([home] if record.pk in at_home else [])
                for row, record in pairs
            },
        )
