"""The staff's pages for importing: upload, which heading is which column, preview of every row, apply, undo."""

import hashlib
import itertools

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from iet_relations.staff.record_admin import Button
from iet_relations.stored_files import on_this_host
from office.importing.kinds import KINDS
from office.importing.mapping import texts
from office.importing.planning import Options, open_mapped
from office.importing.plans import rows_of_file
from office.importing.problems import FileRefused
from office.importing.working import (
    APPLY,
    CHECK,
    break_off,
    forget_abandoned,
    forget_file,
    progress_of,
    rows_name,
    start,
    start_undo,
)
from office.models import ImportBatch, ImportKind

SHOWN = 100
"""Rows on a page of the preview."""
SAMPLES = 3
"""Values shown below a heading, so that a person sees what it is."""
LARGEST = 100 * 2**20
DELIMITERS = {",": gettext_lazy("comma"), ";": gettext_lazy("semicolon"), "\t": gettext_lazy("tab")}
OUTCOMES = {
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "unchanged": gettext_lazy("unchanged"),
    "rejected": gettext_lazy("rejected"),
}


class UploadForm(forms.Form):
    """What the file holds, and the file."""

    kind = forms.ChoiceField(label=gettext_lazy("What the rows are"), choices=ImportKind.choices)
    file = forms.FileField(label=gettext_lazy("File"), help_text=gettext_lazy("CSV, XLSX, XLS or ODS"))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 100 MB. Split it."))
        return file


class MappingForm(forms.Form):
    """How the file is to be read, and which of its headings is which column."""

    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)
    header_line = forms.IntegerField(label=gettext_lazy("Line of the headings"), min_value=1)
    encoding = forms.CharField(label=gettext_lazy("Encoding"), required=False, max_length=30)
    match_on = forms.ChoiceField(label=gettext_lazy("What identifies a record"), required=False)
    complete = forms.BooleanField(
        label=gettext_lazy("This is the whole list: tell which records it no longer has"), required=False
    )

    def __init__(self, *args, kind, source, mapping, **kwargs):
        super().__init__(*args, **kwargs)
        self.mapping = mapping
        self.fields["sheet"].choices = [
            (name, _("%(sheet)s (hidden)") % {"sheet": name} if hidden else name) for name, hidden in source.sheets
        ]
        if not source.sheets:
            del self.fields["sheet"]
        else:
            del self.fields["encoding"]
        self.fields["match_on"].choices = [("", _("as usual")), *((name, name) for name in kind.columns)]
        choices = [("", _("— leave out —")), *((name, name) for name in kind.names)]
        samples = samples_of(source, mapping)
        for place, heading in enumerate(mapping.headings):
            proposal = mapping.proposals.get(place)
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading or _("(no heading)"),
                choices=choices,
                required=False,
                initial=mapping.columns[place] or (proposal.column if proposal and proposal.certain else ""),
                help_text=" · ".join(samples[place]),
            )
        for name in kind.columns:
            self.fields[f"fixed_{name}"] = forms.CharField(label=name, required=False, max_length=300)

    def columns(self):
        """The fields of the headings, for the table of the page."""
        return [self[name] for name in self.fields if name.startswith("column_")]

    def fixed(self):
        """The fields that fill columns which the file lacks."""
        return [self[name] for name in self.fields if name.startswith("fixed_")]

    def reading(self):
        return [self[name] for name in self.fields if not name.startswith(("column_", "fixed_"))]

    def clean(self):
        chosen = [self.cleaned_data.get(name) for name in self.fields if name.startswith("column_")]
        twice = {column for column in chosen if column and chosen.count(column) > 1}
        if twice:
            raise forms.ValidationError(
                _("Two headings are mapped to the column “%(column)s”.") % {"column": ", ".join(sorted(twice))}
            )
        return self.cleaned_data

    def options(self):
        """Return what was chosen, as the batch keeps it."""
        data = self.cleaned_data
        return {
            "sheet": data.get("sheet", ""),
            "encoding": data.get("encoding", ""),
            "header_line": data["header_line"],
            "match_on": data["match_on"],
            "complete": data["complete"],
            "mapping": {str(place): data[f"column_{place}"] for place in range(len(self.mapping.headings))},
            "fixed": {
                name.removeprefix("fixed_"): value
                for name, value in data.items()
                if name.startswith("fixed_") and value.strip()
            },
        }


