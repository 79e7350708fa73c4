"""MCP clients that nobody here wrote, against the built gateway and its Kanban app."""

import os
import re
import subprocess
import sys
from pathlib import Path

from . import gateway, places, venv
from .outcome import Outcome, Skipped

CLOSING = re.compile(r"^(?:PASS|FAIL) \S+: (\d+) passed, (\d+) failed, (\d+) skipped", re.MULTILINE)
CLIENT_SECONDS = 180


def python_sdk() -> Outcome:
    """The official Python SDK, pinned to the revision that this version speaks."""
    script = _script("client_python_mcp.py")
    python = venv.python_with("mcp", "mcp>=2,<3", "playwright")
    return _drive([str(python), str(script), "{url}/mcp", "--mode", "2026-07-28"])


def fastmcp() -> Outcome:
    """FastMCP's client speaks the handshake revisions first, which this version does not."""
    raise Skipped("FastMCP's client begins with a handshake; this version speaks 2026-07-28 only")


def _script(name: str) -> Path:
    path = places.PEERS / name
    if not path.exists():
        raise Skipped(f"there is no {name} in ../shared/peers")
    return path


def _drive(command: list[str]) -> Outcome:
    # A pinned client asks for no discovery and then tries every method: this server has tools and one resource.
    environment = {**os.environ, "ORACLE_CALL": "*", "PYTHONDONTWRITEBYTECODE": "1"}
    with gateway.running() as url:
        done = subprocess.run(
            [word.format(url=url) for word in command],
            env=environment, capture_output=True, text=True, timeout=CLIENT_SECONDS, check=False,
        )  # fmt: skip
    print(done.stdout[-4000:], end="")
    print(done.stderr[-4000:], end="", file=sys.stderr)
    closing = CLOSING.search(done.stdout)
    if not closing:
        return Outcome(failed=1, note="the client gave no closing line")
    passed, failed, skipped = (int(number) for number in closing.groups())
    return Outcome(passed=passed, failed=max(failed, int(done.returncode != 0)), skipped=skipped)
