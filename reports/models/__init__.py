"""What we tell others, and where we know it from: sources, citations, reported figures."""

from reports.models.data_set import SyntheticDataSet, is_synthetic
from reports.models.source import Citation, ReportedFigure, Source

__all__ = ["Citation", "ReportedFigure", "Source", "SyntheticDataSet", "is_synthetic"]
