"""Mobility terms and exchanges from files."""

import re

from django.utils.translation import gettext as _

from mobility.exporting import EXCHANGES, TERMS
from mobility.models import Exchange, MobilityTerm
from mobility.models.classification import Cefr, Direction, Level, MobilityActivity
from office.importing.cells import Amount, Choice, Day, PersonName, Text, Whole, Year
from office.importing.kinds.base import Column, Kind

DIRECTIONS = {
    **dict.fromkeys(
        ("out", "outbound", "sending", "отправка", "исходящая", "исходящий", "выезд", "баромад"), "outgoing"
    ),
    **dict.fromkeys(("in", "inbound", "receiving", "прием", "входящая", "входящий", "въезд", "даромад"), "incoming"),
}
LEVELS = {
    **{
        f"{prefix}{number}": key
        for number, key in zip("5678", Level.values, strict=True)
        for prefix in ("", "EQF ", "EQF")
    },
    **dict.fromkeys(("ba", "bsc", "undergraduate", "бакалавр", "бакалавриат"), "bachelor"),
    **dict.fromkeys(("ma", "msc", "магистр", "магистратура"), "master"),
    **dict.fromkeys(("phd", "doctoral", "докторант", "докторантура", "аспирантура"), "doctorate"),
}
ACTIVITIES = {
    **dict.fromkeys(("studies", "student mobility for studies", "обучение"), "SMS"),
    **dict.fromkeys(
        (
            "SMP",
            "traineeship",
            "student mobility for traineeships",
            "student mobility for traineeship",
            "internship",
            "стажировка студентов",
        ),
        "SMT",
    ),
    **dict.fromkeys(("teaching", "staff mobility for teaching", "преподавание"), "STA"),
    **dict.fromkeys(("training", "staff mobility for training", "повышение квалификации"), "STT"),
}
ACTIVITY_CODE = re.compile(r"(?:.* - )?HE-(SM[SPT]|ST[AT])(?:-[A-Z]{1,4})*")
"""How the European Commission's lists of mobilities write an activity: HE-SMS-SHT, with or without its name before."""
DONE = {
    **dict.fromkeys(("завершен", "завершена", "завершено", "finished"), "completed"),
    **dict.fromkeys(("отменен", "отменена", "отменено", "canceled"), "cancelled"),
}


class Terms(Kind):
    model = MobilityTerm
    table = TERMS

    def define(self):
        yield Column("agreement", self.lookups.agreement, "agreement_id", required=True)
        yield Column("partner", self.lookups.partner, "partner_id")
        yield Column("direction", Choice(Direction, DIRECTIONS), "direction", required=True)
        yield Column("activity", Choice(MobilityActivity, ACTIVITIES, ACTIVITY_CODE), "activity", required=True)
        yield Column("places_per_year", Whole(), "places_per_year")
        yield Column("total_months", Amount(1), "total_months")
        yield Column("field", self.lookups.field, "field_id")
        yield Column("level", Choice(Level, LEVELS), "level")
        yield Column("language", self.lookups.language, "language_id")
        yield Column("cefr", Choice(Cefr), "cefr")
        yield Column("first_academic_year", Year(), "first_academic_year")
        yield Column("last_academic_year", Year(), "last_academic_year")


class Exchanges(Kind):
    model = Exchange
    table = EXCHANGES

    def define(self):
        yield Column("academic_year", Year(), "academic_year", required=True)
        yield Column("direction", Choice(Direction, DIRECTIONS), "direction", required=True)
        yield Column("activity", Choice(MobilityActivity, ACTIVITIES, ACTIVITY_CODE), "activity", required=True)
        yield Column("partner", self.lookups.partner, "partner_id")
        yield Column("country", self.lookups.country, "country_id")
        yield Column("count", Whole(), "count", empty=1)
        yield Column("from", Day(), "starts_on")
        yield Column("to", Day(), "ends_on")
        yield Column("status", Choice(Exchange.Status, DONE), "status", empty="completed")
        yield Column("agreement", self.lookups.agreement, "agreement_id")
        yield Column("project", self.lookups.project, "project_id")
        yield Column("field", self.lookups.field, "field_id")
        yield Column("level", Choice(Level, LEVELS), "level")
        yield Column("person_name", PersonName(), "person_name")
        yield Column("person_email", Text(), "person_email")

    def missing(self, present):
        missing = super().missing(present)
        return missing if "id" in present or {"partner", "country"} & set(present) else [*missing, "country"]

    def complete(self, row, old):
        """The country is the partner’s; a file that gives both must agree with itself."""
        partner = row.values.get("partner", old["partner"] if old else "")
        if partner:
            index = self.lookups.institutions
            home_country = index.country_of[partner]
            if row.values.get("country") not in (None, "", home_country):
                shown = self.lookups.country.name_of
                row.reject(
                    "country",
                    _("%(partner)s is in %(country)s: leave the country empty or write that one.")
                    % {"partner": index.shown[partner], "country": shown[home_country]},
                    [shown[home_country]],
                )
            row.values["country"] = home_country
        elif not row.values.get("country", old["country"] if old else ""):
            row.reject("country", _("Say which partner, or at least which country."))

    def check(self, row, old, record):
        if row.values.get("partner"):
            record.partner = self.lookups.institutions.light(row.values["partner"])
        super().check(row, old, record)
