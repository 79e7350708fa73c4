"""What outlives what: reloads, restarts, stops, and a thousand upstreams that nobody uses."""

import contextlib
import http.client
import http.server
import json
import os
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from . import gateway, places
from .outcome import Outcome

SERVER = places.ROOT / "Tests" / "Peers" / "everything_server.py"
SECONDS = 15
IDLE_UPSTREAMS = 1_000
IDLE_MEMORY_MAX = 50_000
LIST_SECONDS = 2


def run() -> Outcome:
    seen: list[bool] = []
    for scene in (processes, sessions, stored_lists, drain, idle):
        try:
            scene(seen)
        except Exception as error:  # noqa: BLE001
            judge(seen, scene.__name__, False, f"{type(error).__name__}: {error}")
    return Outcome(passed=sum(seen), failed=len(seen) - sum(seen))


def processes(seen: list[bool]) -> None:
    """A program stays while its definition does, and ends with it."""
    with tempfile.TemporaryDirectory() as folder:
        def configuration(extra: str, others: str = "") -> str:
            words = [sys.executable, "-B", str(SERVER), "--revision", "2025-11-25", "--transport", "stdio", "--control", folder]
            one = f"one: {{ kind: stdio, command: {json.dumps(words)}, environment: {{ EXTRA: {extra} }} }}, " if others else ""
            return (
                f"upstreams: {{ {one}board: {{ kind: builtin, app: kanban }} }}\n"
                f"servers: {{ default: {{ upstreams: [board], auth: none }}{others} }}\n"
            )

        def pids() -> set[int]:
            return {int(name) for name in os.listdir(folder) if name.isdigit() and Path(f"/proc/{name}").exists()}

        served = ", one: { upstreams: [one], auth: none }"
        with gateway.started(configuration("a", served)) as running:
            judge(seen, "a program is started when it is needed", pids() == set(), pids())
            judge(seen, "a program answers", bool(tools(running, "/v1/mcp/one")), "no tools")
            first = pids()
            reload(running, configuration("a", served) + "log: { level: info }\n")
            judge(seen, "an unchanged program answers after a reload", bool(tools(running, "/v1/mcp/one")), "no tools")
            judge(seen, "an unchanged program stays", len(first) == 1 and pids() == first, (first, pids()))
            reload(running, configuration("b", served))
            judge(seen, "a changed program answers", bool(tools(running, "/v1/mcp/one")), "no tools")
            judge(seen, "a changed program is another one", until(lambda: len(pids()) == 1 and pids() != first), (first, pids()))
            reload(running, configuration("b"))
            judge(seen, "a program ends that the file no longer has", until(lambda: not pids()), pids())
            reload(running, configuration("c", served))
            judge(seen, "a program comes back", bool(tools(running, "/v1/mcp/one")), "no tools")
            last = pids()
            judge(seen, "a stop is a good end", running.end() == 0, "another exit status")
            judge(seen, "a stop ends programs", until(lambda: not pids()), (last, pids()))


def sessions(seen: list[bool]) -> None:
    """A client of the handshake era goes on after the gateway was killed; a session that it ended stays ended."""
    with gateway.started() as running:
        kept, ended = initialize(running), initialize(running)
        judge(seen, "a session ends", exchange(running, "DELETE", "/mcp", session=ended)[0] == 200, "another status")
        running.end(signal.SIGKILL)
        running.start()
        status, answer = exchange(running, "POST", "/mcp", {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}, session=kept)
        judge(seen, "a session goes on", status == 200 and bool(answer["result"]["tools"]), (status, answer))
        status, answer = exchange(running, "POST", "/mcp", {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}, session=ended)
        judge(seen, "an ended session stays ended", status == 404, (status, answer))


def stored_lists(seen: list[bool]) -> None:
    """After a restart a silent upstream's tools are listed from what is stored, within the time for lists."""
    with upstream() as (port, switch):
        configuration = (
            f'upstreams: {{ slow: {{ kind: http, url: "http://127.0.0.1:{port}/mcp" }}, board: {{ kind: builtin, app: kanban }} }}\n'
            "servers: { default: { upstreams: [slow, board], naming: prefix, auth: none } }\n"
            f"limits: {{ listTime: {LIST_SECONDS}s }}\n"
        )
        with gateway.started(configuration) as running:
            names = tools(running, "/mcp")
            judge(seen, "all tools are listed", {"slow_wait", "board_list"} <= set(names), names)
            judge(seen, "the lists are stored", until(lambda: is_stored(running.data, "slow")), "they are not")
            running.end(signal.SIGKILL)
            switch.clear()
            running.start()
            began = time.monotonic()
            names = tools(running, "/mcp")
            took = time.monotonic() - began
            judge(seen, "a silent upstream's tools are listed", {"slow_wait", "board_list"} <= set(names), names)
            judge(seen, "they are listed in time", took < LIST_SECONDS + 1.5, took)
            switch.set()


def drain(seen: list[bool]) -> None:
    """A call that runs when the stop comes gets its answer, and nobody else gets in."""
    with upstream() as (port, _):
        configuration = (
            f'upstreams: {{ slow: {{ kind: http, url: "http://127.0.0.1:{port}/mcp" }} }}\n'
            "servers: { default: { upstreams: [slow], auth: none } }\n"
        )
        for session in (False, True):
            with gateway.started(configuration) as running:
                held = initialize(running) if session else None
                tools(running, "/mcp")
                answers: list[object] = []
                params = {"name": "wait", "arguments": {}}
                thread = threading.Thread(target=lambda: answers.append(ask(running, "tools/call", params, session=held)))
                thread.start()
                time.sleep(0.5)
                status = running.end()
                thread.join(SECONDS)
                era = "handshake" if session else "stateless"
                judge(seen, f"a {era} call in flight is answered", bool(answers) and "waited" in str(answers[0]), answers)
                judge(seen, f"a stop with a {era} call in flight is a good end", status == 0, status)


