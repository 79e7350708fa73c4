"""What upstreams and clients may do to a gateway: each check breaks one thing and wants clear words, one answer, and calls that go on.

`EVERY` are run against one upstream of each kind, while others are run against others; `PROCESS` end or kill the gateway.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from everything.revisions import R4, R5
from features import same, until
from scripted.clients import client
from scripted.control import Control, EverythingServer, FolderControl
from scripted.handshake import BOTH
from scripted.peer import Peer
from scripted.wire import Reply, encode

CALL_SECONDS = 3  # the gateway's callTime in these checks
SLACK_SECONDS = 4
MEGABYTE = 1024 * 1024


@dataclass
class Victim:
    """One upstream and the virtual server in front of it. `server` is what can be stopped and started again."""

    name: str
    url: str
    revision: str
    control: Control
    server: EverythingServer | None

    @property
    def is_stdio(self) -> bool:
        return isinstance(self.control, FolderControl)

    @contextlib.contextmanager
    def peer(self, revision: str, capabilities: dict | None = None) -> Iterator[Peer]:
        peer = client(revision, self.url, "", capabilities, timeout=CALL_SECONDS + SLACK_SECONDS)
        peer.open()
        try:
            yield peer
        finally:
            peer.close()
        assert not peer.breaches, peer.breaches[:3]

    def peers(self) -> Iterator[Peer]:
        for revision in (R4, R5):
            with self.peer(revision) as peer:
                yield peer

    def is_well(self, peer: Peer, seconds: float = 10) -> None:
        """Calls go through again, after whatever was wrong before."""
        end = time.monotonic() + seconds
        while (words := said(peer.tool("echo", {"text": "well"}))) != "well":
            assert time.monotonic() < end, f"{self.name} for {peer.revision}: after {seconds} s still: {words}"
            time.sleep(0.05)


def said(reply: Reply) -> str:
    """The words of an answer, whichever kind it is."""
    if reply.response is None:
        return ""
    if "error" in reply.response:
        return reply.response["error"]["message"]
    return "".join(block.get("text", "") for block in reply.response["result"].get("content", []))


def failure(reply: Reply, name: str = "") -> str:
    """The words of a failure: an error, or a result that says so. It names the upstream."""
    assert reply.response is not None, f"no answer: HTTP {reply.status} {reply.broke or reply.text[:200]}"
    assert "error" in reply.response or reply.response["result"].get("isError") is True, f"no failure: {str(reply.response)[:200]}"
    words = said(reply)
    assert words and name in words, f"it does not name the upstream: {words}"
    return words


@dataclass(frozen=True)
class Check:
    name: str
    run: Callable
    kinds: tuple[str, ...]


EVERY: list[Check] = []
ALL_KINDS = ("http", "sse", "stdio")


def every(name: str, *kinds: str) -> Callable:
    def register(run: Callable[[Victim], None]) -> Callable[[Victim], None]:
        EVERY.append(Check(name, run, kinds or ALL_KINDS))
        return run

    return register


@every("dies and comes back in mid-session")
def dies(victim: Victim) -> None:
    with victim.peer(R4) as old, victim.peer(R5) as new:
        for peer in (old, new):
            same(said(peer.tool("echo", {"text": "before"})), "before")
        calls = [peer.start("tools/call", {"name": "wait", "arguments": {"seconds": 2, "steps": 1}}) for peer in (old, new)]
        until(
            lambda: len([one for one in victim.control.log() if one["kind"] == "request" and one["name"] == "wait"]) >= 2,
            "both calls run",
        )
        began = time.monotonic()
        if isinstance(victim.control, FolderControl):
            for pid in victim.control.pids():
                os.kill(pid, signal.SIGKILL)
        elif victim.server is not None:
            victim.server.stop()
        for call in calls:
            failure(call.reply(), victim.name)
        assert time.monotonic() - began < CALL_SECONDS, "the end of the upstream was not noticed"
        if victim.server is not None:
            for peer in (old, new):
                failure(peer.tool("echo", {"text": "down"}), victim.name)
                assert len(peer.list("tools")) > 20, "the last known tools"
            victim.server.start()
        for peer in (old, new):
            victim.is_well(peer)


@every("loses its sessions while calls run", "http")
def loses_sessions(victim: Victim) -> None:
    if victim.revision == R5:
        return
    for peer in victim.peers():
        same(said(peer.tool("echo", {"text": "before"})), "before")
        first = victim.control.mark()
        victim.control.do("lose_sessions")
        same(said(peer.tool("echo", {"text": "once"})), "once")
        same(len([one for one in victim.control.requests("tools/call", first) if one["name"] == "echo"]), 1, "calls")


@every("changes its era", "http")
def changes_era(victim: Victim) -> None:
    try:
        for peer in victim.peers():
            victim.is_well(peer)
            victim.control.do("become", revision=R4 if victim.revision == R5 else R5)
            victim.is_well(peer)
            victim.control.do("become", revision=victim.revision)
            victim.is_well(peer)
    finally:
        victim.control.do("become", revision=victim.revision)


@every("changes its tools without a word")
def changes_tools(victim: Victim) -> None:
    for peer in victim.peers():
        assert "greet" in [tool["name"] for tool in peer.list("tools")]
        victim.control.do("rename_tool", old="greet", new="welcome", announce=False)
        try:
            reply = peer.tool("greet", {"name": "x"})
            assert reply.error["code"] == -32602, reply.response
        finally:
            victim.control.do("restore")
        until(lambda: said(peer.tool("greet", {"name": "x"})) == "Hello, x!", "the tool is back")


@every("hangs after the head, or says nothing at all")
def hangs(victim: Victim) -> None:
    for peer in victim.peers():
        for kind in ("hang", "silence"):
            first = victim.control.mark()
            victim.control.do("fault", kind=kind, method="tools/call", name="echo")
            began = time.monotonic()
            words = failure(peer.tool("echo", {"text": "x"}), victim.name)
            assert "time" in words, words
            assert CALL_SECONDS - 1 < time.monotonic() - began < CALL_SECONDS + SLACK_SECONDS, "the deadline"
            if not victim.is_stdio and victim.revision != "2024-11-05":
                victim.control.wait(first, kind="left", fault=kind)
            victim.is_well(peer)


@every("cuts the stream, or the head")
def cuts(victim: Victim) -> None:
    for peer in victim.peers():
        for kind in ("cut", "cut-head") if not victim.is_stdio else ():
            first = victim.control.mark()
            victim.control.do("fault", kind=kind, method="tools/call", name="wait")
            reply = peer.tool("wait", {"seconds": 0.01, "steps": 1})
            if kind == "cut" and victim.revision == R4:
                same(said(reply), "waited 1 steps", "taken up again by the id of the priming event")
            else:
                failure(reply, victim.name)
            executed = [one for one in victim.control.requests("tools/call", first) if one["name"] == "wait"]
            assert len(executed) == (kind == "cut" and victim.revision != "2024-11-05"), f"executed {len(executed)} times"
            victim.is_well(peer)


@every("answers a foreign id")
def foreign(victim: Victim) -> None:
    for peer in victim.peers():
        victim.control.do("fault", kind="foreign", method="tools/call", name="echo")
        failure(peer.tool("echo", {"text": "x"}), victim.name)
        victim.is_well(peer)


@every("answers twice")
def twice(victim: Victim) -> None:
    for peer in victim.peers():
        for _ in range(3):
            victim.control.do("fault", kind="twice", method="tools/call", name="echo")
            same(said(peer.tool("echo", {"text": "once"})), "once")
        victim.is_well(peer)


@every("sends requests that nobody asked for")
def unasked(victim: Victim) -> None:
    for capabilities in ({}, None):
        with victim.peer(R4, capabilities) as old, victim.peer(R5, capabilities) as new:
            for peer in (old, new):
                first = victim.control.mark()
                victim.control.do("fault", kind="unasked", method="tools/call", name="greet")
                reply = peer.tool("greet", {"name": "x"})
                if capabilities is None and victim.revision != R5:
                    assert said(reply) or reply.response, "an answer"
                else:
                    same(said(reply), "Hello, x!")
                    same(peer.questions, [], "questions that reached the client")
                if victim.revision != R5 and capabilities == {}:
                    asked = {one["id"]: one["method"] for one in victim.control.log(first) if one["kind"] == "asked"}

                    def answered(first: int = first) -> dict:
                        return {
                            one["message"]["id"]: one["message"] for one in victim.control.log(first) if one["kind"] == "response"
                        }

                    with contextlib.suppress(AssertionError):
                        until(lambda: set(answered()) >= set(asked), "each got an answer", 2)
                    missing = [method for number, method in asked.items() if number not in answered()]
                    assert not missing, f"no answer to {missing}"
                    for number, method in asked.items():
                        answer = answered()[number]
                        assert ("result" in answer) == (method == "ping") or method == "roots/list", f"{method}: {answer}"
                victim.is_well(peer)


@every("sends requests outside of any call")
def unasked_quietly(victim: Victim) -> None:
    if victim.revision == R5:
        return
    with victim.peer(R4) as peer:
        victim.is_well(peer)
        first = victim.control.mark()
        victim.control.do("ask_quietly")
        asked = {one["id"]: one["method"] for one in victim.control.log(first) if one["kind"] == "asked"}

        def answered() -> dict:
            return {one["message"]["id"]: one["message"] for one in victim.control.log(first) if one["kind"] == "response"}

        until(lambda: set(answered()) >= set(asked), "each got an answer")
        for number, method in asked.items():
            answer = answered()[number]
            if method == "ping":
                same(answer.get("result"), {}, method)
            elif method == "roots/list":
                assert answer.get("result", {}).get("roots") == [] or "error" in answer, answer
            else:
                assert answer["error"]["code"] in (-32602, -32601), f"{method}: {answer}"
        same(peer.questions, [], "questions that reached a client")
        victim.is_well(peer)


@every("pages for ever")
def pages(victim: Victim) -> None:
    for kind in ("endless", "circle"):
        victim.control.do("fault", kind=kind, method="tools/list", times=100000)
        try:
            victim.control.do("announce", kind="tools")
            for peer in victim.peers():
                began = time.monotonic()
                assert len(peer.list("tools")) > 20, "the tools that are known"
                assert time.monotonic() - began < CALL_SECONDS + SLACK_SECONDS
                same(said(peer.tool("test_simple_text"))[:4], "This")
        finally:
            victim.control.do("clear")
            victim.control.do("announce", kind="tools")


@every("returns 64 MiB")
def huge(victim: Victim) -> None:
    for peer in victim.peers():
        reply = peer.tool("big", {"bytes": MEGABYTE})
        same(len(said(reply)), MEGABYTE, "1 MiB")
        try:
            reply = peer.tool("big", {"bytes": 64 * MEGABYTE})
        except (ConnectionError, OSError, ValueError):
            pass  # Broken off in the middle: what came did not look whole.
        else:
            assert reply.response is None or failure(reply), "64 MiB passed"
        victim.is_well(peer)


@every("answers 503, 500, 429, 404 or a page", "http")
def statuses(victim: Victim) -> None:
    for peer in victim.peers():
        for status in (503, 500, 429, 502):
            victim.control.do("fault", kind="status", method="tools/call", name="echo", status=status, body="<html>")
            failure(peer.tool("echo", {"text": "x"}), victim.name)
        victim.is_well(peer)


@every("is talkative: 20 clients at once")
def many(victim: Victim) -> None:
    with contextlib.ExitStack() as stack:
        # Where a question has no owner when calls overlap, clients that can be asked wait for one another (rulings 4.4).
        capabilities = {} if victim.is_stdio else None
        found = [stack.enter_context(victim.peer(R4 if n % 2 else R5, capabilities)) for n in range(10)]
        calls = [(n, peer.start("tools/call", {"name": "wait", "arguments": {"seconds": 0.3, "steps": 3}}, token=f"{n}-{k}"), f"{n}-{k}")
                 for n, peer in enumerate(found) for k in range(4)]  # fmt: skip
        for _, call, token in calls:
            reply = call.reply()
            same(said(reply), "waited 3 steps")
            same([one["progressToken"] for one in reply.notifications("notifications/progress")], [token] * 3, "whose progress")


@every("has 200 calls in flight on one pipe", "stdio")
def two_hundred(victim: Victim) -> None:
    with victim.peer(R5, {}) as peer:
        victim.is_well(peer)
        began = time.monotonic()
        calls = [peer.start("tools/call", {"name": "wait", "arguments": {"seconds": 1, "steps": 1}}) for _ in range(200)]
        for call in calls:
            same(said(call.reply(15)), "waited 1 steps")
        assert time.monotonic() - began < 10, "they did not run at the same time"
        assert victim.control.state()["processes"] <= 6, victim.control.state()["processes"]


@every("client that goes away at any point")
def client_leaves(victim: Victim) -> None:
    address = urlsplit(victim.url)
    meta = {"io.modelcontextprotocol/protocolVersion": R5, "io.modelcontextprotocol/clientCapabilities": {}}
    body = encode({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                   "params": {"name": "wait", "arguments": {"seconds": 1, "steps": 20}, "_meta": meta | {"progressToken": 1}}})  # fmt: skip
    fields = {"Host": address.netloc, "Content-Type": "application/json", "Accept": BOTH, "MCP-Protocol-Version": R5,
              "Mcp-Method": "tools/call", "Mcp-Name": "wait", "Content-Length": len(body)}  # fmt: skip
    lines = "".join(f"{key}: {value}\r\n" for key, value in fields.items())
    head = f"POST {address.path} HTTP/1.1\r\n{lines}\r\n".encode()
    whole = head + body
    for cut in (1, len(head) - 1, len(head), len(whole) - 1, len(whole)):
        for resets in (False, True):
            with socket.create_connection((address.hostname, address.port), timeout=5) as peer:
                peer.sendall(whole[:cut])
                if cut == len(whole):
                    first = victim.control.mark()
                    with contextlib.suppress(TimeoutError):
                        peer.settimeout(0.3)
                        peer.recv(100)
                if resets:
                    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            if cut == len(whole):
                victim.control.wait(max(0, first - 4), kind="cancelled", name="wait")
    with victim.peer(R5) as peer:
        victim.is_well(peer)


# The gateway itself


@dataclass
class Running:
    """A gateway that these checks may end: its process id, and how to end and start it."""

    pid: Callable[[], int]
    end: Callable[[signal.Signals], int]
    start: Callable[[], None]


PROCESS: list[tuple[str, Callable[[Running, list[Victim]], None]]] = []


def process(name: str) -> Callable:
    def register(run: Callable[[Running, list[Victim]], None]) -> Callable:
        PROCESS.append((name, run))
        return run

    return register


@process("SIGTERM with calls in flight: they are answered, and nothing is left")
def terminated(running: Running, victims: list[Victim]) -> None:
    with contextlib.ExitStack() as stack:
        peers = [peer for victim in victims for revision in (R4, R5) for peer in [client(revision, victim.url, "").open()]]
        for peer in peers:
            same(said(peer.tool("echo", {"text": "x"})), "x")
        calls = [peer.start("tools/call", {"name": "wait", "arguments": {"seconds": 1.5, "steps": 3}}, token=1) for peer in peers]
        for call in calls:
            with contextlib.suppress(AssertionError):
                call.wait_for("notifications/progress", 2)
        pids = [pid for victim in victims if isinstance(victim.control, FolderControl) for pid in victim.control.pids()]
        same(running.end(signal.SIGTERM), 0, "exit status")
        problems = []
        for peer, call in zip(peers, calls, strict=True):
            place = f"{peer.revision} at {peer.url.rpartition('/')[2]}"
            try:
                if said(call.reply()) != "waited 3 steps":
                    problems.append(f"{place}: {said(call.reply())}")
            except (OSError, AssertionError) as error:
                problems.append(f"{place}: {error} after {len(call.messages)} messages")
        assert not problems, "; ".join(problems)
        until(lambda: not any(Path("/proc", str(pid)).exists() for pid in pids), "the processes of upstreams ended")
        stack.callback(lambda: None)
    running.start()


@process("kill -9 and restart: handshake clients go on with the session they have")
def killed(running: Running, victims: list[Victim]) -> None:
    peers = [client(revision, victim.url, "").open() for victim in victims for revision in ("2025-03-26", "2025-06-18", R4)]
    for peer in peers:
        same(said(peer.tool("echo", {"text": "x"})), "x")
    peers[0].request("logging/setLevel", {"level": "error"}).result  # noqa: B018
    pids = [pid for victim in victims if isinstance(victim.control, FolderControl) for pid in victim.control.pids()]
    running.end(signal.SIGKILL)
    running.start()
    until(lambda: not any(Path("/proc", str(pid)).exists() for pid in pids), "the processes of upstreams ended")
    for peer in peers:
        victim_is_well(peer)
    found = peers[0].tool("log_all").notifications("notifications/message")
    same([one["level"] for one in found][:1], ["error"], "the level of the session (rulings 4.5)")


def victim_is_well(peer: Peer) -> None:
    def well() -> bool:
        reply = peer.tool("echo", {"text": "after"})
        assert reply.status != 404, "the session is gone"
        return said(reply) == "after"

    until(well, "the session goes on", 10)


@process("restart with a slow upstream: the first list comes from the stored inventory")
def restart_slow(running: Running, victims: list[Victim]) -> None:
    slow = [victim for victim in victims if victim.server is not None]
    for victim in slow:
        with victim.peer(R5) as peer:
            victim.is_well(peer)
    running.end(signal.SIGTERM)
    for victim in slow:
        for method in ("server/discover", "initialize", "tools/list", "resources/list", "prompts/list", "resources/templates/list"):
            victim.control.do("fault", kind="silence", method=method, times=50)
    running.start()
    problems: list[str] = []

    def lists(victim: Victim, revision: str) -> None:
        peer = client(revision, victim.url, "", timeout=CALL_SECONDS + SLACK_SECONDS)
        began = time.monotonic()
        try:
            peer.open()
            assert len(peer.list("tools")) > 20, "not the stored tools"
            assert time.monotonic() - began < CALL_SECONDS + SLACK_SECONDS, f"{time.monotonic() - began:.1f} s"
            peer.close()
        except (AssertionError, OSError) as error:
            problems.append(f"{victim.name} for {revision}: {error}")

    try:
        threads = [threading.Thread(target=lists, args=(victim, revision)) for victim in slow for revision in (R4, R5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not problems, "; ".join(problems)
    finally:
        for victim in slow:
            victim.control.do("clear")
    for victim in slow:
        with victim.peer(R5) as peer:
            victim.is_well(peer)


@process("everything at once leaves nothing behind: descriptors, memory")
def leftovers(running: Running, victims: list[Victim]) -> None:
    def descriptors() -> int:
        return len(os.listdir(f"/proc/{running.pid()}/fd"))

    def round_of_calls() -> None:
        for victim in victims:
            for revision in (R4, R5):
                with victim.peer(revision) as peer:
                    same(said(peer.tool("echo", {"text": "x"})), "x")
                    call = peer.start("tools/call", {"name": "wait", "arguments": {"seconds": 5, "steps": 1}})
                    time.sleep(0.05)
                    peer.cancel(call)
                    call.close()

    round_of_calls()
    time.sleep(0.3)
    before = descriptors()
    for _ in range(3):
        round_of_calls()
    until(lambda: descriptors() <= before + 8, f"descriptors go back to {before}: {descriptors()}", 10)
