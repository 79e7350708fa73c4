"""Five upstreams of five revisions behind one virtual server."""

import contextlib

from . import gateway, peers
from .outcome import Outcome
from .upstream_faults import within


def run() -> Outcome:
    seen: list[bool] = []
    with peers.modules(), contextlib.ExitStack() as stack:
        import aggregation
        from everything.revisions import REVISIONS, SHORT
        from scripted.control import EverythingServer

        servers = {revision: stack.enter_context(EverythingServer(revision, port=gateway.free_port())) for revision in REVISIONS}
        names = [f"u{SHORT[revision]}" for revision in REVISIONS]
        upstreams = "".join(f'  u{SHORT[revision]}: {{ kind: {"sse" if server.transport == "sse" else "http"}, url: "{server.url}" }}\n'
                            for revision, server in servers.items())  # fmt: skip
        configuration = (
            f"limits: {{ callTime: 5s, callTimeForChatGPT: 5s, listTime: {aggregation.LIST_SECONDS}s }}\nupstreams:\n{upstreams}servers:\n"
            f"  default: {{ upstreams: [{', '.join(names)}], naming: prefix, auth: none }}\n"
            f"  plain: {{ upstreams: [{', '.join(names)}], naming: plain, auth: none }}\n"
            f"  alone: {{ upstreams: [ur4], naming: prefix, auth: none }}\n"
        )
        with gateway.watched(configuration) as (running, deaths):
            crowd = aggregation.Crowd(*(f"{running.url}/v1/mcp/{slug}" for slug in ("default", "plain", "alone")), servers)
            for name, check in aggregation.CHECKS:
                seen.append(within(name, lambda check=check: check(crowd)))
    for death in deaths:
        print(f"FAILED: the gateway died: {death}", flush=True)
    return Outcome(passed=seen.count(True), failed=seen.count(False) + len(deaths))
