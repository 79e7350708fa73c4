"""The built gateway with an empty store, for tests from outside."""

import contextlib
import http.client
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from . import places
from .outcome import Skipped

START_SECONDS = 20
END_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Gateway:
    """A gateway that can be ended and started again with the same data and address."""

    def __init__(self, folder: Path, configuration: str, data: str = ""):
        if not places.BINARY.exists():
            raise Skipped("there is no .build/release/patchbay: make build")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = places.WORK / "gateway.log"
        self.file = folder / "patchbay.yaml"
        self.data = Path(data) if data else folder / "data"
        self._head = f"listen: 127.0.0.1:{self.port}\ndata: {self.data}\n"
        self.configure(configuration)

    def configure(self, configuration: str) -> None:
        """What the next start or reload reads."""
        self.file.write_text(self._head + configuration)

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(places.BINARY), "serve", "--config", str(self.file)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        self._wait()

    def end(self, by: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(by)
        try:
            return self.process.wait(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.02)
            finally:
                connection.close()
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
        raise RuntimeError(f"the gateway did not come up:\n{tail}")


@contextlib.contextmanager
def started(configuration: str = "", data: str = "") -> Iterator[Gateway]:
    """A running gateway; its data lies in a folder that goes with it, unless one is named."""
    places.WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=places.WORK) as name:
        gateway = Gateway(Path(name), configuration, data)
        gateway.start()
        try:
            yield gateway
        finally:
            if gateway.process.poll() is None:
                gateway.end()


@contextlib.contextmanager
def running(configuration: str = "", data: str = "") -> Iterator[str]:
    """The address of a running gateway, without a path."""
    with started(configuration, data) as gateway:
        yield gateway.url


@contextlib.contextmanager
def watched(configuration: str) -> Iterator[tuple[Gateway, list[str]]]:
    """A gateway that is started again when it dies, and what it said each time: one death must not hide all other findings."""
    deaths: list[str] = []
    with started(configuration) as gateway:
        is_over = threading.Event()
        said = gateway.log.stat().st_size

        def watch() -> None:
            nonlocal said
            while not is_over.wait(0.1):
                if gateway.process.poll() is not None:
                    text = gateway.log.read_bytes()[said:].decode(errors="replace")
                    said = gateway.log.stat().st_size
                    lines = [line for line in text.splitlines() if "rror:" in line or " at /" in line or "recondition" in line]
                    deaths.append(" | ".join(lines)[:2000])
                    gateway.start()

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield gateway, deaths
        finally:
            is_over.set()
            thread.join()
