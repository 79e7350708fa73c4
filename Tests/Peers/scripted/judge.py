"""What the revision of a client forbids its server to send: each breach is one sentence."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from everything.calls import is_declared, required_capability  # noqa: E402
from everything.offer import is_member  # noqa: E402
from everything.revisions import (  # noqa: E402
    CACHEABLE, LEVELS, PREFIX, R1, R2, R3, R4, R5, SERVER_INFO, SUBSCRIPTION, since,
)  # fmt: skip

from . import schemas  # noqa: E402

# Members of definitions that must not reach a client whose revision does not have them (6.6).
# Not outputSchema: clients of older revisions that show MCP Apps keep it, because their views need what it describes.
MEMBERS = ("annotations", "title", "icons", "execution")
BLOCKS = {"text": R1, "image": R1, "resource": R1, "audio": R2, "resource_link": R3}
LISTED = {"tools/list": "tools", "resources/list": "resources", "resources/templates/list": "resourceTemplates",
          "prompts/list": "prompts"}  # fmt: skip
ASKED = {"roots/list": R1, "sampling/createMessage": R1, "ping": R1, "elicitation/create": R3}


def of_response(revision: str, method: str, response: dict) -> list[str]:
    found: list[str] = []
    if response.get("jsonrpc") != "2.0" or ("result" in response) == ("error" in response):
        return [f"{method}: not one of result and error"]
    if "error" in response:
        error = response["error"]
        if not isinstance(error.get("code"), int) or not isinstance(error.get("message"), str):
            found.append(f"{method}: an error has a code and a message")
        if revision == R5 and error.get("code") in (-32002, -32042):
            found.append(f"{method}: 2026-07-28 has no {error['code']} (3.8)")
        if revision != R5 and error.get("code") in (-32020, -32021, -32022):
            found.append(f"{method}: handshake revisions have no {error['code']} (3.8)")
        if revision != R4 and error.get("code") == -32042:
            found.append(f"{method}: {revision} has no -32042 (3.8)")
        return found
    result = response["result"]
    found += _of_stateless(method, result) if revision == R5 else _of_handshake(method, result)
    if result.get("resultType", "complete") == "complete" and "task" not in result:
        found += [f"{method}: {fault}" for fault in schemas.faults(revision, schemas.RESULTS.get(method, ""), result)]
    if result.get("resultType") == "input_required":
        found += [f"{method}: {fault}" for fault in schemas.faults(revision, "InputRequiredResult", result)]
    for definition in result.get(LISTED.get(method, ""), []):
        found += [f"{method}: {definition.get('name')}: {words}" for words in _of_definition(revision, definition)]
    for block in result.get("content") or [message.get("content") for message in result.get("messages", [])]:
        if isinstance(block, dict) and not since(revision, BLOCKS.get(block.get("type", ""), R5)):
            found.append(f"{method}: {revision} has no content of type {block.get('type')} (6.6)")
    if "structuredContent" in result:
        if not since(revision, R3):
            found.append(f"{method}: {revision} has no structuredContent (6.6)")
        elif revision != R5 and not isinstance(result["structuredContent"], dict):
            found.append(f"{method}: structuredContent is an object before 2026-07-28 (6.6)")
    return found


def _of_stateless(method: str, result: dict) -> list[str]:
    found = []
    if result.get("resultType") not in ("complete", "input_required", "task"):
        found.append(f"{method}: resultType is {result.get('resultType')!r} (0.4)")
    if method in CACHEABLE and result.get("resultType") == "complete":
        if not isinstance(result.get("ttlMs"), int) or result["ttlMs"] < 0 or result.get("cacheScope") not in ("public", "private"):
            found.append(f"{method}: ttlMs and cacheScope are required (6.5)")
    if result.get("resultType") == "input_required" and method not in ("tools/call", "prompts/get", "resources/read"):
        found.append(f"{method}: may not ask for input (4.1)")
    if method == "server/discover" and not (result.get("_meta") or {}).get(SERVER_INFO):
        found.append("server/discover: no serverInfo in _meta (0.13)")
    if PREFIX + "related-task" in (result.get("_meta") or {}):
        found.append(f"{method}: 2026-07-28 has no related-task (4.4)")
    return found


def _of_handshake(method: str, result: dict) -> list[str]:
    found = [f"{method}: {name} is of 2026-07-28 (6.6)" for name in ("resultType", "ttlMs", "cacheScope") if name in result]
    found += [f"{method}: _meta has {name} of 2026-07-28 (6.6)" for name in (SERVER_INFO, SUBSCRIPTION)
              if name in (result.get("_meta") or {})]  # fmt: skip
    return found


def _of_definition(revision: str, definition: dict) -> list[str]:
    kind = "tool" if "inputSchema" in definition else "other"
    found = [f"{revision} has no {name} (6.6)" for name in MEMBERS if name in definition and not is_member(kind, name, revision)]
    if revision == R5 and "execution" in definition:
        found.append("2026-07-28 has no execution (6.1)")
    if revision in (R3, R4) and (definition.get("outputSchema") or {"type": "object"}).get("type") != "object":
        found.append("outputSchema describes an object before 2026-07-28 (6.6)")
    return found


def of_request(revision: str, capabilities: dict, request: dict) -> list[str]:
    """A request of the server, or a question in an input_required result."""
    method, params = request.get("method", ""), request.get("params") or {}
    if method not in ASKED or not since(revision, ASKED[method]):
        return [f"{revision} has no request {method} of servers"]
    if method == "ping":
        return []
    found = []
    if not is_declared(required_capability({"method": method, "params": params}), capabilities, revision):
        found.append(f"{method}: asks for what the client did not declare (4.1)")
    url = params.get("mode") == "url"
    if url and revision == R4 and not params.get("elicitationId"):
        found.append("elicitation/create: url mode has an elicitationId in 2025-11-25 (3.5)")
    if url and revision == R5 and "elicitationId" in params:
        found.append("elicitation/create: 2026-07-28 has no elicitationId (3.5)")
    if revision == R3 and ("mode" in params or any("oneOf" in field or field.get("type") == "array"
                           for field in (params.get("requestedSchema") or {}).get("properties", {}).values())):  # fmt: skip
        found.append("elicitation/create: 2025-06-18 has plain enumerations only (6.6)")
    if not since(revision, R4) and ("tools" in params or "toolChoice" in params):
        found.append(f"{method}: {revision} has no tools in sampling (6.6)")
    if "jsonrpc" in request:
        found += [f"{method}: {fault}" for fault in schemas.faults(revision, schemas.REQUESTS[method], request)]
    return found


def of_notification(revision: str, message: dict, tokens: dict[object, float], level: str | None) -> list[str]:
    """One notification; `tokens` are those of open requests with the progress they had."""
    method, params = message.get("method", ""), message.get("params") or {}
    found = [f"{method}: {fault}" for fault in schemas.faults(revision, schemas.NOTIFICATIONS.get(method, ""), message)]
    if method == "notifications/progress":
        token = params.get("progressToken")
        if token not in tokens:
            found.append(f"progress for a token that is not open: {token!r} (3.6)")
        elif tokens[token] is not None and params.get("progress", 0) <= tokens[token]:
            found.append(f"progress does not grow: {params.get('progress')} after {tokens[token]} (3.6)")
        else:
            tokens[token] = params.get("progress", 0)
        if "message" in params and not since(revision, R2):
            found.append("2024-11-05 has no message in progress (6.6)")
    elif method == "notifications/message":
        if level is None and revision == R5:
            found.append("a log message that nobody asked for (0.15)")
        elif level is not None and params.get("level") in LEVELS and LEVELS.index(params["level"]) < LEVELS.index(level):
            found.append(f"a log message below the wanted level: {params['level']} (3.4)")
    return found
