"""A worker of gunicorn that ends connections which come or go too slowly, so that a few cannot keep all its threads.

A thread reads a request and writes its answer. Whoever sends a byte a second, or takes one, would keep it for hours.
Connections are shared between the workers, each of which keeps those that it has taken.
"""

import errno
import time

from gunicorn.workers.gthread import ThreadWorker

GRACE = 5
"""Seconds that every request may take."""
PATIENCE = 15
"""Seconds that every part of an answer may take: telephones fall silent in tunnels."""
SLOWEST = 8 * 1024
"""Bytes a second beyond them: a bad connection of a telephone."""
WAIT, LONGEST_WAIT = 0.0001, 0.001
"""Seconds for each connection that a worker has, and at most, until it takes another one."""


class PacedSocket:
    """A visitor's connection, whose requests and answers have to move at a fair pace."""

    def __init__(self, plain):
        self._plain = plain
        self._began, self._received = None, 0

    def __getattr__(self, name):
        return getattr(self._plain, name)

    def recv(self, size):
        now = time.monotonic()
        if self._began is None:
            self._began, self._received = now, 0
        data = self._within(self._began + GRACE + self._received / SLOWEST - now, self._plain.recv, size)
        self._received += len(data)
        return data

    def sendall(self, data):
        self._began = None
        self._within(PATIENCE + len(data) / SLOWEST, self._plain.sendall, data)

    def sendfile(self, file, offset=0, count=None):
        self._began = None
        return self._within(PATIENCE, self._plain.sendfile, file, offset, count)  # for each part that the system takes

    def _within(self, seconds, what, *arguments):
        """Do something in so many seconds; raise what gunicorn takes for a visitor who went away."""
        given = self._plain.gettimeout()
        if given is not None and given < seconds:
            return what(*arguments)
        if seconds <= 0:
            raise ConnectionResetError(errno.ECONNRESET, "too slow")
        self._plain.settimeout(seconds)
        try:
            return what(*arguments)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "too slow") from None
        finally:
            self._plain.settimeout(given)


class PacedWorker(ThreadWorker):
    """Gunicorn's worker with threads, over such connections."""

    def handle(self, conn):
        if not isinstance(conn.sock, PacedSocket):
            conn.sock = PacedSocket(conn.sock)
        return super().handle(conn)

    def accept(self, listener):
        """Take a new connection, unless a worker that has fewer takes it first.

        Of connections that come together, the worker that happens to wake first would take nearly all.
        """
        time.sleep(min(self.nr_conns * WAIT, LONGEST_WAIT))
        super().accept(listener)
