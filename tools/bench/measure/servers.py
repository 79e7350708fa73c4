"""The three servers side by side: an upstream that always says the same, nginx before it, Patchbay before it."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from . import call, machine
from .machine import BenchError

FOR_EVER = 1_000_000_000
START_SECONDS = 20


class Server:
    """A running server: its port, its processes, and a folder that goes with it."""

    def __init__(self, name: str, command: list[str], port: int, folder: Path, ready_path: str) -> None:
        self.name, self.port, self.folder = name, port, folder
        self.log = folder / "log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, start_new_session=True
            )
        self._wait(ready_path)

    def _wait(self, path: str) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise BenchError(f"{self.name} ended at its start with {self.process.returncode}:\n{self.tail()}")
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", path)
                connection.getresponse().read()
                return
            except OSError:
                time.sleep(0.01)
            finally:
                connection.close()
        raise BenchError(f"{self.name} did not answer within {START_SECONDS} s:\n{self.tail()}")

    def tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{call.PATH}"

    def processes(self) -> list[int]:
        """Re-read every time: valgrind and taskset replace themselves, nginx has workers."""
        return machine.family(self.process.pid)

    def cpu_seconds(self) -> float:
        return machine.cpu_seconds(self.processes())

    def resident_kilobytes(self) -> int:
        return machine.resident_kilobytes(self.processes())

    def stop(self) -> int:
        """An orderly end, then a hard one for whatever of its session is left."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.wait()


@contextlib.contextmanager
def _folder(name: str) -> Iterator[Path]:
    machine.WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=name + "-", dir=machine.WORK, ignore_cleanup_errors=True) as path:
        yield Path(path)


def _nginx_configuration(folder: Path, workers: int, http_section: str, single_process: bool) -> str:
    return f"""daemon off;
{"master_process off;" if single_process else ""}
{"user root;" if os.geteuid() == 0 else ""}
worker_processes {workers};
worker_rlimit_nofile {machine.DESCRIPTORS};
pid {folder}/nginx.pid;
error_log {folder}/error.log crit;
events {{ worker_connections 16384; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    keepalive_requests {FOR_EVER}; keepalive_timeout 3600s;
{http_section}
}}
"""


@contextlib.contextmanager
def _nginx(
    name: str,
    port: int,
    http_section: str,
    *,
    workers: int = 1,
    core: int | None = None,
    wrapper: list[str] | None = None,
) -> Iterator[Server]:
    with _folder(name) as folder:
        configuration = folder / "nginx.conf"
        configuration.write_text(_nginx_configuration(folder, workers, http_section, bool(wrapper)))
        command = [*(wrapper or []), machine.need("nginx"), "-p", str(folder), "-c", str(configuration)]
        server = Server(name, machine.pinned(core, command), port, folder, "/ready-for-the-bench")
        try:
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def upstream(core: int | None = machine.LOAD_CORE) -> Iterator[Server]:
    """Answers every call with the same bytes, and says before the first one what it is."""
    port = machine.free_port()
    section = f"""
    map $http_mcp_method $answer {{
        default '{call.ANSWER}';
        "server/discover" '{call.DISCOVERY}';
        "tools/list" '{call.TOOLS}';
    }}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location = /ready-for-the-bench {{ return 204; }}
        location = {call.PATH} {{ default_type application/json; return 200 $answer; }}
    }}"""
    with _nginx("upstream", port, section, core=core) as server:
        yield server


@contextlib.contextmanager
def nginx_proxy(
    target: Server, *, workers: int = 1, core: int | None = machine.SERVER_CORE, wrapper: list[str] | None = None
) -> Iterator[Server]:
    """nginx as its own documentation sets it up for speed: kept connections to the upstream, no access log."""
    port = machine.free_port()
    section = f"""
    upstream fixed {{
        server 127.0.0.1:{target.port};
        keepalive 128; keepalive_requests {FOR_EVER}; keepalive_timeout 3600s;
    }}
    server {{
        listen 127.0.0.1:{port} backlog=4096 {"reuseport" if workers > 1 else ""};
        location = /ready-for-the-bench {{ return 204; }}
        location / {{
            proxy_pass http://fixed;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }}
    }}"""
    with _nginx("nginx", port, section, workers=workers, core=core, wrapper=wrapper) as server:
        yield server


def gateway_configuration(port: int, upstream_port: int, loops: int, data: Path) -> str:
    """The bare path: one server, one upstream, no authorization, no line per call."""
    return f"""listen: 127.0.0.1:{port}
data: {data}
log: {{ level: warning, format: json }}
limits: {{ loops: {loops} }}
upstreams:
  fixed: {{ kind: http, url: "http://127.0.0.1:{upstream_port}{call.PATH}", auth: {{ mode: none }} }}
servers:
  default: {{ upstreams: [fixed], naming: plain, auth: none }}
"""


@contextlib.contextmanager
def gateway(
    target: Server,
    *,
    loops: int = 1,
    core: int | None = machine.SERVER_CORE,
    wrapper: list[str] | None = None,
    binary: Path | None = None,
) -> Iterator[Server]:
    """Patchbay with an empty store of its own."""
    port = machine.free_port()
    with _folder("patchbay") as folder:
        configuration = folder / "patchbay.yaml"
        configuration.write_text(gateway_configuration(port, target.port, loops, folder / "data"))
        command = [*(wrapper or []), str(binary or machine.BINARY), "serve", "--config", str(configuration)]
        server = Server("patchbay", machine.pinned(core, command), port, folder, "/health")
        try:
            # Lists are asked for before tools are called; with them the gateway knows what the upstream is.
            call.list_tools(port)
            yield server
        finally:
            server.stop()
