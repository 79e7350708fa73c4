"""The methods of one revision, whatever carries the messages."""

from __future__ import annotations

import threading

from . import own_offers, suite_offers, tasks
from .calls import Call, Cancelled, NeedsInput, Refused
from .journal import Journal
from .offer import OFFERS, Offer, failed, text
from .outlet import Outlet
from .revisions import (
    CACHEABLE, CAPABILITIES, CLIENT_INFO, INTERNAL_ERROR, INVALID_PARAMS, LEVELS, LOG_LEVEL, MAY_ASK,
    METHOD_NOT_FOUND, METHODS, MISSING_CAPABILITY, NOTIFICATIONS, R2, R3, R4, R5, REVISIONS, RESOURCE_NOT_FOUND,
    SERVER_INFO, SHORT, SUBSCRIPTION, TASKS, UI, UI_TYPE, Failure, since,
)  # fmt: skip
from .sessions import Session

LISTS = {
    "tools/list": ("tools", "tool"), "resources/list": ("resources", "resource"),
    "resources/templates/list": ("resourceTemplates", "template"), "prompts/list": ("prompts", "prompt"),
}  # fmt: skip
FILTERS = {"tools": "toolsListChanged", "prompts": "promptsListChanged", "resources": "resourcesListChanged"}
CITIES = ["paris", "park", "party"]
assert own_offers and suite_offers


class Listener:
    """One `subscriptions/listen` stream."""

    def __init__(self, request_id: object, outlet: Outlet, wanted: dict):
        self.id, self.outlet, self.wanted = request_id, outlet, wanted

    def send(self, method: str, params: dict) -> None:
        meta = {"_meta": {SUBSCRIPTION: self.id}}
        self.outlet.send({"jsonrpc": "2.0", "method": method, "params": params | meta})


