"""The annual report of an academic year, or of all of them, as a file."""

import datetime
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from iet_relations.academic_year import AcademicYear
from reports.annual_report import NoReport, build_report, moment_of, report_years
from reports.rendering import ReportError, tables, write_file
from reports.rendering.pdf import render_pdf
from reports.rendering.workbook import report_xlsx
from reports.views import page_context

FORMATS = ("pdf", "csv", "xlsx", "html", "json")


class Command(BaseCommand):
    help = "Writes the annual report of an academic year (2016/2017, 2016-2017), or of “all” of them, to a file."

    def add_arguments(self, parser):
        parser.add_argument("year", metavar="YEAR", help="an academic year like 2016/2017, or all")
        parser.add_argument("--format", choices=FORMATS, default="pdf")
        parser.add_argument("--language", choices=("en", "ru", "tg"), default="en")
        parser.add_argument("--output", metavar="FILE", help="for all: a folder; a file for each year goes into it")
        parser.add_argument("--on", metavar="DATE", help="as of this day of the year, like 2017-01-31")

    def handle(self, *, year, format, language, output, on, **options):
        today = timezone.localdate()
        if year == "all":
            if on:
                raise CommandError("--on: a day belongs to one academic year; give that year instead of “all”.")
            return self.write_all(report_years(today), Path(output or "."), format, language, today)
        try:
            day = datetime.date.fromisoformat(on) if on else None
        except ValueError:
            raise CommandError(f"--on: “{on}” is not a date. Write it like 2017-01-31.") from None
        try:
            moment = moment_of(AcademicYear.parse(year), today, day)
        except (NoReport, ValueError) as problem:
            raise CommandError(str(problem.args[0])) from None
        path = Path(output or f"{moment.year.slug}.{format}")
        size = self.write(moment, path, format, language)
        self.stdout.write(f"Wrote the report of {moment.year} to {path} ({size:,} bytes).")

    def write_all(self, years, folder, format, language, today):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise CommandError(f"--output: {folder}: {problem.strerror}") from None
        total = 0
        for number, year in enumerate(reversed(years), start=1):
            self.progress(f"{number}/{len(years)} {year}")
            path = folder / f"{year.slug}.{format}"
            total += self.write(moment_of(year, today), path, format, language)
        self.progress("")
        self.stdout.write(f"Wrote {len(years)} reports to {folder} ({total:,} bytes).")

    def write(self, moment, path, format, language):
        """Write one report whole or not at all; returns its size in bytes."""
        try:
            return write_file(path, rendered(moment, format, language))
        except (ReportError, OSError) as problem:
            raise CommandError(f"{moment.year}: {problem}") from None

    def progress(self, text):
        if sys.stderr.isatty():
            self.stderr.write(f"\r\033[K{text}", ending="")
            self.stderr.flush()


def rendered(moment, format, language):
    """The report of a moment as bytes, all of them or in parts."""
    if format == "html":
        with translation.override(language):
            request = RequestFactory().get(reverse("reports:report-detail", args=[moment.year]))
            return render_to_string("reports/report_detail.html", page_context(moment), request).encode()
    report = build_report(moment, language)
    if format in ("pdf", "xlsx"):
        return {"pdf": render_pdf, "xlsx": report_xlsx}[format](report)
    parts = {"csv": tables.report_csv_lines, "json": tables.report_json_parts}[format](report)
    return (part.encode() for part in parts)
