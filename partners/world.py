"""The world map: countries by partners or by exchanges, and the table of the same numbers."""

from django import forms
from django.core.exceptions import BadRequest
from django.db.models import Count, Sum
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from iet_relations.naming import sort_field
from iet_relations.pictures.world_map import Shading, legend, world_map
from iet_relations.remembering import remembered
from partners.models import Country, Institution

PARTNERS, EXCHANGES = "partners", "exchanges"
SHADINGS = {PARTNERS: gettext_lazy("by partners"), EXCHANGES: gettext_lazy("by exchanges")}
FIRST = 10
"""How many countries the table beside the map has; the list of countries has them all."""


class MapForm(forms.Form):
    """What an address says of the map: ``map`` is what its shades count."""

    map = forms.ChoiceField(
        choices=tuple(SHADINGS.items()),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("The map is shaded by partners or by exchanges.")},
    )


def map_of(request, on):
    """Return the context of ``_map.html`` for the shading that the address asks for, with exchanges begun by ``on``.

    ``map_choices`` are (label, address, whether it is the one shown); ``map_rows`` (country, number) of the countries
    with the most. A country without any is land like any other. Raises BadRequest where there is no such shading.
    """
    form = MapForm(request.GET)
    if not form.is_valid():
        raise BadRequest(" ".join(form.errors["map"]))
    by = form.cleaned_data["map"] or PARTNERS
    choices = [(label, address_of(request, key), key == by) for key, label in SHADINGS.items()]
    drawn = remembered(("map", by, on, get_language()), lambda: drawn_map(by, on))
    return {**drawn, "map_choices": choices}


def drawn_map(by, on):
    """Return what the page of a map shows whatever its address says besides."""
    countries = numbered(by, on)
    label_of = {PARTNERS: partners_label, EXCHANGES: exchanges_label}[by]
    values = {
        country.alpha2: Shading(country.number, country.get_absolute_url(), label_of(country)) for country in countries
    }
    home = Institution.objects.filter(is_home=True).select_related("country").first()
    titles = {PARTNERS: _("Partner institutions by country"), EXCHANGES: _("Exchanges by country")}
    return {
        "map": world_map(values, title=titles[by], home=home.country_id if home else ""),
        "map_title": titles[by],
        "map_legend": legend(values),
        "map_rows": countries[:FIRST],
        "unit": {PARTNERS: _("Partner institutions"), EXCHANGES: _("People in exchanges")}[by],
        "home_label": home.country.display_name if home else "",
    }


def numbered(by, on):
    """Return the countries that have a number (``number``), the highest first, then by name."""
    if by == PARTNERS:
        partners = Institution.objects.public().order_by().values_list("country")
        numbers = dict(partners.annotate(number=Count("pk")))
    else:
        totals = Country._meta.get_field("exchange_totals").related_model.objects.public().begun(on)
        numbers = dict(totals.order_by().values_list("country").annotate(people=Sum("count")).filter(people__gt=0))
    countries = Country.objects.filter(pk__in=numbers)
    for country in countries:
        country.number = numbers[country.pk]
    name = sort_field()
    return sorted(countries, key=lambda country: (-country.number, getattr(country, name)))


def address_of(request, by):
    """Return the page's address with another shading and all else that it says."""
    query = request.GET.copy()
    query["map"] = by
    if by == PARTNERS:
        del query["map"]
    return f"{request.path}?{query.urlencode()}" if query else request.path


def partners_label(country):
    """Return what the map says of a country by its partners."""
    return ngettext(
        "%(country)s: %(number)s partner institution", "%(country)s: %(number)s partner institutions", country.number
    ) % {"country": country.display_name, "number": country.number}


def exchanges_label(country):
    """Return what the map says of a country by its exchanges."""
    return ngettext(
        "%(country)s: %(number)s person in exchanges", "%(country)s: %(number)s people in exchanges", country.number
    ) % {"country": country.display_name, "number": country.number}
