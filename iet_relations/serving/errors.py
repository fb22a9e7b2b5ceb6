"""Error pages in the site's design and the language of the address. They ask nothing of the database."""

import errno
import sys

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from iet_relations.page_context import frame

RETRY_AFTER = {429: 15 * 60, 503: 60}  # seconds


def page(request, status, reason="", template=""):
    """Return the error page ``<status>.html`` or another one; ``reason`` is a sentence for the reader."""
    language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
    with translation.override(language):
        context = {**frame(request), "LANGUAGE_CODE": language, "status": status, "reason": str(reason)}
        response = HttpResponse(render_to_string(template or f"{status}.html", context), status=status)
    response.headers["Content-Language"] = language
    if status in RETRY_AFTER:
        response.headers["Retry-After"] = str(RETRY_AFTER[status])
    add_never_cache_headers(response)
    return response


def bad_request(request, exception=None):
    """400. Only our own ``BadRequest`` says why: other reasons are Django's and meant for its log."""
    return page(request, 400, exception if isinstance(exception, BadRequest) else "")


def permission_denied(request, exception=None):
    return page(request, 403)


def csrf_failure(request, reason=""):
    """403 for a form that was sent without the token of its page; ``reason`` is technical and not shown."""
    return page(request, 403)


def not_found(request, exception=None):
    return page(request, 404)


def too_many_requests(request, *args, **kwargs):
    """429 after too many attempts to sign in."""
    return page(request, 429)


def payload_too_large(request):
    """413 for a body that is larger than anything the registry takes."""
    return page(request, 413)


def busy(request, reason):
    """503 for what would cost others too much just now."""
    return page(request, 503, reason, "busy.html")


def server_error(request):
    """500, or 503 when database or storage do not answer or the disk is full, with the reason."""
    if took_too_long():
        return busy(request, _("The database would need too long for this. Please choose fewer records."))
    if disk_is_full():
        return page(request, 503, _("The disk of the server is full. What you sent was not saved."))
    if storage_failed():
        return page(request, 503, _("The storage of documents does not answer. What you sent was not saved."))
    return page(request, 503 if database_failed() else 500)


def disk_is_full():
    """Whether the exception being handled says that no more can be written."""
    error = sys.exc_info()[1]
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return isinstance(error, DatabaseError) and ("disk is full" in str(error) or "No space left" in str(error))


def took_too_long():
    """Whether the database ended the statement after STATEMENT_TIMEOUT seconds."""
    return type(getattr(sys.exc_info()[1], "__cause__", None)).__name__ == "QueryCanceled"


def storage_failed():
    """Whether the exception being handled comes from the client of an object storage (docs/operations.md)."""
    return type(sys.exc_info()[1]).__module__.partition(".")[0] in ("boto3", "botocore", "s3transfer")


def database_failed():
    """Whether the exception being handled comes from the connection to the database."""
    error = sys.exc_info()[1]
    return isinstance(error, OperationalError | InterfaceError)
