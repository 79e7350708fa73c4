"""What the suite does not ask for and the matrix does: every other member and method, one small tool each."""

import json

from .calls import Call, Refused, elicitation, sampling, url_elicitation
from .offer import failed, prompt, resource, text, tool
from .revisions import LEVELS, R3, R4, R5, UI_TYPE, URL_ELICITATION_REQUIRED, Failure

ICON = {"src": "data:image/png;base64,iVBORw0KGgo=", "mimeType": "image/png", "sizes": ["48x48"]}
PAGE = "<!doctype html><title>Clock</title><p>12:00</p>"
VISIT = "https://example.com/visit"


def number(**fields: str) -> dict:
    return {"type": "object", "properties": {key: {"type": kind} for key, kind in fields.items()}, "required": list(fields)}


@tool("echo", "Returns the text", number(text="string"))
def echo(call: Call) -> dict:
    return text(call.arguments["text"]) | {"_meta": {"example.com/kept": {"order": [3, 1, 2]}}}


@tool("inspect", "Says what reached this server")
def inspect(call: Call) -> dict:
    seen = {"revision": call.revision, "capabilities": call.capabilities, "clientInfo": call.client_info,
            "meta": call.meta, "logLevel": call.log_level}  # fmt: skip
    return text(json.dumps(seen))


@tool("annotated", "Has every member a definition can have",
      {"type": "object", "properties": {"size": {"type": "number", "minimum": 1.0, "default": 2.50}, "big": {"const": 9007199254740993}},
       "x-vendor": {"kept": True}},
      title="Everything a tool can say", icons=[ICON], _meta={"example.com/kept": 1.0},
      annotations={"title": "Annotated", "readOnlyHint": True, "destructiveHint": False, "idempotentHint": True,
                   "openWorldHint": False})  # fmt: skip
def annotated(call: Call) -> dict:
    block = {"type": "text", "text": "annotated", "annotations": {"audience": ["user"], "priority": 0.5}}
    return {"content": [block]}


@tool("structured", "Returns structured content", number(a="number", b="number"), first=R3,
      outputSchema={"type": "object", "properties": {"sum": {"type": "number"}}, "required": ["sum"]})  # fmt: skip
def structured(call: Call) -> dict:
    value = {"sum": call.arguments["a"] + call.arguments["b"]}
    return text(json.dumps(value)) | {"structuredContent": value}


@tool("structured_list", "Returns structured content that is no object", first=R5,
      outputSchema={"type": "array", "items": {"type": "number"}})  # fmt: skip
def structured_list(call: Call) -> dict:
    return text("[1, 2, 3]") | {"structuredContent": [1, 2, 3]}


@tool("link", "Returns a link to a resource that is not listed", first=R3)
def link(call: Call) -> dict:
    return {"content": [{"type": "resource_link", "uri": "test://unlisted", "name": "unlisted", "mimeType": "text/plain"}]}


@tool("wait", "Takes its time, reporting progress", number(seconds="number", steps="integer"))
def wait(call: Call) -> dict:
    steps = max(1, int(call.arguments.get("steps", 1)))
    for step in range(steps):
        call.progress(step + 1, steps, f"step {step + 1}")
        call.sleep(call.arguments.get("seconds", 0) / steps)
    return text(f"waited {steps} steps")


@tool("log_all", "Logs once at every level")
def log_all(call: Call) -> dict:
    for level in LEVELS:
        call.log(level, {"at": level})
    return text("logged")


@tool("big", "Returns as many bytes as wanted", number(bytes="integer"))
def big(call: Call) -> dict:
    return text("x" * int(call.arguments["bytes"]))


@tool("regional", "Has an argument that travels in a header too",
      {"type": "object", "properties": {"region": {"type": "string", "x-mcp-header": "Region"}, "query": {"type": "string"}}},
      first=R5)  # fmt: skip
def regional(call: Call) -> dict:
    return text(f"region {call.arguments.get('region')}")


