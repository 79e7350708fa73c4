"""Load and single exchanges: wrk for the many, plain sockets for the counted and the idle."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from . import call, machine
from .machine import BenchError
from .servers import Server


@dataclass(frozen=True)
class Window:
    """What one run of wrk saw, and what the server paid for it."""

    requests: int
    per_second: float
    p50: int
    p99: int
    cpu_microseconds: float


def wrk(server: Server, *, connections: int, seconds: float, threads: int = 1, core: int | None = machine.LOAD_CORE) -> Window:
    """One window of load; any failed request makes it worthless, so it ends the run."""
    script = machine.WORK / "call.lua"
    script.write_text(call.wrk_script())
    command = [machine.need("wrk"), f"-t{threads}", f"-c{connections}", f"-d{max(1, round(seconds))}s", "-s", str(script), server.url]
    processes = server.processes()
    before = machine.cpu_seconds(processes)
    done = subprocess.run(machine.pinned(core, command), capture_output=True, text=True, check=False)
    spent = machine.cpu_seconds(processes) - before
    line = next((line for line in done.stdout.splitlines() if line.startswith("RESULT ")), None)
    if line is None:
        raise BenchError(f"wrk gave no result against {server.name}:\n{done.stdout}{done.stderr}")
    result = json.loads(line.removeprefix("RESULT "))
    failed = {kind: count for kind, count in result["failed"].items() if count}
    if failed or not result["requests"]:
        ended = "" if server.process.poll() is None else f"; it ended with {server.process.returncode}"
        raise BenchError(f"{server.name} failed {failed} beside {result['requests']} answers{ended}:\n{server.tail()}")
    return Window(
        requests=result["requests"],
        per_second=result["requests"] * 1e6 / result["microseconds"],
        p50=result["p50"],
        p99=result["p99"],
        cpu_microseconds=spent * 1e6 / result["requests"],
    )


def connect(server: Server) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def read_answer(connection: socket.socket) -> tuple[int, bytes]:
    """Status and body of one answer that has a Content-Length or is chunked."""
    buffer = b""
    while b"\r\n\r\n" not in buffer:
        buffer += _more(connection)
    head, body = buffer.split(b"\r\n\r\n", 1)
    lines = head.split(b"\r\n")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
    status = int(lines[0].split(b" ")[1])
    if b"content-length" in fields:
        while len(body) < int(fields[b"content-length"]):
            body += _more(connection)
        return status, body
    if fields.get(b"transfer-encoding") == b"chunked":
        return status, _chunked(connection, body)
    raise BenchError(f"an answer without a length: {head!r}")


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(65_536)
    if not piece:
        raise BenchError("the server closed the connection in the middle of an answer")
    return piece


def _chunked(connection: socket.socket, buffer: bytes) -> bytes:
    body = b""
    while True:
        while b"\r\n" not in buffer:
            buffer += _more(connection)
        size, buffer = buffer.split(b"\r\n", 1)
        length = int(size.split(b";")[0], 16)
        while len(buffer) < length + 2:
            buffer += _more(connection)
        body, buffer = body + buffer[:length], buffer[length + 2 :]
        if length == 0:
            return body


def exchange(server: Server) -> tuple[int, bytes]:
    """One call on a connection of its own."""
    with contextlib.closing(connect(server)) as connection:
        connection.sendall(call.request_bytes(server.port))
        return read_answer(connection)


def exactly(server: Server, requests: int, connections: int, varied: bool = False) -> None:
    """That many calls and not one more: all connections ask, then all are read, so that the work repeats itself."""
    sockets = [connect(server) for _ in range(connections)]
    message = call.request_bytes(server.port)
    try:
        for turn in range(requests // connections):
            for place, connection in enumerate(sockets):
                number = turn * connections + place
                connection.sendall(call.varied_bytes(server.port, number) if varied else message)
            for connection in sockets:
                status, _ = read_answer(connection)
                if status != 200:
                    raise BenchError(f"{server.name} answered {status}:\n{server.tail()}")
    finally:
        for connection in sockets:
            connection.close()


@contextlib.contextmanager
def idle_connections(server: Server, count: int) -> Iterator[None]:
    """Kept connections that made one call each and now say nothing."""
    sockets: list[socket.socket] = []
    message = call.request_bytes(server.port)
    try:
        for _ in range(count):
            connection = connect(server)
            sockets.append(connection)
            connection.sendall(message)
            status, _ = read_answer(connection)
            if status != 200:
                raise BenchError(f"{server.name} answered {status} on idle connection {len(sockets)}:\n{server.tail()}")
        yield
    finally:
        for connection in sockets:
            connection.close()


@contextlib.contextmanager
def quiet_streams(server: Server, count: int) -> Iterator[None]:
    """Event streams that have begun and carry nothing."""
    sockets: list[socket.socket] = []
    message = call.stream_bytes(server.port)
    try:
        for _ in range(count):
            connection = connect(server)
            sockets.append(connection)
            connection.sendall(message)
            head = b""
            while b"\r\n\r\n" not in head:
                head += _more(connection)
            if not head.startswith(b"HTTP/1.1 200") or b"text/event-stream" not in head.lower():
                raise BenchError(f"stream {len(sockets)} was answered with {head!r}")
        yield
    finally:
        for connection in sockets:
            connection.close()
