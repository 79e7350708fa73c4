"""Streamable HTTP of 2025-03-26, 2025-06-18 and 2025-11-25: sessions, streams, resumption."""

from __future__ import annotations

import json
import threading
import time

from everything.revisions import R3, R4, since

from .peer import Peer, Pending
from .wire import Event, Exchange, Reply, encode

BOTH = "application/json, text/event-stream"


class HandshakePeer(Peer):
    session: str | None = None
    version: str | None = None
    resumes = True
    quiet: Exchange | None = None

    def open(self) -> HandshakePeer:
        reply = self.initialize()
        self.notify("notifications/initialized")
        assert reply.result
        return self

    def initialize(self, revision: str = "") -> Reply:
        params = {"protocolVersion": revision or self.revision, "capabilities": self.capabilities, "clientInfo": self.info}
        reply = self.send("initialize", params, None, self.timeout)
        result = reply.result
        self.session = reply.headers.get("mcp-session-id")
        self.version = result["protocolVersion"]
        self.server_capabilities, self.server_info = result["capabilities"], result["serverInfo"]
        self.instructions = result.get("instructions")
        if self.session is not None and not all("!" <= sign <= "~" for sign in self.session):
            self.breaches.append("a session id is visible ASCII (2.4)")
        return reply

    def close(self) -> None:
        if self.quiet is not None:
            self.quiet.close()
        if self.session is not None:
            self.delete()

    def delete(self) -> int:
        exchange = Exchange(self.url, "DELETE", self.headers(), None, self.timeout)
        status = exchange.status
        exchange.close()
        return status

    def headers(self) -> dict[str, str]:
        fields = {"Accept": BOTH}
        if self.session is not None:
            fields["Mcp-Session-Id"] = self.session
        if self.version is not None and since(self.revision, R3):
            fields["MCP-Protocol-Version"] = self.version
        return fields | self.extra_headers

    # Sending

    def send(self, method: str, params: dict | None, pending: Pending | None, timeout: float) -> Reply:
        message = {"jsonrpc": "2.0", "id": next(self.ids), "method": method} | ({} if params is None else {"params": params})
        return self.post(message, pending, timeout)

    def notify(self, method: str, params: dict | None = None) -> Reply:
        reply = self.post({"jsonrpc": "2.0", "method": method} | ({} if params is None else {"params": params}))
        if reply.status != 202 or reply.text:
            self.breaches.append(f"{method} was answered {reply.status} {reply.text[:80]} instead of 202 without a body (2.4)")
        return reply

    def cancel(self, pending: Pending) -> None:
        pending.is_cancelled = True
        self.notify("notifications/cancelled", {"requestId": pending.id, "reason": "scripted"})

    def batch(self, messages: list[dict]) -> Reply:
        return self.post(messages)

    def post(self, message: object, pending: Pending | None = None, timeout: float = 0) -> Reply:
        """One POST with these exact bytes, to the end of its answer; questions on the way are answered."""
        fields = {"Content-Type": "application/json"} | self.headers()
        numbers = {one["id"]: one["method"] for one in (message if isinstance(message, list) else [message])
                   if isinstance(one, dict) and "id" in one and "method" in one}  # fmt: skip

        def ready(exchange: Exchange) -> None:
            if pending is not None:
                pending.id, pending.close = next(iter(numbers), None), exchange.close

        exchange = Exchange(self.url, "POST", fields, encode(message), timeout or self.timeout, ready)
        reply = Reply(exchange.status, exchange.headers, exchange.is_stream)
        if not exchange.is_stream:
            reply.text = exchange.body().decode(errors="replace")
            if reply.text and "json" in exchange.headers.get("content-type", ""):
                found = json.loads(reply.text)
                for one in found if isinstance(found, list) else [found]:
                    self._take(one, reply, numbers, pending)
            return reply
        self._read(exchange, reply, numbers, pending)
        while (self.resumes and reply.response is None and not (pending and pending.is_cancelled)
               and numbers and any(event.id for event in reply.events)):  # fmt: skip
            last = [event for event in reply.events if event.id][-1]
            waits = [event.retry for event in reply.events if event.retry is not None]
            time.sleep((waits[-1] if waits else 50) / 1000)
            known = len(reply.events)
            exchange = Exchange(self.url, "GET", self.headers() | {"Accept": "text/event-stream", "Last-Event-ID": str(last.id)},
                                None, timeout or self.timeout)  # fmt: skip
            if pending is not None:
                pending.close = exchange.close
            if exchange.status != 200:
                reply.broke = f"resuming was answered {exchange.status}"
                exchange.close()
                break
            self._read(exchange, reply, numbers, pending)
            reply.rounds += 1
            if len(reply.events) == known and reply.rounds > 3:
                break
        return reply

    def _read(self, exchange: Exchange, reply: Reply, numbers: dict, pending: Pending | None) -> None:
        try:
            for position, event in enumerate(exchange.events()):
                reply.events.append(event)
                self._judge_event(event, is_first=position == 0)
                if event.data:
                    found = json.loads(event.data)
                    for one in found if isinstance(found, list) else [found]:
                        self._take(one, reply, numbers, pending)
        except ConnectionError as error:
            reply.broke = str(error)

    def _judge_event(self, event: Event, *, is_first: bool) -> None:
        if not event.data and not since(self.revision, R4):
            self.breaches.append("an event without data, which clients before 2025-11-25 choke on (2.4)")
        if not event.data and not is_first:
            self.breaches.append("a priming event is the first of its stream (2.4)")

    def _take(self, message: dict, reply: Reply, numbers: dict, pending: Pending | None) -> None:
        if "method" not in message:
            if message.get("id") not in numbers:
                if message.get("id") is not None or "error" not in message:
                    self.breaches.append(f"a response to nothing that was asked: {str(message)[:120]}")
                reply.response = reply.response or message
                return
            if reply.response is not None and len(numbers) == 1:
                self.breaches.append("two responses to one request (rulings 2.7)")
            reply.response = message
            reply.messages.append(message)
            self.judge_response(numbers[message["id"]], message)
            return
        reply.messages.append(message)
        if "id" in message:
            self._answer_apart(message)
        else:
            self.judge_notification(message)
            self.hear(message)
        if pending is not None:
            pending.saw(message)

    def _answer_apart(self, request: dict) -> None:
        """Answers by a POST of its own, beside the stream that is being read."""

        def work() -> None:
            reply = self.post({"jsonrpc": "2.0", "id": request["id"]} | self.answer(request))
            if reply.status != 202:
                self.breaches.append(f"a response was answered {reply.status} instead of 202 (2.4)")

        threading.Thread(target=work, daemon=True).start()

    # News

    def watch(self, kinds: tuple[str, ...] = ("tools", "prompts", "resources"), uris: tuple[str, ...] = ()) -> Exchange:
        exchange = self.quiet = Exchange(self.url, "GET", self.headers() | {"Accept": "text/event-stream"}, None, 3600)
        if exchange.status != 200 or not exchange.is_stream:
            raise AssertionError(f"GET was answered {exchange.status}")
        threading.Thread(target=self._listen, args=(exchange,), daemon=True).start()
        for uri in uris:
            assert self.request("resources/subscribe", {"uri": uri}).result == {}
        return exchange

    def _listen(self, exchange: Exchange) -> None:
        try:
            for event in exchange.events():
                if not event.data:
                    continue
                message = json.loads(event.data)
                if "method" not in message:
                    self.breaches.append("a response on the GET stream (2.4)")
                elif "id" in message:
                    self._answer_apart(message)
                else:
                    self.judge_notification(message)
                self.hear(message)
        except ConnectionError:
            pass

    def set_level(self, level: str) -> None:
        assert self.request("logging/setLevel", {"level": level}).result == {}
        self.level = level
