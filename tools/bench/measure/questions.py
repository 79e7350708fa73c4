"""The questions, each a function from servers to figures. Everything is a ratio to nginx in the same round where it can be."""

from __future__ import annotations

import contextlib
import json
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from . import call, load, machine, servers
from .machine import BenchError
from .servers import Server

Figures = dict[str, object]
Say = Callable[[str], None]

CONNECTIONS = 64
IDLE_CONNECTIONS = 5_000
QUIET_STREAMS = 10_000
FEW_REQUESTS = 200_000
MANY_REQUESTS = 1_000_000
STARTS = 20


def correct(say: Say) -> Figures:
    """A fast wrong answer is worth nothing, so this comes first: both proxies say what the upstream says."""
    with servers.upstream() as target, servers.nginx_proxy(target) as nginx, servers.gateway(target) as patchbay:
        for server in (target, nginx, patchbay):
            status, body = load.exchange(server)
            if status != 200 or body != call.ANSWER.encode():
                raise BenchError(f"{server.name} answered {status} {body[:400]!r} instead of the upstream's answer\n{server.tail()}")
    say("the answer through both proxies is the upstream's, byte for byte")
    return {"answerIsUpstreams": True}


def _spread(values: list[float]) -> Figures:
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def _compare(rounds: int, seconds: float, loops: int, say: Say) -> Figures:
    """Alternates nginx and Patchbay; the order changes each round, because the second one finds a warmer machine."""
    single = loops == 1
    server_core, load_core = (machine.SERVER_CORE, machine.LOAD_CORE) if single else (None, None)
    with (
        servers.upstream(load_core) as target,
        servers.nginx_proxy(target, workers=loops, core=server_core) as nginx,
        servers.gateway(target, loops=loops, core=server_core) as patchbay,
    ):
        both = {"nginx": nginx, "patchbay": patchbay}
        windows: dict[str, list[load.Window]] = {name: [] for name in both}
        for server in both.values():
            load.wrk(server, connections=CONNECTIONS, seconds=1, threads=loops, core=load_core)
        for index in range(rounds):
            for name in sorted(both, reverse=bool(index % 2)):
                windows[name].append(
                    load.wrk(both[name], connections=CONNECTIONS, seconds=seconds, threads=loops, core=load_core)
                )
            pair = [windows[name][-1] for name in ("patchbay", "nginx")]
            say(
                f"  round {index + 1}: "
                + ", ".join(f"{w.per_second:,.0f}/s {w.cpu_microseconds:.1f} us" for w in pair)
                + f"; CPU {pair[0].cpu_microseconds / pair[1].cpu_microseconds:.2f}"
            )
    pairs = list(zip(windows["patchbay"], windows["nginx"], strict=True))
    figures: Figures = {
        "loops": loops,
        "pinned": single and machine.cores() > 1,
        "connections": CONNECTIONS,
        "rounds": rounds,
        "cpuRatio": _spread([ours.cpu_microseconds / theirs.cpu_microseconds for ours, theirs in pairs]),
        "requestsRatio": _spread([ours.per_second / theirs.per_second for ours, theirs in pairs]),
    }
    for name, list_ in windows.items():
        figures[name] = {
            "requestsPerSecond": _spread([w.per_second for w in list_]),
            "cpuMicroseconds": _spread([w.cpu_microseconds for w in list_]),
            "p50": statistics.median([w.p50 for w in list_]),
            "p99": statistics.median([w.p99 for w in list_]),
        }
    return figures


def one_loop(rounds: int, seconds: float, say: Say) -> Figures:
    """Server on one core, load and upstream on the other."""
    return _compare(rounds, seconds, 1, say)


def two_loops(rounds: int, seconds: float, say: Say) -> Figures:
    """Two loops against two workers; nothing is pinned, so on two cores the load competes with both."""
    return _compare(rounds, seconds, 2, say)


def latency(rounds: int, seconds: float, say: Say) -> Figures:
    """What a proxy adds to one call at a time."""
    with servers.upstream() as target, servers.nginx_proxy(target) as nginx, servers.gateway(target) as patchbay:
        every = {"direct": target, "nginx": nginx, "patchbay": patchbay}
        seen: dict[str, list[load.Window]] = {name: [] for name in every}
        for index in range(rounds + 1):
            for name in sorted(every, reverse=bool(index % 2)):
                window = load.wrk(every[name], connections=1, seconds=seconds)
                if index:
                    seen[name].append(window)
    added = {
        name: [w.p50 - direct.p50 for w, direct in zip(seen[name], seen["direct"], strict=True)]
        for name in ("nginx", "patchbay")
    }
    figures: Figures = {
        name: {"p50": statistics.median([w.p50 for w in list_]), "p99": statistics.median([w.p99 for w in list_])}
        for name, list_ in seen.items()
    }
    figures["added"] = {name: _spread(values) for name, values in added.items()}
    figures["addedRatio"] = _spread([ours / max(theirs, 1) for ours, theirs in zip(added["patchbay"], added["nginx"], strict=True)])
    say(f"  p50 in us: " + ", ".join(f"{name} {figures[name]['p50']:.0f}" for name in every))
    return figures


