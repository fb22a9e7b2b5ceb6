"""Filters of the staff's lists that no column gives: computed states, academic years, countries that occur."""

from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, Max, Min, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from iet_relations.academic_year import AcademicYear


def computed_filter(parameter, label, choices, queryset_method):
    """Return a list filter by what a record is today; ``queryset_method`` takes the choice and the day."""

    class ComputedFilter(SimpleListFilter):
        title = label
        parameter_name = parameter

        def lookups(self, request, model_admin):
            return choices

        def queryset(self, request, queryset):
            if self.value() not in dict(choices):
                return queryset
            return getattr(queryset, queryset_method)(self.value(), timezone.localdate())

    return ComputedFilter


def academic_year_filter(field_name, label=None):
    """Return a list filter by the academic years from the first to the last that occur."""

    class AcademicYearFilter(SimpleListFilter):
        title = label or _("academic year")
        parameter_name = field_name

        def lookups(self, request, model_admin):
            records = model_admin.model._default_manager.order_by()
            # One after the other: together SQLite reads the whole index for them.
            first, last = (records.aggregate(year=one(field_name))["year"] for one in (Min, Max))
            if first is None:
                return []
            years = (AcademicYear(start) for start in range(last.start, first.start - 1, -1))
            return [(year.slug, str(year)) for year in years]

        def queryset(self, request, queryset):
            if self.value() not in dict(self.lookup_choices):
                return queryset
            return queryset.filter(**{field_name: AcademicYear.parse(self.value())})

    return AcademicYearFilter


def through_filter(path, label, name=str):
    """Return a list filter by the records that the foreign keys of ``path`` lead to and that occur in the list."""

    class ThroughFilter(SimpleListFilter):
        title = label
        parameter_name = path

        def lookups(self, request, model_admin):
            model = model_admin.model
            for part in path.split("__"):
                model = model._meta.get_field(part).related_model
            occurring = Exists(model_admin.model._base_manager.filter(**{path: OuterRef("pk")}).order_by())
            return [(str(record.pk), name(record)) for record in model._default_manager.filter(occurring)]

        def queryset(self, request, queryset):
            return queryset.filter(**{path: self.value()}) if self.value() in dict(self.lookup_choices) else queryset

    return ThroughFilter
