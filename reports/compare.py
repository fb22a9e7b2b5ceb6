"""Comparing two academic years: the page, and its rows as a file."""

from django.core.exceptions import BadRequest
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from iet_relations.academic_year import AcademicYear
from iet_relations.lists.tables import csv_lines
from iet_relations.remembering import remembered
from reports.annual_report import FIRST_YEAR, NoReport, moment_of, report_years
from reports.comparing import COLUMNS, Comparison
from reports.forms import ComparisonForm
from reports.views import asked


def _compared(request):
    """The Comparison that the address asks for; raises BadRequest with a sentence."""
    today = timezone.localdate()
    wanted = asked(ComparisonForm(request.GET))
    last = max(AcademicYear.containing(today).previous, FIRST_YEAR)
    now = wanted["to"] or last
    before = wanted["from"] or max(now.previous, FIRST_YEAR)
    try:
        now = moment_of(now, today)
        return Comparison(moment_of(before, today), now)
    except NoReport as problem:
        raise BadRequest(problem.args[0]) from None


@require_safe
def comparison(request):
    """Every indicator of two years, by how much they differ, and the parts that differ; all lead to their rows."""
    found = _compared(request)
    key = ("comparison", found.before, found.now, get_language())
    tables = remembered(key, lambda: list(found.tables()), alone=True)
    context = {"comparison": found, "tables": tables, "years": report_years(timezone.localdate())}
    return render(request, "reports/comparison.html", context)


@require_safe
def comparison_csv(request):
    """All rows of the comparison, also those that do not differ."""
    found = _compared(request)
    response = StreamingHttpResponse(csv_lines(COLUMNS, found.rows()), content_type="text/csv; charset=utf-8")
    name = f"{found.before.year.slug}-{found.now.year.slug}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
