"""Upstreams that die, lie, hang and flood, clients that leave, and a gateway that is ended or killed: issue by issue."""

import contextlib
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from . import gateway, peers
from .outcome import Outcome

LIMITS = "limits: { callTime: 3s, callTimeForChatGPT: 3s, listTime: 1s, loops: 2 }\n"
CHECK_SECONDS = 45
LONG_SECONDS = 40
VICTIMS = (("r1", "2024-11-05", "sse"), ("r3", "2025-06-18", "http"), ("r4", "2025-11-25", "http"), ("r5", "2026-07-28", "http"),
           ("s4", "2025-11-25", "stdio"), ("s5", "2026-07-28", "stdio"))  # fmt: skip


def run() -> Outcome:
    seen: list[bool] = []
    with peers.modules(), contextlib.ExitStack() as stack:
        import misbehaviour
        from scripted.control import SERVER, EverythingServer, FolderControl

        lines, servers, found = [], [], []
        for name, revision, kind in VICTIMS:
            if kind == "stdio":
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                words = [
                    sys.executable,
                    "-B",
                    str(SERVER),
                    "--revision",
                    revision,
                    "--transport",
                    "stdio",
                    "--control",
                    str(folder),
                ]
                lines.append(f"  u{name}: {{ kind: stdio, command: {words} }}".replace("'", '"'))
                found.append((name, revision, FolderControl(folder), None, kind))
            else:
                server = EverythingServer(revision, port=gateway.free_port())
                stack.enter_context(server)
                lines.append(f'  u{name}: {{ kind: {kind}, url: "{server.url}" }}')
                found.append((name, revision, server.control, server, kind))
            servers.append(f"  {name}: {{ upstreams: [u{name}], naming: plain, auth: none }}")
        servers.append("  default: { upstreams: [ur4], naming: plain, auth: none }")
        configuration = "upstreams:\n" + "\n".join(lines) + "\nservers:\n" + "\n".join(servers) + "\n"

        patient = threading.Thread(target=_patience, args=(seen,), daemon=True)
        patient.start()
        with gateway.watched(LIMITS + configuration) as (running, deaths):
            victims = [(misbehaviour.Victim(f"u{name}", f"{running.url}/v1/mcp/{name}", revision, control, server), kind)
                       for name, revision, control, server, kind in found]  # fmt: skip
            threads = [threading.Thread(target=_bully, args=(seen, victim, kind, misbehaviour.EVERY)) for victim, kind in victims]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        for death in deaths:
            print(f"FAILED: the gateway died: {death}", flush=True)
        with gateway.started(LIMITS + configuration) as started:
            for victim, _ in victims:
                victim.url = f"{started.url}/v1/mcp/{victim.url.rpartition('/')[2]}"
            handle = misbehaviour.Running(lambda: started.process.pid, started.end, started.start)
            for name, check in misbehaviour.PROCESS:
                seen.append(within(f"the gateway: {name}", lambda check=check: check(handle, [victim for victim, _ in victims])))
                if started.process.poll() is not None:
                    started.start()
        patient.join()
    return Outcome(passed=seen.count(True), failed=seen.count(False) + len(deaths))


def _bully(seen: list[bool], victim, kind: str, checks: list) -> None:
    for check in checks:
        if kind in check.kinds:
            seen.append(within(f"{victim.name} ({victim.revision}, {kind}) {check.name}", lambda check=check: check.run(victim)))
            with contextlib.suppress(OSError, ConnectionError):
                victim.control.do("clear")
                victim.control.do("restore")


def _patience(seen: list[bool]) -> None:
    """A call of 40 seconds beside everything else: progress flows, and nobody gives up."""
    from scripted.clients import client
    from scripted.control import EverythingServer

    def calls() -> None:
        with contextlib.ExitStack() as stack:
            servers = [stack.enter_context(EverythingServer(revision)) for revision in ("2024-11-05", "2025-11-25", "2026-07-28")]
            upstreams = "".join(
                f'  u{n}: {{ kind: {"http" if n else "sse"}, url: "{server.url}" }}\n' for n, server in enumerate(servers)
            )
            names = "".join(
                f"  {'default' if not n else f's{n}'}: {{ upstreams: [u{n}], auth: none }}\n" for n in range(len(servers))
            )
            url = stack.enter_context(gateway.running(f"upstreams:\n{upstreams}servers:\n{names}"))
            started = []
            for n in range(len(servers)):
                for revision in ("2025-11-25", "2026-07-28"):
                    peer = client(revision, f"{url}/v1/mcp/{'default' if not n else f's{n}'}", "", timeout=LONG_SECONDS + 15).open()
                    started.append(
                        peer.start(
                            "tools/call", {"name": "wait", "arguments": {"seconds": LONG_SECONDS, "steps": 20}}, token="long"
                        )
                    )
            for call in started:
                reply = call.reply(LONG_SECONDS + 10)
                assert reply.words == "waited 20 steps", reply.response
                assert len(reply.notifications("notifications/progress")) == 20, "progress"

    seen.append(within(f"a call of {LONG_SECONDS} s", calls, LONG_SECONDS + 30))


def within(name: str, work: Callable[[], object], seconds: float = CHECK_SECONDS) -> bool:
    """In a thread of its own, because the worst that can happen is that nothing does."""
    problems: list[str] = []

    def guarded() -> None:
        try:
            work()
            problems.append("")
        except Exception as error:  # noqa: BLE001
            frames = [
                frame
                for frame in traceback.extract_tb(error.__traceback__)
                if "Peers" in frame.filename or "parts" in frame.filename
            ]
            where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in frames[-1:-4:-1])
            problems.append(f"{type(error).__name__} {str(error)[:400]} ({where})")

    began = time.monotonic()
    thread = threading.Thread(target=guarded, daemon=True)
    thread.start()
    thread.join(seconds)
    problem = problems[0] if problems else f"hangs for {seconds} s"
    took = time.monotonic() - began
    print(f"FAILED: {name}: {problem}" if problem else f"passed: {name} ({took:.1f} s)", flush=True)
    return not problem
