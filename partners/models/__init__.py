"""Who we work with: countries, institutions, people, agreements and their documents."""

from partners.models.agreement import (
    Agreement,
    AgreementKind,
    AgreementParty,
    Amendment,
)
from partners.models.contact import Contact, OrganizationalUnit
from partners.models.country import Country
from partners.models.document import AgreementDocument
from partners.models.institution import (
    CooperationArea,
    Identifier,
    Institution,
    InstitutionName,
)
from partners.models.merge import MergeRecord, NotDuplicate

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
