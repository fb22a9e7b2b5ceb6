"""Uploaded documents: what they are by their content, their checksum, and the only way out of the private folder."""

import hashlib
import zipfile

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from iet_relations.search.folding import fold

LARGEST = 20 * 1024 * 1024
"""Bytes of the largest file that is accepted."""

MAGIC = {
    b"%PDF-": "pdf",
    b"\xff\xd8\xff": "jpg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"II*\x00": "tif",
    b"MM\x00*": "tif",
}
OFFICE_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}


def kind_of(file):
    """Return the extension that fits the content ("pdf", "docx" …), or "" when it is nothing that we keep."""
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    for magic, kind in MAGIC.items():
        if start.startswith(magic):
            return kind
    return _kind_of_package(file) if start.startswith(b"PK\x03\x04") else ""


def _kind_of_package(file):
    try:
        with zipfile.ZipFile(file) as package:
            names = set(package.namelist())
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return ""
            if "mimetype" in names and package.getinfo("mimetype").file_size < 100:
                return OPEN_DOCUMENT.get(package.read("mimetype").strip(), "")
            found = [kind for part, kind in OFFICE_PARTS.items() if part in names]
            return found[0] if "[Content_Types].xml" in names and len(found) == 1 else ""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        return ""
    finally:
        file.seek(0)


def checksum(file):
    """Return the SHA-256 of the whole file in hexadecimal."""
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def is_new(file):
    """Whether a FieldFile holds a file that is not stored yet."""
    return bool(file) and not file._committed


def validate_document(file):
    """Raise ValidationError for a new file that is too large or not, by its content, a document that we keep."""
    if not is_new(file):
        return
    if file.size > LARGEST:
        raise ValidationError(
            _("The file has %(size)s MB, and 20 MB is the most. Scan it in grey or with 200 dpi."),
            params={"size": file.size // 1024 // 1024},
            code="size",
        )
    if not kind_of(file):
        raise ValidationError(
            _("This is no PDF, JPEG, PNG, TIFF, DOCX, XLSX, ODT or ODS, whatever its name says. Save it as a PDF."),
            code="kind",
        )


def prepare(document):
    """Set the checksum of a document's new file, and name the file for what it is; tell whether it was new."""
    if not is_new(document.file):
        return False
    document.sha256 = checksum(document.file)
    if kind := kind_of(document.file):
        document.file.name = f"document.{kind}"
    return True


def send(document, public=False):
    """Return the response that downloads a document: never shown by the browser, never taken for another type."""
    extension = document.file.name.rsplit(".", 1)[-1]
    name = slugify(fold(document.title)) or "document"
    try:
        content = document.file.open("rb")
    except FileNotFoundError:
        raise Http404(_("The file of this document is missing.")) from None
    response = FileResponse(content, as_attachment=True, filename=f"{name}.{extension}")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "public, max-age=3600" if public else "private, no-store"
    return response
