"""Bad upstreams and rude clients against the built gateway: one clear answer each, one line in the log, and nothing left over."""

import contextlib
import json
import os
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from . import gateway, places
from .outcome import Outcome

JSON = b"application/json"
RESULT = b'{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[]}}'
ENVELOPE = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
# What every upstream says before it misbehaves: a gateway asks first, and calls only what is offered.
HINT = {"ttlMs": 3_600_000, "cacheScope": "public"}
OFFER = {
    "server/discover": {"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}},
    "tools/list": {"tools": [{"name": "w", "inputSchema": {"type": "object"}}]},
}
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n"
PATIENCE_SECONDS = 30
MEMORY_GROWTH_MAX = 16 * 1024  # kB; a gathered 64 MiB answer would be far above


def whole(status: bytes, kind: bytes, body: bytes, extra: bytes = b"") -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n" % (status, kind, len(body), extra) + body


def big(peer: socket.socket) -> None:
    peer.sendall(CHUNKED % JSON)
    for _ in range(1024):
        peer.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
    peer.sendall(b"0\r\n\r\n")


def cut_events(peer: socket.socket) -> None:
    event = b'event: message\ndata: {"jsonrpc":"2.0","method":"notifications/progress","params":{}}\n\n'
    peer.sendall(CHUNKED % b"text/event-stream" + b"%x\r\n%s\r\n" % (len(event), event))


# Name, what the upstream does with one request, and words of the answer. `None` for the words: the connection is closed.
UPSTREAMS: list[tuple[str, Callable[[socket.socket], object], str | None]] = [
    ("fine", lambda peer: peer.sendall(whole(b"200 OK", JSON, RESULT)), '"resultType":"complete"'),
    ("hangs", lambda peer: peer.recv(1), "did not answer in time"),
    ("garbage", lambda peer: peer.sendall(b"\x00\x01garbage\r\n\r\n"), "not valid HTTP"),
    ("html", lambda peer: peer.sendall(whole(b"200 OK", b"text/html", b"<html>")), "did not answer as an MCP server"),
    ("broken-json", lambda peer: peer.sendall(whole(b"200 OK", JSON, b'{"a":')), "did not answer as an MCP server"),
    ("other-id", lambda peer: peer.sendall(whole(b"200 OK", JSON, RESULT.replace(b"1", b"9", 1))), "answer as an MCP"),
    ("cut", lambda peer: peer.sendall(whole(b"200 OK", JSON, RESULT)[:-9]), "broke off before its answer was complete"),
    ("redirects", lambda peer: peer.sendall(whole(b"302 Found", JSON, b"", b"Location: http://x/\r\n")), "HTTP 302"),
    ("wants-login", lambda peer: peer.sendall(whole(b"401 Unauthorized", JSON, b"")), "asks for a login"),
    ("unavailable", lambda peer: peer.sendall(whole(b"503 Unavailable", JSON, b"{}")), "cannot be reached now"),
    ("too-big", big, None),
    ("announces-64-mib", lambda peer: peer.sendall(whole(b"200 OK", JSON, b"x" * 67108864)[:9999]), "longer than the limit"),
    ("cuts-events", cut_events, "broke off before its answer was complete"),
    ("judges-the-hop", lambda peer: peer.sendall(whole(
        b"400 Bad Request", JSON, b'{"jsonrpc":"2.0","id":1,"error":{"code":-32020,"message":"x"}}')), "-32603"),
]  # fmt: skip

# Name, what the client sends, and the start of what it gets; empty: the connection is closed without an answer.
HEAD = b"POST /mcp HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"
CLIENTS: list[tuple[str, bytes, bytes]] = [
    ("sends 100,000 fields", HEAD + b"a: b\r\n" * 100_000 + b"\r\n", b"HTTP/1.1 431 "),
    ("announces 1 GiB", HEAD + b"Content-Length: 1073741824\r\n\r\n", b"HTTP/1.1 413 "),
    ("sends both lengths", HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", b"HTTP/1.1 400 "),
    ("sends a NUL in a field", HEAD + b"a: \x00\r\n\r\n", b"HTTP/1.1 400 "),
    ("sends invalid UTF-8", HEAD + b"Content-Length: 3\r\n\r\n\"\xff\"", b"HTTP/1.1 400 "),
    ("nests 100,000 deep", HEAD + b"Content-Length: 100000\r\n\r\n" + b"[" * 100_000, b"HTTP/1.1 400 "),
    ("names another host", HEAD.replace(b"%s", b"evil.example") + b"Content-Length: 2\r\n\r\n{}", b"HTTP/1.1 403 "),
    ("comes from another page", HEAD + b"Origin: https://evil.example\r\nContent-Length: 2\r\n\r\n{}", b"HTTP/1.1 403 "),
    ("speaks no HTTP", b"\x16\x03\x01\x00\xff\x01\x00", b"HTTP/1.1 400 "),
]


def run() -> Outcome:
    seen: list[bool] = []
    with upstreams() as ports:
        lines = [f'  {name}: {{ kind: http, url: "http://127.0.0.1:{port}/mcp" }}' for name, port in ports.items()]
        lines.append('  refuses: { kind: http, url: "http://127.0.0.1:1/mcp" }')
        names = [*ports, "refuses"]
        configuration = "limits: { callTime: 2s, loops: 1 }\nupstreams:\n" + "\n".join(lines) + "\nservers:\n" + "\n".join(
            f"  {'default' if name == 'fine' else name}: {{ upstreams: [{name}], auth: none }}" for name in names) + "\n"  # fmt: skip
        with gateway.running(configuration) as url:
            host, port = url.removeprefix("http://").split(":")
            where = (host, int(port))
            judge(seen, where)
    if not full_disk(seen):
        return Outcome(passed=seen.count(True), failed=seen.count(False), skipped=1, note="a full disk needs root")
    return Outcome(passed=seen.count(True), failed=seen.count(False))


def judge(seen: list[bool], where: tuple[str, int]) -> None:
    pid = listener(where[1])
    log = places.WORK / "gateway.log"
    log_start = log.stat().st_size
    for name, _, _ in UPSTREAMS:
        call(where, "/mcp" if name == "fine" else f"/v1/mcp/{name}", method="tools/list")
    call(where, "/mcp")
    before = (memory(pid), descriptors(pid))
    for name, _, words in [*UPSTREAMS, ("refuses", None, "cannot be reached now")]:
        answer = call(where, "/mcp" if name == "fine" else f"/v1/mcp/{name}")
        is_whole = answer is not None and words is not None and words in answer
        report(seen, f"an upstream: {name}", is_whole or (words is None and answer is None), answer)
    for name, request, start in CLIENTS:
        got = raw(where, request.replace(b"%s", b"%s:%d" % (where[0].encode(), where[1])))
        report(seen, f"a client that {name}", got.startswith(start), got[:200])
    lines = log.read_bytes()[log_start:].decode(errors="replace").splitlines()
    for name, _, _ in UPSTREAMS[1:]:
        said = [line for line in lines if f'"upstream":"{name}"' in line]
        report(seen, f"the log says once: {name}", len(said) == 1, said)
    report(seen, "the others notice nothing", '"complete"' in (call(where, "/mcp") or ""), None)
    settled = until(lambda: descriptors(pid) <= before[1])
    report(seen, "no descriptor is left over", settled, (before[1], descriptors(pid)))
    grown = memory(pid) - before[0]
    report(seen, "no memory is left over", grown < MEMORY_GROWTH_MAX, f"{grown} kB")


def full_disk(seen: list[bool]) -> bool:
    """A database on a file system of its own that is filled up and emptied again; False where it cannot be mounted."""
    with tempfile.TemporaryDirectory(dir=places.WORK) as small:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small], capture_output=True, check=False)
        if mounted.returncode != 0:
            return False
        try:
            with gateway.running(data=f"{small}/data") as url:
                host, port = url.removeprefix("http://").split(":")
                where = (host, int(port))
                add = {"name": "add", "arguments": {"title": "kept", "notes": "n" * 1900}}
                report(seen, "a card is taken while there is room", "Added" in (call(where, "/mcp", **add) or ""), None)
                filling = Path(small, "filling")
                with filling.open("wb", buffering=0) as file, contextlib.suppress(OSError):
                    while file.write(b"x" * 1024) == 1024:
                        pass
                refused = until(lambda: "disk is full" in (call(where, "/mcp", **add) or ""))
                report(seen, "a full disk is said to who asks", refused, None)
                report(seen, "/ready says 503 then", until(lambda: get(where, "/ready").startswith(b"HTTP/1.1 503")), None)
                report(seen, "what needs no write goes on", "kept" in (call(where, "/mcp", name="list") or ""), None)
                filling.unlink()
                report(seen, "writes go on when there is room", until(lambda: "Added" in (call(where, "/mcp", **add) or "")), None)
                report(seen, "/ready says 200 again", until(lambda: get(where, "/ready").startswith(b"HTTP/1.1 200")), None)
        finally:
            subprocess.run(["umount", small], check=False)
    return True


