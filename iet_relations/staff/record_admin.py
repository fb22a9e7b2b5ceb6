"""What every record's admin page has in common: forgiving search, publishing, history, refusals with their reason."""

from dataclasses import dataclass

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from iet_relations.search.folding import fold
from iet_relations.staff import edit_conflicts, record_history
from iet_relations.staff.chosen_records import ChosenRecords
from iet_relations.staff.record_exporting import file_of

COUNTED = 10_000
"""Lists count this many rows and no further: counting a million at every page would take a second."""

NAMED_WHEN_REFUSED = 20
"""Records of each kind that are named when a deletion is refused."""


class CappedPaginator(Paginator):
    """Counts up to COUNTED rows; who needs the later ones narrows the list."""

    @cached_property
    def count(self):
        return self.object_list.order_by().values("pk")[: COUNTED + 1].count()  # without what is computed per row


@dataclass(frozen=True)
class Button:
    """A button above a record's form: a link, or with ``post`` something that is done at once."""

    label: str
    url: str
    post: bool = False


def reason_of(error):
    """Return the sentences of a ValidationError as one text."""
    return " ".join(error.messages)


class HistoryAdmin(admin.ModelAdmin):
    """A ModelAdmin whose History page shows every field's old and new value, and brings states and records back."""

    change_form_template = "admin/record_change_form.html"
    change_list_template = "admin/record_change_list.html"
    object_history_template = "admin/record_history.html"
    deleted_template = "admin/deleted_records.html"

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("deleted/", view(self.deleted_view), name=f"{name}_deleted"),
            path(
                "deleted/<int:history_id>/restore/",
                view(require_POST(self.undelete_view)),
                name=f"{name}_undelete",
            ),
            path(
                "<path:object_id>/history/<int:history_id>/restore/",
                view(require_POST(self.restore_view)),
                name=f"{name}_restore",
            ),
            *super().get_urls(),
        ]

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Return a form that tells of the conflict where somebody else saved the record since it was opened."""
        form = super().get_form(request, obj, change=change, **kwargs)
        seen = request.POST.get(edit_conflicts.FIELD)
        if not (seen and change and obj):
            return form
        if not hasattr(request, "edit_conflict"):
            parts = self.history_parts(request, obj)
            edit_conflicts.lock(self.model, obj.pk)
            now = edit_conflicts.version_of(self.model, obj.pk, parts)
            request.edit_conflict = seen != now and edit_conflicts.told(self.model, obj.pk, parts, seen)
        if not request.edit_conflict:
            return form
        return edit_conflicts.conflicting(form, self.model, seen, request.edit_conflict)

    def has_undelete_permission(self, request):
        return self.has_add_permission(request) and self.has_delete_permission(request)

    def history_parts(self, request, obj):
        """Return the models of the inlines, with the conditions that tie their history rows to the record."""
        owned = dict(record_history.parts_of(self.model, obj.pk))
        return [
            (inline.model, owned[inline.model])
            for inline in self.get_inline_instances(request, obj)
            if inline.model in owned
        ]

    def history_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        found = record_history.entries(self.model, obj.pk, self.history_parts(request, obj))
        page = Paginator(found, record_history.SHOWN_AT_ONCE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(record)s") % {"record": obj},
            "object": obj,
            "opts": self.opts,
            "module_name": capfirst(self.opts.verbose_name_plural),
            "entries": page,
            "may_restore": self.has_change_permission(request, obj),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.object_history_template, context)

    def restore_view(self, request, object_id, history_id):
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        row = get_object_or_404(
            self.model.history, history_id=history_id, **{self.opts.pk.attname: obj.pk}, history_type__in="+~"
        )
        try:
            record_history.restore(row, keep=self.kept_on_restore(request, obj))
        except ValidationError as error:
            self.message_user(
                request, _("This state cannot be restored: %(why)s") % {"why": reason_of(error)}, messages.ERROR
            )
            return HttpResponseRedirect(self._url("history", obj.pk))
        self.message_user(request, _("The earlier state is restored."), messages.SUCCESS)
        return HttpResponseRedirect(self._url("change", obj.pk))

    def kept_on_restore(self, request, obj):
        """Return the fields that this person may not change, which therefore stay as they are."""
        concrete = {field.name for field in self.opts.concrete_fields if field.editable}
        return [name for name in self.get_readonly_fields(request, obj) if name in concrete]

    def deleted_view(self, request, typed=(), status=200):
        """List the deleted records; ``typed`` are labels and values of a form whose record is one of them by now."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        rows = Paginator(record_history.deleted(self.model), 100).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Deleted: %(records)s") % {"records": self.opts.verbose_name_plural},
            "opts": self.opts,
            "rows": [(row, row.instance) for row in rows],
            "page": rows,
            "may_restore": self.has_undelete_permission(request),
            "typed": typed,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.deleted_template, context, status=status)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Show what was typed into the form of a record that somebody deleted meanwhile."""
        if edit_conflicts.FIELD not in request.POST:
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        formsets = [inline.get_formset(request) for inline in self.get_inline_instances(request)]
        return self.deleted_view(request, edit_conflicts.typed(self.get_form(request), formsets, request.POST), 409)

    def undelete_view(self, request, history_id):
        if not self.has_undelete_permission(request):
            raise PermissionDenied
        row = get_object_or_404(record_history.deleted(self.model), history_id=history_id)
        try:
            record = record_history.restore(row)
        except ValidationError as error:
            self.message_user(
                request, _("The record cannot come back: %(why)s") % {"why": reason_of(error)}, messages.ERROR
            )
            return HttpResponseRedirect(self._url("deleted"))
        self.message_user(request, _("“%(record)s” is back.") % {"record": record}, messages.SUCCESS)
        return HttpResponseRedirect(self._url("change", record.pk))

    def _url(self, name, *args):
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)


class RecordAdmin(ChosenRecords, HistoryAdmin):
    """The base of every record's admin.

    Records with a ``published`` field are published by those with the permission ``publish_<model>``; for others
    the field is read-only, and what they add is not published yet.
    """

    list_per_page = 50
    list_max_show_all = 500
    show_full_result_count = False
    paginator = CappedPaginator
    actions = ["publish", "unpublish"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    @cached_property
    def publishable(self):
        return any(field.name == "published" for field in self.opts.concrete_fields)

    def has_publish_permission(self, request):
        permission = f"{self.opts.app_label}.publish_{self.opts.model_name}"
        return self.publishable and request.user.has_perm(permission)

    def get_readonly_fields(self, request, obj=None):
        fields = list(super().get_readonly_fields(request, obj))
        if self.publishable and not self.has_publish_permission(request):
            fields.append("published")
        return fields

    def save_model(self, request, obj, form, change):
        if not change and self.publishable and not self.has_publish_permission(request):
            obj.published = False
        super().save_model(request, obj, form, change)

    @admin.action(description=gettext_lazy("Publish the chosen records"), permissions=["publish"])
    def publish(self, request, queryset):
        self._set_published(request, queryset, True)

    @admin.action(description=gettext_lazy("Withdraw the chosen records from the public"), permissions=["publish"])
    def unpublish(self, request, queryset):
        self._set_published(request, queryset, False)

    def _set_published(self, request, queryset, published):
        number = 0
        for record in self.locked(queryset).filter(published=not published):
            record.published = published
            record.save()
            number += 1
        done = _("Published: %(number)s.") if published else _("Withdrawn from the public: %(number)s.")
        self.message_user(request, done % {"number": number}, messages.SUCCESS)

    def get_search_results(self, request, queryset, search_term):
        if search_term and hasattr(queryset, "matching"):
            return queryset.matching(search_term), False
        return super().get_search_results(request, queryset, search_term)

    def get_view_on_site_url(self, obj=None):
        """Return the public page of a published record."""
        if obj is None or not getattr(obj, "published", True) or not hasattr(obj, "get_absolute_url"):
            return None
        try:
            return obj.get_absolute_url()
        except NoReverseMatch:
            return None

    table = None
    """The Table that a file of the list is written by; without one the model’s own columns are."""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [
            path("export.<str:file_format>", self.admin_site.admin_view(self.export_view), name=name),
            *super().get_urls(),
        ]

    def export_view(self, request, file_format):
        return file_of(self, request, file_format)

    @admin.display(description=gettext_lazy("public address"))
    def public_address(self, obj):
        return obj.get_absolute_url()

    def tools(self, request):
        """Return the Button list above the list of records: the list as a file, with its filters."""
        query = request.GET.urlencode()
        return [
            Button(label, self._url("export", file_format) + (f"?{query}" if query else ""))
            for label, file_format in ((_("Export CSV"), "csv"), (_("Export XLSX"), "xlsx"))
        ]

    def changelist_view(self, request, extra_context=None):
        context = {"tools": self.tools(request), "title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def buttons(self, request, obj):
        """Return the Button list above the form of a record."""
        return []

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and obj:
            context["buttons"] = self.buttons(request, obj)
            context["version"] = edit_conflicts.version_of(self.model, obj.pk, self.history_parts(request, obj))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_deleted_objects(self, objs, request):
        """Name what relies on the records, a few of each kind, before Django would collect a million of them."""
        relying = self._relying(objs)
        return ([], {}, set(), relying) if relying else super().get_deleted_objects(objs, request)

    def _relying(self, objs):
        found = []
        keys = [obj.pk for obj in objs]
        for relation in self.opts.related_objects:
            if relation.on_delete is not models.PROTECT:
                continue
            rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys})
            named = list(rows[: NAMED_WHEN_REFUSED + 1])
            found += [self._named(row) for row in named[:NAMED_WHEN_REFUSED]]
            if len(named) > NAMED_WHEN_REFUSED:
                found.append(
                    _("… and more: %(records)s") % {"records": relation.related_model._meta.verbose_name_plural}
                )
        return found

    def _named(self, row):
        """Return the row as a link to its own page, or to the record that it is a part of."""
        label = f"{capfirst(row._meta.verbose_name)}: {row}"
        owner = next(
            (
                getattr(row, field.name)
                for field in row._meta.concrete_fields
                if isinstance(field, models.ForeignKey)
                and field.remote_field.on_delete is models.CASCADE
                and not self.admin_site.is_registered(type(row))
            ),
            row,
        )
        if owner is not row:
            label = f"{capfirst(owner._meta.verbose_name)}: {owner}"
        if not self.admin_site.is_registered(type(owner)):
            return label
        name = f"{self.admin_site.name}:{owner._meta.app_label}_{owner._meta.model_name}_change"
        return format_html('<a href="{}">{}</a>', reverse(name, args=[owner.pk]), label)


class NamedAdmin(RecordAdmin):
    """A short list whose entries have names in three languages; searched by folded names in memory."""

    search_fields = ["name_en"]
    searched = ("name_en", "name_ru", "name_tg")

    def get_search_results(self, request, queryset, search_term):
        words = fold(search_term).split()
        if not words:
            return queryset, False
        found = [
            pk
            for pk, *names in queryset.order_by().values_list("pk", *self.searched)
            if all(word in fold(" ".join(names)) for word in words)
        ]
        return queryset.filter(pk__in=found), False


class ListEntryAdmin(NamedAdmin):
    """A list that the office edits: areas, kinds, programmes."""

    list_display = ["name_en", "name_ru", "name_tg", "key", "position"]
    fields = ["name_en", "name_ru", "name_tg", "key", "position"]
    prepopulated_fields = {"key": ["name_en"]}

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else super().get_prepopulated_fields(request, obj)
