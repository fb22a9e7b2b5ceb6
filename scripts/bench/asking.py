"""Asking a site for pages over one connection, as a browser does, and what each of them costs."""

import gzip
import http.client
import math
import re
import statistics
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from scripts.bench.databases import ACCOUNT, PASSWORD

PATIENCE = 60
HEADERS = {"Accept-Encoding": "gzip", "Accept": "text/html"}
"""No If-None-Match: none is answered by 304."""
COOKIE = {"Cookie": "any=1"}
"""Whoever has a cookie gets every page computed, not one that was kept."""


@dataclass(frozen=True)
class Cost:
    """What a page costs: CPU ms of server and database together, wall ms, bytes as sent, rows of tables and cards."""

    cpu: float
    p50: float
    p95: float
    size: int
    whole_size: int
    rows: int


NEVER = Cost(math.inf, math.inf, math.inf, 0, 0, 0)


class PageFailed(Exception):
    """A page was not answered, or not by 200."""


class Visitor:
    """Somebody who asks a server for pages; staff have signed in, and ``known`` ones have a cookie."""

    def __init__(self, port, staff=False, known=False):
        self.port, self.headers = port, HEADERS | (COOKIE if known else {})
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        if staff:
            self.sign_in()

    def get(self, address, **headers):
        """Return (status, headers, body as it was sent)."""
        return self.ask("GET", address, **headers)

    def ask(self, method, address, body=None, **headers):
        for last in (False, True):
            try:
                self.connection.request(method, address, body, {**self.headers, **headers})
                answer = self.connection.getresponse()
                return answer.status, answer.headers, answer.read()
            except TimeoutError:
                self.connection.close()
                raise PageFailed(f"{address} was not answered within {PATIENCE} s.") from None
            except (http.client.HTTPException, ConnectionError):
                self.connection.close()  # the worker was replaced, as happens now and then
                if last:
                    raise

    def page(self, address):
        status, _headers, body = self.get(address)
        if status != 200:
            raise PageFailed(f"{address} was answered by {status}.")
        return body

    def sign_in(self):
        _status, headers, body = self.get("/admin/login/", **{"Accept-Encoding": "identity"})
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', body)[1].decode()
        form = {"csrfmiddlewaretoken": token, "username": ACCOUNT, "password": PASSWORD, "next": "/admin/"}
        self.headers["Cookie"] = self.cookies(headers)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        status, headers, _body = self.ask("POST", "/admin/login/", urlencode(form), **kind)
        if status != 302:
            raise SystemExit(f"Signing in was answered by {status}.")
        self.headers["Cookie"] = self.cookies(headers)

    def cookies(self, headers):
        return "; ".join(cookie.partition(";")[0] for cookie in headers.get_all("Set-Cookie", []))


def cost(server, visitor, addresses, seconds, before_each=None):
    """Ask for the addresses in turn for some seconds, five times at least or once where it is very slow."""
    walls, sizes, whole, rows, used = [], [], [], [], server.used()
    began = time.monotonic()
    for address in addresses:
        if before_each:
            before_each()
        asked = time.perf_counter()
        body = visitor.page(address)
        walls.append((time.perf_counter() - asked) * 1000)
        sizes.append(len(body))
        if len(walls) <= 3:
            text = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
            whole.append(len(text))
            rows.append(text.count(b"<tr") + text.count(b'<li class="card"'))
        spent = time.monotonic() - began
        if spent > seconds and (len(walls) >= 5 or spent > 3 * seconds):
            break
    cpu = server.spent_since(used) * 1000 / len(walls)
    slowest = sorted(walls)[int(len(walls) * 0.95) - 1 if len(walls) > 1 else 0]
    return Cost(cpu, statistics.median(walls), slowest, max(sizes), max(whole), round(statistics.mean(rows)))