@contextmanager
def upstreams() -> Iterator[dict[str, int]]:
    listeners: list[socket.socket] = []
    ports: dict[str, int] = {}
    for name, behave, _ in UPSTREAMS:
        listener_socket = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener_socket)
        ports[name] = listener_socket.getsockname()[1]
        threading.Thread(target=serve, args=(listener_socket, behave), daemon=True).start()
    try:
        yield ports
    finally:
        for listener_socket in listeners:
            listener_socket.close()


def serve(listener_socket: socket.socket, behave: Callable[[socket.socket], object]) -> None:
    while True:
        try:
            peer, _ = listener_socket.accept()
        except OSError:
            return
        threading.Thread(target=serve_one, args=(peer, behave), daemon=True).start()


def serve_one(peer: socket.socket, behave: Callable[[socket.socket], object]) -> None:
    """A good upstream keeps its connection; the others end it after their deed, which no call to the good one may notice."""
    try:
        with peer:
            while message := read_message(peer):
                asked = json.loads(message)
                if result := OFFER.get(asked.get("method")):
                    answer = {"jsonrpc": "2.0", "id": asked["id"], "result": {"resultType": "complete", **HINT, **result}}
                    peer.sendall(whole(b"200 OK", JSON, json.dumps(answer).encode()))
                elif behave(peer) is not None or behave is not UPSTREAMS[0][1]:
                    return
    except OSError:
        pass  # The gateway gave up, as it should.


