"""The staff's pages for countries, institutions, contacts and agreements."""

from partners.admin.agreement import AgreementAdmin
from partners.admin.contact import ContactAdmin
from partners.admin.institution import CountryAdmin, InstitutionAdmin

__all__ = ["AgreementAdmin", "ContactAdmin", "CountryAdmin", "InstitutionAdmin"]
