"""Lists of the staff's pages as files: all records that the list's filters leave, whatever the page."""

import tempfile

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import FileResponse, Http404, HttpResponseRedirect, StreamingHttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from iet_relations.lists.listing import FILE_FORMATS, XLSX
from iet_relations.lists.tables import Table, csv_lines, write_xlsx, yes_no
from iet_relations.naming import DerivedText
from iet_relations.synthetic import is_synthetic


def file_of(model_admin, request, file_format):
    """Return the response with the filtered list of a ModelAdmin as CSV (streamed) or XLSX."""
    if file_format not in FILE_FORMATS:
        raise Http404
    if not model_admin.has_view_or_change_permission(request):
        raise PermissionDenied
    try:
        changelist = model_admin.get_changelist_instance(request)
    except IncorrectLookupParameters:
        # The list itself says what is wrong.
        return HttpResponseRedirect("./?" + request.GET.urlencode())
    # A list may carry columns computed for its pages: the file asks for the records alone.
    chosen = changelist.get_queryset(request).order_by().values("pk")
    records = model_admin.model._default_manager.filter(pk__in=chosen).order_by("pk")
    table = model_admin.table or plain_table(model_admin.model)
    name = f"{'synthetic-' if is_synthetic() else ''}{table.kind}.{file_format}"
    if file_format == "csv":
        lines = csv_lines(table.columns, table.rows(records))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    book = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    write_xlsx(book, table.columns, table.rows(records), title=table.kind, about=about(changelist, request))
    book.seek(0)
    return FileResponse(book, as_attachment=True, filename=name, content_type=XLSX)


def about(changelist, request):
    """Return (label, text) pairs: what the file holds, since when, and every filter that is on."""
    lines = [(_("Synthetic data"), _("Every record here is made up."))] if is_synthetic() else []
    lines += [
        (_("Records"), capfirst(str(changelist.opts.verbose_name_plural))),
        (_("Written on"), date_format(timezone.localtime(), "DATETIME_FORMAT")),
        (_("Address"), request.build_absolute_uri(request.path + changelist.get_query_string(remove=[PAGE_VAR]))),
    ]
    if changelist.query:
        lines.append((_("Search"), changelist.query))
    for spec in changelist.filter_specs:
        chosen = [choice["display"] for choice in spec.choices(changelist) if choice["selected"]]
        if any(parameter in request.GET for parameter in spec.expected_parameters()):
            lines.append((capfirst(str(spec.title)), ", ".join(map(str, chosen))))
    return lines


def plain_table(model):
    """Return a Table of a model’s own columns, for records that have no export of their own."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if not isinstance(field, DerivedText) and not getattr(field, "auto_now", False)
    ]
    relations = [field.name for field in fields if field.is_relation]

    def rows(queryset, public=False):
        for record in queryset.select_related(*relations).iterator(chunk_size=1000):
            yield {field.name: _cell(field, record) for field in fields}

    return Table(model._meta.model_name, tuple(field.name for field in fields), rows)


def _cell(field, record):
    value = getattr(record, field.name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(field, models.DateTimeField):
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")
    return value if isinstance(field, models.IntegerField | models.DecimalField | models.DateField) else str(value)
