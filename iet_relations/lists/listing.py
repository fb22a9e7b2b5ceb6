"""Lists that visitors filter, sort, page through, send to each other and take away as a file."""

import tempfile
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import FileResponse, QueryDict, StreamingHttpResponse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from iet_relations.lists import large_files
from iet_relations.lists.copying import streamed_csv
from iet_relations.lists.fields import ChoicesField, DayField, shown
from iet_relations.lists.filtering import MANY, ListingFilterSet
from iet_relations.lists.tables import csv_lines, write_xlsx
from iet_relations.naming import sort_field
from iet_relations.remembering import remembered
from iet_relations.serving.errors import busy
from iet_relations.synthetic import is_synthetic

FILE_FORMATS = ("csv", "xlsx")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Chip:
    """An active filter in words, and the address of the list without it."""

    label: str
    value: str
    remove_url: str


@dataclass(frozen=True)
class Column:
    """A column that sorts: the address of its next order, and how it sorts now (ascending, descending or "")."""

    label: str
    url: str
    direction: str
    numeric: bool


class Listing:
    """One list in the state that an address gives it: rows, counts, chips and the addresses of its neighbours.

    ``details`` takes the day and returns all records of the list with what a row shows of each.
    """

    def __init__(self, filterset: ListingFilterSet, path: str, *, details=None, page_size: int = 25):
        self.filterset, self.path, self.details, self.page_size = filterset, path, details, page_size
        self.form = filterset.form
        self.valid = self.form.is_valid()
        if self.valid and self.asked_page > 1 and self.asked_page > self.paginator.num_pages:
            self.form.add_error("page", no_such_page(self.paginator, self.asked_page))
            self.valid = False

    @cached_property
    def parameters(self):
        """What the address says, without page and order, in the order of the form and without what no filter knows."""
        kept = QueryDict(mutable=True)
        for name in (*self.filterset.filters, "on", "sort"):
            values = [value for value in dict.fromkeys(self.form.data.getlist(name)) if value.strip()]
            if values:
                kept.setlist(name, values)
        return kept

    def url(self, **changes):
        """Return this list's address with some parameters changed; None or an empty list takes one away."""
        parts = {**self._encoded}
        for name, value in changes.items():
            parts[name] = urlencode({name: value}, doseq=True) if value else ""
        query = "&".join(filter(None, parts.values()))
        return f"{self.path}?{query}" if query else self.path

    @cached_property
    def _encoded(self):
        """Each parameter with its values as an address writes them: a page has many addresses that differ in one."""
        return {name: urlencode({name: values}, doseq=True) for name, values in self.parameters.lists()}

    # Rows

    def records(self, details=None):
        """Return all records of the filtered list in their order, with what ``details`` adds to each."""
        records = details(self.on) if details else self.filterset.queryset.all()
        return self.filterset.ordered(self.filterset.filter_queryset(records))

    @cached_property
    def paginator(self):
        by_details = self.valid and self.filterset.sorts_by_details(self.filterset.queryset)
        pages = Paginator(self.records(self.details if by_details else None), self.page_size)
        pages.count = self.filterset.count() if self.valid else 0
        return pages

    @cached_property
    def rows(self):
        """The records of the page.

        Their keys are found first, so that no detail is computed for the records of the pages before.
        """
        if not self.valid:
            return []
        if not self.details or self.filterset.sorts_by_details(self.filterset.queryset):
            return list(self.page.object_list)
        rows = self.filterset.with_known(self.details(self.on), self.keys).in_bulk(self.keys)
        return [rows[key] for key in self.keys if key in rows]

    @cached_property
    def keys(self):
        """The keys of the records of the page."""
        first, last = max(self.page.start_index() - 1, 0), self.page.end_index()
        if self.count <= MANY or (self.asked and last <= MANY):  # the best records of a search are dear to find
            return self.first_keys[first:last]
        return self.keys_between(first, last)

    @cached_property
    def first_keys(self):
        keys = self.filterset.few_keys()
        return self.keys_between(0, MANY) if keys is None else keys

    def every_key(self):
        """The keys of all records of a list that has not many, None of one that has or that its details order."""
        few = self.count <= MANY and not self.filterset.sorts_by_details(self.filterset.queryset)
        return self.first_keys if few else None

    def keys_between(self, first, last):
        """Return the keys of the records of the list from one place to another."""
        asked = ("keys", type(self.filterset).__name__, self.filterset.left_by(), self.sort, sort_field(), first, last)
        return remembered(asked, lambda: list(self.paginator.object_list.values_list("pk", flat=True)[first:last]))

    @property
    def asked_page(self):
        return self.form.cleaned_data.get("page") or 1

    @cached_property
    def page(self):
        return self.paginator.get_page(self.asked_page) if self.valid else None

    @property
    def count(self):
        """How many records the filters leave."""
        return self.paginator.count if self.valid else 0

    @property
    def asked(self):
        """The searched text as it is understood, see ``searching``; None without one."""
        return self.filterset.asked if self.valid else None

    @property
    def proposed_url(self):
        """This list with the better spelling that is proposed, "" without one."""
        return self.url(q=self.asked.proposed) if self.asked and self.asked.proposed else ""

    # The day

    @property
    def on(self):
        return self.filterset.on if self.valid else self.filterset.today

    @property
    def is_today(self):
        return self.on == self.filterset.today

    # Filters

    @property
    def problems(self):
        """One sentence for each value of the address that makes no sense."""
        found = []
        for name, messages in self.form.errors.items():
            label = self.form.fields[name].label
            found += [_("%(filter)s: %(problem)s") % {"filter": label, "problem": message} for message in messages]
        return found

    @cached_property
    def fields(self):
        """The filters for the form, the day last; beside each choice stands its number of records.

        A filter without anything to choose is left out.
        """
        facets = self.filterset.facets(self.every_key) if self.valid else {}
        for name, box in self.form.fields.items():
            if isinstance(box, ChoicesField):
                box.show_counts(facets.get(name), self.form.cleaned_data.get(name) or [])
        names = (*self.filterset.filters, "on")
        return [self.form[name] for name in names if getattr(self.form.fields[name], "is_offered", True)]

    @property
    def kept(self):
        """What a form with the filters must carry along: the order."""
        return [("sort", value) for value in self.parameters.getlist("sort")[:1]]

    @cached_property
    def chips(self):
        """The active filters; each address is the list without that one."""
        found = []
        for name in (*self.filterset.filters, "on"):
            box, value = self.form.fields[name], self.form.cleaned_data.get(name)
            if not value or name in self.form.errors:
                continue
            if isinstance(box, ChoicesField):
                for one in value:
                    others = [other for other in value if other != one]
                    found.append(Chip(box.label, str(box.label_of(one)), self.url(**{name: others})))
                continue
            text = date_format(value) if isinstance(box, DayField) else str(value)
            found.append(Chip(box.label, text, self.url(**{name: None})))
        return found

    @property
    def clear_url(self):
        return self.path

    @property
    def active_clear_url(self):
        """The address without filters, where there are any."""
        return self.path if self.chips or self.problems else ""

    # Order and files

    @property
    def sort(self):
        return self.filterset.sort if self.valid else ""

    @cached_property
    def columns(self):
        """For each column that sorts, its link: the other direction where it sorts already."""
        found = {}
        for name, order in self.filterset.sorts.items():
            direction = {name: "ascending", f"-{name}": "descending"}.get(self.sort, "")
            url = self.url(sort=f"-{name}" if direction == "ascending" else name)
            found[name] = Column(order.label, url, direction, order.numeric)
        return found

    def file_url(self, file_format):
        """The address of this list as a file: the same filters and order, all pages."""
        query = self.parameters.urlencode()
        return f"{self.path.rstrip('/')}.{file_format}" + (f"?{query}" if query else "")

    @property
    def csv_url(self):
        return self.file_url("csv") if self.valid else ""

    @property
    def xlsx_url(self):
        return self.file_url("xlsx") if self.valid else ""


