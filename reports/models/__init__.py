"""What we tell others, and where we know it from: sources, citations, reported figures."""

from reports.models.data_set import SyntheticDataSet
from reports.models.edition import EditionFile, ReportEdition
from reports.models.source import Citation, ReportedFigure, Source

__all__ = ["Citation", "EditionFile", "ReportEdition", "ReportedFigure", "Source", "SyntheticDataSet"]
