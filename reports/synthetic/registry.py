"""Builds the synthetic registry: the same records for the same seed, sizes and day, whatever the database."""

import random
from collections import defaultdict
from datetime import timedelta
from itertools import islice

from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify

from iet_relations import data_state
from iet_relations.academic_year import AcademicYear
from iet_relations.search.folding import fold
from mobility import exchange_totals
from mobility.models import ForeignStudents, IscedField, Language, MobilityTerm
from partners.models import (
    Agreement,
    AgreementKind,
    AgreementParty,
    Contact,
    CooperationArea,
    Country,
    Identifier,
    Institution,
    InstitutionName,
    OrganizationalUnit,
)
from projects.models import Action, Activity, ActivityKind, Participation, Project, ProjectDeadline
from reports import shipped
from reports.models import SyntheticDataSet
from reports.synthetic import exchanges, names, timing

USUAL_COUNTRIES = ("RU", "KZ", "UZ", "IT", "ES", "DE", "PL", "TR", "CN", "KG", "BY", "LT", "FR", "IN", "CZ")
USUAL_COUNTRIES += ("IR", "LV", "PT", "AZ", "RO", "AF")
"""Where the partners of a department of usual size are: 21 countries. Larger registries reach all others."""

STUDENTS_FROM = ("TM", "KG", "KZ", "AF", "UZ", "BY", "RU", "IR", "IN")
PLACES = ("Khujand", "Dushanbe", "online", "")
BATCH = 2000


