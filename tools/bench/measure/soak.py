"""Mixed and rude load in cycles: afterwards memory, descriptors and processor time are where they were."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import struct
import time
from collections.abc import Callable

from . import call, load, servers
from .machine import BenchError
from .servers import Server

WARM_CYCLES = 3
GROWN_KILOBYTES_MAX = 2_048
# Connections to the upstream that stay open between calls are no leak.
DESCRIPTORS_SPARE = 160
SETTLE_SECONDS = 30


def _reset(connection: socket.socket) -> None:
    """Closes with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def resets_in_the_middle(server: Server) -> None:
    """Clients that go away while the answer is on its way."""
    for _ in range(300):
        connection = load.connect(server)
        connection.sendall(call.request_bytes(server.port))
        _reset(connection)


def half_requests(server: Server) -> None:
    """Clients that stop in the middle of a request, at every place."""
    message = call.request_bytes(server.port)
    for _ in range(300):
        connection = load.connect(server)
        connection.sendall(message[: random.randrange(len(message))])
        connection.close()


def nonsense(server: Server) -> None:
    """Bytes that are no HTTP: an answer or a closed connection, at once."""
    for _ in range(200):
        with contextlib.closing(load.connect(server)) as connection:
            connection.settimeout(10)
            with contextlib.suppress(ConnectionError):
                connection.sendall(random.randbytes(200) + b"\r\n\r\n")
                connection.recv(4096)


def streams_come_and_go(server: Server) -> None:
    with load.quiet_streams(server, 500):
        pass


def idlers_come_and_go(server: Server) -> None:
    with load.idle_connections(server, 500):
        pass


def calls(server: Server) -> None:
    load.wrk(server, connections=64, seconds=2)


CYCLE: list[Callable[[Server], None]] = [
    calls, resets_in_the_middle, half_requests, nonsense, streams_come_and_go, idlers_come_and_go, calls,
]  # fmt: skip


def _descriptors(server: Server) -> int:
    return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in server.processes())


def _settled_descriptors(server: Server, limit: int) -> int:
    """What is closed by the client is closed by the server a little later."""
    end = time.monotonic() + SETTLE_SECONDS
    while (open_now := _descriptors(server)) > limit and time.monotonic() < end:
        time.sleep(0.1)
    return open_now


def run(minutes: float, say: Callable[[str], None]) -> None:
    end = time.monotonic() + minutes * 60
    with servers.upstream() as target, servers.gateway(target) as server:
        fresh = _descriptors(server)
        settled: int | None = None
        cycle = 0
        while cycle <= WARM_CYCLES or time.monotonic() < end:
            cycle += 1
            for step in CYCLE:
                step(server)
                if server.process.poll() is not None:
                    raise BenchError(f"the gateway ended during {step.__name__}:\n{server.tail()}")
            descriptors = _settled_descriptors(server, fresh + DESCRIPTORS_SPARE)
            kilobytes = server.resident_kilobytes()
            say(f"cycle {cycle}: {kilobytes / 1024:.2f} MB, {descriptors} descriptors")
            if descriptors > fresh + DESCRIPTORS_SPARE:
                raise BenchError(f"{descriptors - fresh} descriptors more than at the start: connections leak")
            if cycle == WARM_CYCLES:
                settled = kilobytes
            if settled is not None and kilobytes > settled + GROWN_KILOBYTES_MAX:
                raise BenchError(f"{kilobytes - settled} kB more than after cycle {WARM_CYCLES}: memory leaks")
        before = server.cpu_seconds()
        time.sleep(5)
        if server.cpu_seconds() - before > 0.05:
            raise BenchError("the gateway uses the processor while nobody asks anything")
        if server.stop() != 0:
            raise BenchError(f"the gateway did not end in order:\n{server.tail()}")
    say(f"soak: {cycle} cycles, nothing grew, nothing failed")
