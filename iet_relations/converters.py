"""Parts of addresses that stand for records."""

from django.urls import register_converter

from iet_relations.lists.listing import FILE_FORMATS


class ReferenceConverter:
    """An agreement's reference: it may hold slashes, spaces and letters of any script, but no slash at its end."""

    regex = r"[^/\x00][^\x00]*?"  # PostgreSQL refuses a text with a NUL

    def to_python(self, value):
        return value

    def to_url(self, value):
        return str(value)


class FileFormatConverter:
    """The ending of a list's file."""

    regex = "|".join(FILE_FORMATS)

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(ReferenceConverter, "reference")
register_converter(FileFormatConverter, "format")