@tool("clock", "Shows the time", first=R3, _meta={"ui": {"resourceUri": "ui://everything/clock.html"}})
def clock(call: Call) -> dict:
    return text("The time is 12:00.") | {"_meta": {"example.com/view": {"hour": 12}}}


@tool("wind", "For the view of the clock only", first=R3,
      _meta={"ui": {"resourceUri": "ui://everything/clock.html", "visibility": ["app"]}})  # fmt: skip
def wind(call: Call) -> dict:
    return text("wound")


@tool("visit", "Asks the person to visit an address", first=R4)
def visit(call: Call) -> dict:
    try:
        answer = call.ask({"visit": url_elicitation("Please visit", VISIT)})["visit"]
    except Refused as reason:
        return failed(f"not visited: {reason}")
    return text(f"visited: {answer.get('action')}")


@tool("visit_first", "Refuses until the person has visited an address", first=R4, last=R4)
def visit_first(call: Call) -> dict:
    if call.server.visited:
        return text("visited")
    call.server.visited = True
    elicitations = [{"mode": "url", "elicitationId": "visit-first", "url": VISIT, "message": "Please visit"}]
    raise Failure(URL_ELICITATION_REQUIRED, "Please visit first", {"elicitations": elicitations})


@tool("sample_with_tools", "Asks the model and offers it tools", first=R4)
def sample_with_tools(call: Call) -> dict:
    offered = [{"name": "dice", "description": "Rolls", "inputSchema": {"type": "object"}}]
    try:
        answer = call.ask({"model": sampling("Roll", tools=offered, toolChoice={"mode": "auto"})})["model"]
    except Refused as reason:
        return failed(f"not sampled: {reason}")
    return text(f"sampled: {answer.get('stopReason')}")


@tool("ask_while_sharing", "Asks a question whose key is an odd one", first=R3)
def odd_key(call: Call) -> dict:
    field = {"größe": {"type": "string", "title": "Größe", "maxLength": 5}}
    try:
        answer = call.ask({'frage/1 "ä"': elicitation("Wie groß? 漢字", field)})
    except Refused as reason:
        return failed(str(reason))
    return text(json.dumps(answer))


@tool("add_root_seen", "Says how often roots changed")
def roots_seen(call: Call) -> dict:
    return text(str(call.server.roots_changes))


@resource("ui://everything/clock.html", "clock", UI_TYPE, first=R3,
          _meta={"ui": {"prefersBorder": True}})  # fmt: skip
def clock_page(call: Call, uri: str) -> dict:
    return {"text": PAGE, "_meta": {"ui": {"csp": {"connectDomains": ["https://example.com"]}, "prefersBorder": True}}}


@resource("test://unlisted", "unlisted", "text/plain", hides=True)
def unlisted(call: Call, uri: str) -> dict:
    return {"text": "not in the list"}


@resource("test://asks", "asks", "text/plain", description="Asks before it is read")
def asks(call: Call, uri: str) -> dict:
    try:
        answer = call.ask({"why": elicitation("Why?", {"why": {"type": "string"}})})["why"]
    except Refused as reason:
        raise Failure(-32603, f"Input was not given: {reason}") from None
    return {"text": f"because {(answer.get('content') or {}).get('why')}"}


@resource("test://annotated", "annotated", "text/plain", title="Annotated", size=12, icons=[ICON],
          annotations={"audience": ["assistant"], "priority": 1.0, "lastModified": "2025-01-12T15:00:58Z"})  # fmt: skip
def annotated_resource(call: Call, uri: str) -> dict:
    return {"text": "annotated"}


@prompt("titled", "Has a title and an icon", [{"name": "city", "title": "City", "description": "Which one"}],
        title="A titled prompt", icons=[ICON])  # fmt: skip
def titled(call: Call) -> dict:
    return {"description": "titled", "messages": [{"role": "assistant", "content": {"type": "text", "text": "Titled."}}]}
