"""One search over everything that is public."""

from dataclasses import dataclass

from django import forms
from django.db.models import QuerySet
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from iet_relations.filtering import SearchField
from iet_relations.naming import sort_field
from partners.models import Agreement, Country, Institution
from partners.views import partner_parties
from projects.models import Activity, Project

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
    """Partners, countries, projects, agreements and activities that have all the words; the best of each kind."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        return render(request, "reports/search.html", {"form": form, "groups": []}, status=400)
    text = form.cleaned_data["q"]
    groups = [group for group in found(text) if group.count] if text else []
    context = {"form": form, "asked": text, "groups": groups, "total": sum(group.count for group in groups)}
    return render(request, "reports/search.html", context)


def found(text):
    """Return the groups of everything that has all the words of the text."""
    lists: list[tuple[str, str, QuerySet, str, list]] = [
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
    groups = []
    for kind, heading, records, page, order in lists:
        matching = records.matching(text)
        rows = list(matching.best_first(text).order_by("match_place", *order, "pk")[: BEST + 1])
        count = len(rows) if len(rows) <= BEST else matching.count()
        groups.append(Group(kind, heading, rows[:BEST], count, f"{reverse(page)}?{urlencode({'q': text})}"))
    return groups
