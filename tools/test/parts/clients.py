"""MCP clients that nobody here wrote, against the built gateway: its own Kanban app, and a server of others behind it."""

import concurrent.futures
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from . import gateway, places, venv
from .outcome import Outcome, Skipped

CLOSING = re.compile(r"^(?:PASS|FAIL) \S+: (\d+) passed, (\d+) failed, (\d+) skipped", re.MULTILINE)
CLIENT_SECONDS = 180
UPSTREAM_START_SECONDS = 60
REVISION = "2026-07-28"

SDK = ("mcp", "mcp>=2,<3", "playwright")
FASTMCP = ("fastmcp", "fastmcp>=4,<5", "playwright")
SDK1 = ("mcp1", "mcp>=1,<2", "playwright")


def python_sdk() -> Outcome:
    """The official Python SDK, pinned to the revision that this version speaks."""
    with gateway.running() as url:
        return _drive(SDK, "client_python_mcp.py", url, "--mode", REVISION)


def python_sdk_discovers() -> Outcome:
    """The same SDK finds the revision out by itself."""
    with gateway.running() as url:
        return _drive(SDK, "client_python_mcp.py", url, "--mode", "auto", "--expect-version", REVISION)


def fastmcp() -> Outcome:
    """FastMCP's client, another reading of the same revision."""
    with gateway.running() as url:
        return _drive(FASTMCP, "client_fastmcp.py", url, "--mode", REVISION)


def through_http() -> Outcome:
    """The SDK's client, through the gateway, to the SDK's server: nothing may be lost on the way."""
    script = _script("upstreams/eras_upstream.py")
    with _upstream(venv.python_with(*SDK), script) as port:
        configuration = (
            f'upstreams: {{ peer: {{ kind: http, url: "http://127.0.0.1:{port}/mcp" }} }}\n'
            "servers: { default: { upstreams: [peer], naming: plain, auth: none } }\n"
        )
        with gateway.running(configuration) as url:
            return _drive(SDK, "client_python_mcp.py", url, "--mode", REVISION)


def interop() -> Outcome:
    """Clients of others through the gateway to servers of others, in every pairing that they can make."""
    if not places.PEERS.exists():
        raise Skipped("there is no ../shared/peers")
    pythons = {kind: venv.python_with(*packages) for kind, packages in (("sdk", SDK), ("sdk1", SDK1), ("fastmcp", FASTMCP))}
    with contextlib.ExitStack() as stack:
        lines, servers = [], []
        started = []
        for name, kind, transport, words in UPSTREAMS:
            command = [str(pythons[kind]), "-B", str(_script(words[0])), *words[1:]]
            if transport == "stdio":
                lines.append(f"  u-{name}: {{ kind: stdio, command: {command} }}".replace("'", '"'))
            else:
                port = gateway.free_port()
                started.append((name, port, stack.enter_context(_process([*command, "--port", str(port)]))))
                path, upstream_kind = ("sse", "sse") if transport == "sse" else ("mcp", "http")
                lines.append(f'  u-{name}: {{ kind: {upstream_kind}, url: "http://127.0.0.1:{port}/{path}" }}')
            servers.append(f"  {name}: {{ upstreams: [u-{name}], naming: plain, auth: none }}")
        servers.append("  default: { upstreams: [u-fastmcp], naming: plain, auth: none }")
        for name, port, process in started:
            _wait_for(port, process, name)
        configuration = "upstreams:\n" + "\n".join(lines) + "\nservers:\n" + "\n".join(servers) + "\n"
        with gateway.watched(configuration) as (running, deaths), concurrent.futures.ThreadPoolExecutor(len(DRIVERS)) as pool:
            results = [
                result for found in pool.map(lambda driver: _drive_all(driver, pythons, running.url), DRIVERS) for result in found
            ]
    passed = failed = 0
    for result in results:
        problems = _problems(result)
        passed, failed = passed + (not problems), failed + bool(problems)
        for problem in problems:
            print(f"FAILED: {result['name']}: {problem[:400]}", flush=True)
    for death in deaths:
        print(f"FAILED: the gateway died: {death}", flush=True)
    slow = sorted(results, key=lambda result: -result["seconds"])[:3]
    print("slowest: " + "; ".join(f"{result['name']} {result['seconds']} s" for result in slow))
    return Outcome(passed=passed, failed=failed + len(deaths))


