"""The switches and the journal of an everything-server, from the side of the test."""

import json
import subprocess
import sys
from pathlib import Path

from .wire import Exchange, encode

SERVER = Path(__file__).resolve().parents[1] / "everything_server.py"


class Control:
    def __init__(self, port: int):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def state(self) -> dict:
        return self._call("GET", "/control/state", None)

    def log(self, first: int = 0) -> list[dict]:
        return self._call("GET", f"/control/log?first={first}", None)

    def mark(self) -> int:
        return len(self.log())

    def do(self, action: str, **given: object) -> object:
        return self._call("POST", "/control/do", {"action": action} | given)

    def wait(self, first: int = 0, seconds: float = 5, **wanted: object) -> dict:
        """The first record with these facts."""
        record = self._call("POST", "/control/wait", {"wanted": wanted, "first": first, "seconds": seconds})
        if record is None:
            seen = [{key: one.get(key) for key in ("kind", "method", "name") if one.get(key)} for one in self.log(first)]
            raise AssertionError(f"the upstream did not see {wanted}; it saw {seen[-12:]}")
        return record

    def requests(self, method: str = "", first: int = 0) -> list[dict]:
        return [one for one in self.log(first) if one["kind"] == "request" and one["method"] in (method or one["method"],)]

    def violations(self, first: int = 0) -> list[str]:
        return [one["rule"] + " " + str({key: value for key, value in one.items() if key not in ("n", "at", "kind", "rule")})[:300]
                for one in self.log(first) if one["kind"] == "violation"]  # fmt: skip

    def _call(self, verb: str, path: str, body: object):
        exchange = Exchange(self.url + path, verb, {}, None if body is None else encode(body), 30)
        return json.loads(exchange.body())


class EverythingServer:
    """A running everything-server; a context manager."""

    def __init__(self, revision: str, transport: str = "", *options: str, port: int = 0):
        self.revision = revision
        self.transport = transport or ("sse" if revision == "2024-11-05" else "http")
        self._command = [sys.executable, "-B", str(SERVER), "--revision", revision, "--transport", self.transport, *options]
        self._port = port

    def __enter__(self) -> "EverythingServer":
        self.start()
        return self

    def start(self) -> None:
        self.process = subprocess.Popen([*self._command, "--port", str(self._port)], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        assert self.process.stdout is not None
        self._port = int(self.process.stdout.readline())
        self.control = Control(self._port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/" + ("sse" if self.transport == "sse" else "mcp")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def __exit__(self, *_: object) -> None:
        self.stop()
