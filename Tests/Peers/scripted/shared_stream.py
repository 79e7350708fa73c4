"""Clients whose messages all come on one stream: HTTP+SSE of 2024-11-05, and stdio of every revision."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import threading
from urllib.parse import urljoin, urlsplit

from everything.revisions import CAPABILITIES, CLIENT_INFO, LOG_LEVEL, R5, VERSION

from .peer import Declined, Peer, Pending
from .wire import Exchange, Reply, encode


class SharedStreamPeer(Peer):
    def __init__(self, *given: object, **more: object):
        super().__init__(*given, **more)  # type: ignore[arg-type]
        self._open: dict[object, tuple[str, queue.SimpleQueue, Reply, Pending | None]] = {}
        self._given_up: set[object] = set()

    def write(self, message: object) -> None:
        raise NotImplementedError

    def handshake(self) -> None:
        if self.revision == R5:
            result = self.request("server/discover").result
            self.server_info = result["_meta"]["io.modelcontextprotocol/serverInfo"]
        else:
            result = self.initialize().result
            self.server_info = result["serverInfo"]
            self.notify("notifications/initialized")
        self.server_capabilities, self.instructions = result["capabilities"], result.get("instructions")

    def initialize(self, revision: str = "") -> Reply:
        return self.request("initialize", {"protocolVersion": revision or self.revision, "capabilities": self.capabilities,
                                           "clientInfo": self.info})  # fmt: skip

    def send(self, method: str, params: dict | None, pending: Pending | None, timeout: float) -> Reply:
        questions: list[dict] = []
        rounds = 0
        while True:
            reply = self._once(method, params, pending, timeout)
            reply.messages[:0] = questions
            reply.rounds = rounds
            if reply.response is None or (reply.response.get("result") or {}).get("resultType") != "input_required" or rounds >= 10:
                return reply
            asked, answers = answered(self, reply.response["result"])
            questions = reply.messages + asked
            for question in asked if pending is not None else []:
                pending.saw(question)
            if answers is None:
                reply.messages = questions
                return reply
            params = (params or {}) | answers
            rounds += 1

    def _once(self, method: str, params: dict | None, pending: Pending | None, timeout: float) -> Reply:
        number = next(self.ids)
        if self.revision == R5:
            params = enveloped(self, params)
        message = {"jsonrpc": "2.0", "id": number, "method": method} | ({} if params is None else {"params": params})
        reply, ended = Reply(200), queue.SimpleQueue()
        self._open[number] = (method, ended, reply, pending)
        if pending is not None:
            pending.id = number
            pending.close = lambda: self._give_up(number, ended)
        self.write(message)
        with contextlib.suppress(queue.Empty):
            reply.response = ended.get(timeout=timeout)
        self._open.pop(number, None)
        return reply

    def _give_up(self, number: object, ended: queue.SimpleQueue) -> None:
        """There is no stream of its own to close: 2026-07-28 says it by a notification, the others go on."""
        self._given_up.add(number)
        if self.revision == R5:
            self.notify("notifications/cancelled", {"requestId": number})
        ended.put(None)

    def notify(self, method: str, params: dict | None = None) -> None:
        self.write({"jsonrpc": "2.0", "method": method} | ({} if params is None else {"params": params}))

    def cancel(self, pending: Pending) -> None:
        self.notify("notifications/cancelled", {"requestId": pending.id, "reason": "scripted"})

    def watch(self, kinds: tuple[str, ...] = ("tools", "prompts", "resources"), uris: tuple[str, ...] = ()) -> Pending | None:
        if self.revision != R5:
            for uri in uris:
                assert self.request("resources/subscribe", {"uri": uri}).result == {}
            return None
        wanted: dict = {f"{kind}ListChanged": True for kind in kinds} | ({"resourceSubscriptions": list(uris)} if uris else {})
        pending = self.start("subscriptions/listen", {"notifications": wanted}, timeout=3600)
        self.hears("notifications/subscriptions/acknowledged")
        return pending

    def set_level(self, level: str) -> None:
        if self.revision != R5:
            assert self.request("logging/setLevel", {"level": level}).result == {}
        self.level = level

    def take(self, message: dict) -> None:
        """One message from the stream."""
        if isinstance(message, list):
            self.breaches.append("a batch from a server")
            return
        if "method" not in message:
            if message.get("id") in self._given_up:
                return
            if message.get("id") not in self._open:
                self.breaches.append(f"a response to nothing that is open: {str(message)[:120]}")
                return
            method, ended, reply, pending = self._open.pop(message["id"])
            reply.messages.append(message)
            self.judge_response(method, message)
            ended.put(message)
            return
        for _, _, reply, pending in list(self._open.values()):
            reply.messages.append(message)
            if pending is not None:
                pending.saw(message)
        if "id" not in message:
            self.judge_notification(message)
        elif self.revision == R5:
            self.breaches.append(f"a request of a server in 2026-07-28: {message['method']}")
        else:
            threading.Thread(target=self.write, daemon=True,
                             args=({"jsonrpc": "2.0", "id": message["id"]} | self.answer(message),)).start()  # fmt: skip
        self.hear(message)


class SSEPeer(SharedStreamPeer):
    """HTTP+SSE: a stream by GET, messages by POST to the address that its first event names."""

    endpoint = ""

    def open(self) -> SSEPeer:
        self._stream = Exchange(self.url, "GET", {"Accept": "text/event-stream"} | self.extra_headers, None, 3600)
        if self._stream.status != 200 or not self._stream.is_stream:
            raise AssertionError(f"GET {self.url} was answered {self._stream.status}")
        self._ready = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()
        assert self._ready.wait(self.timeout), "no endpoint event"
        self.handshake()
        return self

    def _listen(self) -> None:
        try:
            for event in self._stream.events():
                if event.name == "endpoint":
                    self.endpoint = urljoin(self.url, event.data)
                    if urlsplit(self.endpoint).netloc != urlsplit(self.url).netloc:
                        self.breaches.append(f"the endpoint is on another origin: {event.data} (2.3)")
                    self._ready.set()
                elif event.data:
                    self.take(json.loads(event.data))
        except ConnectionError:
            pass

    def write(self, message: object) -> None:
        exchange = Exchange(
            self.endpoint, "POST", {"Content-Type": "application/json"} | self.extra_headers, encode(message), self.timeout
        )
        exchange.body()
        if exchange.status not in (200, 202):
            self.breaches.append(f"a message was answered {exchange.status} (2.3)")

    def close(self) -> None:
        self._stream.close()


class StdioPeer(SharedStreamPeer):
    """A program that speaks on its standard input and output; `url` is its command."""

    def open(self) -> StdioPeer:
        self.process = subprocess.Popen(self.url, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # fmt: skip
        self._lock = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()
        self.handshake()
        return self

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            try:
                message = json.loads(line)
            except ValueError:
                self.breaches.append(f"a line that is no message: {line[:80]!r} (2.2)")
                continue
            self.take(message)

    def write(self, message: object) -> None:
        assert self.process.stdin is not None
        with self._lock:
            self.process.stdin.write(encode(message) + b"\n")
            self.process.stdin.flush()

    def close(self) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.breaches.append("the program did not end with its input (2.2)")
            self.process.kill()


def enveloped(peer: Peer, params: dict | None) -> dict:
    """The parameters with what 2026-07-28 wants in every request."""
    meta = {VERSION: R5, CAPABILITIES: peer.capabilities, CLIENT_INFO: peer.info}
    if peer.level is not None:
        meta[LOG_LEVEL] = peer.level
    return (params or {}) | {"_meta": meta | ((params or {}).get("_meta") or {})}


def answered(peer: Peer, result: dict) -> tuple[list[dict], dict | None]:
    """The questions of an input_required result as messages, and what the retry carries; nothing if it is not retried."""
    asked = [{"id": key} | question for key, question in (result.get("inputRequests") or {}).items()]
    answers = {}
    try:
        for question in asked:
            given = peer.answer(question)
            if "error" in given:
                raise Declined
            answers[question["id"]] = given["result"]
    except Declined:
        return asked, None
    state = {"requestState": result["requestState"]} if "requestState" in result else {}
    return asked, ({"inputResponses": answers} if asked else {}) | state