def idle(seen: list[bool]) -> None:
    """Upstreams that nobody uses cost memory for their names and nothing else."""
    plain = "servers: { default: { upstreams: [u0], auth: none } }\n"
    some = 'upstreams: { u0: { kind: http, url: "http://127.0.0.1:1/mcp" } }\n' + plain
    names = [f"u{number}" for number in range(IDLE_UPSTREAMS)]
    lines = [f'  {name}: {{ kind: http, url: "http://127.0.0.1:{1 + number}/mcp" }}\n' for number, name in enumerate(names)]
    many = "upstreams:\n" + "".join(lines) + f"servers: {{ default: {{ upstreams: [{', '.join(names)}], auth: none }} }}\n"
    sizes = []
    for configuration in (some, many):
        with gateway.started(configuration) as running:
            pid = running.process.pid
            before = ticks(pid)
            time.sleep(3)
            used, size = ticks(pid) - before, memory(pid)
            sizes.append(size)
            judge(seen, "an idle gateway uses no processor", used <= 1, f"{used} ticks")
    cost = sizes[1] - sizes[0]
    print(f"{IDLE_UPSTREAMS} idle upstreams: {cost} KiB ({sizes[0]} KiB with one)", flush=True)
    judge(seen, "idle upstreams are cheap", cost < IDLE_MEMORY_MAX, f"{cost} KiB")


@contextlib.contextmanager
def upstream() -> Iterator[tuple[int, threading.Event]]:
    """A server of 2026-07-28 with one tool that takes two seconds; while its switch is off it says nothing at all."""
    switch = threading.Event()
    switch.set()

    class Answers(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:  # noqa: N802
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            switch.wait(60)
            if "id" not in message:
                return self.send(202, b"")
            results: dict[str, dict] = {
                "server/discover": {"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}},
                "tools/list": {"tools": [{"name": "wait", "inputSchema": {"type": "object"}}], "ttlMs": 0, "cacheScope": "private"},
                "tools/call": {"content": [{"type": "text", "text": "waited"}]},
            }
            if message["method"] == "tools/call":
                time.sleep(2)
            answer = {"jsonrpc": "2.0", "id": message["id"]}
            if message["method"] in results:
                answer["result"] = {"resultType": "complete", **results[message["method"]]}
            else:
                answer["error"] = {"code": -32601, "message": "unknown"}
            self.send(200 if "result" in answer else 404, json.dumps(answer).encode())

        def send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], switch
    finally:
        switch.set()
        server.shutdown()
        server.server_close()


def exchange(running: gateway.Gateway, method: str, path: str, message: dict | None = None, session: str | None = None) -> tuple[int, dict]:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=SECONDS)
    fields = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    if session:
        fields |= {"Mcp-Session-Id": session, "MCP-Protocol-Version": "2025-06-18"}
    elif message and "id" in message and message["method"] != "initialize":
        fields |= {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": message["method"]}
        if name := message["params"].get("name"):
            fields["Mcp-Name"] = name
    try:
        connection.request(method, path, json.dumps(message) if message else None, fields)
        answer = connection.getresponse()
        text = answer.read().decode()
        data = [line[5:] for line in text.splitlines() if line.startswith("data:") and '"id"' in line]
        body = json.loads(data[-1] if data else text) if text.strip() else {}
        return answer.status, body | {"session": answer.headers.get("Mcp-Session-Id")}
    finally:
        connection.close()


def ask(running: gateway.Gateway, method: str, params: dict | None = None, path: str = "/mcp", session: str | None = None) -> dict:
    params = dict(params or {})
    if not session:
        params["_meta"] = {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": {"name": "life", "version": "1"},
        }
    return exchange(running, "POST", path, {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}, session)[1]


def tools(running: gateway.Gateway, path: str) -> list[str]:
    return [tool["name"] for tool in ask(running, "tools/list", path=path).get("result", {}).get("tools", [])]


def initialize(running: gateway.Gateway) -> str:
    params = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "life", "version": "1"}}
    session = exchange(running, "POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params})[1]["session"]
    exchange(running, "POST", "/mcp", {"jsonrpc": "2.0", "method": "notifications/initialized"}, session=session)
    return session


def reload(running: gateway.Gateway, configuration: str) -> None:
    said = running.log.read_text(errors="replace").count("the configuration was read again")
    running.configure(configuration)
    running.process.send_signal(signal.SIGHUP)
    if not until(lambda: running.log.read_text(errors="replace").count("the configuration was read again") > said):
        raise RuntimeError("the gateway did not reload")


def is_stored(data: Path, upstream: str) -> bool:
    with contextlib.closing(sqlite3.connect(f"file:{data}/patchbay.db?mode=ro", uri=True)) as database:
        return database.execute("SELECT 1 FROM inventories WHERE upstream = ?", [upstream]).fetchone() is not None


def until(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def memory(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def judge(seen: list[bool], what: str, is_good: bool, found: object) -> None:
    seen.append(is_good)
    if not is_good:
        print(f"FAILED: {what}: {found}", flush=True)
