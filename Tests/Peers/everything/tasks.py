"""Tasks: the experimental ones of 2025-11-25 and the extension of 2026-07-28, over the same store."""

from __future__ import annotations

import datetime
import secrets
import threading
import time

from .calls import Call, Cancelled, Refused, elicitation
from .offer import OFFERS, failed, text, tool
from .outlet import Outlet
from .revisions import INTERNAL_ERROR, INVALID_PARAMS, R4, R5, RELATED_TASK, Failure

TTL = 60_000
POLL = 50
ENDED = {"completed", "failed", "cancelled"}


def now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Task:
    def __init__(self, store: Store, call: Call):
        self.id = secrets.token_hex(16)
        self.store = store
        self.call = call
        self.status = "working"
        self.created = self.updated = now()
        self.result: dict | None = None
        self.error: dict | None = None
        self.questions: dict[str, dict] = {}
        self.answers: dict[str, dict] = {}
        self.streams: list[Outlet] = []
        self.changed = threading.Condition()

    def shape(self, revision: str) -> dict:
        shape = {"taskId": self.id, "status": self.status, "createdAt": self.created, "lastUpdatedAt": self.updated}
        return shape | ({"ttlMs": TTL, "pollIntervalMs": POLL} if revision == R5 else {"ttl": TTL, "pollInterval": POLL})

    def detailed(self) -> dict:
        detailed = self.shape(R5)
        if self.status == "input_required":
            detailed["inputRequests"] = dict(self.questions)
        elif self.status == "completed":
            detailed["result"] = self.result
        elif self.status == "failed":
            detailed["error"] = self.error
        return detailed

    def become(self, status: str) -> None:
        with self.changed:
            if self.status in ENDED:
                return
            self.status, self.updated = status, now()
            self.changed.notify_all()
        self.store.tell(self)

    def ask(self, questions: dict[str, dict]) -> dict[str, dict]:
        """The questions of the extension: they wait in the task until `tasks/update` answers them."""
        marked = {f"{key}-{secrets.token_hex(2)}": (key, question) for key, question in questions.items()}
        with self.changed:
            self.questions.update({mark: question for mark, (_, question) in marked.items()})
        self.become("input_required")
        with self.changed:
            while not all(mark in self.answers for mark in marked):
                if self.call.is_cancelled.is_set():
                    raise Cancelled
                self.changed.wait(0.05)
        return {key: self.answers[mark] for mark, (key, _) in marked.items()}

    def update(self, answers: dict) -> None:
        with self.changed:
            for mark, answer in answers.items():
                if self.questions.pop(mark, None) is not None:
                    self.answers[mark] = answer
            is_answered = not self.questions
            self.changed.notify_all()
        if is_answered and self.status == "input_required":
            self.become("working")

    def outlet(self) -> Outlet:
        """Where requests of a task of 2025-11-25 go: on the stream of who waits for the result."""
        self.become("input_required")
        end = time.monotonic() + 20
        with self.changed:
            while not self.streams and time.monotonic() < end:
                if self.call.is_cancelled.is_set():
                    raise Cancelled
                self.changed.wait(0.05)
            if not self.streams:
                raise Refused("nobody waits for the result of this task")
            return self.streams[-1]

    def wait(self, outlet: Outlet, stop: threading.Event) -> None:
        with self.changed:
            self.streams.append(outlet)
            self.changed.notify_all()
            while self.status not in ENDED and not stop.is_set():
                self.changed.wait(0.05)
            self.streams.remove(outlet)


class Store:
    def __init__(self, tell) -> None:
        self._tasks: dict[str, Task] = {}
        self.tell = tell

    def start(self, call: Call, run) -> Task:
        task = Task(self, call)
        self._tasks[task.id] = task
        call.task = task

        def work() -> None:
            try:
                task.result = run(call)
            except Cancelled:
                task.become("cancelled")
            except Failure as failure:
                task.error = failure.body()
                task.become("failed")
            except Refused as reason:
                task.result = failed(str(reason))
                task.become("completed")
            else:
                task.become("completed")

        threading.Thread(target=work, daemon=True).start()
        return task

    def find(self, task_id: object) -> Task:
        if not isinstance(task_id, str) or task_id not in self._tasks:
            raise Failure(INVALID_PARAMS, "There is no such task.")
        return self._tasks[task_id]

    def listed(self) -> list[Task]:
        return list(self._tasks.values())

    def cancel(self, task: Task) -> None:
        task.call.is_cancelled.set()
        with task.changed:
            task.changed.notify_all()
        task.become("cancelled")


def related(result: dict, task: Task) -> dict:
    return result | {"_meta": (result.get("_meta") or {}) | {RELATED_TASK: {"taskId": task.id}}}


def capability(revision: str) -> dict:
    if revision == R4:
        return {"tasks": {"list": {}, "cancel": {}, "requests": {"tools": {"call": {}}}}}
    return {}


# The tools that may become tasks, by the names of the suite.

OPTIONAL, REQUIRED = {"execution": {"taskSupport": "optional"}}, {"execution": {"taskSupport": "required"}}


@tool("greet", "Greets at once", {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]})
def greet(call: Call) -> dict:
    return text(f"Hello, {call.arguments['name']}!")


SECONDS = {"type": "object", "properties": {"seconds": {"type": "number"}, "label": {"type": "string"}}}


@tool("slow_compute", "Computes for some seconds", SECONDS, first=R4, extra={"task": "optional"}, **OPTIONAL)
def slow_compute(call: Call) -> dict:
    call.sleep(call.arguments.get("seconds", 0))
    return text(f"computed {call.arguments.get('label', '')}")


@tool("failing_job", "Fails as a tool", first=R4, extra={"task": "required"}, **REQUIRED)
def failing_job(call: Call) -> dict:
    call.sleep(0.05)
    return failed("The job failed")


@tool("protocol_error_job", "Fails as a server", first=R4, extra={"task": "optional"}, **OPTIONAL)
def protocol_error_job(call: Call) -> dict:
    call.sleep(0.05)
    raise Failure(INTERNAL_ERROR, "The job broke")


@tool("confirm_delete", "Asks before it deletes", {"type": "object", "properties": {"filename": {"type": "string"}}},
      first=R4, extra={"task": "optional"}, **OPTIONAL)  # fmt: skip
def confirm_delete(call: Call) -> dict:
    question = elicitation(f"Delete {call.arguments.get('filename')}?", {"confirm": {"type": "boolean"}})
    answer = call.ask({"confirm": question})["confirm"]
    return text("deleted" if answer.get("action") == "accept" else "kept")


@tool("multi_input", "Asks two things at once", first=R4, extra={"task": "optional"}, **OPTIONAL)
def multi_input(call: Call) -> dict:
    fields = {"name": {"type": "string"}, "confirm": {"type": "boolean"}}
    answers = call.ask({"one": elicitation("One?", fields), "two": elicitation("Two?", fields)})
    return text(f"got {len(answers)}")


@tool("test_tool_with_task", "Asks in a round, then becomes a task", first=R5, extra={"task": "after"})
def with_task(call: Call) -> dict:
    answer = call.ask({"user_name": elicitation("What is your name?", {"name": {"type": "string"}})})["user_name"]
    name = (answer.get("content") or {}).get("name")

    def run(later: Call) -> dict:
        later.sleep(0.05)
        return text(f"Hello, {name}")

    if call.server.takes_tasks(call):
        task = call.server.tasks.start(call, run)
        return {"resultType": "task"} | task.shape(R5)
    return run(call)


def support(name: object) -> str | None:
    return next((offer.extra.get("task") for offer in OFFERS if offer.kind == "tool" and offer.key == name), None)