class DayForm(forms.Form):
    """The day as of which a record is shown."""

    on = DayField(required=False)


class ListingView(TemplateView):
    """A list as a page and as a file.

    ``filterset_class`` and ``get_queryset()`` say which records, ``detailed()`` what a row shows of them, and
    ``table`` what the file holds, which is called ``file_name``. An address that makes no sense gets the page of the
    list with status 400, without rows and with a sentence for each value that is wrong.
    """

    filterset_class = None
    table = None
    file_name = ""
    page_size = 25

    def get(self, request, *args, file_format="", **kwargs):
        path = request.path.removesuffix(f".{file_format}") + "/" if file_format else request.path
        filterset = self.filterset_class(request.GET, self.get_queryset(), request=request, today=timezone.localdate())
        self.listing = Listing(filterset, path, details=self.detailed, page_size=self.page_size)
        if file_format and self.listing.valid:
            return self.file(file_format)
        context = self.get_context_data(**kwargs)
        return self.render_to_response(context, status=200 if self.listing.valid else 400)

    def get_queryset(self):
        """Return the records that visitors may see, before any filter."""
        raise NotImplementedError

    def detailed(self, on):
        """Return the records with all that the page shows of them as of the day, in a constant number of queries."""
        return self.get_queryset()

    def get_context_data(self, **kwargs):
        return super().get_context_data(listing=self.listing, **kwargs)

    def rows_of_file(self):
        """Return the records that the file holds: the whole filtered list, whatever the page."""
        return self.listing.records()

    def file(self, file_format):
        """Return all rows of the filtered list as a file; CSV is streamed."""
        columns, rows = self.table.public_columns, self.table.public_rows(self.rows_of_file())
        synthetic = is_synthetic()
        name = f"{'synthetic-' if synthetic else ''}{self.file_name}.{file_format}"
        if file_format == "xlsx" and self.listing.count > large_files.LARGEST_WORKBOOK:
            sentence = _(
                "A workbook holds %(number)s rows at most. Please choose fewer records, or take the CSV file."
            )
            raise BadRequest(sentence % {"number": number_format(large_files.LARGEST_WORKBOOK)})
        large = self.listing.count > large_files.LARGE
        if large and not large_files.places.acquire(blocking=False):
            sentence = _("Several large files are being taken just now. Please try again in a few minutes.")
            return busy(self.request, sentence)
        if file_format == "csv":
            if self.table.public_cells:
                lines = streamed_csv(columns, self.table.public_cells(self.rows_of_file()))
            else:
                lines = csv_lines(columns, rows)
            lines = large_files.WithPlace(lines) if large else lines
            response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
            return response
        book = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        try:
            write_xlsx(book, columns, rows, title=self.file_name, about=self.about_file(synthetic))
        finally:
            if large:
                large_files.places.release()
        book.seek(0)
        return FileResponse(book, as_attachment=True, filename=name, content_type=XLSX)

    def about_file(self, synthetic):
        """Return what the second sheet of a workbook says: where it is from, as of when, and which filters are on."""
        listing = self.listing
        lines = [
            (_("Address"), self.request.build_absolute_uri(listing.url())),
            (_("As of"), date_format(listing.on)),
            *((chip.label, chip.value) for chip in listing.chips),
            (_("Licence"), "CC BY 4.0"),
        ]
        return [(_("Synthetic data"), _("Every record here is made up.")), *lines] if synthetic else lines


def no_such_page(paginator, asked):
    """Return the sentence for a page beyond the last one."""
    return ngettext(
        "This list has %(pages)s page: there is no page %(asked)s.",
        "This list has %(pages)s pages: there is no page %(asked)s.",
        paginator.num_pages,
    ) % {"pages": paginator.num_pages, "asked": shown(asked)}


def day_of(request):
    """Return the day as of which a page of one record is asked: ``on`` of its address, else today.

    Raises BadRequest with a sentence for the reader where there is no such day.
    """
    form = DayForm(request.GET)
    if not form.is_valid():
        raise BadRequest(" ".join(form.errors["on"]))
    return form.cleaned_data["on"] or timezone.localdate()