class Builder:
    """Writes one synthetic registry. ``report(what, done, of)`` hears of the progress.

    Writes no history: nobody did these things. Everything random comes from one generator, in one order.
    """

    def __init__(self, sizes, seed, on, report):
        self.sizes, self.seed, self.on, self.report = sizes, seed, on, report
        self.random = random.Random(seed)  # nosec: for variety, not for secrets
        self.home = Institution.objects.get(is_home=True)

    def build(self):
        """Write everything, in one transaction, and let the database count what it has then."""
        with transaction.atomic():
            SyntheticDataSet.objects.create(seed=self.seed, on=self.on, **self.sizes)
            self._institutions()
            self._people()
            self._agreements()
            self._terms()
            self._projects()
            self._activities()
            self._foreign_students()
            self._exchanges()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _write(self, model, records, total=None):
        """Create records in batches and return them with their primary keys."""
        records, written = iter(records), []
        while batch := list(islice(records, BATCH)):
            written += model._default_manager.bulk_create(batch)
            self.report(str(model._meta.verbose_name_plural), len(written), total)
        return written

    def _often(self, share):
        return self.random.random() < share

    def _day(self, first, last):
        return first + timedelta(self.random.randint(0, (last - first).days))

    def _institutions(self):
        number = self.sizes["institutions"]
        codes = list(Country.objects.exclude(alpha2="TJ").order_by("alpha2").values_list("alpha2", flat=True))
        self.countries = [code for code in USUAL_COUNTRIES if code in codes]
        self.countries += [code for code in codes if code not in USUAL_COUNTRIES][: max(0, number // 80 - 21)]
        taken = set(Institution.objects.values_list("slug", flat=True))

        def made():
            for place, details in enumerate(names.institutions(self.random, number)):
                slug = slugify(fold(details["name_en"]))[:100]
                while slug in taken:
                    slug = f"{slug}-{place}"
                taken.add(slug)
                if self._often(0.3):
                    details = {**details, "name_ru": "", "name_tg": ""}
                since = self._day(timing.BEGINNING, self.on)
                yield Institution(
                    slug=slug,
                    name=details["name_en"],
                    country_id=self.countries[place % len(self.countries)],
                    kind=Institution.Kind.RESEARCH if self._often(0.05) else Institution.Kind.HIGHER_EDUCATION,
                    cooperating_since_first=since if self._often(0.4) else None,
                    published=place < 20 or self._often(0.96),
                    closed_on=self.on - timedelta(100) if place > 20 and self._often(0.01) else None,
                    website=f"https://{slug}.example/" if self._often(0.8) else "",
                    **details,
                )

        def spanned(institution):
            institution.cooperating_since_last = institution.cooperating_since_first
            return institution

        self.institutions = self._write(Institution, map(spanned, made()), number)
        former = [institution for institution in self.institutions if self._often(0.1)]
        self._write(
            InstitutionName,
            (InstitutionName(institution=i, name=f"{i.city} College", kind="former") for i in former),
        )
        prefixes = dict(Country.objects.exclude(erasmus_prefix="").values_list("alpha2", "erasmus_prefix"))
        coded = [i for i in self.institutions if i.country_id in prefixes and i.city.isalpha()]
        self._write(
            Identifier,
            (
                Identifier(institution=i, scheme="erasmus", value=f"{prefixes[i.country_id]:<3}{i.city[:7].upper()}01")
                for i in coded
            ),
        )
        renamed = {institution.pk for institution in (*former, *coded)}
        Institution.objects.filter(pk__in=renamed).refresh_search()

    def _people(self):
        units = (
            OrganizationalUnit(institution=institution, name=f"Faculty of {subject}")
            for institution in self.institutions
            if self._often(0.3)
            for subject in self.random.sample(names.THEMES, 2)
        )
        self._write(OrganizationalUnit, units)

        def contacts():
            for institution in self.institutions:
                for role in ("coordinator", "nominations")[: self.random.choice((0, 1, 1, 1, 2, 2))]:
                    name, email = names.person(self.random)
                    confirmed = self.on - timedelta(self.random.randint(0, 900)) if self._often(0.8) else None
                    yield Contact(
                        institution=institution, name=name, email=email, role=role, last_confirmed_on=confirmed
                    )

        self._write(Contact, contacts())

    def _agreements(self):
        kinds, areas = list(AgreementKind.objects.all()), list(CooperationArea.objects.all())
        number, latest = self.sizes["agreements"], defaultdict(int)
        ended, first, renewals = defaultdict(list), [], []
        self.partner_of = {}
        for place, state in zip(range(number), timing.states(self.random), strict=False):
            if not self.institutions:
                break
            institution = self.institutions[place % len(self.institutions)]
            dates = timing.agreement_fields(self.random, state, self.on)
            year = dates.get("in_force_from", self.on).year
            latest[year] += 1
            agreement = Agreement(
                reference=f"IET-{year}-{latest[year]:03}",
                kind=self.random.choice(kinds),
                title=f"Cooperation with {institution.name_en}",
                published=self._often(0.95),
                **dates,
            )
            self.partner_of[agreement.reference] = institution
            earlier = ended[institution.slug]
            if earlier and dates.get("in_force_from") and earlier[-1].ends_on < dates["in_force_from"]:
                agreement.renews = earlier.pop()
                agreement.kind = agreement.renews.kind
                renewals.append(agreement)
                continue
            if state == "expired":
                earlier.append(agreement)
            first.append(agreement)
        self.agreements = self._write(Agreement, first, number) + self._write(Agreement, renewals, number)
        self._write(AgreementParty, self._parties())
        link = Agreement.areas.through
        self._write(
            link,
            (
                link(agreement_id=agreement.pk, cooperationarea_id=area.pk)
                for agreement in self.agreements
                for area in self.random.sample(areas, self.random.randint(1, 3))
            ),
        )

    def _parties(self):
        for agreement in self.agreements:
            parties = [self.home, self.partner_of[agreement.reference]]
            third = self.random.choice(self.institutions)
            if self._often(0.05) and third not in parties:
                parties.append(third)
            for institution in parties:
                signed = agreement.in_force_from if agreement.status == "signed" else None
                yield AgreementParty(
                    agreement=agreement,
                    institution=institution,
                    signed_on=signed and signed - timedelta(self.random.randint(0, 20)),
                )

    def _terms(self):
        languages = list(Language.objects.filter(alpha2__in=("en", "ru")))

        def made():
            for agreement in self.agreements:
                if agreement.status != "signed" or agreement.kind.key != "inter-institutional-mobility":
                    continue
                for direction in ("outgoing", "incoming"):
                    for activity in self.random.sample(("SMS", "SMT", "STA", "STT"), self.random.randint(1, 2)):
                        yield MobilityTerm(
                            agreement=agreement,
                            partner=self.partner_of[agreement.reference],
                            direction=direction,
                            activity=activity,
                            places_per_year=self.random.randint(1, 6),
                            total_months=5 if activity == "SMS" else None,
                            language=self.random.choice(languages),
                            cefr=self.random.choice(("B1", "B2")),
                        )

        self._write(MobilityTerm, made())

    def _projects(self):
        actions = list(Action.objects.filter(programme__key="erasmus-plus").select_related("programme__funder"))
        number, taken = self.sizes["projects"], set(Project.objects.values_list("slug", flat=True))

        def made():
            for place in range(number):
                title = names.project_title(self.random)
                slug = slugify(title)
                slug = f"{slug}-{place}" if slug in taken else slug
                taken.add(slug)
                starts = self._day(timing.BEGINNING, self.on + timedelta(150))
                budget = self.random.randint(40, 900) * 1000
                project = Project(
                    slug=slug,
                    title=title,
                    acronym="".join(word[:2] for word in title.split()[:3]).upper(),
                    reference=f"SYN-{starts.year}-{place + 1:05}",
                    action=self.random.choice(actions),
                    published=self._often(0.95),
                )
                if self._often(0.9):
                    project.starts_on, project.ends_on = starts, starts + timedelta(self.random.choice((730, 1095)))
                    project.budget, project.our_share, project.currency = budget, budget // 8, "EUR"
                else:
                    project.first_academic_year = AcademicYear.containing(starts)
                yield project

        self.projects = self._write(Project, made(), number)
        self.partners_of = {
            project.pk: self.random.sample(self.institutions, min(5, len(self.institutions)))
            for project in self.projects
        }
        self._write(Participation, self._participations())
        self._write(ProjectDeadline, self._deadlines())

    def _participations(self):
        for project in self.projects:
            everybody = [self.home, *self.partners_of[project.pk]]
            coordinator = self.random.choice(everybody)
            for institution in everybody:
                role = self.random.choice(("partner", "partner", "partner", "associated"))
                yield Participation(
                    project=project,
                    institution=institution,
                    role="coordinator" if institution is coordinator else role,
                )

    def _deadlines(self):
        for project in self.projects:
            if not project.starts_on:
                continue
            due = [("Interim report", project.starts_on + timedelta(365)), ("Final report", project.ends_on)]
            if project.starts_on <= self.on <= project.ends_on:
                due.append(("Financial statement", self.on + timedelta(self.random.randint(1, 60))))
            for title, day in due:
                done = day - timedelta(3) if day < self.on and self._often(0.95) else None
                yield ProjectDeadline(project=project, title=title, due_on=day, done_on=done)

    def _activities(self):
        kinds = list(ActivityKind.objects.all())

        def made():
            for _ in self.institutions:
                starts = self._day(timing.BEGINNING, self.on + timedelta(120))
                kind = self.random.choice(kinds)
                yield Activity(
                    title=f"{kind.name_en}: {self.random.choice(names.THEMES)}",
                    kind=kind,
                    starts_on=starts,
                    ends_on=starts + timedelta(self.random.randint(1, 4)) if self._often(0.6) else None,
                    place=self.random.choice(PLACES),
                    participants_planned=self.random.randint(10, 80) if self._often(0.7) else None,
                    participants_actual=self.random.randint(5, 90) if starts < self.on and self._often(0.7) else None,
                    published=self._often(0.95),
                )

        held = self._write(Activity, made(), len(self.institutions))
        link = Activity.institutions.through
        self._write(
            link,
            (
                link(activity_id=activity.pk, institution_id=institution.pk)
                for activity in held
                for institution in self.random.sample(self.institutions, min(2, len(self.institutions)))
            ),
        )

    def _foreign_students(self):
        taken = shipped.identities(ForeignStudents.objects.all())
        self._write(
            ForeignStudents,
            (
                ForeignStudents(
                    country_id=code,
                    academic_year=AcademicYear(year),
                    count=self.random.randint(1, 60) if self._often(0.95) else None,
                )
                for year in range(timing.BEGINNING.year, AcademicYear.containing(self.on).start + 1)
                for code in STUDENTS_FROM
                if (code, AcademicYear(year)) not in taken
            ),
        )

    def _exchanges(self):
        agreements, projects = defaultdict(list), defaultdict(list)
        for agreement in self.agreements:
            if agreement.status == "signed":
                bounds = (agreement.pk, agreement.in_force_from, agreement.last_day)
                agreements[self.partner_of[agreement.reference].pk].append(bounds)
        for project, partners in self.partners_of.items():
            for institution in partners:
                projects[institution.pk].append(project)
        number = self.sizes["exchanges"]
        made = exchanges.rows(
            self.random,
            number,
            self.on,
            timezone.now(),
            [(i.pk, i.country_id, agreements[i.pk], projects[i.pk]) for i in self.institutions],
            self.countries,
            list(IscedField.objects.filter(level="detailed").order_by("pk").values_list("pk", flat=True)),
        )
        table = exchanges.Exchange._meta.db_table
        with data_state.noted_once(table), exchange_totals.aside():
            exchanges.write(made, lambda done: self.report("exchanges", done, number))
