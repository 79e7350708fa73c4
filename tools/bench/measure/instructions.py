"""Instructions per request in user space, counted by callgrind: the figure that repeats itself on a noisy machine."""

from __future__ import annotations

import json
import re
import shutil
import statistics
import subprocess
from collections.abc import Callable
from pathlib import Path

from . import load, machine, servers
from .machine import BenchError
from .servers import Server

BASELINE = machine.DOCS / "bench-instructions.json"
MARGIN = 0.05
CONNECTIONS = 8
FEW, MANY = 800, 2_400


def _count(start: Callable[[list[str]], object], requests: int, varied: bool) -> int:
    """All instructions of one life of a server that answered so many requests."""
    output = machine.WORK / "callgrind.out"
    output.unlink(missing_ok=True)
    wrapper = [machine.need("valgrind"), "--tool=callgrind", f"--callgrind-out-file={output}", "--quiet"]
    with start(wrapper) as server:
        load.exactly(server, CONNECTIONS * 4, CONNECTIONS)
        load.exactly(server, requests, CONNECTIONS, varied)
        server.stop()
        if not output.exists():
            raise BenchError(f"callgrind left no count for {server.name}:\n{server.tail()}")
    totals = re.search(r"^(?:summary|totals): (\d+)", output.read_text(), re.MULTILINE)
    if not totals:
        raise BenchError("callgrind's output has no total")
    return int(totals[1])


def _slope(start: Callable[[list[str]], object], varied: bool = False) -> float:
    return (_count(start, MANY, varied) - _count(start, FEW, varied)) / (MANY - FEW)


def stripped_copy() -> Path:
    """valgrind 3.19 cannot read the debug information that the toolchain writes (DWARF 5)."""
    copy = machine.WORK / "patchbay-stripped"
    machine.WORK.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(machine.BINARY, copy)
    copy.chmod(0o755)
    subprocess.run([machine.need("strip"), str(copy)], check=True)
    return copy


def of_patchbay(times: int = 1, varied: bool = False) -> list[float]:
    """By default each connection repeats one request; `varied` ones differ in their bodies and the lengths of these."""
    binary = stripped_copy()
    with servers.upstream(None) as target:
        return [
            _slope(lambda wrapper: servers.gateway(target, core=None, wrapper=wrapper, binary=binary), varied)
            for _ in range(times)
        ]


def of_nginx(varied: bool = False) -> float:
    with servers.upstream(None) as target:
        return _slope(lambda wrapper: servers.nginx_proxy(target, core=None, wrapper=wrapper), varied)


def figures(say: Callable[[str], None]) -> dict[str, object]:
    ours, theirs = statistics.median(of_patchbay()), of_nginx()
    say(f"  patchbay {ours:,.0f}, nginx proxy_pass {theirs:,.0f}: ratio {ours / theirs:.2f}")
    return {"patchbay": ours, "nginx": theirs, "ratio": ours / theirs}


def read_baseline() -> dict[str, object] | None:
    return json.loads(BASELINE.read_text()) if BASELINE.exists() else None


def write_baseline(count: float, varied: float) -> None:
    BASELINE.write_text(
        json.dumps(
            {
                "what": "instructions per tools/call in user space, bare path, release build, callgrind",
                "instructionsPerRequest": round(count),
                "instructionsPerVariedRequest": round(varied),
                "margin": MARGIN,
            },
            indent=2,
        )
        + "\n"
    )
