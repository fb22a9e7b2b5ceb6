"""Pages that a visitor has already and that nothing has changed since are answered by 304, without computing them."""

import hashlib

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.http import parse_etags

from iet_relations.data_state import asked_once, data_state

CHANGES_LOOK = ("*.py", "*.html", "*.po", "*.css", "*.typ")
KINDS = ("text/html", "text/csv", "application/json", "application/pdf", "image/svg+xml", "application/xml")


class UnchangedPages:
    """Give visitors' pages an ETag of all that they can follow from, and compare it before the page is computed.

    That is: the state of the records, the day, the address with its language, and the program itself. Whoever has a
    cookie, as all staff do, gets every page anew, and no page of theirs is ever kept. Within a request the state is
    asked for once.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with asked_once():
            if not self.may_be_kept(request):
                return self.get_response(request)
            try:
                etag = self.etag(request)
            except DatabaseError:  # the page itself says what is wrong
                return self.get_response(request)
            if etag in parse_etags(request.headers.get("If-None-Match", "")):
                return self.with_headers(HttpResponseNotModified(), etag)
            response = self.get_response(request)
            kind = response.headers.get("Content-Type", "").partition(";")[0]
            whole = response.status_code == 200 and not response.streaming and kind in KINDS
            if whole and not response.cookies and not response.has_header("ETag"):
                self.with_headers(response, etag)
            return response

    def may_be_kept(self, request):
        return (
            request.method in ("GET", "HEAD")
            and not request.COOKIES
            and not connection.in_atomic_block
            and not any(f"/{part}/" in request.path for part in ("admin", "static", "health"))
        )

    def etag(self, request):
        headers = request.headers.get("Accept-Language", ""), request.scheme, request.get_host()
        parts = (self.program, data_state(), timezone.localdate(), headers, request.get_full_path())
        return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'

    def with_headers(self, response, etag):
        response.headers["ETag"] = etag
        response.headers.setdefault("Cache-Control", "no-cache")
        patch_vary_headers(response, ("Cookie", "Accept-Language"))
        return response

    @cached_property
    def program(self):
        """When the newest file of the program was changed, and what the pages show of the settings."""
        files = [file for pattern in CHANGES_LOOK for folder in self.folders() for file in folder.rglob(pattern)]
        newest = max(file.stat().st_mtime_ns for file in files)
        return newest, len(files), settings.PUBLIC_EMAIL, settings.PUBLIC_PHONE

    def folders(self):
        skipped = ("tests", "var", "staticfiles")
        return [
            folder
            for folder in settings.BASE_DIR.iterdir()
            if folder.is_dir() and folder.name not in skipped and not folder.name.startswith(".")
        ]
