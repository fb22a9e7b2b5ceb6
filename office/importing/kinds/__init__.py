"""The kinds of records that files hold."""

from office.importing.kinds.agreements import Agreements
from office.importing.kinds.contacts import Contacts
from office.importing.kinds.institutions import Institutions
from office.importing.kinds.mobility import Exchanges, Terms
from office.importing.kinds.projects import Activities, Projects

KINDS = {
    "institutions": Institutions,
    "agreements": Agreements,
    "terms": Terms,
    "projects": Projects,
    "exchanges": Exchanges,
    "activities": Activities,
    "contacts": Contacts,
}
