"""The built gateway with an empty store, for tests from outside."""

import contextlib
import http.client
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from . import places
from .outcome import Skipped

START_SECONDS = 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(configuration: str = "", data: str = "") -> Iterator[str]:
    """The gateway's address without a path; its data lies in a folder that goes with it, unless one is named."""
    if not places.BINARY.exists():
        raise Skipped("there is no .build/release/patchbay: make build")
    port = free_port()
    places.WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=places.WORK) as name:
        file = Path(name, "patchbay.yaml")
        file.write_text(f"listen: 127.0.0.1:{port}\ndata: {data or name + '/data'}\n" + configuration)
        log = places.WORK / "gateway.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                [str(places.BINARY), "serve", "--config", str(file)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        try:
            _wait(port, process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(port: int, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.02)
        finally:
            connection.close()
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
    raise RuntimeError(f"the gateway did not come up:\n{tail}")
