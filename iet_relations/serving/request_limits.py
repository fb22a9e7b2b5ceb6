"""Refuses bodies that no page of the registry takes, before a byte of them is read."""

from iet_relations.serving.errors import payload_too_large

LARGEST_BODY = 110 * 2**20
"""Bytes: the largest file that can be imported, and the form around it."""


class RequestLimits:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isascii() and length.isdigit() and int(length[:20]) > LARGEST_BODY:
            return payload_too_large(request)
        return self.get_response(request)
