"""Parts of the addresses of reports."""

from iet_relations.academic_year import AcademicYear


class AcademicYearConverter:
    """An academic year as addresses write it, “2016-2017”; anything else reaches the view as text."""

    regex = r"[^/.]+"

    def to_python(self, value):
        try:
            year = AcademicYear.parse(value)
        except ValueError:
            return value
        return year if year.slug == value else value

    def to_url(self, value):
        return value.slug if isinstance(value, AcademicYear) else str(value)


class ReportFormatConverter:
    """The ending of a report's file."""

    regex = "pdf|csv|xlsx|json"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value
