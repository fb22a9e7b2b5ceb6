"""Pages that nothing has changed are not computed again: who has one is answered by 304, others are given it."""

import hashlib
import threading
from collections import OrderedDict

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpResponse, HttpResponseNotModified
from django.middleware.gzip import re_accepts_gzip
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.http import parse_etags

from iet_relations.data_state import asked_once, data_state

CHANGES_LOOK = ("*.py", "*.html", "*.po", "*.css", "*.typ")
KINDS = ("text/html", "text/csv", "application/json", "application/pdf", "image/svg+xml", "application/xml")
MOST = 5 * 1024 * 1024
"""Bytes of pages, as they are sent, that a process keeps."""


class KeptPages:
    """Pages as they were sent, by their ETag: those asked for last, so many bytes of them."""

    def __init__(self, most=MOST):
        self.most, self.size = most, 0
        self.pages, self.lock = OrderedDict(), threading.Lock()

    def __getitem__(self, etag):
        """Return a page as a new response, None where it is not kept."""
        with self.lock:
            if etag not in self.pages:
                return None
            self.pages.move_to_end(etag)
            content, headers = self.pages[etag]
        return HttpResponse(content, headers=headers)

    def __setitem__(self, etag, response):
        if len(response.content) > self.most // 8:  # one page never takes the place of all others
            return
        with self.lock:
            if etag not in self.pages:
                self.pages[etag] = response.content, dict(response.headers)
                self.size += len(response.content)
            while self.size > self.most:
                _oldest, (content, _headers) = self.pages.popitem(last=False)
                self.size -= len(content)


class UnchangedPages:
    """Give visitors' pages an ETag of all that they can follow from, and compare it before the page is computed.

    That is: the state of the records, the day, the address with its language, and the program itself. A page that was
    sent is kept under its ETag, and so is never given after a change. Whoever has a cookie, as all staff do, gets
    every page anew, and no page of theirs is ever kept. Within a request the state is asked for once.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.kept = KeptPages()

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
            if (kept := self.kept[etag]) is not None:
                return kept
            response = self.get_response(request)
            kind = response.headers.get("Content-Type", "").partition(";")[0]
            whole = response.status_code == 200 and not response.streaming and kind in KINDS
            if whole and not response.cookies and not response.has_header("ETag"):
                self.with_headers(response, etag)
                if request.method == "GET":
                    self.kept[etag] = response
            return response

    def may_be_kept(self, request):
        return (
            request.method in ("GET", "HEAD")
            and not request.COOKIES
            and not connection.in_atomic_block
            and not any(f"/{part}/" in request.path for part in ("admin", "static", "health"))
        )

    def etag(self, request):
        packed = bool(re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")))
        headers = packed, request.headers.get("Accept-Language", ""), request.scheme, request.get_host()
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
