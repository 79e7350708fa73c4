"""Clients of others sign in: registration, a scripted person at the browser, consent, calls, refresh."""

import os
import re
import subprocess

from . import door, gateway, places, venv
from .clients import CLIENT_SECONDS, CLOSING, FASTMCP, SDK, SDK1
from .outcome import Outcome, Skipped

WAYS = [
    (SDK, "client_python_mcp.py", ["--mode", "auto", "--refresh"]),
    (SDK, "client_python_mcp.py", ["--mode", "legacy", "--refresh", "--token-auth", "client_secret_post"]),
    (SDK, "client_python_mcp.py", ["--mode", "2026-07-28", "--token-auth", "client_secret_basic"]),
    (SDK1, "client_python_mcp1x.py", []),
    (FASTMCP, "client_fastmcp.py", []),
]
CHROMIUM = [(SDK, "client_python_mcp.py", ["--mode", "auto", "--refresh"])]


def run() -> Outcome:
    if not places.PEERS.exists():
        raise Skipped("there is no ../shared/peers")
    passed = failed = skipped = 0
    with gateway.started("upstreams: { board: { kind: builtin, app: kanban } }\nservers: { default: { upstreams: [board], auth: oauth } }\n") as running:
        door.user(running, "add", "anna", "--role", "member")
        key = door.command(running, "key", "create", "--user", "anna", "--server", "default").stdout.split()[-1]
        ways = [(packages, script, [*words, "--auth", "oauth"], "http") for packages, script, words in WAYS]
        ways += [(packages, script, [*words, "--auth", "oauth"], "chromium") for packages, script, words in CHROMIUM]
        ways += [(SDK, "client_python_mcp.py", ["--mode", "auto", "--auth", "bearer", "--token", key], "http")]
        for packages, script, words, browser in ways:
            numbers = _drive(packages, script, [f"{running.url}/mcp", *words], browser)
            passed, failed, skipped = passed + numbers[0], failed + numbers[1], skipped + numbers[2]
    return Outcome(passed=passed, failed=failed, skipped=skipped)


def _drive(packages: tuple[str, ...], script: str, words: list[str], browser: str) -> tuple[int, int, int]:
    surroundings = {
        **os.environ, "ORACLE_CALL": "*", "ORACLE_USER": "anna", "ORACLE_PASSWORD": door.PASSWORD,
        "ORACLE_BROWSER": browser, "ORACLE_CHROMIUM": "/usr/bin/chromium",
    }  # fmt: skip
    done = subprocess.run(
        [str(venv.python_with(*packages)), "-B", str(places.PEERS / script), *words],
        env=surroundings, capture_output=True, text=True, timeout=CLIENT_SECONDS, check=False,
    )  # fmt: skip
    closing = CLOSING.search(done.stdout)
    numbers = tuple(int(number) for number in closing.groups()) if closing else (0, 1, 0)
    failed = max(numbers[1], int(done.returncode != 0))
    name = re.sub(r"pbk_\S+", "KEY", " ".join([script, *words[1:], browser]))
    print(f"{'passed' if not failed else 'FAILED'}: {name}: {numbers[0]} passed, {failed} failed, {numbers[2]} skipped", flush=True)
    if failed:
        print(done.stdout[-3000:] + done.stderr[-3000:], flush=True)
    return numbers[0], failed, numbers[2]
