"""Log lines as JSON, each with the number of its request, and without what names a person or opens a door.

No query string, no address of a visitor, no body is logged; secret parts of addresses are masked, and of an error of
the database only the first line, which holds no values.
"""

import json
import logging
import re
import time
import traceback
import uuid
from contextvars import ContextVar

from django.conf import settings
from django.db import Error as DatabaseError

current_request = ContextVar("current_request", default="")
logger = logging.getLogger(__name__)

SLOW = 2.0
"""Seconds from which on a request is worth a line."""

QUERY = re.compile(r"\?[^\s\"']+")
SECRET_PARTS = re.compile(r"(/(?:calendar|password-reset)/)[^\s?\"']+")
GIVEN_NUMBER = re.compile(r"[A-Za-z0-9._-]{8,64}")


def masked(text):
    """Return a text with the secret parts of addresses taken out."""
    return SECRET_PARTS.sub(r"\1…", text)


class RequestLog:
    """Gives every request a number (``X-Request-ID``; a trusted proxy may give its own); logs failed and slow ones."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.headers.get("X-Request-ID", "") if settings.TRUST_PROXY else ""
        number = given if GIVEN_NUMBER.fullmatch(given) else uuid.uuid4().hex
        token, began = current_request.set(number), time.monotonic()
        try:
            response = self.get_response(request)
            seconds = time.monotonic() - began
            if response.status_code >= 500 or seconds >= SLOW:
                level = logging.ERROR if response.status_code >= 500 else logging.WARNING
                details = {"method": request.method, "path": request.path, "status": response.status_code}
                logger.log(level, "request", extra={"details": {**details, "seconds": round(seconds, 3)}})
            response.headers["X-Request-ID"] = number
            return response
        finally:
            current_request.reset(token)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, request, and for an exception its class and places."""

    def format(self, record):
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": masked(self.told(record))[:2000],
        }
        if number := current_request.get():
            line["request"] = number
        for key, value in getattr(record, "details", {}).items():
            line[key] = masked(value) if isinstance(value, str) else value
        if record.exc_info and record.exc_info[1] is not None:
            line.update(self.of_exception(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False)

    def told(self, record):
        """Return the message; gunicorn's name the whole address of a request, which loses its query string."""
        text = record.getMessage()
        return QUERY.sub("?…", text) if record.name.startswith("gunicorn") else text

    def of_exception(self, error):
        """Return class, first line and places of an exception; never the values in them."""
        first = (str(error).splitlines() or [""])[0][:300]
        frames = traceback.extract_tb(error.__traceback__)[-12:]
        return {
            "error": type(error).__name__,
            "reason": masked(first) if isinstance(error, DatabaseError | OSError) else "",
            "places": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
