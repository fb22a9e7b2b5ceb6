"""Staff pages of documents: uploaded once, downloaded through a check of permission, never linked as plain files."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from iet_relations.documents import checksum
from iet_relations.staff.record_admin import RecordAdmin


class DocumentForm(forms.ModelForm):
    """A document's form without a link to the bare file; ``file_is_kept`` tells when the file no longer changes."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "file" in self.fields:
            self.fields["file"].widget = forms.FileInput()
            self.fields["file"].disabled = self.file_is_kept()

    def file_is_kept(self):
        return False


class DocumentFormSet(forms.BaseInlineFormSet):
    """Documents of one record; the same file only once."""

    def clean(self):
        super().clean()
        seen = set()
        for form in self.forms:
            file = getattr(form, "cleaned_data", {}).get("file")
            if not file or "file" not in form.changed_data or form.cleaned_data.get("DELETE"):
                continue
            content = checksum(file)
            if content in seen:
                raise ValidationError(_("The same file is attached twice."))
            seen.add(content)


class Downloads:
    """The download column of an admin or inline of documents."""

    @admin.display(description=_("download"))
    def download(self, document):
        if not document.pk:
            return ""
        return format_html('<a href="{}">{}</a>', document.get_absolute_url(), _("Download"))


class DocumentInline(Downloads, admin.TabularInline):
    """Documents on their record's page. ``publishing`` is the pair of the public field and the permission it needs."""

    form = DocumentForm
    formset = DocumentFormSet
    extra = 0
    readonly_fields = ["download"]
    publishing = ("", "")

    def get_fields(self, request, obj=None):
        hidden = () if self.has_change_permission(request, obj) else ("file",)
        return [name for name in ("title", "file", self.publishing[0], "download") if name not in hidden]

    def get_readonly_fields(self, request, obj=None):
        field, permission = self.publishing
        return [*self.readonly_fields, *([] if request.user.has_perm(permission) else [field])]


class DocumentAdmin(Downloads, RecordAdmin):
    """All documents of a kind; new ones are attached on the record that they belong to."""

    form = DocumentForm
    publishing = ("", "")
    owner = ""

    def get_fields(self, request, obj=None):
        return [self.owner, "title", "download", self.publishing[0], "sha256", "uploaded_at"]

    def get_readonly_fields(self, request, obj=None):
        field, permission = self.publishing
        fixed = [self.owner, "download", "sha256", "uploaded_at"]
        return [*fixed, *([] if request.user.has_perm(permission) else [field])]

    def has_add_permission(self, request):
        return False

    def get_view_on_site_url(self, obj=None):
        public = obj is not None and self.model.objects.public().filter(pk=obj.pk).exists()
        return super().get_view_on_site_url(obj) if public else None