def read_message(peer: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data and (piece := peer.recv(65536)):
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < length and (piece := peer.recv(65536)):
        body += piece
    return body


def call(
    where: tuple[str, int], path: str, name: str = "w", arguments: dict | None = None, method: str = "tools/call"
) -> str | None:
    """The body of the answer; nothing if the connection ended before the answer was whole."""
    subject = {"name": name, "arguments": arguments or {}} if method == "tools/call" else {}
    message = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": {**subject, "_meta": ENVELOPE}}).encode()
    request = (
        b"POST %s HTTP/1.1\r\nHost: %s:%d\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n"
        b"Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\n"
        b"Mcp-Method: %s\r\n%s\r\n"
        % (path.encode(), where[0].encode(), where[1], len(message), method.encode(),
           b"Mcp-Name: %s\r\n" % name.encode() if subject else b"")
    ) + message
    got = raw(where, request)
    head, _, body = got.partition(b"\r\n\r\n")
    if b"transfer-encoding" in head and not body.endswith(b"0\r\n\r\n"):
        return None
    return body.decode(errors="replace")


def get(where: tuple[str, int], path: str) -> bytes:
    return raw(where, b"GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % path.encode())


def raw(where: tuple[str, int], request: bytes) -> bytes:
    got = b""
    with socket.create_connection(where, timeout=PATIENCE_SECONDS) as peer:
        try:
            peer.sendall(request)
        except OSError:
            pass  # Refused in the middle; what it says is read below.
        try:
            while piece := peer.recv(65536):
                got += piece
                if got.startswith(b"HTTP/1.1 4") and b"\r\n\r\n" in got:
                    break
        except ConnectionResetError:
            pass
    return got


def until(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def listener(port: int) -> int:
    """The process that listens on a port."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        inode = next(row.split()[9] for row in table if row.split()[1].endswith(f":{port:04X}") and row.split()[3] == "0A")
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if any(os.readlink(f"/proc/{pid}/fd/{fd}") == f"socket:[{inode}]" for fd in os.listdir(f"/proc/{pid}/fd")):
                return int(pid)
        except OSError:
            continue
    raise RuntimeError(f"nobody listens on {port}")


def memory(pid: int) -> int:
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1])


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def report(seen: list[bool], what: str, is_good: bool, found: object) -> None:
    seen.append(is_good)
    print(f"passed: {what}" if is_good else f"FAILED: {what}: {found!r:.400}", flush=True)
