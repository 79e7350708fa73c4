"""What a handshake server remembers of one client."""

from __future__ import annotations

import itertools
import queue
import secrets
import threading
import time

from .calls import Call, Cancelled, Refused
from .journal import Journal
from .outlet import Outlet


class Session:
    def __init__(self, journal: Journal):
        self.id = secrets.token_hex(16)
        self.journal = journal
        self.capabilities: dict = {}
        self.client_info: dict = {}
        self.version = ""
        self.is_initialized = False
        self.log_level: str | None = "debug"
        self.subscriptions: set[str] = set()
        self.outlets: dict[str, Outlet] = {}
        self.calls: dict[object, Call] = {}
        self.used_ids: set[str] = set()
        self.quiet: Outlet | None = None
        self.lock = threading.Lock()
        self._ids = itertools.count(1)
        self._waiting: dict[object, queue.SimpleQueue] = {}

    def outlet(self, kind: str) -> Outlet:
        outlet = Outlet(f"{kind}{next(self._ids)}")
        self.outlets[outlet.name] = outlet
        return outlet

    def ask(self, outlet: Outlet, method: str, params: dict, stop: threading.Event, seconds: float) -> dict:
        """Sends a request to the client and waits for what it posts."""
        number, answers = self._send(outlet, method, params)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if stop.is_set():
                outlet.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": number}})
                raise Cancelled
            try:
                answer = answers.get(timeout=0.02)
            except queue.Empty:
                continue
            if "error" in answer:
                raise Refused(f"{answer['error'].get('code')} {answer['error'].get('message')}")
            return answer.get("result") or {}
        raise Refused("the client did not answer")

    def send_unasked(self, outlet: Outlet, method: str, params: dict) -> None:
        """A request whose answer only the journal wants."""
        self._send(outlet, method, params)

    def take(self, response: dict) -> None:
        waiting = self._waiting.pop(response.get("id"), None)
        if waiting is None:
            self.journal.violation("a response to a request that is not open", response=response)
        else:
            waiting.put(response)

    def _send(self, outlet: Outlet, method: str, params: dict) -> tuple[str, queue.SimpleQueue]:
        number = f"s{next(self._ids)}"
        answers = self._waiting[number] = queue.SimpleQueue()
        self.journal.note("asked", method=method, id=number, session=self.id)
        outlet.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return number, answers
