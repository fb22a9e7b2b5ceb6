"""The world map of partners, for the pages that show it."""

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from iet_relations.world_map import Shading, legend, world_map
from partners.models import Country, Institution


def partner_map():
    """Return map, legend, unit and home's name for ``_map.html``: countries by their number of published partners.

    A country without partners is land like any other: the list of countries has those with exchanges and students.
    """
    partners = Count("institutions", filter=Q(institutions__published=True, institutions__is_home=False))
    countries = Country.objects.annotate(partners=partners).filter(partners__gt=0).order_by()
    values = {
        country.alpha2: Shading(country.partners, country.get_absolute_url(), label_of(country))
        for country in countries
    }
    home = Institution.objects.filter(is_home=True).select_related("country").first()
    return {
        "map": world_map(values, title=_("Partner institutions by country"), home=home.country_id if home else ""),
        "map_legend": legend(values),
        "unit": _("Partner institutions"),
        "home_label": home.country.display_name if home else "",
    }


def label_of(country):
    """Return what the map says of a country."""
    return ngettext(
        "%(country)s: %(number)s partner institution", "%(country)s: %(number)s partner institutions", country.partners
    ) % {"country": country.display_name, "number": country.partners}