def memory(say: Say) -> Figures:
    """Resident memory under load and with many connections that say nothing."""
    figures: Figures = {"connections": CONNECTIONS, "idleConnections": IDLE_CONNECTIONS}
    with servers.upstream() as target:
        for name, start in (("nginx", servers.nginx_proxy), ("patchbay", servers.gateway)):
            with start(target) as server:
                fresh = server.resident_kilobytes()
                load.wrk(server, connections=CONNECTIONS, seconds=2)
                with load.idle_connections(server, CONNECTIONS):
                    loaded = server.resident_kilobytes()
                with load.idle_connections(server, IDLE_CONNECTIONS):
                    idle = server.resident_kilobytes()
                figures[name] = {
                    "freshKilobytes": fresh,
                    "loadedKilobytes": loaded,
                    "idleKilobytes": idle,
                    "kilobytesPerIdleConnection": (idle - loaded) / IDLE_CONNECTIONS,
                }
                say(f"  {name}: {fresh / 1024:.1f} MB fresh, {loaded / 1024:.1f} MB after load, "
                    f"{(idle - loaded) / IDLE_CONNECTIONS:.2f} kB per idle connection")  # fmt: skip
    return figures


def streams(rounds: int, seconds: float, say: Say) -> Figures:
    """Ten thousand quiet event streams, and whether a call notices them."""

    def p50(server: Server) -> float:
        return statistics.median([load.wrk(server, connections=1, seconds=seconds).p50 for _ in range(rounds)])

    with servers.upstream() as target, servers.gateway(target) as server:
        load.wrk(server, connections=CONNECTIONS, seconds=1)
        alone, before = server.resident_kilobytes(), p50(server)
        began = time.monotonic()
        with load.quiet_streams(server, QUIET_STREAMS):
            took = time.monotonic() - began
            during = p50(server)
            total = server.resident_kilobytes()
            idle_from = server.cpu_seconds()
            time.sleep(2)
            idle_cpu = (server.cpu_seconds() - idle_from) / 2
        time.sleep(0.5)
        after, left = p50(server), server.resident_kilobytes()
    say(f"  {total / 1024:.1f} MB with {QUIET_STREAMS:,} streams ({(total - alone) / QUIET_STREAMS:.2f} kB each), "
        f"p50 {before:.0f} us before, {during:.0f} us with them")  # fmt: skip
    return {
        "streams": QUIET_STREAMS,
        "secondsToOpen": took,
        "kilobytesAlone": alone,
        "kilobytesWithStreams": total,
        "kilobytesAfterwards": left,
        "kilobytesPerStream": (total - alone) / QUIET_STREAMS,
        "idleProcessorShare": idle_cpu,
        "p50": {"before": before, "during": during, "after": after},
        "p50Ratio": during / statistics.median([before, after]),
    }


def start(say: Say) -> Figures:
    """From `exec` to the first 200, with an empty store each time."""
    took: list[float] = []
    with servers.upstream() as target:
        for _ in range(STARTS):
            took.append(_start_once(target))
    say(f"  {statistics.median(took):.1f} ms ({min(took):.1f} to {max(took):.1f})")
    return {"starts": STARTS, "milliseconds": _spread(took)}


def _start_once(target: Server) -> float:
    port = machine.free_port()
    with tempfile.TemporaryDirectory(dir=machine.WORK) as name:
        configuration = Path(name, "patchbay.yaml")
        configuration.write_text(servers.gateway_configuration(port, target.port, 1, Path(name, "data")))
        request = f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
        began = time.perf_counter()
        process = subprocess.Popen(
            [str(machine.BINARY), "serve", "--config", str(configuration)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            while time.perf_counter() - began < servers.START_SECONDS:
                with contextlib.suppress(ConnectionError), contextlib.closing(socket.socket()) as probe:
                    probe.connect(("127.0.0.1", port))
                    probe.sendall(request)
                    if probe.recv(256).startswith(b"HTTP/1.1 200"):
                        return (time.perf_counter() - began) * 1000
            raise BenchError(f"no answer from /health within {servers.START_SECONDS} s of the start")
        finally:
            process.terminate()
            process.wait(timeout=30)


def growth(say: Say) -> Figures:
    """A leak of a few bytes per request shows over 800,000 of them."""
    with servers.upstream() as target, servers.gateway(target) as server:
        requests, marks = 0, []
        for goal in (FEW_REQUESTS, MANY_REQUESTS):
            while requests < goal:
                requests += load.wrk(server, connections=CONNECTIONS, seconds=2).requests
            marks.append((requests, server.resident_kilobytes()))
    say("  " + ", ".join(f"{kilobytes / 1024:.2f} MB after {count:,}" for count, kilobytes in marks))
    return {
        "marks": [{"requests": count, "kilobytes": kilobytes} for count, kilobytes in marks],
        "grownKilobytes": marks[1][1] - marks[0][1],
    }


def binary(say: Say) -> Figures:
    """What has to be copied to a server."""
    size = machine.BINARY.stat().st_size
    done = subprocess.run(["ldd", str(machine.BINARY)], capture_output=True, text=True, check=False)
    libraries = sorted(line.split()[0] for line in done.stdout.splitlines() if "=>" in line)
    say(f"  {size / 1e6:.1f} MB, needs {', '.join(libraries)}")
    return {"bytes": size, "libraries": libraries}


def json_beside_simdjson(rounds: int, say: Say) -> Figures:
    """The scanner that a call passes through, beside simdjson's DOM in the same process."""
    program = machine.ROOT / "tools" / "bench" / "json" / "run"
    done = subprocess.run([str(program), str(rounds)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"tools/bench/json/run ended with {done.returncode}:\n{done.stderr[-2000:]}")
    figures = json.loads(done.stdout.splitlines()[-1])
    say("  scanner over simdjson DOM: " + ", ".join(
        f"{name} {message['scannerRatio']:.2f}" for name, message in figures["messages"].items()))  # fmt: skip
    return figures
