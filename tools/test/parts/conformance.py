"""The official suite's scenarios and known clients' exact messages, through the gateway to upstreams of both eras."""

import sys
import threading
import traceback

from . import gateway, peers
from .outcome import Outcome

CHECK_SECONDS = 15
STATELESS, HANDSHAKE = "2026-07-28", "2025-11-25"


def run() -> Outcome:
    seen: list[bool] = []
    with peers.modules():
        import conformance as checks
        import fixtures_run as fixtures
        import matrix as pairings

        with pairings.upstreams(sys.executable) as (configuration, found), gateway.watched(configuration) as (running, deaths):
            for era, listed in ((STATELESS, checks.STATELESS), (HANDSHAKE, checks.HANDSHAKE)):
                for upstream in (STATELESS, HANDSHAKE):
                    target = checks.Target(f"{running.url}/v1/mcp/{found[upstream, ''][0]}", upstream)
                    for check in listed:
                        if check.needs in ("", upstream):
                            seen.append(_check(f"{era} to {upstream}: {check.name}", check.run, target))
            for name in fixtures.names():
                for (upstream, transport), (slug, _) in found.items():
                    problems = fixtures.run(name, f"{running.url}/v1/mcp/{slug}")
                    seen.append(not problems)
                    for problem in problems:
                        print(f"FAILED: to {upstream} {transport}: {problem}", flush=True)
    for death in deaths:
        print(f"FAILED: the gateway died: {death}", flush=True)
    return Outcome(passed=seen.count(True), failed=seen.count(False) + len(deaths))


def _check(name: str, run, target) -> bool:
    """In a thread of its own, because the worst that can happen is that nothing does."""
    said: list[str] = []

    def work() -> None:
        try:
            run(target)
            said.append("")
        except Exception as error:  # noqa: BLE001
            last = traceback.extract_tb(error.__traceback__)[-1]
            said.append(f"{type(error).__name__} {str(error)[:500]} ({last.name}:{last.lineno})")

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(CHECK_SECONDS)
    problem = said[0] if said else f"hangs for {CHECK_SECONDS} s"
    if problem:
        print(f"FAILED: {name}: {problem}", flush=True)
    return not problem
