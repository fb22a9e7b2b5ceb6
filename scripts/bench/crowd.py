"""Sixteen visitors at the same time, each walking through all public pages.

One thread plays them all, by what the system says of their connections: they share the machine with the site, and what
they use or wait for themselves would be counted as the site's.
"""

import re
import selectors
import socket
import statistics
import time
from dataclasses import dataclass

from scripts.bench.asking import COOKIE, HEADERS, PATIENCE

VISITORS = 16


@dataclass(frozen=True)
class Crowd:
    """Milliseconds that half and 95 of a hundred answers took, pages a second, failures, MiB of the largest worker."""

    p50: float
    p95: float
    per_second: float
    failures: list
    memory: float


class Walker:
    """One visitor, with one connection, and one page asked for at a time."""

    def __init__(self, selector, port, addresses, headers):
        self.selector, self.port, self.addresses = selector, port, addresses
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.rest = f" HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{lines}\r\n"
        self.walls, self.failures = [], []
        self.connect()

    def connect(self):
        self.connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.register(self.connection, selectors.EVENT_READ, self)

    def leave(self):
        self.selector.unregister(self.connection)
        self.connection.close()

    def ask(self):
        self.address = self.addresses[len(self.walls) % len(self.addresses)]
        self.parts, self.missing, self.again = [], None, False
        self.asked = time.perf_counter()
        self.connection.sendall(f"GET {self.address}{self.rest}".encode())

    def read(self):
        """Take what has come; say whether the answer is whole, or will never be."""
        try:
            part = self.connection.recv(1 << 20)
        except OSError as problem:
            return self.answered(repr(problem))
        if not part:
            return self.ask_again()
        self.parts.append(part)
        if self.missing is None:
            head, end, body = b"".join(self.parts).partition(b"\r\n\r\n")
            if not end:
                return False
            self.status = head[9:12].decode()
            self.missing = int(re.search(rb"(?i)\r\ncontent-length: (\d+)", head)[1]) - len(body)
        else:
            self.missing -= len(part)
        return self.missing <= 0 and self.answered(self.status)

    def ask_again(self):
        """Ask on a new connection, once: the worker was replaced, as happens now and then."""
        again, asked = self.again or self.parts, self.asked
        self.leave()
        self.connect()
        if again:
            return self.answered("was cut")
        self.ask()
        self.asked, self.again = asked, True
        return False

    def answered(self, status):
        self.walls.append((time.perf_counter() - self.asked) * 1000)
        if status != "200":
            self.failures.append(f"{self.address}: {status}")
        return True


def crowd(server, addresses, seconds, visitors=VISITORS, known=False):
    """Let so many visitors ask for all addresses, each beginning elsewhere; once without ``seconds``.

    For those who are ``known`` every page is computed.
    """
    headers, walkers = HEADERS | (COOKIE if known else {}), []
    with selectors.DefaultSelector() as selector:
        for place in range(visitors):
            begin = place * len(addresses) // visitors
            walkers.append(Walker(selector, server.port, addresses[begin:] + addresses[:begin], headers))
        began = time.monotonic()
        for walker in walkers:
            walker.ask()
        walking = set(walkers)
        while walking and (ready := selector.select(PATIENCE)):
            for walker in (key.data for key, _events in ready):
                if not walker.read():
                    continue
                if time.monotonic() < began + seconds or (not seconds and len(walker.walls) < len(addresses)):
                    walker.ask()
                else:
                    walker.leave()
                    walking.discard(walker)
        took = time.monotonic() - began
        for walker in walking:
            walker.answered(f"not within {PATIENCE} s")
            walker.leave()
    walls = [wall for walker in walkers for wall in walker.walls]
    failures = [failure for walker in walkers for failure in walker.failures]
    p95 = statistics.quantiles(walls, n=20)[-1]
    return Crowd(statistics.median(walls), p95, len(walls) / took, failures, server.memory())
