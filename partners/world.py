"""The world map of partners, for the pages that show it."""

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from iet_relations.world_map import Shading, legend, world_map
from partners.models import Country


def partner_map(home, on):
    """Return map, legend, unit and home's name for ``_map.html``: countries by their number of published partners.

    A country without partners that we still have something to do with is linked, and shaded as unknown.
    """
    partners = Count("institutions", filter=Q(institutions__published=True, institutions__is_home=False))
    countries = Country.objects.connected().annotate(partners=partners).order_by()
    values = {
        country.alpha2: Shading(
            country.partners or None,
            country.get_absolute_url(),
            label_of(country),
        )
        for country in countries
    }
    code = home.country_id if home else ""
    return {
        "map": world_map(values, title=_("Partner institutions by country"), home=code),
        "map_legend": legend(values),
        "unit": _("Partner institutions"),
        "home_label": home.country.display_name if home else "",
    }


def label_of(country):
    """Return what the map says of a country."""
    if not country.partners:
        return _("%(country)s: no partner recorded") % {"country": country.display_name}
    return ngettext(
        "%(country)s: %(number)s partner institution", "%(country)s: %(number)s partner institutions", country.partners
    ) % {"country": country.display_name, "number": country.partners}
