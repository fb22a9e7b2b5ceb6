"""The annual report's data as a document, a workbook, a table and a tree.

``pdf`` is typeset with typst, ``workbook`` is XLSX, ``tables`` CSV and JSON. All of them, and the page, read one
dictionary of plain JSON values, so that their numbers cannot differ; what can be long is ``Rows`` in place of a list.
Its form:

``language``, ``year`` (“2016-2017”), ``as_of`` (ISO date; the only date that gets into a file)
``title``, ``institution``, ``department``, ``city``, ``edition``, ``notice`` (e.g. that the data are synthetic)
``signatures``: who signs, one text each; ``summary``: paragraphs before the first section
``sections``, each with
    ``key``, ``title``, ``annex`` (set after the sources), ``paragraphs`` (texts)
    ``figures``: the rows of the report's CSV, headline and broken down: ``indicator``, ``breakdown``, ``key``,
    ``label``, ``value`` (None: unknown), ``qualifier``, ``unit``, ``previous``, ``reported``,
    ``reported_qualifier``, ``source``; for the page also ``rows_url``, the rows behind the number (can be long)
    ``highlights``: the figures to show large
    ``tables``: ``key``, ``caption``, ``columns`` (``key``, ``label``, ``kind``: text, number or date; ``qualified``
    ones can be “at least”), ``rows`` of cells (can be long), ``notes`` (sentences under it), ``empty`` (the sentence
    in place of no rows), ``from_figures`` (it only repeats figures), ``of_records`` (its rows are records), ``sheet``
    (short name), and ``chart``: ``kind`` (bars, columns
    or stacked), ``columns`` (places of the columns to draw over the first one), ``caption``, ``alt``
    a cell is a value (None: not recorded) or ``{"value", "qualifier", "lang", "href", "unknown"}``, where ``unknown``
    words an empty value; a date is ISO text
``sources``: ``title``, ``publisher``, ``dated`` (text), ``url``, ``statements`` (``text``, ``lang``)
"""

import contextlib
import os
import tempfile
from pathlib import Path


class ReportError(Exception):
    """A report could not be made. The message is a sentence that says what failed, and where."""


def write_file(path, content):
    """Write bytes, or several after each other, so that ``path`` holds all of them or what it held before.

    They are written beside it first, and then renamed. Returns how many there are.
    """
    path = Path(path)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            size = sum(file.write(part) for part in ([content] if isinstance(content, bytes) else content))
        os.chmod(beside, 0o644)
        os.replace(beside, path)
        return size
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise
