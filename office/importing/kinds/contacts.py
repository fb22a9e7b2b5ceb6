"""People at partners from files."""

from office.importing.cells import Choice, Day, PersonName, Text
from office.importing.kinds.base import Column, Kind
from partners.exporting import CONTACTS
from partners.models import Contact, OrganizationalUnit

ROLES = {"координатор": "coordinator", "подписант": "signatory", "ҳамоҳангсоз": "coordinator"}


class Contacts(Kind):
    model = Contact
    table = CONTACTS

    def define(self):
        yield Column("partner", self.lookups.partner, "institution_id", required=True)
        yield Column("name", PersonName(), "name", required=True)
        yield Column("role", Choice(Contact.Role, ROLES), "role", empty="other")
        yield Column("email", Text(), "email")
        yield Column("phone", Text(), "phone")
        yield Column("unit", Text())
        yield Column("last_confirmed_on", Day(), "last_confirmed_on")

    def _visible(self):
        return Contact.objects.filter(institution__is_home=False)

    def check(self, row, old, record):
        super().check(row, old, record)
        if len(row.values.get("unit") or "") > 300:
            row.reject("unit", OrganizationalUnit._meta.get_field("name").error_messages["invalid"])

    def write_parts(self, pairs, changes):
        """A unit that the partner does not have yet is added to it."""
        wanted = {record: (record.institution_id, row.values["unit"]) for row, record in pairs if "unit" in row.values}
        if not wanted:
            return
        units = {}
        owners = {institution for institution, _name in wanted.values()}
        for unit in OrganizationalUnit.objects.filter(institution__in=owners):
            units[unit.institution_id, unit.name] = unit
        fresh = {
            key: OrganizationalUnit(institution_id=key[0], name=key[1])
            for key in wanted.values()
            if key[1] and key not in units
        }
        changes.create(list(fresh.values()))
        units.update(fresh)
        touched = []
        for record, key in wanted.items():
            unit = units[key].pk if key[1] else None
            if record.unit_id != unit:
                touched.append((record, {"unit_id": record.unit_id}))
                record.unit_id = unit
        changes.update(touched)
