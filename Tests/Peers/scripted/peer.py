"""What clients of all revisions have in common: one set of verbs, answers to questions, and the list of breaches."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable

from . import judge
from .wire import Reply

EVERYTHING = {"roots": {"listChanged": True}, "sampling": {"tools": {}}, "elicitation": {"form": {}, "url": {}}}
CLIENT_INFO = {"name": "scripted", "version": "1.0.0"}
SECONDS = 20
SAMPLES: dict[str, object] = {"string": "scripted", "integer": 7, "number": 1.5, "boolean": True, "array": []}


class Declined(Exception):
    """The person or program behind the client does not answer: a JSON-RPC error, or no retry."""


def elicited(params: dict) -> dict:
    if params.get("mode") == "url":
        return {"action": "accept"}
    fields = (params.get("requestedSchema") or {}).get("properties", {})
    content = {}
    for name, field in fields.items():
        if "default" in field:
            content[name] = field["default"]
        elif "enum" in field:
            content[name] = field["enum"][0]
        elif "oneOf" in field:
            content[name] = field["oneOf"][0]["const"]
        else:
            content[name] = SAMPLES[field.get("type", "string")]
    return {"action": "accept", "content": content}


def sampled(params: dict) -> dict:
    return {"role": "assistant", "content": {"type": "text", "text": "sampled"}, "model": "scripted", "stopReason": "endTurn"}


def rooted(params: dict) -> dict:
    return {"roots": [{"uri": "file:///scripted", "name": "scripted"}]}


ANSWERS: dict[str, Callable[[dict], dict]] = {
    "elicitation/create": elicited, "sampling/createMessage": sampled, "roots/list": rooted, "ping": lambda params: {},
}  # fmt: skip


class Pending:
    """A request whose answer is awaited in a thread of its own."""

    def __init__(self, work: Callable[[Pending], Reply]):
        self.id: object = None
        self.is_cancelled = False
        self.messages: list[dict] = []
        self.close: Callable[[], None] = lambda: None
        self._reply: Reply | None = None
        self._error: BaseException | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)

    def begin(self) -> Pending:
        self._thread.start()
        return self

    def saw(self, message: dict) -> None:
        with self._changed:
            self.messages.append(message)
            self._changed.notify_all()

    def wait_for(self, method: str, seconds: float = 5) -> dict:
        """The first message of a method that came for this request."""
        end = time.monotonic() + seconds
        with self._changed:
            while True:
                for message in self.messages:
                    if message.get("method") == method:
                        return message
                if (left := end - time.monotonic()) <= 0:
                    raise AssertionError(f"no {method} came")
                self._changed.wait(left)

    def reply(self, seconds: float = SECONDS) -> Reply:
        self._thread.join(seconds)
        if self._thread.is_alive():
            raise AssertionError(f"no answer within {seconds} s")
        if self._error is not None:
            raise self._error
        assert self._reply is not None
        return self._reply

    def is_open(self) -> bool:
        return self._thread.is_alive()

    def _run(self, work: Callable[[Pending], Reply]) -> None:
        try:
            self._reply = work(self)
        except BaseException as error:  # noqa: BLE001
            self._error = error


class Peer:
    """A client. Subclasses carry the messages."""

    def __init__(self, url: str, revision: str, capabilities: dict | None = None, *, info: dict | None = None,
                 headers: dict[str, str] | None = None, timeout: float = SECONDS):  # fmt: skip
        self.url, self.revision, self.timeout = url, revision, timeout
        self.capabilities = fitting(EVERYTHING, revision) if capabilities is None else capabilities
        self.info = info or CLIENT_INFO
        self.extra_headers = headers or {}
        self.answers = dict(ANSWERS)
        self.breaches: list[str] = []
        self.questions: list[dict] = []
        self.heard: list[dict] = []
        self.level: str | None = None
        self.server_capabilities: dict = {}
        self.server_info: dict = {}
        self.instructions: str | None = None
        self.tokens: dict[object, float | None] = {}
        self.changed = threading.Condition()
        self.ids = itertools.count(1)

    # Verbs

    def open(self) -> Peer:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def send(self, method: str, params: dict | None, pending: Pending | None, timeout: float) -> Reply:
        raise NotImplementedError

    def notify(self, method: str, params: dict | None = None) -> Reply | None:
        raise NotImplementedError

    def cancel(self, pending: Pending) -> None:
        raise NotImplementedError

    def watch(self, kinds: tuple[str, ...] = ("tools", "prompts", "resources"), uris: tuple[str, ...] = ()) -> object:
        """From here on the server's news arrive in `heard`."""
        raise NotImplementedError

    def set_level(self, level: str) -> None:
        raise NotImplementedError

    def request(self, method: str, params: dict | None = None, *, token: object = None, timeout: float = 0) -> Reply:
        return self.send(method, self._marked(params, token), None, timeout or self.timeout)

    def start(self, method: str, params: dict | None = None, *, token: object = None, timeout: float = 0) -> Pending:
        marked = self._marked(params, token)
        return Pending(lambda pending: self.send(method, marked, pending, timeout or self.timeout)).begin()

    def tool(self, name: str, arguments: dict | None = None, *, token: object = None, **more: object) -> Reply:
        return self.request("tools/call", {"name": name, "arguments": arguments or {}} | more, token=token)

    def read(self, uri: str) -> Reply:
        return self.request("resources/read", {"uri": uri})

    def prompt(self, name: str, arguments: dict | None = None) -> Reply:
        return self.request("prompts/get", {"name": name} | ({"arguments": arguments} if arguments else {}))

    def complete(self, ref: dict, name: str, value: str, chosen: dict | None = None) -> Reply:
        context = {"context": {"arguments": chosen}} if chosen else {}
        return self.request("completion/complete", {"ref": ref, "argument": {"name": name, "value": value}} | context)

    def list(self, what: str) -> list[dict]:
        """All pages of a list: tools, prompts, resources or resourceTemplates."""
        method = "resources/templates/list" if what == "resourceTemplates" else f"{what}/list"
        found: list[dict] = []
        cursor: str | None = None
        for _ in range(100):
            page = self.request(method, {} if cursor is None else {"cursor": cursor}).result
            found += page[what]
            if (cursor := page.get("nextCursor")) is None:
                return found
        raise AssertionError(f"{method} has no end")

    def hears(self, method: str, seconds: float = 5, first: int = 0, **params: object) -> dict:
        end = time.monotonic() + seconds
        with self.changed:
            while True:
                for message in self.heard[first:]:
                    given = message.get("params") or {}
                    if message.get("method") == method and all(given.get(key) == value for key, value in params.items()):
                        return message
                if (left := end - time.monotonic()) <= 0:
                    raise AssertionError(f"{method} was not heard; heard {[one.get('method') for one in self.heard[first:]]}")
                self.changed.wait(left)

    # Shared work

    def hear(self, message: dict) -> None:
        with self.changed:
            self.heard.append(message)
            self.changed.notify_all()

    def answer(self, request: dict) -> dict:
        """What goes back for a request of the server: the members of a response."""
        self.questions.append(request)
        self.breaches += judge.of_request(self.revision, self.capabilities, request)
        handler = self.answers.get(request["method"])
        if handler is None:
            return {"error": {"code": -32601, "message": "Method not found"}}
        try:
            return {"result": handler(request.get("params") or {})}
        except Declined as reason:
            return {"error": {"code": -1, "message": str(reason)}}

    def judge_notification(self, message: dict) -> None:
        self.breaches += judge.of_notification(self.revision, message, self.tokens, self.level)

    def judge_response(self, method: str, response: dict) -> None:
        self.breaches += judge.of_response(self.revision, method, response)

    def _marked(self, params: dict | None, token: object) -> dict | None:
        if token is None:
            return params
        self.tokens[token] = None
        return (params or {}) | {"_meta": ((params or {}).get("_meta") or {}) | {"progressToken": token}}


def fitting(capabilities: dict, revision: str) -> dict:
    """The part of a set of capabilities that a revision knows."""
    known = dict(capabilities)
    if revision < "2025-11-25":
        known = {key: {} if key in ("sampling", "elicitation") else value for key, value in known.items()}
    if revision < "2025-06-18":
        known.pop("elicitation", None)
    if revision == "2026-07-28" and "roots" in known:
        known["roots"] = {}
    return known
