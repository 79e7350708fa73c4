"""The switches and the journal of an everything-server, from the side of the test."""

import contextlib
import json
import subprocess
import sys
import time
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


class FolderControl(Control):
    """The switches of all processes that wrote their ports into a folder: an upstream that the gateway starts itself."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._kept: dict[int, list[dict]] = {}

    def log(self, first: int = 0) -> list[dict]:
        """What all processes saw, in the order of time; what an ended one saw before is kept."""
        for control in self._all():
            with contextlib.suppress(OSError, ConnectionError):
                self._kept[control.port] = control.log()
        return sorted((record for log in self._kept.values() for record in log), key=lambda record: record["at"])[first:]

    def state(self) -> dict:
        states = [control.state() for control in self._all()]
        merged = {"quiet": sum(state["quiet"] for state in states), "processes": len(states), "revision": ""}
        for key in ("listeners", "subscriptions", "sessions"):
            merged[key] = [one for state in states for one in state[key]]
        return merged | ({"revision": states[0]["revision"]} if states else {})

    def do(self, action: str, **given: object) -> object:
        return [control.do(action, **given) for control in self._all()]

    def wait(self, first: int = 0, seconds: float = 5, **wanted: object) -> dict:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for record in self.log(first):
                if all(record.get(key) == value for key, value in wanted.items()):
                    return record
            time.sleep(0.02)
        raise AssertionError(f"the upstream did not see {wanted}; it saw {[one.get('method') for one in self.log(first)][-12:]}")

    def pids(self) -> list[int]:
        return [int(file.name) for file in self.folder.iterdir() if file.name.isdigit() and Path("/proc", file.name).exists()]

    def _all(self) -> list[Control]:
        found = []
        for pid in self.pids() if self.folder.exists() else []:
            control = Control(int((self.folder / str(pid)).read_text()))
            with contextlib.suppress(OSError, ConnectionError):
                Control.state(control)
                found.append(control)
        return found


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
        self.process = subprocess.Popen(
            [*self._command, "--port", str(self._port)], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
        )
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
