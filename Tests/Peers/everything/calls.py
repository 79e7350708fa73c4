"""One request that is being worked on, as the code of a tool sees it: the same in every revision."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from . import sealing
from .outlet import Outlet
from .revisions import (
    INVALID_PARAMS, LEVELS, MISSING_CAPABILITY, R2, R3, R4, R5, RELATED_TASK, Failure, since,
)  # fmt: skip

if TYPE_CHECKING:
    from .server import Server
    from .sessions import Session

ANSWER_SECONDS = 60


class Cancelled(Exception):
    """The client does not want the answer any more."""


class Refused(Exception):
    """The client cannot be asked, or answered with an error."""


class NeedsInput(Exception):
    """In 2026-07-28 a question ends the request; it comes again with the answer."""

    def __init__(self, questions: dict, state: str | None):
        super().__init__("input required")
        self.questions, self.state = questions, state


def elicitation(message: str, properties: dict, required: list[str] | None = None) -> dict:
    schema = {"type": "object", "properties": properties, "required": list(properties) if required is None else required}
    return {"method": "elicitation/create", "params": {"message": message, "requestedSchema": schema}}


def url_elicitation(message: str, url: str) -> dict:
    return {"method": "elicitation/create", "params": {"mode": "url", "message": message, "url": url}}


def sampling(text: str, maximum: int = 100, **more: object) -> dict:
    messages = [{"role": "user", "content": {"type": "text", "text": text}}]
    return {"method": "sampling/createMessage", "params": {"messages": messages, "maxTokens": maximum} | more}


def roots() -> dict:
    return {"method": "roots/list", "params": {}}


def required_capability(question: dict) -> dict:
    method, params = question["method"], question.get("params", {})
    if method == "roots/list":
        return {"roots": {}}
    if method == "sampling/createMessage":
        return {"sampling": {"tools": {}} if "tools" in params else {}}
    return {"elicitation": {"url": {}} if params.get("mode") == "url" else {}}


def is_declared(needed: dict, capabilities: dict, revision: str) -> bool:
    """Whether a client of this revision may be asked for it."""
    (kind, part), = needed.items()  # fmt: skip
    declared = capabilities.get(kind)
    if declared is None or (kind == "elicitation" and not since(revision, R3)):
        return False
    if part and not since(revision, R4):
        return False
    if kind == "elicitation" and not part:
        return not declared or "form" in declared
    return all(name in declared for name in part)


class Call:
    def __init__(self, server: Server, message: dict, outlet: Outlet, session: Session | None, headers: dict):
        self.server, self.session, self.outlet, self.headers = server, session, outlet, headers
        self.revision = server.revision
        self.id = message.get("id")
        self.method: str = message["method"]
        self.params: dict = message.get("params") or {}
        self.meta: dict = self.params.get("_meta") or {}
        self.arguments: dict = self.params.get("arguments") or {}
        self.is_cancelled = threading.Event()
        self.capabilities: dict = {}
        self.client_info: dict = {}
        self.log_level: str | None = None
        self.task = None
        self._state: dict | None = None
        self._last_progress: float | None = None

    # What a tool may do

    def sleep(self, seconds: float) -> None:
        if self.is_cancelled.wait(seconds):
            self.server.journal.note("stopped", method=self.method, name=self.params.get("name"))
            raise Cancelled

    def progress(self, progress: float, total: float | None = None, message: str | None = None) -> None:
        token = self.meta.get("progressToken")
        if token is None or self.is_cancelled.is_set():
            return
        params = {"progressToken": token, "progress": progress}
        if total is not None:
            params["total"] = total
        if message is not None and since(self.revision, R2):
            params["message"] = message
        self._notify("notifications/progress", params)

    def log(self, level: str, data: object, logger: str | None = "everything") -> None:
        wanted = self.log_level if self.session is None else self.session.log_level
        if wanted is None or LEVELS.index(level) < LEVELS.index(wanted):
            return
        self._notify("notifications/message", {"level": level, "data": data} | ({"logger": logger} if logger else {}))

    def may_ask(self, question: dict) -> bool:
        return is_declared(required_capability(question), self.capabilities, self.revision)

    def ask(self, questions: dict[str, dict], *, with_state: bool = True) -> dict[str, dict]:
        """The answers by key. In 2026-07-28 the tool starts anew for each round and comes here again."""
        for question in questions.values():
            needed = required_capability(question)
            if is_declared(needed, self.capabilities, self.revision):
                continue
            if self.revision == R5:
                raise Failure(MISSING_CAPABILITY, "The client did not declare what this needs.",
                              {"requiredCapabilities": needed}, status=400)  # fmt: skip
            raise Refused(f"the client does not support {question['method']}")
        if self.task is not None and self.revision == R5:
            return self.task.ask(questions)
        if self.revision != R5:
            return {key: self._request(question) for key, question in questions.items()}
        return self._next_round(questions, with_state)

    # How it is done

    def _next_round(self, questions: dict, with_state: bool) -> dict:
        given = self.params.get("inputResponses")
        given = {key: value for key, value in given.items() if isinstance(value, dict)} if isinstance(given, dict) else {}
        if self._state is None:
            self._state = {"answers": {}, "name": self.params.get("name") or self.params.get("uri")}
            if "requestState" in self.params:
                state = sealing.unseal(self.params["requestState"])
                if not with_state:
                    self.server.journal.violation("a requestState that this server never sent (4.1)")
                elif state is None or state["name"] != self._state["name"]:
                    raise Failure(INVALID_PARAMS, "The request state is not valid.")
                else:
                    self._state = state
            elif with_state:
                given = {}
        known: dict = self._state["answers"]
        known.update({key: value for key, value in given.items() if key in questions and key not in known})
        missing = {key: question for key, question in questions.items() if key not in known}
        if missing:
            raise NeedsInput(missing, sealing.seal(self._state) if with_state else None)
        return {key: known[key] for key in questions}

    def _request(self, question: dict) -> dict:
        params = dict(question.get("params") or {})
        if params.get("mode") == "url":
            params["elicitationId"] = f"elicitation-{time.monotonic_ns()}"
        if self.task is not None:
            params["_meta"] = {RELATED_TASK: {"taskId": self.task.id}}
        outlet = self.outlet if self.task is None else self.task.outlet()
        assert self.session is not None
        return self.session.ask(outlet, question["method"], params, self.is_cancelled, ANSWER_SECONDS)

    def _notify(self, method: str, params: dict) -> None:
        self.outlet.send({"jsonrpc": "2.0", "method": method, "params": params})
