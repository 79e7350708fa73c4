"""Holds what comes over the wire against the JSON schemas of the specification, where they are at hand.

A matcher of the few keywords that those schemas use; unknown keywords are ignored.
"""

import functools
import json
import os
from pathlib import Path

FOLDER = Path(os.environ.get("PATCHBAY_MCP_SCHEMAS") or Path(__file__).resolve().parents[4] / "shared" / "facts" / "schema")
RESULTS = {
    "initialize": "InitializeResult", "server/discover": "DiscoverResult", "tools/list": "ListToolsResult",
    "tools/call": "CallToolResult", "resources/list": "ListResourcesResult", "ping": "EmptyResult",
    "resources/templates/list": "ListResourceTemplatesResult", "resources/read": "ReadResourceResult",
    "prompts/list": "ListPromptsResult", "prompts/get": "GetPromptResult", "completion/complete": "CompleteResult",
    "logging/setLevel": "EmptyResult", "resources/subscribe": "EmptyResult", "resources/unsubscribe": "EmptyResult",
}  # fmt: skip
NOTIFICATIONS = {
    "notifications/progress": "ProgressNotification", "notifications/message": "LoggingMessageNotification",
    "notifications/cancelled": "CancelledNotification", "notifications/resources/updated": "ResourceUpdatedNotification",
    "notifications/tools/list_changed": "ToolListChangedNotification",
    "notifications/resources/list_changed": "ResourceListChangedNotification",
    "notifications/prompts/list_changed": "PromptListChangedNotification",
    "notifications/elicitation/complete": "ElicitationCompleteNotification",
    "notifications/subscriptions/acknowledged": "SubscriptionsAcknowledgedNotification",
    "notifications/tasks/status": "TaskStatusNotification",
}  # fmt: skip
REQUESTS = {
    "roots/list": "ListRootsRequest", "sampling/createMessage": "CreateMessageRequest", "ping": "PingRequest",
    "elicitation/create": "ElicitRequest",
}  # fmt: skip


@functools.cache
def schema(revision: str) -> dict | None:
    path = FOLDER / f"{revision}.json"
    return json.loads(path.read_text()) if path.exists() else None


def definitions(revision: str) -> dict:
    whole = schema(revision) or {}
    return whole.get("definitions") or whole.get("$defs") or {}


def faults(revision: str, definition: str, value: object) -> list[str]:
    """What is wrong with a value; nothing where the schema is not at hand."""
    known = definitions(revision)
    return list(_faults(known[definition], value, known, definition)) if definition in known else []


def _faults(rule: object, value: object, known: dict, where: str):
    if not isinstance(rule, dict):
        return
    if "$ref" in rule:
        yield from _faults(known[rule["$ref"].rpartition("/")[2]], value, known, where)
    if "type" in rule and not any(_is(kind, value) for kind in ([rule["type"]] if isinstance(rule["type"], str) else rule["type"])):
        yield f"{where} is no {rule['type']}: {str(value)[:60]}"
        return
    if "const" in rule and value != rule["const"]:
        yield f"{where} is not {rule['const']!r}"
    if "enum" in rule and value not in rule["enum"]:
        yield f"{where} is none of {rule['enum']}"
    if isinstance(value, dict):
        for name in rule.get("required", []):
            if name not in value:
                yield f"{where} has no {name}"
        properties = rule.get("properties", {})
        for name, part in value.items():
            if name in properties:
                yield from _faults(properties[name], part, known, f"{where}.{name}")
            elif isinstance(extra := rule.get("additionalProperties"), dict):
                yield from _faults(extra, part, known, f"{where}.{name}")
            elif extra is False:
                yield f"{where} must not have {name}"
    if isinstance(value, list):
        for position, part in enumerate(value):
            yield from _faults(rule.get("items"), part, known, f"{where}[{position}]")
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value < rule.get("minimum", value) or value > rule.get("maximum", value):
            yield f"{where} is out of bounds"
    for part in rule.get("allOf", []):
        yield from _faults(part, value, known, where)
    for word in ("anyOf", "oneOf"):
        if word in rule:
            found = [list(_faults(part, value, known, where)) for part in rule[word]]
            if all(found):
                yield f"{where} is none of its {len(found)} forms: {min(found, key=len)[0]}"


def _is(kind: str, value: object) -> bool:
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool) or isinstance(value, float) and value.is_integer()
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    kinds = {"string": str, "boolean": bool, "object": dict, "array": list, "null": type(None)}
    return isinstance(value, kinds[kind])