class Server:
    def __init__(self, revision: str, page: int = 0):
        self.revision = revision
        self.page = page
        self.journal = Journal()
        self.offers: list[Offer] = [offer for offer in OFFERS if offer.is_known(revision)]
        self.sessions: dict[str, Session] = {}
        self.calls: dict[object, Call] = {}
        self.listeners: list[Listener] = []
        self.tasks = tasks.Store(self._tell_task)
        self.visited = False
        self.roots_changes = 0
        self.lock = threading.Lock()

    # Sessions

    def open_session(self) -> Session:
        session = Session(self.journal)
        self.sessions[session.id] = session
        return session

    # One message

    def handle(self, message: dict, outlet: Outlet, session: Session | None, headers: dict | None = None) -> dict | None:
        """The response to a request, nothing for the rest. Runs as long as the tool does."""
        name = (message.get("params") or {}).get("name") or (message.get("params") or {}).get("uri")
        if "method" not in message:
            self.journal.note("response", message=message, session=session and session.id)
            if session is None:
                self.journal.violation("2026-07-28 has no responses of clients", message=message)
            else:
                session.take(message)
            return None
        if "id" not in message:
            self.journal.note("notification", method=message["method"], message=message, session=session and session.id)
            self._notified(message, session)
            return None
        self.journal.note("request", method=message["method"], name=name, id=message["id"], message=message,
                          session=session and session.id, headers=headers)  # fmt: skip
        key = (session.id if session is not None else outlet.name, message["id"])
        self._check_id(message["id"], session, key)
        call = Call(self, message, outlet, session, headers or {})
        self.calls[key] = call
        try:
            return {"jsonrpc": "2.0", "id": message["id"], "result": self._answer(call)}
        except Failure as failure:
            return {"jsonrpc": "2.0", "id": message["id"], "error": failure.body(), "status": failure.status}
        except NeedsInput as needed:
            result = {"resultType": "input_required", "inputRequests": needed.questions}
            return {"jsonrpc": "2.0", "id": message["id"],
                    "result": result | ({"requestState": needed.state} if needed.state else {})}  # fmt: skip
        except Cancelled:
            return None
        except Exception as error:  # noqa: BLE001
            self.journal.note("crash", error=repr(error))
            return {"jsonrpc": "2.0", "id": message["id"], "error": {"code": INTERNAL_ERROR, "message": repr(error)}}
        finally:
            self.journal.note("ended", method=message["method"], name=name, id=message["id"],
                              was_cancelled=call.is_cancelled.is_set())  # fmt: skip
            if self.calls.get(key) is call:
                del self.calls[key]

    def gone(self, request_id: object, session: Session | None, outlet: Outlet | None) -> None:
        """The stream of a request was closed by its client: in 2026-07-28 that cancels it, before it means nothing."""
        self.journal.note("disconnected", id=request_id, session=session and session.id)
        call = self.calls.get((outlet and outlet.name, request_id))
        if self.revision == R5 and call is not None:
            call.is_cancelled.set()
            self.journal.note("cancelled", id=request_id, method=call.method, name=call.params.get("name"), by="disconnect")
        if self.revision == R5:
            self.listeners = [one for one in self.listeners if one.outlet is not outlet]

    def _check_id(self, number: object, session: Session | None, key: tuple) -> None:
        if number is None or isinstance(number, bool) or not isinstance(number, str | int):
            self.journal.violation("an id is a string or an integer (2.1)", id=number)
        if session is None:
            if key in self.calls:
                self.journal.violation("an id is not that of a request still open (2.1)", id=number)
        elif repr(number) in session.used_ids:
            self.journal.violation("an id is used once in a session (2.1)", id=number, session=session.id)
        else:
            session.used_ids.add(repr(number))

    def _notified(self, message: dict, session: Session | None) -> None:
        method, params = message["method"], message.get("params") or {}
        if method not in NOTIFICATIONS[self.revision]:
            self.journal.violation("a notification that this revision does not have", method=method)
        elif method == "notifications/initialized" and session is not None:
            session.is_initialized = True
        elif method == "notifications/roots/list_changed":
            self.roots_changes += 1
        elif method == "notifications/cancelled":
            call = self.calls.get((session.id if session is not None else "stdio", params.get("requestId")))
            if call is not None:
                call.is_cancelled.set()
                self.journal.note(
                    "cancelled", id=params.get("requestId"), method=call.method, name=call.params.get("name"), by="notification"
                )
            if self.revision == R5:
                for listener in [one for one in self.listeners if one.id == params.get("requestId")]:
                    self.listeners.remove(listener)
                    listener.outlet.finish()

    # Answers

    def _answer(self, call: Call) -> dict:
        method = call.method
        if method not in METHODS[self.revision] or (method.startswith("tasks/") and not self.has_tasks):
            raise Failure(METHOD_NOT_FOUND, f"There is no method {method} in {self.revision}.", status=404)
        session = call.session
        if session is None:
            call.capabilities = call.meta.get(CAPABILITIES) or {}
            call.client_info = call.meta.get(CLIENT_INFO) or {}
            call.log_level = call.meta.get(LOG_LEVEL)
        else:
            call.capabilities, call.client_info = session.capabilities, session.client_info
            if not session.is_initialized and method not in ("initialize", "ping"):
                self.journal.violation("a request before notifications/initialized (3.4)", method=method)
            if method not in MAY_ASK and ("inputResponses" in call.params or "requestState" in call.params):
                self.journal.violation("inputResponses where the revision has none", method=method)
        name = "_" + method.replace("/", "_").lower()
        result = self._list(call) if method in LISTS else getattr(self, name)(call)
        if self.revision == R5:
            result.setdefault("resultType", "complete")
            result["_meta"] = {SERVER_INFO: self.info()} | (result.get("_meta") or {})
            if method in CACHEABLE and result["resultType"] == "complete":
                result.setdefault("ttlMs", 0 if method == "resources/read" else 1000)
                result.setdefault("cacheScope", "private" if method == "resources/read" else "public")
        return result

    has_tasks = True

    def info(self) -> dict:
        info = {"name": f"everything-{SHORT[self.revision]}", "version": "1.0.0"}
        if since(self.revision, R3):
            info["title"] = "Everything"
        if since(self.revision, R4):
            info |= {"description": "Offers everything", "websiteUrl": "https://example.com/", "icons": [own_offers.ICON]}
        return info

    def capabilities(self) -> dict:
        found = {
            "tools": {"listChanged": True}, "prompts": {"listChanged": True}, "logging": {},
            "resources": {"subscribe": True, "listChanged": True}, "experimental": {"example.com/odd": {"on": True}},
        }  # fmt: skip
        if since(self.revision, R2):
            found["completions"] = {}
        if self.has_tasks:
            found |= tasks.capability(self.revision)
        if self.revision == R4:
            found["extensions"] = {UI: {"mimeTypes": [UI_TYPE]}}
        if self.revision == R5:
            found["extensions"] = {UI: {"mimeTypes": [UI_TYPE]}} | ({TASKS: {}} if self.has_tasks else {})
        return found

    def _initialize(self, call: Call) -> dict:
        session = call.session
        assert session is not None
        asked = call.params.get("protocolVersion")
        if not isinstance(call.params.get("capabilities"), dict) or not isinstance(call.params.get("clientInfo"), dict):
            raise Failure(INVALID_PARAMS, "initialize needs protocolVersion, capabilities and clientInfo.")
        if asked not in REVISIONS[:4]:
            self.journal.violation("initialize asks for a handshake revision (2.6)", asked=asked)
        session.capabilities, session.client_info = call.params["capabilities"], call.params["clientInfo"]
        session.version = self.revision
        self.journal.note("initialized", asked=asked, capabilities=session.capabilities, clientInfo=session.client_info,
                          session=session.id)  # fmt: skip
        return {"protocolVersion": self.revision, "capabilities": self.capabilities(), "serverInfo": self.info(),
                "instructions": f"Speaks {self.revision}."}  # fmt: skip

    def _server_discover(self, call: Call) -> dict:
        return {"supportedVersions": [R5], "capabilities": self.capabilities(), "instructions": f"Speaks {self.revision}."}

    def _ping(self, call: Call) -> dict:
        return {}

    def _list(self, call: Call) -> dict:
        member, kind = LISTS[call.method]
        shown = [offer.render(self.revision) for offer in self.offers if offer.kind == kind and not offer.hides]
        if not self.page:
            if "cursor" in call.params:
                raise Failure(INVALID_PARAMS, "This server gave no cursor.")
            return {member: shown}
        cursor = call.params.get("cursor", "at 0")
        try:
            first = int(cursor.removeprefix("at "))
        except (AttributeError, ValueError):
            raise Failure(INVALID_PARAMS, "This server gave no such cursor.") from None
        page = {member: shown[first : first + self.page]}
        return page | ({"nextCursor": f"at {first + self.page}"} if first + self.page < len(shown) else {})

    def takes_tasks(self, call: Call) -> bool:
        return self.revision == R5 and TASKS in (call.capabilities.get("extensions") or {})

    def find(self, kind: str, key: object) -> Offer | None:
        return next((offer for offer in self.offers if offer.kind == kind and offer.key == key), None)

    def _tools_call(self, call: Call) -> dict:
        offer = self.find("tool", call.params.get("name"))
        if offer is None:
            raise Failure(INVALID_PARAMS, f"Unknown tool: {call.params.get('name')}")
        schema = offer.definition["inputSchema"]
        if missing := [name for name in schema.get("required", []) if name not in call.arguments]:
            self.journal.note("bad arguments", name=offer.key)
            if since(self.revision, R4):
                return failed(f"The argument {missing[0]} is missing.")
            raise Failure(INVALID_PARAMS, f"The argument {missing[0]} is missing.")
        support = offer.extra.get("task") if self.has_tasks else None
        if self.revision == R4:
            if support == "required" and "task" not in call.params:
                raise Failure(METHOD_NOT_FOUND, f"{offer.key} runs as a task only.")
            if "task" in call.params:
                if support is None:
                    raise Failure(METHOD_NOT_FOUND, f"{offer.key} does not run as a task.")
                return {"task": self.tasks.start(call, offer.run).shape(R4)}
        if self.revision == R5 and support in ("optional", "required"):
            if self.takes_tasks(call):
                return {"resultType": "task"} | self.tasks.start(call, offer.run).shape(R5)
            if support == "required":
                raise Failure(MISSING_CAPABILITY, f"{offer.key} runs as a task only.",
                              {"requiredCapabilities": {"extensions": {TASKS: {}}}}, status=400)  # fmt: skip
        try:
            return dict(offer.run(call))
        except Refused as reason:
            return failed(f"Input was not given: {reason}")

    def _resources_read(self, call: Call) -> dict:
        uri = call.params.get("uri")
        offer = self.find("resource", uri)
        if offer is None and isinstance(uri, str) and uri.startswith("test://template/") and uri.endswith("/data"):
            offer = next(one for one in self.offers if one.kind == "template")
        if offer is None:
            code = INVALID_PARAMS if self.revision == R5 else RESOURCE_NOT_FOUND
            raise Failure(code, "Resource not found", {"uri": uri})
        content = {"uri": uri, "mimeType": offer.definition["mimeType"]} | offer.run(call, uri)
        if not since(self.revision, R3):
            content.pop("_meta", None)
        return {"contents": [content]}

    def _prompts_get(self, call: Call) -> dict:
        offer = self.find("prompt", call.params.get("name"))
        if offer is None:
            raise Failure(INVALID_PARAMS, f"Unknown prompt: {call.params.get('name')}")
        return dict(offer.run(call))

    def _completion_complete(self, call: Call) -> dict:
        ref, argument = call.params.get("ref") or {}, call.params.get("argument") or {}
        kind, key = ("prompt", ref.get("name")) if ref.get("type") == "ref/prompt" else ("template", ref.get("uri"))
        if self.find(kind, key) is None:
            raise Failure(INVALID_PARAMS, "There is nothing to complete.")
        chosen = ((call.params.get("context") or {}).get("arguments") or {}) if since(self.revision, R3) else {}
        values = [city + "".join(f"+{value}" for value in chosen.values()) for city in CITIES
                  if city.startswith(argument.get("value", ""))]  # fmt: skip
        return {"completion": {"values": values, "total": len(values), "hasMore": False}}

    def _logging_setlevel(self, call: Call) -> dict:
        level = call.params.get("level")
        if level not in LEVELS:
            raise Failure(INVALID_PARAMS, "There is no such level.")
        assert call.session is not None
        call.session.log_level = level
        return {}

    def _resources_subscribe(self, call: Call) -> dict:
        assert call.session is not None
        call.session.subscriptions.add(call.params["uri"])
        return {}

    def _resources_unsubscribe(self, call: Call) -> dict:
        assert call.session is not None
        call.session.subscriptions.discard(call.params["uri"])
        return {}

    # Tasks

    def _tasks_get(self, call: Call) -> dict:
        self._needs_tasks(call)
        task = self.tasks.find(call.params.get("taskId"))
        return task.detailed() if self.revision == R5 else task.shape(R4)

    def _tasks_update(self, call: Call) -> dict:
        self._needs_tasks(call)
        self.tasks.find(call.params.get("taskId")).update(call.params.get("inputResponses") or {})
        return {}

    def _tasks_cancel(self, call: Call) -> dict:
        self._needs_tasks(call)
        task = self.tasks.find(call.params.get("taskId"))
        if self.revision == R4 and task.status in tasks.ENDED:
            raise Failure(INVALID_PARAMS, "The task has ended.")
        self.tasks.cancel(task)
        return {} if self.revision == R5 else task.shape(R4)

    def _tasks_list(self, call: Call) -> dict:
        return {"tasks": [task.shape(R4) for task in self.tasks.listed()]}

    def _tasks_result(self, call: Call) -> dict:
        task = self.tasks.find(call.params.get("taskId"))
        task.wait(call.outlet, call.is_cancelled)
        if task.error is not None:
            raise Failure(task.error["code"], task.error["message"])
        if task.result is None:
            return tasks.related(failed(f"The task was {task.status}."), task)
        return tasks.related(task.result, task)

    def _needs_tasks(self, call: Call) -> None:
        if self.revision == R5 and not self.takes_tasks(call):
            raise Failure(MISSING_CAPABILITY, "Declare the tasks extension.",
                          {"requiredCapabilities": {"extensions": {TASKS: {}}}}, status=400)  # fmt: skip

    def _tell_task(self, task: tasks.Task) -> None:
        self.journal.note("task", id=task.id, status=task.status)
        if self.revision == R5:
            for listener in self.listeners:
                if task.id in (listener.wanted.get("taskIds") or []):
                    listener.send("notifications/tasks", task.detailed())

    # News

    def _subscriptions_listen(self, call: Call) -> dict:
        wanted = call.params.get("notifications")
        if not isinstance(wanted, dict):
            raise Failure(INVALID_PARAMS, "listen needs notifications.", status=400)
        if "taskIds" in wanted:
            self._needs_tasks(call)
        known = {*FILTERS.values(), "resourceSubscriptions", "taskIds"}
        honoured = {key: value for key, value in wanted.items() if key in known and value}
        listener = Listener(call.id, call.outlet, honoured)
        listener.send("notifications/subscriptions/acknowledged", {"notifications": honoured})
        self.listeners.append(listener)
        self.journal.note("listening", wanted=wanted, id=call.id)
        while not call.is_cancelled.wait(0.2) and listener in self.listeners:
            pass
        if listener in self.listeners:
            self.listeners.remove(listener)
        if call.is_cancelled.is_set():
            raise Cancelled
        return {"_meta": {SUBSCRIPTION: call.id}}

    def announce(self, kind: str) -> None:
        """Says that the list of tools, prompts or resources changed to whoever wants to hear it."""
        method = f"notifications/{kind}/list_changed"
        for listener in self.listeners:
            if listener.wanted.get(FILTERS[kind]):
                listener.send(method, {})
        self._broadcast({"jsonrpc": "2.0", "method": method})

    def updated(self, uri: str) -> None:
        for listener in self.listeners:
            if uri in (listener.wanted.get("resourceSubscriptions") or []):
                listener.send("notifications/resources/updated", {"uri": uri})
        message = {"jsonrpc": "2.0", "method": "notifications/resources/updated", "params": {"uri": uri}}
        self._broadcast(message, lambda session: uri in session.subscriptions)

    def _broadcast(self, message: dict, wanted=lambda session: True) -> None:
        for session in list(self.sessions.values()):
            if session.quiet is not None and wanted(session):
                session.quiet.send(message)

    # Switches

    def rename(self, old: str, new: str) -> None:
        for position, offer in enumerate(self.offers):
            if offer.kind == "tool" and offer.key == old:
                self.offers[position] = Offer("tool", new, offer.definition | {"name": new}, offer.run, extra=offer.extra)

    def add_tool(self, name: str) -> None:
        definition = {"name": name, "description": f"Added as {name}", "inputSchema": {"type": "object"}}
        self.offers.append(Offer("tool", name, definition, lambda call: text(f"I am {name}")))

    def remove_tool(self, name: str) -> None:
        self.offers = [offer for offer in self.offers if offer.kind != "tool" or offer.key != name]

    def lose_sessions(self) -> None:
        for session in self.sessions.values():
            if session.quiet is not None:
                session.quiet.finish()
        self.sessions.clear()

    def become(self, revision: str) -> None:
        """Another program was installed at this address."""
        self.lose_sessions()
        self.revision = revision
        self.offers = [offer for offer in OFFERS if offer.is_known(revision)]
