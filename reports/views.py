"""Annual reports: the list, a report as page and files, and the rows behind each of its numbers."""

import zlib
from functools import wraps

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from iet_relations.academic_year import AcademicYear
from iet_relations.lists.listing import no_such_page
from iet_relations.remembering import remembered
from reports.annual_report import NoReport, build_report, heading_of, moment_of, report_years
from reports.forms import DayForm, RowsForm
from reports.indicators import BY_KEY
from reports.models import ReportEdition
from reports.publishing import changes, data_of
from reports.record_tables import listed
from reports.rendering import ReportError, tables
from reports.rendering.drawing import draw
from reports.rendering.pdf import render_pdf
from reports.rendering.rows import cut
from reports.rendering.workbook import report_xlsx

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
ROWS_OF_A_PAGE = 100
KEYS_AT_ONCE = 20 * ROWS_OF_A_PAGE
"""Keys of the rows behind a number that are found together and kept."""
ROWS_OF_A_TABLE = 100
"""Rows of a table inside the report's page."""


def asked(form):
    """The cleaned values of a form of the address. Raises BadRequest with a sentence."""
    if not form.is_valid():
        name, problems = next(iter(form.errors.items()))
        raise BadRequest(_("%(parameter)s: %(problem)s") % {"parameter": name, "problem": problems[0]})
    return form.cleaned_data


def of_a_year(view):
    """Give the view the Moment that the address speaks of; answer 404 with a sentence where there is no report."""

    @wraps(view)
    def found(request, year, **parts):
        today = timezone.localdate()
        try:
            if isinstance(year, AcademicYear):
                moment = moment_of(year, today, asked(DayForm(request.GET))["on"])
            else:
                year = AcademicYear.parse(year)
                moment_of(year, today)
                match = request.resolver_match
                return redirect(match.view_name, **{**match.captured_kwargs, "year": year}, permanent=True)
        except (NoReport, ValueError) as problem:
            context = {"reason": problem.args[0], "status": 404, "years": report_years(today)}
            return render(request, "reports/no_report.html", context, status=404)
        return view(request, moment, **parts)

    return found


def report_list(request):
    """All academic years that have a report, the running one first."""
    today = timezone.localdate()
    years = [{"year": year, "running": year.last_day > today} for year in report_years(today)]
    return render(request, "reports/report_list.html", {"years": years})


@of_a_year
def report_detail(request, moment):
    """The report as a page; each number leads to its rows."""
    return render(request, "reports/report_detail.html", page_context(moment, request.user.is_staff))


def page_context(moment, for_staff=False):
    """What the report's page shows, in the active language; staff are led to the forms of incomplete records."""
    language = translation.get_language()
    key = moment.year.start, moment.on, language

    def sections():
        return render_to_string("reports/_report.html", sections_context(moment, language, for_staff))

    def packed():  # a worker keeps those of many years and languages
        return zlib.compress(sections().encode(), 1)

    def changed():
        return any(changes(data_of(edition, language), build_report(moment, language)).values())

    edition = ReportEdition.objects.filter(academic_year=moment.year).first()
    return {
        "report": heading_of(moment, language),
        "moment": moment,
        "query": query_of(moment),
        "edition": edition,
        "changed": edition and remembered(("report changed", edition.pk, *key), changed, alone=True),
        "sections": sections() if for_staff else unpacked(remembered(("report page", *key), packed, alone=True)),
    }


def unpacked(page):
    return mark_safe(zlib.decompress(page).decode())  # nosec B308 # rendered by a template


def sections_context(moment, language, for_staff):
    report = build_report(moment, language, for_staff)
    for section in report["sections"]:
        section["tables"] = [cut(table, ROWS_OF_A_TABLE) for table in section["tables"]]
        for table in section["tables"]:
            if table["chart"]:
                table["svg"] = draw(table, f"chart-{table['key']}")
    return {"report": report, "moment": moment, "query": query_of(moment)}


