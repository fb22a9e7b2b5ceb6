"""The public page of exchanges: totals, never a person, and the students from abroad."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Sum
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from iet_relations.academic_year import AcademicYear
from iet_relations.lists.listing import ListingView
from iet_relations.naming import current_language
from iet_relations.pictures.charts import Bar, bars
from iet_relations.pictures.year_figure import year_figure
from iet_relations.remembering import remembered
from mobility.exporting import EXCHANGES
from mobility.filters import ExchangeFilterSet
from mobility.models import Exchange, ForeignStudents
from mobility.models.classification import Direction, MobilityActivity
from mobility.totals import WATCHED
from partners.filters import countries
from partners.models import Institution
from partners.models.institution_sets import linked

LARGEST = 20
"""How many partners the page names; the file has them all."""
COUNTRIES = 40
"""How many countries it names, those with the most exchanges; the filter has them all."""
YEARS_OF_STUDENTS = 5


def citations_of(keys):
    """Return what published sources say of these numbers of students from abroad, each sentence once."""
    if not keys:
        return []
    citations = ForeignStudents._meta.get_field("citations").related_model.objects.select_related("source")
    found = citations.filter(
        content_type=ContentType.objects.get_for_model(ForeignStudents),
        object_id__in=[str(key) for key in keys],
        source__published=True,
    )
    return list({citation.quote: citation for citation in found}.values())


def students_from_abroad():
    """Return the key, academic year, country and count of every public number; there is one a country and year."""

    def read():
        return list(ForeignStudents.objects.public().order_by().values_list("pk", "academic_year", "country", "count"))

    return remembered(("students from abroad",), read, [ForeignStudents])


class ExchangeList(ListingView):
    """Exchanges by year, direction, activity, country and partner, and students from abroad."""

    template_name = "mobility/exchange_list.html"
    filterset_class = ExchangeFilterSet
    table = EXCHANGES
    file_name = "mobility"

    def get_queryset(self):
        return Exchange.objects.public()

    def rows_of_file(self):
        self.listing.filterset.queryset = Exchange.objects.public_of_all()
        return super().rows_of_file()

    def get_context_data(self, **kwargs):
        if not self.listing.valid:
            return super().get_context_data(**kwargs)
        totals = self.listing.filterset.totals
        return super().get_context_data(
            people=totals.people(),
            nominated=totals.people(Exchange.Status.NOMINATED),
            cancelled=totals.people(Exchange.Status.CANCELLED),
            figure=self.by_year(totals),
            by_activity=self.by_activity(totals),
            by_country=self.by_country(totals),
            more_countries=len(totals.by("country")) > COUNTRIES,
            by_partner=self.by_partner(),
            **self.students(),
            **kwargs,
        )

    def by_year(self, totals):
        return year_figure(
            _("Exchanges recorded, by academic year"),
            _("Academic year"),
            {
                (AcademicYear.parse(year), way): people
                for (year, way), people in totals.by("year", "direction").items()
            },
            Direction.choices,
            "by-year",
            url_of=lambda year: self.listing.url(year=year.slug),
        )

    def table_of(self, caption, row_label, name, numbers, largest, labels):
        """Return the table of one dimension by direction, the largest first; each row leads to its own totals."""
        rows = [
            {
                "label": capfirst(labels[value]),
                "url": self.listing.url(**{name: value}),
                "cells": [*(numbers[value, way] for way in Direction.values), people],
            }
            for value, people in largest
        ]
        return {
            "caption": caption,
            "columns": [row_label, *map(capfirst, Direction.labels), _("Both ways")],
            "rows": rows,
        }

    def by_activity(self, totals):
        labels, numbers = dict(MobilityActivity.choices), totals.by("activity", "direction")
        largest = totals.by("activity").most_common()
        return self.table_of(_("Exchanges by kind of mobility"), _("Mobility"), "activity", numbers, largest, labels)

    def by_country(self, totals):
        numbers, largest = totals.by("country", "direction"), totals.by("country").most_common(COUNTRIES)
        return self.table_of(_("Exchanges by country"), _("Country"), "country", numbers, largest, dict(countries()))

    def by_partner(self):
        """Return the table of the partners with the most exchanges."""
        left_by = self.listing.filterset.left_by()
        largest = remembered(("exchanges by partner", current_language(), left_by), self.largest_partners, WATCHED)
        return {
            "caption": _("Partners with the most exchanges"),
            "columns": [_("Partner"), _("Both ways")],
            "rows": [
                {"label": name, "url": self.listing.url(partner=slug), "cells": [people]}
                for name, slug, people in largest
            ],
        }

    def largest_partners(self):
        """Return the name, slug and people of the partners with the most exchanges."""
        filterset = self.listing.filterset
        held = filterset.filter_queryset(filterset.queryset.held()).filter(partner__isnull=False)
        rows = held.order_by().values_list("partner").annotate(people=Sum("count")).order_by("-people", "partner")
        numbers = list(rows[:LARGEST])
        partners = Institution.objects.only(*linked()).in_bulk([pk for pk, people in numbers])
        return [(partners[pk].display_name, partners[pk].slug, people) for pk, people in numbers]

    def students(self):
        """Return the students from abroad: the latest of the chosen years, and the table of the last few."""
        chosen = self.listing.form.cleaned_data
        last_year, asked_years = AcademicYear.containing(self.listing.on), set(map(AcademicYear.parse, chosen["year"]))
        rows = [
            row
            for row in students_from_abroad()
            if row[1] <= last_year
            and (not asked_years or row[1] in asked_years)
            and (not chosen["country"] or row[2] in chosen["country"])
        ]
        years = sorted({year for _key, year, _country, _count in rows}, reverse=True)[:YEARS_OF_STUDENTS]
        rows = [row for row in rows if row[1] in years]
        counts = {(country, year): count for _key, year, country, count in rows}
        recorded = {country for country, _year in counts}
        names = {code: name for code, name in countries() if code in recorded}  # in the order of the names
        caption = _("Students from abroad, by country and academic year")
        latest = [Bar(name, counts[code, years[0]]) for code, name in names.items() if (code, years[0]) in counts]
        return {
            "citations": citations_of([key for key, *_others in rows]),
            "students_year": years[0] if years else None,
            "students_countries": len(latest),
            "students_chart": {
                "title": _("Students from abroad in %(year)s") % {"year": years[0]},
                "chart": bars(_("Students from abroad in %(year)s") % {"year": years[0]}, latest, identifier="abroad"),
                "table": {
                    "caption": caption,
                    "columns": [_("Country"), *map(str, years)],
                    "rows": [
                        {
                            "label": name,
                            "url": reverse("partners:country-detail", args=[code.lower()]),
                            "cells": [counts.get((code, year)) for year in years],
                        }
                        for code, name in names.items()
                    ],
                },
            }
            if years
            else None,
        }
