"""Agreements from files: found by their reference; the parties are the partners named and we."""

from django.utils import timezone
from django.utils.translation import gettext as _

from iet_relations.lists.tables import split_list
from office.importing.cells import Choice, Day, ListOf, Text, Whole, YesNo
from office.importing.kinds.base import Column, Kind
from office.importing.lookups import EntryCell, key_of
from partners.exporting import AGREEMENTS
from partners.models import Agreement, AgreementKind, AgreementParty, CooperationArea
from partners.models.agreement import next_reference

SIGNED = dict.fromkeys(("подписан", "подписана", "подписано", "имзошуда"), "signed")


class Agreements(Kind):
    model = Agreement
    table = AGREEMENTS
    public_field = "reference"
    unchecked = ()

    def define(self):
        yield Column("reference", Text(), "reference")
        yield Column("partner_reference", Text(), "partner_reference")
        yield Column("kind", EntryCell(AgreementKind), "kind_id", required=True)
        yield Column("title", Text(), "title")
        yield Column("partners", ListOf(self.lookups.partner), required=True, is_list=True)
        yield Column("areas", ListOf(EntryCell(CooperationArea)), is_list=True)
        yield Column("status", Choice(Agreement.Status, SIGNED), "status")
        yield Column("signed_on", Day())
        yield Column("in_force_from", Day(), "in_force_from")
        yield Column("ends_on", Day(), "ends_on")
        yield Column("renews_automatically", YesNo(), "renews_automatically", empty="no")
        yield Column("notice_months", Whole(), "notice_months")
        yield Column("terminated_on", Day(), "terminated_on")
        yield Column("termination_reason", Text(lines=True), "termination_reason")
        yield Column("renews", self.lookups.agreement)
        yield Column("published", YesNo(), "published", empty="no")

    def __init__(self, lookups, match_on=""):
        super().__init__(lookups, match_on)
        self._waiting, self._numbers = [], {}
        self._renewed = dict(Agreement.objects.exclude(renews=None).values_list("renews__reference", "pk"))

    def match(self, row):
        cell = self.lookups.agreement
        reference = cell.by_reference.get(key_of(row.values.get("reference") or ""))
        if reference:
            row.pk, row.public_id = cell.pk_of[reference], reference

    def identities(self, row):
        reference = row.values.get("reference") or row.public_id
        return [*super().identities(row), *([("reference", key_of(reference))] if reference else [])]

    def complete(self, row, old):
        """What a date of signature says: without other words the agreement is signed, and in force from that day."""
        values = row.values
        if old and values.get("reference") == "":
            row.reject("reference", _("The reference cannot be emptied."))
        signed_on = values.get("signed_on") or (old or {}).get("signed_on")
        in_force_from = values.get("in_force_from") or (old or {}).get("in_force_from")
        if not values.get("status", (old or {}).get("status")):
            values["status"] = "signed" if signed_on or in_force_from else "draft"
        status = values.get("status") or old["status"]
        if status == "signed" and signed_on and not values.get("in_force_from", (old or {}).get("in_force_from")):
            values["in_force_from"] = signed_on
        if values.get("renews"):
            holder = self._renewed.get(values["renews"])
            if holder is not None and holder != row.pk:
                row.reject("renews", _("Another agreement renews that one already."))
            elif key_of(values["renews"]) == key_of(values.get("reference") or (old or {}).get("reference") or ""):
                row.reject("renews", _("An agreement cannot renew itself."))
            self._renewed.setdefault(values["renews"], row.pk or row)

    def prepare(self, pairs):
        """Assign references in the order of the file."""
        for _row, record in pairs:
            if not record.reference:
                year = (record.in_force_from or timezone.localdate()).year
                if year not in self._numbers:
                    self._numbers[year] = int(next_reference(year).rpartition("-")[2])
                while (reference := f"IET-{year}-{self._numbers[year]:03}") in self.lookups.agreement.pk_of:
                    self._numbers[year] += 1
                record.reference = reference
                self._numbers[year] += 1

    def write_parts(self, pairs, changes):
        for _row, record in pairs:
            self.lookups.agreement.add(record.pk, record.reference)
        self._waiting += [(row, record) for row, record in pairs if "renews" in row.values]
        areas = self.columns["areas"].type
        changes.link(
            "areas", {record: areas.store(row.values["areas"]) for row, record in pairs if "areas" in row.values}
        )
        self._write_parties(pairs, changes)

    def _write_parties(self, pairs, changes):
        pairs = [(row, record) for row, record in pairs if {"partners", "signed_on"} & set(row.values)]
        if not pairs:
            return
        index = self.lookups.institutions
        home = index.pk_of.get(index.home)
        parties = {record.pk: {} for _row, record in pairs}
        for party in AgreementParty.objects.filter(agreement__in=parties).order_by("pk"):
            parties[party.agreement_id][party.institution_id] = party
        gone, fresh, touched = [], [], []
        for row, record in pairs:
            known = parties[record.pk]
            if "partners" in row.values:
                wanted = [index.pk_of[slug] for slug in split_list(row.values["partners"])]
                # Our own part is taken for granted in a new agreement, and left as it is in a known one.
                if row.pk is None and home:
                    wanted.insert(0, home)
                gone += [party for pk, party in known.items() if pk not in wanted and pk != home]
                fresh += [
                    AgreementParty(
                        agreement_id=record.pk, institution_id=pk, signed_on=row.values.get("signed_on") or None
                    )
                    for pk in wanted
                    if pk not in known
                ]
                known = {pk: party for pk, party in known.items() if party not in gone}
            if "signed_on" in row.values:
                for party in known.values():
                    signed_on = row.values["signed_on"] or None
                    if party.signed_on != signed_on:
                        touched.append((party, {"signed_on": party.signed_on}))
                        party.signed_on = signed_on
        changes.remove(gone)
        changes.create(fresh)
        changes.update(touched)

    def finish(self, changes):
        """Point renewals at the agreements that they continue, which may have come later in the file."""
        touched = []
        for row, record in self._waiting:
            target = self.lookups.agreement.pk_of.get(row.values["renews"]) if row.values["renews"] else None
            if record.renews_id != target:
                touched.append((record, {"renews_id": record.renews_id}))
                record.renews_id = target
        changes.update(touched)