def samples_of(source, mapping):
    """Return a few different values of each place below the headings."""
    found = [[] for _heading in mapping.headings]
    below = (cells for line, cells in source.rows() if line > mapping.last_header_line)
    for cells in itertools.islice(below, 50):
        for place, text in enumerate(texts(cells)[: len(found)]):
            if text and text not in found[place] and len(found[place]) < SAMPLES:
                found[place].append(text[:60])
    return found


@admin.register(ImportBatch)
class ImportBatchAdmin(admin.ModelAdmin):
    """Every import of a file; who may import also takes them back."""

    list_display = ["__str__", "kind", "status", "created", "updated", "unchanged", "rejected", "by", "uploaded_at"]
    list_filter = ["kind", "status"]
    search_fields = ["file_name"]
    list_select_related = ["by"]
    change_list_template = "admin/office/import_list.html"

    def has_import_permission(self, request):
        return request.user.has_perm("office.import_records")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("upload/", view(self.upload_view), name="office_importbatch_upload"),
            path("<int:pk>/mapping/", view(self.mapping_view), name="office_importbatch_mapping"),
            path("<int:pk>/apply/", view(self.apply_view), name="office_importbatch_apply"),
            path("<int:pk>/undo/", view(self.undo_view), name="office_importbatch_undo"),
            path("<int:pk>/discard/", view(self.discard_view), name="office_importbatch_discard"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        tools = [Button(_("Import a file"), reverse("admin:office_importbatch_upload"))]
        forget_abandoned(timezone.now())
        context = {"tools": tools if self.has_import_permission(request) else [], "title": _("Imports")}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def _page(self, request, template, title, **context):
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/office/{template}", context)

    def _batch(self, request, pk):
        if not self.has_import_permission(request):
            raise PermissionDenied
        batch = ImportBatch.objects.select_related("by").filter(pk=pk).first()
        if batch is None:
            raise Http404
        return batch

    def upload_view(self, request):
        if not self.has_import_permission(request):
            raise PermissionDenied
        forget_abandoned(timezone.now())
        form = UploadForm(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind")})
        if request.method == "POST" and form.is_valid():
            file, digest = form.cleaned_data["file"], hashlib.sha256()
            for chunk in file.chunks():
                digest.update(chunk)
            batch = ImportBatch(kind=form.cleaned_data["kind"], file_name=file.name[:255], by=request.user)
            batch.sha256, batch.file = digest.hexdigest(), file
            batch.save()
            return HttpResponseRedirect(reverse("admin:office_importbatch_mapping", args=[batch.pk]))
        return self._page(request, "import_upload.html", _("Import a file"), form=form)

    def mapping_view(self, request, pk):
        """Show how the file was read and what its headings were taken for; check it when a person agrees."""
        batch = self._batch(request, pk)
        if not batch.file:
            return HttpResponseRedirect(batch.get_absolute_url())
        asked = request.POST if request.method == "POST" else {}
        reread = "reread" in asked
        header = asked.get("header_line", "")
        options = Options(
            guess=True,
            sheet=asked.get("sheet", ""),
            encoding=asked.get("encoding", ""),
            header_line=int(header) if header.isdecimal() and len(header) < 9 else None,
        )
        data = request.POST if request.method == "POST" and not reread else None
        try:
            with on_this_host(batch.file.name) as file:
                kind, source, mapping = open_mapped(batch.kind, file, options)
                initial = {"sheet": source.sheet, "encoding": source.encoding, "header_line": mapping.header_line}
                form = MappingForm(data, kind=kind, source=source, mapping=mapping, initial=initial)
        except FileRefused as error:
            return self._page(request, "import_mapping.html", str(batch), batch=batch, refused=str(error))
        if data is not None and form.is_valid():
            batch.options, batch.by = form.options(), request.user
            batch.save(update_fields=["options", "by"])
            start(batch, CHECK)
            return HttpResponseRedirect(batch.get_absolute_url())
        return self._page(
            request,
            "import_mapping.html",
            str(batch),
            batch=batch,
            form=form,
            source=source,
            delimiter=DELIMITERS.get(source.delimiter, source.delimiter),
            missing=kind.missing(set(filter(None, mapping.columns))),
            hidden=[name for name, is_hidden in source.sheets if is_hidden],
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show what an import is going to do, is doing or has done."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        batch = ImportBatch.objects.select_related("by", "undone_by").filter(pk=object_id).first()
        if batch is None:
            raise Http404
        done = None
        if batch.is_busy and (done := progress_of(batch)) is None:
            batch.refresh_from_db()
            if batch.is_busy:
                break_off(batch)
        total = batch.changes.count() if batch.status == ImportBatch.Status.UNDOING else batch.report.get("read")
        context = {"batch": batch, "done": done, "total": total, "may_import": self.has_import_permission(request)}
        if batch.status == ImportBatch.Status.PREVIEWED and context["may_import"]:
            context |= self._preview(request, batch)
        return self._page(request, "import_batch.html", str(batch), **context)

    def _preview(self, request, batch):
        outcome = request.GET.get("outcome", "")
        outcome = outcome if outcome in OUTCOMES else ""
        number = request.GET.get("p", "1")
        number = int(number) if number.isdecimal() and len(number) < 8 else 1
        with default_storage.open(rows_name(batch), "rb") as stored:
            rows, count = rows_of_file(stored.file, outcome, (max(number, 1) - 1) * SHOWN, SHOWN)
        counts = {"new": batch.created, "changed": batch.updated, "unchanged": batch.unchanged}
        counts["rejected"] = batch.rejected
        return {
            "rows": rows,
            "outcome": outcome,
            "outcomes": [(key, label, counts[key]) for key, label in OUTCOMES.items()],
            "labels": OUTCOMES,
            "page": Paginator(range(count), SHOWN).get_page(number),
        }

    def apply_view(self, request, pk):
        batch = self._batch(request, pk)
        if request.method == "POST" and batch.status == ImportBatch.Status.PREVIEWED:
            chosen = {name: name in request.POST for name in ("keep_going", "again")}
            batch.options, batch.by = {**batch.options, **chosen}, request.user
            batch.save(update_fields=["options", "by"])
            start(batch, APPLY)
        return HttpResponseRedirect(batch.get_absolute_url())

    def undo_view(self, request, pk):
        batch = self._batch(request, pk)
        if request.method == "POST":
            start_undo(batch, request.user, "force" in request.POST)
            if batch.status == ImportBatch.Status.UNDONE:
                self.message_user(request, _("The import was undone."), messages.SUCCESS)
        if batch.status != ImportBatch.Status.APPLIED:
            return HttpResponseRedirect(batch.get_absolute_url())
        refused = batch.report.get("undo_refused")
        return self._page(
            request, "import_undo.html", _("Undo: %(import)s") % {"import": batch}, batch=batch, refused=refused
        )

    def discard_view(self, request, pk):
        """Forget an upload that was never applied, with its file."""
        batch = self._batch(request, pk)
        states = (ImportBatch.Status.UPLOADED, ImportBatch.Status.PREVIEWED, ImportBatch.Status.FAILED)
        if request.method == "POST" and batch.status in states:
            forget_file(batch)
            batch.delete()
            self.message_user(request, _("The file was discarded."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:office_importbatch_changelist"))


KIND_OF_MODEL = {kind.model: name for name, kind in KINDS.items()}
