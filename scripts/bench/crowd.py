"""Sixteen visitors at the same time, each walking through all public pages."""

import statistics
import threading
import time
from dataclasses import dataclass

from scripts.bench.asking import PageFailed, Visitor

VISITORS = 16


@dataclass(frozen=True)
class Crowd:
    """Milliseconds that half and 95 of a hundred answers took, pages a second, failures, MiB of the largest worker."""

    p50: float
    p95: float
    per_second: float
    failures: list
    memory: float


def crowd(server, addresses, seconds, visitors=VISITORS, known=False):
    """Let so many visitors ask for all addresses, each beginning elsewhere; once without ``seconds``.

    For those who are ``known`` every page is computed.
    """
    walls, failures, until = [], [], time.monotonic() + seconds

    def walk(place):
        visitor, begin = Visitor(server.port, known=known), place * len(addresses) // visitors
        step = 0
        while time.monotonic() < until or (not seconds and step < len(addresses)):
            address = addresses[(begin + step) % len(addresses)]
            asked = time.perf_counter()
            try:
                status, _headers, _body = visitor.get(address)
            except (OSError, PageFailed) as problem:
                status = repr(problem)
            walls.append((time.perf_counter() - asked) * 1000)
            if status != 200:
                failures.append(f"{address}: {status}")
            step += 1

    began = time.monotonic()
    threads = [threading.Thread(target=walk, args=(place,)) for place in range(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    p95 = statistics.quantiles(walls, n=20)[-1]
    return Crowd(statistics.median(walls), p95, len(walls) / took, failures, server.memory())
