"""One search over everything that is public."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.db.models import Count, QuerySet, Window
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from iet_relations.lists.fields import SearchField
from iet_relations.naming import NAME_LANGUAGES, sort_field
from iet_relations.remembering import remembered
from iet_relations.search.holding import kinds_having
from iet_relations.search.searching import ENOUGH, Searchable
from iet_relations.search.words import Asked
from partners.models import Agreement, Country, Institution
from partners.models.institution_sets import linked
from partners.views import partner_parties
from projects.models import Activity, Project
from reports.findable import reports_named, sources_named

BEST = 6
"""How many of each kind the page shows before it links to their list."""


class SearchForm(forms.Form):
    """What somebody looks for."""

    q = SearchField(label=gettext_lazy("Search the registry"), required=False)


@dataclass(frozen=True)
class Group:
    """The best results of one kind, how many there are, and the list that has them all."""

    kind: str
    heading: str
    rows: list
    count: int
    url: str


def search(request):
    """Records, annual reports and sources that have all the words; the best of each kind."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        return render(request, "reports/search.html", {"form": form, "groups": []}, status=400)
    text = form.cleaned_data["q"]
    asked, groups = found(text) if text else (None, [])
    context = {
        "form": form,
        "asked": asked,
        "proposed_url": f"?{urlencode({'q': asked.proposed})}" if asked else "",
        "groups": groups,
        "total": sum(group.count for group in groups),
    }
    return render(request, "reports/search.html", context)


def found(text):
    """Return the text as it is understood, and the groups of everything that has all its words."""
    rows = {}
    asked, best = remembered(
        ("best of a search", text, sort_field(), timezone.localdate()), lambda: looked_for(text, rows)
    )
    groups = [kind.group(asked, *best[kind.key], rows.get(kind.key)) for kind in KINDS if kind.key in best]
    for kind, heading, named, url in (
        ("report", _("Annual reports"), reports_named(asked), reverse("reports:report-list")),
        ("source", _("Sources"), sources_named(asked), f"{reverse('reports:about')}#sources"),
    ):
        if named:
            groups.append(Group(kind, heading, named[:BEST], len(named), url))
    return asked, groups


def looked_for(text, rows):
    """Return the text as it is understood, and the best of each kind as ``best_of`` does.

    Only where nothing of any kind has its words, another spelling is looked for.
    """
    asked = Asked.read(text)
    best = best_of(asked, rows)
    if (count := sum(count for _keys, count in best.values())) < ENOUGH:
        count += len(reports_named(asked)) + len(sources_named(asked))
    if not count:
        readings = (kind.records().put_right(asked) for kind in KINDS)
        if meant := next((reading for reading in readings if reading.meant), None):
            return meant, best_of(meant, rows)
    elif count < ENOUGH:
        readings = (kind.records().with_proposal(asked, best[kind.key][1]) for kind in KINDS if kind.key in best)
        asked = next((reading for reading in readings if reading.proposed), asked)
    return asked, best


def best_of(asked, rows):
    """Return {kind: (keys of the best, how many there are)} of records with every word, and put them into ``rows``.

    Only kinds that can have every word are looked through.
    """
    best = {}
    having = kinds_having(asked.words, [kind.model for kind in KINDS])
    asked.places.update({word: [] for word, models in having.items() if Country not in models})
    for kind in KINDS:
        if not all(having[word] & kind.model.objects.sources() for word in asked.words):
            continue
        matching = kind.records().matching(asked, having).best_first(asked).only(*kind.columns)
        matching = matching.order_by("match_place", kind.order(), "pk").annotate(found=Window(Count("pk")))
        if records := list(matching[:BEST]):
            best[kind.key] = [record.pk for record in records], records[0].found
            rows[kind.key] = records
    return best


def named(path=""):
    """Return the columns of a name in each language, after the path to it."""
    return [f"{path}name_{language}" for language in NAME_LANGUAGES]


@dataclass(frozen=True)
class Kind:
    """A kind of record: its heading, public records, their list, the order of equally good ones, and what is shown."""

    key: str
    heading: str
    model: type[Searchable]
    records: Callable[[], QuerySet]
    page: str
    order: Callable[[], str]
    columns: tuple[str, ...]

    def group(self, asked, keys, count, rows=None):
        """Return the group of the records with these keys; ``rows`` are the records if they have just been read."""
        if rows is None:
            there = self.records().only(*self.columns).in_bulk(keys)
            rows = [there[key] for key in keys if key in there]
        return Group(self.key, self.heading, rows, count, f"{reverse(self.page)}?{urlencode({'q': asked.best})}")


KINDS = (
    Kind(
        "institution",
        gettext_lazy("Partners"),
        Institution,
        lambda: Institution.objects.public().select_related("country"),
        "partners:institution-list",
        sort_field,
        (*linked(), "city", *named("country__")),
    ),
    Kind(
        "country",
        gettext_lazy("Countries"),
        Country,
        lambda: Country.objects.connected(),
        "partners:country-list",
        sort_field,
        (*named(), "region"),
    ),
    Kind(
        "project",
        gettext_lazy("Projects"),
        Project,
        lambda: Project.objects.public().select_related("action"),
        "projects:project-list",
        lambda: "-starts_on",
        ("slug", "title", "acronym", "reference", *named("action__"), "starts_on", "ends_on", "first_academic_year"),
    ),
    Kind(
        "agreement",
        gettext_lazy("Agreements"),
        Agreement,
        lambda: Agreement.objects.public().select_related("kind").prefetch_related(partner_parties()),
        "partners:agreement-list",
        lambda: "-in_force_from",
        ("reference", "title", *named("kind__")),
    ),
    Kind(
        "activity",
        gettext_lazy("Activities"),
        Activity,
        lambda: Activity.objects.public().select_related("kind"),
        "projects:activity-list",
        lambda: "-starts_on",
        ("title", "starts_on", "ends_on", *named("kind__")),
    ),
)
