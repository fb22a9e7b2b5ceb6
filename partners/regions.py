"""The regions of the world by which countries are grouped: the 22 of the United Nations' M49, and Antarctica."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Region(models.TextChoices):
    """A geographical region of the UN standard country and area codes for statistical use (M49).

    The finest grouping of M49: Africa south of the Sahara and the Americas by its intermediate regions. Antarctica
    belongs to none of the 22 and stands by itself. The value is what filters and addresses carry.
    """

    NORTHERN_AFRICA = "northern-africa", _("Northern Africa")
    EASTERN_AFRICA = "eastern-africa", _("Eastern Africa")
    MIDDLE_AFRICA = "middle-africa", _("Middle Africa")
    SOUTHERN_AFRICA = "southern-africa", _("Southern Africa")
    WESTERN_AFRICA = "western-africa", _("Western Africa")
    NORTHERN_AMERICA = "northern-america", _("Northern America")
    CARIBBEAN = "caribbean", _("Caribbean")
    CENTRAL_AMERICA = "central-america", _("Central America")
    SOUTH_AMERICA = "south-america", _("South America")
    CENTRAL_ASIA = "central-asia", _("Central Asia")
    EASTERN_ASIA = "eastern-asia", _("Eastern Asia")
    SOUTH_EASTERN_ASIA = "south-eastern-asia", _("South-eastern Asia")
    SOUTHERN_ASIA = "southern-asia", _("Southern Asia")
    WESTERN_ASIA = "western-asia", _("Western Asia")
    EASTERN_EUROPE = "eastern-europe", _("Eastern Europe")
    NORTHERN_EUROPE = "northern-europe", _("Northern Europe")
    SOUTHERN_EUROPE = "southern-europe", _("Southern Europe")
    WESTERN_EUROPE = "western-europe", _("Western Europe")
    AUSTRALIA_AND_NEW_ZEALAND = "australia-and-new-zealand", _("Australia and New Zealand")
    MELANESIA = "melanesia", _("Melanesia")
    MICRONESIA = "micronesia", _("Micronesia")
    POLYNESIA = "polynesia", _("Polynesia")
    ANTARCTICA = "antarctica", _("Antarctica")
