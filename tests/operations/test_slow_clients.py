"""Connections that come or go too slowly are ended; others are not disturbed, and shared between the workers."""

import socket
import time

import pytest
from gunicorn.config import Config

from iet_relations.serving import paced_worker
from iet_relations.serving.paced_worker import PacedSocket, PacedWorker


@pytest.fixture
def connection(monkeypatch):
    """The two ends of a connection, the server's one paced with little patience."""
    monkeypatch.setattr(paced_worker, "GRACE", 0.4)
    monkeypatch.setattr(paced_worker, "PATIENCE", 0.4)
    ours, theirs = socket.socketpair()
    yield PacedSocket(ours), theirs
    ours.close()
    theirs.close()


def test_a_request_that_drips_is_ended_although_something_always_comes(connection):
    server, visitor = connection
    began = time.monotonic()

    with pytest.raises(ConnectionResetError):
        while time.monotonic() - began < 5:
            visitor.send(b"x")
            server.recv(1)
            time.sleep(0.05)

    assert time.monotonic() - began < 2


def test_silence_is_ended(connection):
    server, _visitor = connection

    with pytest.raises(ConnectionResetError):
        server.recv(10)


def test_an_answer_that_nobody_takes_is_ended(connection, monkeypatch):
    server, _visitor = connection
    monkeypatch.setattr(paced_worker, "SLOWEST", 10**9)

    with pytest.raises(ConnectionResetError):
        server.sendall(bytes(10_000_000))


def test_a_large_body_at_a_fair_pace_may_take_longer_than_the_grace(connection):
    server, visitor = connection
    began = time.monotonic()
    while time.monotonic() - began < 0.8:
        visitor.send(bytes(8000))
        assert server.recv(8000)
        time.sleep(0.1)


def test_the_next_request_on_a_connection_has_its_own_time(connection):
    server, visitor = connection
    for _request in range(3):
        visitor.send(b"GET")
        assert server.recv(10) == b"GET"
        server.sendall(b"OK")
        time.sleep(0.25)


class Worker(PacedWorker):
    """A worker of this process that only takes connections."""

    def __init__(self, connections):
        super().__init__(1, 1, [], None, 60, Config(), None)
        self.tmp.close()
        self.nr_conns, self.taken = connections, []

    def enqueue_req(self, conn):
        self.taken.append(conn)


def test_a_new_connection_goes_to_the_worker_that_has_fewer(monkeypatch):
    busy, idle = Worker(connections=5), Worker(connections=0)
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()):
        listener.setblocking(False)
        # While the busy worker waits, the idle one has its turn.
        monkeypatch.setattr(paced_worker.time, "sleep", lambda seconds: idle.accept(listener) if seconds else None)

        busy.accept(listener)

        assert (len(busy.taken), len(idle.taken)) == (0, 1)
        assert (busy.nr_conns, idle.nr_conns) == (5, 1)
        idle.taken[0].close()


def test_a_worker_takes_a_connection_that_no_other_takes():
    busy = Worker(connections=500)
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()):
        listener.setblocking(False)

        busy.accept(listener)

        assert len(busy.taken) == 1
        busy.taken[0].close()
