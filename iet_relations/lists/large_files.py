"""Large files are given to a few readers at a time, so that pages always find a free thread of the worker."""

from threading import BoundedSemaphore

LARGE = 20_000
"""Rows from which a file counts as large."""
LARGEST_WORKBOOK = 200_000
"""Rows that a workbook may have; it is written whole before it is sent."""

# Of the three threads of a worker (gunicorn.conf.py).
places = BoundedSemaphore(2)


class WithPlace:
    """The parts of a large file; its place is free again when it is read or given up. The response closes it."""

    def __init__(self, parts):
        self.parts, self.held = parts, True

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.parts)

    def close(self):
        if self.held:
            self.held = False
            places.release()
        self.parts.close()
