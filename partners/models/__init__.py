"""Who we work with: countries, institutions, people, agreements and their documents."""

from partners.models.agreement import Agreement, AgreementKind
from partners.models.contact import Contact, OrganizationalUnit
from partners.models.country import Country
from partners.models.document import AgreementDocument
from partners.models.institution import CooperationArea, Institution
from partners.models.institution_name import Identifier, InstitutionName
from partners.models.merge import MergeRecord, NotDuplicate
from partners.models.party import AgreementParty, Amendment

__all__ = [
    "Agreement",
    "AgreementDocument",
    "AgreementKind",
    "AgreementParty",
    "Amendment",
    "Contact",
    "CooperationArea",
    "Country",
    "Identifier",
    "Institution",
    "InstitutionName",
    "MergeRecord",
    "NotDuplicate",
    "OrganizationalUnit",
]
