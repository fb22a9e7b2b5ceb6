"""Open data: what each file holds, in words for people and as a Frictionless data package for machines."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Max, QuerySet
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from iet_relations.lists.tables import Table
from iet_relations.synthetic import is_synthetic
from mobility.exporting import EXCHANGES
from mobility.models import Exchange
from partners.exporting import AGREEMENTS, COUNTRIES, INSTITUTIONS
from partners.models import Agreement, Country, Institution
from projects.exporting import ACTIVITIES, PROJECTS
from projects.models import Activity, Project
from reports.columns import MEANINGS, OWN_TYPES, TYPES

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}


@dataclass(frozen=True)
class Dataset:
    """A list that can be taken away: its name in addresses, what it is, its columns, its records and its page."""

    name: str
    title: Promise
    description: Promise
    table: Table
    records: Callable[[], QuerySet]
    page: str
    references: tuple[tuple[str, str], ...] = ()

    def file_url(self, file_format):
        return f"{reverse(self.page).rstrip('/')}.{file_format}"

    def columns(self):
        """Return (name, type, meaning) of each column."""
        kind = self.table.kind
        return [
            (
                name,
                OWN_TYPES.get((kind, name)) or TYPES.get(name, "string"),
                MEANINGS[kind].get(name) or MEANINGS[""][name],
            )
            for name in self.table.public_columns
        ]

    def changed_at(self):
        """Return when a record was last changed, or None where that is not kept."""
        model = self.records().model
        if not any(field.name == "updated_at" for field in model._meta.fields):
            return None
        return self.records().aggregate(last=Max("updated_at"))["last"]

    def resource(self, synthetic):
        """Return the CSV file as a resource of a Frictionless tabular data package; ``synthetic``: it is made up."""
        fields = []
        for name, kind, meaning in self.columns():
            field = {"name": name, "type": kind, "description": str(meaning)}
            if kind == "boolean":
                field |= {"trueValues": ["yes"], "falseValues": ["no"]}
            fields.append(field)
        schema = {"fields": fields, "primaryKey": ["id"], "missingValues": [""]}
        keys = [
            {"fields": [column], "reference": {"resource": resource, "fields": ["id"]}}
            for column, resource in self.references
        ]
        return {
            "name": self.name,
            "title": str(self.title),
            "description": " ".join(
                [*([_("Synthetic data: every record is made up.")] * synthetic), str(self.description)]
            ),
            "profile": "tabular-data-resource",
            "path": f"{self.name}.csv",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": schema | ({"foreignKeys": keys} if keys else {}),
        }


DATASETS = (
    Dataset(
        "partners",
        gettext_lazy("Partners"),
        gettext_lazy("Partner institutions: names, country, identifiers, since when we cooperate."),
        INSTITUTIONS,
        lambda: Institution.objects.public(),
        "partners:institution-list",
        (("country", "countries"),),
    ),
    Dataset(
        "countries",
        gettext_lazy("Countries"),
        gettext_lazy("Countries with partners, exchanges or students from there, and what is recorded of each."),
        COUNTRIES,
        lambda: Country.objects.connected(),
        "partners:country-list",
    ),
    Dataset(
        "agreements",
        gettext_lazy("Agreements"),
        gettext_lazy("Cooperation agreements: parties, dates, what was decided."),
        AGREEMENTS,
        lambda: Agreement.objects.public(),
        "partners:agreement-list",
    ),
    Dataset(
        "projects",
        gettext_lazy("Projects"),
        gettext_lazy("Projects: programme, participants, dates, money."),
        PROJECTS,
        lambda: Project.objects.public(),
        "projects:project-list",
    ),
    Dataset(
        "mobility",
        gettext_lazy("Exchanges"),
        gettext_lazy("Stays of students and teachers, one row each or one row for a group; never a person’s name."),
        EXCHANGES,
        lambda: Exchange.objects.public(),
        "mobility:exchange-list",
        (("country", "countries"),),
    ),
    Dataset(
        "activities",
        gettext_lazy("Activities"),
        gettext_lazy("Conferences, symposia, joint research, language training and visits."),
        ACTIVITIES,
        lambda: Activity.objects.public(),
        "projects:activity-list",
    ),
)


def data(request):
    """The files, their columns and what these mean, the licence and the day of the last change."""
    datasets = [
        {
            "name": one.name,
            "title": one.title,
            "description": one.description,
            "rows": one.records().count(),
            "changed_at": one.changed_at(),
            "columns": one.columns(),
            "csv_url": one.file_url("csv"),
            "xlsx_url": one.file_url("xlsx"),
            "page_url": reverse(one.page),
        }
        for one in DATASETS
    ]
    context = {"datasets": datasets, "licence": LICENCE, "structured_data": structured_data(request)}
    return render(request, "reports/data.html", context)


def datapackage(request):
    """The files as a Frictionless data package (specs.frictionlessdata.io), described in the address's language."""
    synthetic = is_synthetic()
    return JsonResponse(
        {
            "name": "iet-relations-synthetic" if synthetic else "iet-relations",
            "profile": "tabular-data-package",
            "title": _("International relations of the Institute of Economics and Trade, TSUC"),
            "description": _("Synthetic data: every record is made up.") if synthetic else about(),
            "homepage": request.build_absolute_uri(reverse("reports:home")),
            "licenses": [LICENCE],
            "resources": [one.resource(synthetic) for one in DATASETS],
        },
        json_dumps_params={"ensure_ascii": False},
    )


def about():
    return _("Published records of the international relations department: partners, agreements, projects, exchanges.")


def structured_data(request):
    """Return the data set in the vocabulary of schema.org."""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": _("International relations of the Institute of Economics and Trade, TSUC"),
        "description": about(),
        "url": request.build_absolute_uri(reverse("reports:data")),
        "license": LICENCE["path"],
        "inLanguage": get_language(),
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "name": str(one.title),
                "encodingFormat": "text/csv",
                "contentUrl": request.build_absolute_uri(one.file_url("csv")),
            }
            for one in DATASETS
        ],
    }
