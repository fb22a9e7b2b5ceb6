"""What the lists of projects and activities can be filtered by."""

from django.utils.translation import gettext_lazy as _

from iet_relations.lists.filtering import ChoicesFilter, ListingFilterSet, Order, YearFilter
from partners.filters import CountryFilter, PartnerFilter, entries
from partners.models.institution_sets import public_condition
from projects.models import Action, ActivityKind, Funder, Participation, Programme
from projects.models.project import State


class ProjectFilterSet(ListingFilterSet):
    """Published projects, by who pays, who takes part and what they are on the day."""

    sorts = {
        "title": Order(_("Title"), ("title", "acronym", "reference")),
        "from": Order(_("Starts on"), ("starts_on", "first_academic_year", "title")),
        "ends": Order(_("Ends on"), ("ends_on", "title")),
        "programme": Order(_("Programme"), ("action__programme__sort_*", "title")),
    }
    default_sort = "-from"

    state = ChoicesFilter(label=_("State"), choices=State.choices, field_name="state", with_value="with_state")
    funder = ChoicesFilter(label=_("Funder"), choices=entries(Funder), field_name="action__programme__funder__key")
    programme = ChoicesFilter(label=_("Programme"), choices=entries(Programme), field_name="action__programme__key")
    action = ChoicesFilter(label=_("Action"), choices=entries(Action), field_name="action__key")
    country = CountryFilter(through="participations", record="project", field_name="institution__country")
    partner = PartnerFilter(field_name="institutions")
    role = ChoicesFilter(
        label=_("Role"),
        help_text=_("Of the partner above; without one, of our Institute."),
        choices=Participation.Role.choices,
        through="roles",
        record="project",
        field_name="role",
    )
    year = YearFilter(label=_("Running in the academic year"), method="filter_year")

    def with_state(self, queryset):
        return queryset.with_state(self.on)

    def participations(self):
        return Participation.objects.filter(public_condition("institution__"))

    def roles(self):
        partner = self.form.cleaned_data.get("partner")
        if partner:
            return Participation.objects.filter(institution__in=partner.institutions.values("pk"))
        return Participation.objects.filter(institution__is_home=True)

    def filter_year(self, queryset, name, year):
        return queryset.running_in(year)


class ActivityFilterSet(ListingFilterSet):
    """Published activities, by kind, partner and academic year."""

    sorts = {
        "title": Order(_("Title"), ("title",)),
        "from": Order(_("When"), ("starts_on",)),
        "kind": Order(_("Kind"), ("kind__sort_*", "title")),
    }
    default_sort = "-from"

    kind = ChoicesFilter(label=_("Kind"), choices=entries(ActivityKind), field_name="kind__key")
    year = YearFilter(label=_("Held in the academic year"), method="filter_year")
    partner = PartnerFilter(field_name="institutions")

    def filter_year(self, queryset, name, year):
        return queryset.held_in(year)
