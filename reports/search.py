"""One search over everything that is public."""

from dataclasses import dataclass

from django import forms
from django.db.models import QuerySet
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from iet_relations.lists.filtering import SearchField
from iet_relations.naming import sort_field
from iet_relations.search.searching import ENOUGH
from iet_relations.search.words import Asked
from partners.models import Agreement, Country, Institution
from partners.views import partner_parties
from projects.models import Activity, Project
from reports.findable import reports_named, sources_named

BEST = 8
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
    """Return the text as it is understood, and the groups of everything that has all its words.

    Only where nothing of any kind has them, another spelling is looked for.
    """
    asked, kinds = Asked.read(text), searched()
    groups = groups_of(asked, kinds)
    if not groups:
        readings = (records.put_right(asked) for _kind, _heading, records, _page, _order in kinds)
        if meant := next((reading for reading in readings if reading.meant), None):
            return meant, groups_of(meant, kinds)
    elif sum(group.count for group in groups) < ENOUGH:
        readings = (records.understood(asked) for _kind, _heading, records, _page, _order in kinds)
        asked = next((reading for reading in readings if reading.proposed), asked)
    return asked, groups


def groups_of(asked, kinds):
    """Return the groups of what is found for an Asked; ``kinds`` is what ``searched`` gives."""
    groups = []
    for kind, heading, records, page, order in kinds:
        matching = records.matching(asked)
        if count := matching.order_by().count():  # most words are of one kind or two
            rows = list(matching.best_first(asked).order_by("match_place", *order, "pk")[:BEST])
            groups.append(Group(kind, heading, rows, count, f"{reverse(page)}?{urlencode({'q': asked.best})}"))
    for kind, heading, rows, url in (
        ("report", _("Annual reports"), reports_named(asked), reverse("reports:report-list")),
        ("source", _("Sources"), sources_named(asked), f"{reverse('reports:about')}#sources"),
    ):
        if rows:
            groups.append(Group(kind, heading, rows[:BEST], len(rows), url))
    return groups


def searched() -> list[tuple[str, str, QuerySet, str, list]]:
    """Return each kind of record: its key, heading, public records, list, and order among equally good results."""
    return [
        (
            "institution",
            _("Partners"),
            Institution.objects.public().select_related("country"),
            "partners:institution-list",
            [sort_field()],
        ),
        ("country", _("Countries"), Country.objects.connected(), "partners:country-list", [sort_field()]),
        (
            "project",
            _("Projects"),
            Project.objects.public().select_related("action__programme"),
            "projects:project-list",
            ["-starts_on"],
        ),
        (
            "agreement",
            _("Agreements"),
            Agreement.objects.public().select_related("kind").prefetch_related(partner_parties()),
            "partners:agreement-list",
            ["-in_force_from"],
        ),
        (
            "activity",
            _("Activities"),
            Activity.objects.public().select_related("kind"),
            "projects:activity-list",
            ["-starts_on"],
        ),
    ]
