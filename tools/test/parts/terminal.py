"""The commands that talk to a server: `tools`, `call`, and `stdio` under a client of others."""

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
from .clients import SDK, SDK1
from .outcome import Outcome, Skipped

SERVER = places.ROOT / "Tests" / "Peers" / "everything_server.py"
REVISIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28")
MODES = ("legacy", "auto", "2026-07-28")
CLOSING = re.compile(r"^(?:PASS|FAIL) \S+: (\d+) passed, (\d+) failed, (\d+) skipped", re.MULTILINE)
START_SECONDS = 60
COMMAND_SECONDS = 60
CLIENT_SECONDS = 180


def commands() -> Outcome:
    """`tools` and `call` against a server of each revision, and the exit codes of what goes wrong."""
    if not places.BINARY.exists():
        raise Skipped("there is no .build/release/patchbay: make build")
    seen: list[bool] = []
    for revision in REVISIONS:
        transport = "sse" if revision == REVISIONS[0] else "http"
        server = [sys.executable, "-B", str(SERVER), "--revision", revision, "--transport", transport]
        with _started(server) as port:
            url = f"http://127.0.0.1:{port}/{'sse' if transport == 'sse' else 'mcp'}"
            listed = _patchbay("tools", url, "--json")
            names = [tool["name"] for tool in json.loads(listed.stdout or "{}").get("tools", [])]
            _judge(seen, f"{revision} lists", listed.returncode == 0 and "echo" in names, listed.stderr or names)
            page = _patchbay("tools", url)
            _judge(seen, f"{revision} lists for people", page.returncode == 0 and f"MCP {revision}" in page.stdout, page.stdout[:200])
            said = _patchbay("call", url, "echo", '{"text":"hello there"}')
            _judge(seen, f"{revision} calls", said.returncode == 0 and "hello there" in said.stdout, said)
            near = _patchbay("call", url, "ecko")
            _judge(seen, f"{revision} suggests", near.returncode == 1 and "did you mean `echo`?" in near.stderr, near)
    nobody = _patchbay("tools", f"http://127.0.0.1:{gateway.free_port()}/mcp")
    _judge(seen, "nobody there", nobody.returncode == 69 and nobody.stderr.startswith("patchbay: "), nobody)
    wrong = _patchbay("call", "http://127.0.0.1:1/", "echo", "[1]")
    _judge(seen, "wrong words", wrong.returncode == 2, wrong)
    return Outcome(passed=sum(seen), failed=len(seen) - sum(seen))


def bridge() -> Outcome:
    """The official client over `patchbay stdio`, in both eras, to servers of others in both eras: what they ask reaches it."""
    script = _script("client_python_mcp.py")
    client, old = venv.python_with(*SDK), venv.python_with(*SDK1)
    passed = failed = skipped = 0
    for python, server, path in [
        (client, ["upstreams/interactive_upstream.py"], "mcp"),
        (client, ["upstreams/eras_upstream.py", "--era", "legacy"], "mcp"),
        (old, ["upstreams/legacy1x_upstream.py", "--transport", "sse"], "sse"),
    ]:
        port = gateway.free_port()
        words = [str(python), "-B", str(_script(server[0])), *server[1:], "--port", str(port)]
        with _started(words, port):
            for mode in MODES:
                command = f"{places.BINARY} stdio http://127.0.0.1:{port}/{path}"
                done = subprocess.run(
                    [str(client), "-B", str(script), command, "--transport", "stdio", "--mode", mode],
                    env={**os.environ, "ORACLE_CALL": "*"},
                    capture_output=True, text=True, timeout=CLIENT_SECONDS, check=False,
                )  # fmt: skip
                closing = CLOSING.search(done.stdout)
                numbers = [int(number) for number in closing.groups()] if closing else [0, 1, 0]
                if not closing or numbers[1] or done.returncode:
                    print(f"FAILED: {server[0]} {mode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}", flush=True)
                passed, failed, skipped = passed + numbers[0], failed + max(numbers[1], int(done.returncode != 0)), skipped + numbers[2]
    return Outcome(passed=passed, failed=failed, skipped=skipped)


def _patchbay(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(places.BINARY), *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False)


def _script(name: str) -> Path:
    path = places.PEERS / name
    if not path.exists():
        raise Skipped(f"there is no {name} in ../shared/peers")
    return path


@contextlib.contextmanager
def _started(words: list[str], port: int = 0) -> Iterator[int]:
    """A server; without a port of ours it says its own in its first line."""
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        if not port:
            yield int(process.stdout.readline())
            return
        end = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.05)
        else:
            raise RuntimeError(f"{' '.join(words)} did not come up")
        yield port
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _judge(seen: list[bool], what: str, is_good: bool, found: object) -> None:
    seen.append(is_good)
    if not is_good:
        print(f"FAILED: {what}: {found}", flush=True)
