"""Misbehaviour, one request at a time: what the control address orders, the transports carry out."""

import threading
from dataclasses import dataclass, field


@dataclass
class Fault:
    """What happens to the next `times` requests of a method (and name).

    hang: the head and nothing more; silence: nothing at all; cut: the answer breaks off; twice: it comes twice; foreign:
    it has another id; garbage: it is no JSON; unasked: requests that nobody asked for come first; status: an HTTP
    status; endless: a list whose pages never end; circle: a list whose cursor stays the same; die: the process ends.
    """

    kind: str
    method: str = ""
    name: str = ""
    times: int = 1
    facts: dict = field(default_factory=dict)


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ordered: list[Fault] = []
        self.pages = 0

    def order(self, fault: Fault) -> None:
        with self._lock:
            self._ordered.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._ordered.clear()

    def take(self, message: object) -> Fault | None:
        if not isinstance(message, dict) or "id" not in message or "method" not in message:
            return None
        params = message.get("params") or {}
        with self._lock:
            for fault in self._ordered:
                if fault.method not in ("", message["method"]):
                    continue
                if fault.name not in ("", params.get("name"), params.get("uri")):
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self._ordered.remove(fault)
                return fault
        return None

    def endless(self, response: dict, kind: str) -> dict:
        """A page that is never the last."""
        self.pages += 1
        result = response.get("result") or {}
        return response | {"result": result | {"nextCursor": "again" if kind == "circle" else f"page {self.pages}"}}


UNASKED = [
    ("roots/list", {}),
    ("sampling/createMessage", {"messages": [{"role": "user", "content": {"type": "text", "text": "?"}}], "maxTokens": 1}),
    ("elicitation/create", {"message": "?", "requestedSchema": {"type": "object", "properties": {}}}),
    ("ping", {}),
    ("example.com/unknown", {}),
]
