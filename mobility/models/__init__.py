"""Who travels under what: classifications, mobility terms, exchanges, students from abroad."""

from mobility.models.classification import IscedField, Language
from mobility.models.exchange import Exchange, ForeignStudents
from mobility.models.term import MobilityTerm
from mobility.models.total import ExchangeTotal

__all__ = ["Exchange", "ExchangeTotal", "ForeignStudents", "IscedField", "Language", "MobilityTerm"]
