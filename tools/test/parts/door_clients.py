"""Clients of others sign in: registration, a scripted person at the browser, consent, calls, refresh."""

import os
import re
import subprocess
from subprocess import PIPE

from . import door, gateway, places, venv
from .clients import CLIENT_SECONDS, CLOSING, FASTMCP, SDK, SDK1
from .outcome import Outcome, Skipped

REVOKED = places.ROOT / "Tests" / "Peers" / "revoked_client.py"
MODES = ("auto", "legacy", "2026-07-28")
METHODS = ("none", "client_secret_post", "client_secret_basic")
WAYS = [
    *((SDK, "client_python_mcp.py", ["--mode", mode, "--refresh", "--token-auth", method]) for mode in MODES for method in METHODS),
    *((SDK1, "client_python_mcp1x.py", ["--token-auth", method]) for method in METHODS),
    *((FASTMCP, "client_fastmcp.py", ["--mode", mode]) for mode in MODES),
    (FASTMCP, "client_fastmcp.py", ["--token-auth", "client_secret_basic"]),
    (SDK, "client_python_mcp.py", ["--transport", "sse"]),
    (SDK1, "client_python_mcp1x.py", ["--transport", "sse"]),
]
CHROMIUM = [(SDK, "client_python_mcp.py", ["--mode", "auto", "--refresh"]), (SDK1, "client_python_mcp1x.py", []), (FASTMCP, "client_fastmcp.py", [])]
KEYED = [(SDK, "client_python_mcp.py", ["--mode", "auto"]), (SDK1, "client_python_mcp1x.py", []), (FASTMCP, "client_fastmcp.py", [])]


def run() -> Outcome:
    if not places.PEERS.exists():
        raise Skipped("there is no ../shared/peers")
    passed = failed = skipped = 0
    with gateway.started("upstreams: { board: { kind: builtin, app: kanban } }\nservers: { default: { upstreams: [board], auth: oauth } }\n") as running:
        door.user(running, "add", "anna", "--role", "member")
        key = door.command(running, "key", "create", "--user", "anna", "--server", "default").stdout.split()[-1]
        ways = [(packages, script, [*words, "--auth", "oauth"], "http") for packages, script, words in WAYS]
        ways += [(packages, script, [*words, "--auth", "oauth"], "chromium") for packages, script, words in CHROMIUM]
        ways += [(packages, script, [*words, "--auth", "bearer", "--token", key], "http") for packages, script, words in KEYED]
        for packages, script, words, browser in ways:
            place = "sse" if "sse" in words else "mcp"
            numbers = _drive(packages, script, [f"{running.url}/{place}", *words], browser)
            passed, failed, skipped = passed + numbers[0], failed + numbers[1], skipped + numbers[2]
        for packages, kind in ((SDK, "sdk"), (FASTMCP, "fastmcp")):
            numbers = _revoked(packages, kind, running)
            passed, failed = passed + numbers[0], failed + numbers[1]
    return Outcome(passed=passed, failed=failed, skipped=skipped)


def _revoked(packages: tuple[str, ...], kind: str, running: gateway.Gateway) -> tuple[int, int]:
    """A person takes back what they gave, on their account page, while the client rests."""
    browser = door.signed_in(running)
    command = [str(venv.python_with(*packages)), "-B", str(REVOKED), str(places.PEERS), f"{running.url}/mcp", kind]
    with subprocess.Popen(command, env=_surroundings("http"), text=True, stdin=PIPE, stdout=PIPE, stderr=PIPE) as client:
        connected = client.stdout.readline()
        page = browser.go("/account")
        while "/account/clients/" in page[1].text and connected:
            page = browser.press("Revoke", page, upstream="/account/clients/")
        try:
            output, errors = client.communicate("go on\n", timeout=CLIENT_SECONDS)
        except subprocess.TimeoutExpired:
            client.kill()
            output, errors = client.communicate()
    closing = CLOSING.search(output)
    passed, failed = (int(closing[1]), int(closing[2])) if closing else (0, 1)
    print(f"{'passed' if not failed else 'FAILED'}: {kind}, revoked meanwhile: {passed} passed, {failed} failed", flush=True)
    if failed:
        print(output[-1000:] + errors[-3000:], flush=True)
    return passed, failed


def _surroundings(browser: str) -> dict[str, str]:
    return {
        **os.environ, "ORACLE_CALL": "*", "ORACLE_USER": "anna", "ORACLE_PASSWORD": door.PASSWORD,
        "ORACLE_BROWSER": browser, "ORACLE_CHROMIUM": "/usr/bin/chromium",
    }  # fmt: skip


def _drive(packages: tuple[str, ...], script: str, words: list[str], browser: str) -> tuple[int, int, int]:
    done = subprocess.run(
        [str(venv.python_with(*packages)), "-B", str(places.PEERS / script), *words],
        env=_surroundings(browser), capture_output=True, text=True, timeout=CLIENT_SECONDS, check=False,
    )  # fmt: skip
    closing = CLOSING.search(done.stdout)
    numbers = tuple(int(number) for number in closing.groups()) if closing else (0, 1, 0)
    failed = max(numbers[1], int(done.returncode != 0))
    name = re.sub(r"pbk_\S+", "KEY", " ".join([script, *words[1:], browser]))
    print(f"{'passed' if not failed else 'FAILED'}: {name}: {numbers[0]} passed, {failed} failed, {numbers[2]} skipped", flush=True)
    if failed:
        print(done.stdout[-3000:] + done.stderr[-3000:], flush=True)
    return numbers[0], failed, numbers[2]
