"""Sends the exact messages of known clients (fixtures/*.json) and holds the answers against what those clients need.

A fixture is a list of steps: headers as they are sent, the message, and what is expected: `status` (one or several),
`type` of the answer, `body`, paths that the answer `has`, that are `equal` to a value, or whose list `contains` one. The
session that a step takes goes along with all later ones.
"""

import json
from pathlib import Path

from scripted.wire import Exchange, encode

FOLDER = Path(__file__).parent / "fixtures"
SECONDS = 15


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def run(name: str, url: str) -> list[str]:
    """What went wrong, one sentence each."""
    fixture = json.loads((FOLDER / f"{name}.json").read_text())
    found: list[str] = []
    session = None
    for step in fixture["steps"]:
        headers = step["headers"] | ({"mcp-session-id": session} if session else {})
        body = None if step["message"] is None and step.get("verb") else b"" if step["message"] is None else encode(step["message"])
        exchange = Exchange(url, step.get("verb", "POST"), headers, body, SECONDS)
        answer, text = _answer(exchange, step)
        if step.get("takesSession"):
            session = exchange.headers.get("mcp-session-id")
        found += [f"{fixture['client']} {step['says']}: {words}" for words in _judge(step["expect"], exchange, answer, text)]
    return found


def _answer(exchange: Exchange, step: dict) -> tuple[object, str]:
    if exchange.is_stream:
        if step.get("verb") == "GET":
            exchange.close()
            return None, ""
        messages = [json.loads(event.data) for event in exchange.events() if event.data]
        answers = [message for message in messages if "method" not in message]
        return (answers[-1] if answers else None), ""
    text = exchange.body().decode(errors="replace")
    try:
        return json.loads(text), text
    except ValueError:
        return None, text


def _judge(expected: dict, exchange: Exchange, answer: object, text: str):
    statuses = expected["status"] if isinstance(expected["status"], list) else [expected["status"]]
    if exchange.status not in statuses:
        yield f"HTTP {exchange.status} instead of {statuses}: {text[:200]}"
        return
    if "type" in expected and not exchange.headers.get("content-type", "").startswith(expected["type"]):
        yield f"answered as {exchange.headers.get('content-type')}"
    if "body" in expected and text != expected["body"]:
        yield f"body {text[:80]!r}"
    for path in expected.get("has", []):
        if _at(answer, path) is None:
            yield f"no {'.'.join(map(str, path))}: {str(answer)[:200]}"
    for path, value in expected.get("equal", []):
        if _at(answer, path) != value:
            yield f"{'.'.join(map(str, path))} is {_at(answer, path)!r} instead of {value!r}: {str(answer)[:200]}"
    for path, value in expected.get("contains", []):
        if value not in (_at(answer, path) or []):
            yield f"{'.'.join(map(str, path))} does not contain {value!r}"


def _at(value: object, path: list) -> object:
    for part in path:
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value
