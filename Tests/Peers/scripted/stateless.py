"""The client of 2026-07-28: no session, everything in every request, rounds instead of requests of the server."""

from __future__ import annotations

import base64
import json

from everything.http_side import NAMES
from everything.revisions import R5, SUBSCRIPTION

from .handshake import BOTH
from .peer import Peer, Pending
from .shared_stream import answered, enveloped
from .wire import Exchange, Reply, encode

ROUNDS_MAX = 10


class StatelessPeer(Peer):
    rounds = ROUNDS_MAX

    def open(self) -> StatelessPeer:
        result = self.request("server/discover").result
        if R5 not in result["supportedVersions"]:
            self.breaches.append(f"server/discover does not name {R5}")
        self.server_capabilities, self.instructions = result["capabilities"], result.get("instructions")
        self.server_info = (result.get("_meta") or {}).get("io.modelcontextprotocol/serverInfo") or {}
        self._tools: dict[str, dict] = {}
        self._listens: list[Exchange] = []
        return self

    def close(self) -> None:
        for exchange in self._listens:
            exchange.close()

    def headers(self, method: str, params: dict) -> dict[str, str]:
        fields = {"Accept": BOTH, "MCP-Protocol-Version": R5, "Mcp-Method": method}
        if (member := NAMES.get(method)) and isinstance(params.get(member), str):
            fields["Mcp-Name"] = as_header(params[member])
        return fields | self.extra_headers

    # Sending

    def send(self, method: str, params: dict | None, pending: Pending | None, timeout: float) -> Reply:
        before: list[dict] = []
        rounds = 0
        while True:
            reply = self.once(method, params, pending=pending, timeout=timeout)
            reply.messages[:0] = before
            reply.rounds = rounds
            result = (reply.response or {}).get("result") or {}
            if result.get("resultType") != "input_required":
                return reply
            asked, answers = answered(self, result)
            reply.messages += asked
            for question in asked if pending is not None else []:
                pending.saw(question)
            if answers is None or rounds >= self.rounds:
                return reply
            # The answers are those of this round only, and no old state goes along (4.1).
            params = {
                key: value for key, value in (params or {}).items() if key not in ("inputResponses", "requestState")
            } | answers
            before = reply.messages
            rounds += 1

    def once(self, method: str, params: dict | None = None, *, pending: Pending | None = None, timeout: float = 0,
             headers: dict[str, str] | None = None, number: object = None) -> Reply:  # fmt: skip
        """One request without further rounds."""
        whole = enveloped(self, params)
        message = {"jsonrpc": "2.0", "id": next(self.ids) if number is None else number, "method": method, "params": whole}
        return self.post(message, self.headers(method, whole) | (headers or {}), pending, timeout)

    def post(self, message: object, headers: dict[str, str], pending: Pending | None = None, timeout: float = 0) -> Reply:
        """One POST of these exact members and headers. A header of None is left out."""
        fields = {key: value for key, value in ({"Content-Type": "application/json"} | headers).items() if value is not None}
        number = message.get("id") if isinstance(message, dict) else None
        method = message.get("method", "") if isinstance(message, dict) else ""

        def ready(exchange: Exchange) -> None:
            if pending is not None:
                pending.id, pending.close = number, exchange.close

        exchange = Exchange(self.url, "POST", fields, encode(message), timeout or self.timeout, ready)
        reply = Reply(exchange.status, exchange.headers, exchange.is_stream)
        if "mcp-session-id" in exchange.headers:
            self.breaches.append(f"{method}: 2026-07-28 has no sessions (2.5)")
        if not exchange.is_stream:
            reply.text = exchange.body().decode(errors="replace")
            if reply.text and "json" in exchange.headers.get("content-type", ""):
                self._take(json.loads(reply.text), reply, number, method, pending)
            return reply
        if exchange.headers.get("x-accel-buffering") != "no":
            self.breaches.append(f"{method}: a stream says X-Accel-Buffering: no (2.5)")
        try:
            for event in exchange.events():
                reply.events.append(event)
                if event.id is not None or event.retry is not None:
                    self.breaches.append(f"{method}: 2026-07-28 has no resumption, so no event ids (0.1)")
                if event.data:
                    self._take(json.loads(event.data), reply, number, method, pending)
        except ConnectionError as error:
            reply.broke = str(error)
        return reply

    def _take(self, message: dict, reply: Reply, number: object, method: str, pending: Pending | None) -> None:
        if not isinstance(message, dict):
            self.breaches.append(f"{method}: no message: {str(message)[:80]}")
            return
        if reply.response is not None:
            self.breaches.append(f"{method}: something follows the response: {str(message)[:120]} (4.1)")
        if "method" not in message:
            if message.get("id") != number or isinstance(message.get("id"), bool) != isinstance(number, bool):
                self.breaches.append(f"{method}: the response has the id {message.get('id')!r} instead of {number!r} (2.5)")
            reply.response = message
            if "error" not in message or reply.status == 200:
                self.judge_response(method, message)
            reply.messages.append(message)
            return
        reply.messages.append(message)
        if "id" in message:
            self.breaches.append(f"{method}: a request of the server: {message['method']} (0.1)")
        else:
            self.judge_notification(message)
            if method == "subscriptions/listen" and (message.get("params") or {}).get("_meta", {}).get(SUBSCRIPTION) != number:
                self.breaches.append(f"{message['method']}: the subscription id is not that of the listen request (0.14)")
            self.hear(message)
        if pending is not None:
            pending.saw(message)

    def notify(self, method: str, params: dict | None = None) -> Reply:
        whole = enveloped(self, params)
        return self.post({"jsonrpc": "2.0", "method": method, "params": whole}, self.headers(method, whole))

    def cancel(self, pending: Pending) -> None:
        pending.close()

    # News

    def listen(self, wanted: dict) -> Pending:
        first = len(self.heard)
        pending = self.start("subscriptions/listen", {"notifications": wanted}, timeout=3600)
        acknowledged = self.hears("notifications/subscriptions/acknowledged", first=first)
        if pending.messages and pending.messages[0]["method"] != "notifications/subscriptions/acknowledged":
            self.breaches.append("the acknowledgement is the first message of a listen stream (0.14)")
        honoured = acknowledged["params"].get("notifications", {})
        if extra := set(honoured) - set(wanted):
            self.breaches.append(f"the acknowledgement has more than was asked: {sorted(extra)} (4.7)")
        self._listens.append(pending)  # type: ignore[arg-type]
        return pending

    def watch(self, kinds: tuple[str, ...] = ("tools", "prompts", "resources"), uris: tuple[str, ...] = ()) -> Pending:
        wanted: dict = {f"{kind}ListChanged": True for kind in kinds} | ({"resourceSubscriptions": list(uris)} if uris else {})
        return self.listen(wanted)

    def set_level(self, level: str) -> None:
        self.level = level


def as_header(value: str) -> str:
    is_plain = value == value.strip(" \t") and all(" " <= sign <= "~" or sign == "\t" for sign in value)
    if is_plain and not (value.startswith("=?base64?") and value.endswith("?=")):
        return value
    return f"=?base64?{base64.b64encode(value.encode()).decode()}?="
