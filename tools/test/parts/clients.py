"""MCP clients that nobody here wrote, against the built gateway: its own Kanban app, and a server of others behind it."""

import contextlib
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
FASTMCP = ("fastmcp", "fastmcp>=4,<5")


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


def _script(name: str) -> Path:
    path = places.PEERS / name
    if not path.exists():
        raise Skipped(f"there is no {name} in ../shared/peers")
    return path


@contextlib.contextmanager
def _upstream(python: Path, script: Path) -> Iterator[int]:
    port = gateway.free_port()
    log = places.WORK / "upstream.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(python), "-B", str(script), "--era", "modern", "--port", str(port)],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        end = time.monotonic() + UPSTREAM_START_SECONDS
        while process.poll() is None and time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.05)
        else:
            raise RuntimeError(f"the upstream did not come up:\n{log.read_text(errors='replace')[-2000:]}")
        yield port
    finally:
        process.kill()
        process.wait()


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