def query_of(moment):
    """What the addresses of the report's files need behind the question mark, so that they are of the same day."""
    last = min(moment.year.last_day, timezone.localdate())
    return "" if moment.on == last else f"?on={moment.on.isoformat()}"


@of_a_year
def report_file(request, moment, ending):
    """The report as PDF, CSV, XLSX or JSON, in the language of the address."""
    try:
        content = FILES[ending](moment, translation.get_language())
    except (ReportError, OSError) as problem:  # a full disk, for one
        reason = str(problem) if isinstance(problem, ReportError) else problem.strerror or str(problem)
        context = {"reason": reason, "status": 503, "moment": moment, "query": query_of(moment)}
        return render(request, "reports/report_failed.html", context, status=503)
    return _file(content, ending, f"{moment.year.slug}.{ending}")


def kept_pdf(moment, language):
    """The report's PDF, typeset once for a state of the records."""
    key = ("report pdf", moment.year.start, moment.on, language)
    return remembered(key, lambda: render_pdf(build_report(moment, language)), alone=True)


FILES = {
    "pdf": kept_pdf,
    "csv": lambda moment, language: tables.report_csv_lines(build_report(moment, language)),
    "xlsx": lambda moment, language: report_xlsx(build_report(moment, language)),
    "json": lambda moment, language: tables.report_json_parts(build_report(moment, language)),
}


@of_a_year
def report_table(request, moment, table):
    """One table of the report as CSV, with all of its rows."""
    report = build_report(moment, translation.get_language())
    for section in report["sections"]:
        for one in section["tables"]:
            if one["key"].replace("_", "-") == table:
                return _file(tables.table_csv_lines(one), "csv", f"{moment.year.slug}-{table}.csv")
    raise Http404(_("The report has no such table."))


@of_a_year
def indicator_rows(request, moment, indicator):
    """The records behind a number of the report, or behind one part of it."""
    if indicator not in BY_KEY:
        raise Http404(_("There is no such indicator."))
    indicator = BY_KEY[indicator]
    wanted = asked(RowsForm(request.GET))
    breakdown, key = wanted["breakdown"], wanted["key"]
    part = None
    if breakdown:
        if breakdown not in indicator.breakdowns:
            raise BadRequest(_("This number is not broken down by “%(breakdown)s”.") % {"breakdown": breakdown})
        part = {"key": key, "label": indicator.breakdowns[breakdown].label(key)}
    rows = indicator.part_rows(moment, breakdown, key) if breakdown else indicator.rows(moment)
    asked_for = ("rows behind a number", indicator.key, moment, breakdown, key)
    count, number = remembered(asked_for, lambda: (rows.order_by().count(), indicator.number_of(rows)))
    pages = Paginator(range(count), ROWS_OF_A_PAGE)
    if (wanted["page"] or 1) > pages.num_pages:
        raise BadRequest(no_such_page(pages, wanted["page"]))
    page = pages.get_page(wanted["page"])
    found, first = listed(rows), max(page.start_index() - 1, 0)
    # Far down a long list all records before are passed.
    begin = first - first % KEYS_AT_ONCE
    keys = remembered((*asked_for, translation.get_language(), begin), lambda: found.keys(begin, begin + KEYS_AT_ONCE))
    cells = found.rows_of(keys[first - begin : page.end_index() - begin])
    context = {
        "moment": moment,
        "indicator": indicator,
        "part": part,
        "breakdown": breakdown,
        "number": number,
        "table": {"caption": indicator.name, "columns": found.columns, "rows": cells},
        "page_obj": page,
    }
    return render(request, "reports/indicator_rows.html", context)


def _file(content, ending, name):
    """A file, whole or in parts: shown where a browser can, else saved under its name."""
    answer = HttpResponse if isinstance(content, bytes) else StreamingHttpResponse
    response = answer(content, content_type=CONTENT_TYPES[ending])
    where = "inline" if ending in ("pdf", "json") else "attachment"
    response["Content-Disposition"] = f'{where}; filename="{name}"'
    return response