# Name, whose packages it needs, how the gateway reaches it, and its command.
UPSTREAMS = [
    ("fastmcp", "fastmcp", "http", ["upstreams/fastmcp_upstream.py"]),
    ("fastmcp-json", "fastmcp", "http", ["upstreams/fastmcp_upstream.py", "--stateless", "--json"]),
    ("fastmcp-sse", "fastmcp", "sse", ["upstreams/fastmcp_upstream.py", "--transport", "sse"]),
    ("fastmcp-stdio", "fastmcp", "stdio", ["upstreams/fastmcp_upstream.py", "--transport", "stdio"]),
    ("interactive", "sdk", "http", ["upstreams/interactive_upstream.py"]),
    ("interactive-sse", "sdk", "sse", ["upstreams/interactive_upstream.py", "--transport", "sse"]),
    ("interactive-stdio", "sdk", "stdio", ["upstreams/interactive_upstream.py", "--transport", "stdio"]),
    ("modern", "sdk", "http", ["upstreams/eras_upstream.py", "--era", "modern"]),
    ("legacy", "sdk", "http", ["upstreams/eras_upstream.py", "--era", "legacy"]),
    ("apps", "sdk", "http", ["upstreams/apps_upstream.py"]),
    ("legacy1x-sse", "sdk1", "sse", ["upstreams/legacy1x_upstream.py", "--transport", "sse"]),
    ("legacy1x", "sdk1", "http", ["upstreams/legacy1x_upstream.py", "--transport", "streamable-http"]),
    ("legacy1x-stdio", "sdk1", "stdio", ["upstreams/legacy1x_upstream.py", "--transport", "stdio"]),
]
# Whose packages, the driver, and the ways in which it is started.
DRIVERS = [
    ("sdk", "client_python_mcp", [["--mode", "legacy"], ["--mode", "auto"], ["--mode", REVISION], ["--transport", "sse"]]),
    ("sdk1", "client_python_mcp1x", [[], ["--transport", "sse"]]),
    ("fastmcp", "client_fastmcp", [["--mode", "legacy"], ["--mode", "auto"], ["--mode", REVISION], ["--transport", "sse"]]),
]
# Of each tool that is to succeed; the others are called with the least that their schema asks for.
ARGUMENTS = {
    "echo": {"text": "größer, 漢字"}, "add": {"terms": [1, 2, 3]}, "sleep": {"seconds": 0.2}, "count": {"to": 3},
    "progress": {"steps": 3}, "log_lines": {"count": 2}, "large": {"kilobytes": 128}, "headers_seen": {}, "clock": {}, "plain": {},
    "era": {},
}  # fmt: skip
# Tools to call where it is not all of them: one changes the list that the others read, another asks what a client never declares.
CALLS = [("fastmcp", "", "echo,add,fail,sleep,large,log_lines,headers_seen"),
         ("interactive", "client_python_mcp1x", "ask,sample,three_rounds,progress")]  # fmt: skip
# Questions that a client must have been asked at an interactive upstream, by how the driver counts them.
ASKED = {"client_python_mcp": {"elicitations": 1, "samplings": 1, "roots": 1}, "client_python_mcp1x": {"samplings": 1},
         "client_fastmcp": {"elicitations": 1, "samplings": 1}}  # fmt: skip


def _drive_all(driver: tuple[str, str, list[list[str]]], pythons: dict[str, Path], url: str) -> list[dict]:
    kind, module, ways = driver
    runs = []
    for way in ways:
        place = "sse" if "sse" in way else "mcp"
        for name, *_ in UPSTREAMS:
            calls = next((calls for start, only, calls in CALLS if name.startswith(start) and module.startswith(only)), "*")
            runs.append({"name": f"{module} {' '.join(way)} to {name}", "arguments": [f"{url}/v1/{place}/{name}", *way],
                         "calls": calls, "seconds": 45})  # fmt: skip
    done = subprocess.run(
        [str(pythons[kind]), "-B", str(places.ROOT / "Tests" / "Peers" / "peers_driver.py"), str(places.PEERS), module],
        input=json.dumps(runs), env={**os.environ, "ORACLE_ARGS": json.dumps(ARGUMENTS), "ORACLE_TIMEOUT": "20"},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    results = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    missing = [run["name"] for run in runs[len(results) :]]
    return results + [
        {"name": name, "status": f"not run: {done.stderr[-300:]}", "closing": [], "failures": [], "seconds": 0} for name in missing
    ]


def _problems(result: dict) -> list[str]:
    if result["status"] != 0:
        return result["failures"] or [f"{result['status']} {result['closing']}"]
    if result["name"].rpartition(" ")[2].startswith("interactive"):
        notes = json.loads(result["closing"][0])
        wanted = ASKED[result["name"].split()[0]]
        return [f"{notes.get(kind, 0)} {kind}" for kind, number in wanted.items() if notes.get(kind, 0) < number]
    return []


@contextlib.contextmanager
def _process(command: list[str]) -> Iterator[subprocess.Popen]:
    with (places.WORK / "upstream.log").open("ab") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen, name: str) -> None:
    end = time.monotonic() + UPSTREAM_START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"the upstream {name} did not come up: {(places.WORK / 'upstream.log').read_text(errors='replace')[-2000:]}")


def _script(name: str) -> Path:
    path = places.PEERS / name
    if not path.exists():
        raise Skipped(f"there is no {name} in ../shared/peers")
    return path


@contextlib.contextmanager
def _upstream(python: Path, script: Path) -> Iterator[int]:
    port = gateway.free_port()
    with _process([str(python), "-B", str(script), "--era", "modern", "--port", str(port)]) as process:
        _wait_for(port, process, script.name)
        yield port


def _drive(packages: tuple[str, ...], script: str, url: str, *options: str) -> Outcome:
    path, python = _script(script), venv.python_with(*packages)
    done = subprocess.run(
        [str(python), "-B", str(path), f"{url}/mcp", *options],
        env={**os.environ, "ORACLE_CALL": "*"},
        capture_output=True, text=True, timeout=CLIENT_SECONDS, check=False,
    )  # fmt: skip
    print(done.stderr[-4000:], end="", file=sys.stderr, flush=True)
    print(done.stdout[-4000:], end="", flush=True)
    closing = CLOSING.search(done.stdout)
    if not closing:
        return Outcome(failed=1, note="the client gave no closing line")
    passed, failed, skipped = (int(number) for number in closing.groups())
    return Outcome(passed=passed, failed=max(failed, int(done.returncode != 0)), skipped=skipped)
