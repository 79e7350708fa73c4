"""Our own clients and servers of every revision: against each other, and through the gateway in all 25 pairings."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator

from . import gateway, places
from .outcome import Outcome

FOLDER = places.ROOT / "Tests" / "Peers"
PAGE = places.ROOT / "docs" / "matrix.md"
CLOSING = re.compile(r"^(?:PASS|FAIL) \S+: (\d+) passed, (\d+) failed, (\d+) skipped", re.MULTILINE)
SELF_SECONDS = 180


def scripted() -> Outcome:
    """Client and server of the same revision with nothing in between: what the other parts build on."""
    done = subprocess.run([sys.executable, "-B", str(FOLDER / "scripted_client.py")], capture_output=True, text=True,
                          timeout=SELF_SECONDS, check=False)  # fmt: skip
    print(done.stdout[-6000:] + done.stderr[-2000:], end="", flush=True)
    closing = CLOSING.search(done.stdout)
    passed, failed = (int(closing[1]), int(closing[2])) if closing else (0, 1)
    return Outcome(passed=passed, failed=max(failed, int(done.returncode != 0)))


def matrix() -> Outcome:
    """Every feature in every pairing; docs/matrix.md is what this run saw. PATCHBAY_WRITE_MATRIX writes it anew."""
    with modules():
        import matrix as pairings

        only = os.environ.get("PATCHBAY_MATRIX_ONLY", "")
        with pairings.upstreams(sys.executable) as (configuration, found), gateway.watched(configuration) as (running, deaths):
            cells = pairings.run(running.url, found, only, (str(places.BINARY), "stdio"))
    for line in pairings.problems(cells):
        print(f"FAILED: {line}", flush=True)
    for death in deaths:
        print(f"FAILED: the gateway died: {death}", flush=True)
    failed = sum(bool(cell.problem) for cell in cells) + len(deaths)
    slow = sorted(cells, key=lambda cell: -cell.seconds)[:3]
    print(
        "slowest: "
        + "; ".join(f"{cell.feature.name} {cell.client} to {cell.upstream} {cell.place} {cell.seconds:.1f} s" for cell in slow)
    )
    if only:
        return Outcome(passed=max(len(cells) - failed, 0), failed=failed, note="not all features")
    page = pairings.page(cells)
    (places.WORK / "matrix.md").write_text(page)
    if os.environ.get("PATCHBAY_WRITE_MATRIX") and not failed:
        PAGE.write_text(page)
    if not PAGE.exists() or PAGE.read_text() != page:
        print(f"FAILED: docs/matrix.md is not what this run saw: {places.WORK / 'matrix.md'} (PATCHBAY_WRITE_MATRIX=1 writes it)")
        failed += 1
    return Outcome(passed=max(len(cells) - failed, 0), failed=failed)


@contextlib.contextmanager
def modules() -> Iterator[None]:
    """The modules of Tests/Peers can be imported."""
    sys.path.insert(0, str(FOLDER))
    try:
        yield
    finally:
        sys.path.remove(str(FOLDER))
