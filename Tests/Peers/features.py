"""What the matrix asks of every pairing: one function a feature, which says in a few words what came of it.

A function gets a `Scene` and returns `carried`, `degraded: how` or `impossible: why`, or raises when something is wrong
that no pairing excuses. The words that are expected of each pairing stand in expectations.py.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from everything.offer import OFFERS, PIXEL, SOUND
from everything.own_offers import VISIT
from everything.revisions import LEVELS, R1, R2, R3, R4, R5, SHORT, TASKS, UI, UI_TYPE, since
from everything.suite_offers import SCHEMA_2020_12
from scripted.clients import client
from scripted.control import Control
from scripted.peer import Declined, Peer
from scripted.wire import Exchange

CARRIED = "carried"
NOT_UPSTREAM = "impossible: the upstream's revision has none"
NOT_CLIENT = "impossible: the client's revision has none"
CLIENT_CANNOT = "impossible: the client's revision has none, the tool's failure says so"
SAYS_SO = "degraded: the tool's failure says so"
WAITS = "degraded: the call waits for its end"
TEXT_ONLY = "degraded: as text only"
BY_GATEWAY = "carried: answered by the gateway"
APPS = {"extensions": {UI: {"mimeTypes": [UI_TYPE]}}}
QUICK = 5


@dataclass
class Scene:
    """One pairing: how to get a client, and the upstream's switches. `is_direct` when there is no gateway between.

    `url` is an address, or the words of a command where the client's `transport` is stdio.
    """

    client: str
    upstream: str
    url: object
    control: Control
    transport: str = ""
    upstream_transport: str = ""
    is_direct: bool = False
    breaches: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def peer(self, capabilities: dict | None = None, **more: object) -> Iterator[Peer]:
        first = self.control.mark()
        peer = client(self.client, self.url, self.transport, capabilities, **more)  # type: ignore[arg-type]
        peer.open()
        try:
            yield peer
        finally:
            self.breaches += self.control.violations(first)
            peer.close()
            self.breaches += peer.breaches

    @property
    def older(self) -> str:
        return min(self.client, self.upstream)

    def has_tool(self, name: str) -> bool:
        return any(offer.kind == "tool" and offer.key == name and offer.is_known(self.upstream) for offer in OFFERS)


@dataclass(frozen=True)
class Feature:
    name: str
    group: str
    clause: str
    run: Callable[[Scene], str]
    gateway_only: bool


FEATURES: list[Feature] = []


def feature(name: str, group: str, clause: str, *, gateway_only: bool = False) -> Callable:
    def register(run: Callable[[Scene], str]) -> Callable[[Scene], str]:
        FEATURES.append(Feature(name, group, clause, run, gateway_only))
        return run

    return register


def same(found: object, expected: object, what: str = "") -> None:
    assert found == expected, f"{what or 'found'} {str(found)[:300]}, expected {str(expected)[:300]}"


def without(seen: set[str], sent: set[str]) -> str:
    return CARRIED if not sent - seen else "degraded: without " + ", ".join(sorted(sent - seen))


# Opening


@feature("Opening", "Opening and lists", "3.4; rulings 2.2")
def opening(scene: Scene) -> str:
    with scene.peer() as peer:
        assert "tools" in peer.server_capabilities, "no tools capability (H07)"
        assert peer.server_info.get("name") and peer.server_info.get("version"), "no serverInfo"
        if scene.client != R5:
            same(getattr(peer, "version", None) or scene.client, scene.client, "negotiated")
        if not since(scene.client, R2):
            assert "completions" not in peer.server_capabilities or scene.is_direct, "2024-11-05 has no completions capability"
    return CARRIED


@feature("All pages of `tools/list`", "Opening and lists", "6.2")
def tools_list(scene: Scene) -> str:
    offered = [one.key for one in OFFERS if one.kind == "tool" and one.is_known(scene.upstream)]
    scene.control.do("page", size=7)
    try:
        with scene.peer(APPS) as peer:
            names = [tool["name"] for tool in peer.list("tools")]
    finally:
        scene.control.do("page", size=0)
    same(sorted(names), sorted(set(names)), "names")
    missing = [name for name in offered if name not in names]
    same(missing, [], "missing tools")
    same([name for name in names if name in offered], offered, "order")
    return CARRIED


@feature("Cursor of nobody is refused", "Opening and lists", "3.5")
def bad_cursor(scene: Scene) -> str:
    with scene.peer() as peer:
        same(peer.request("tools/list", {"cursor": "made up"}).error["code"], -32602, "code")
    return CARRIED


def members(scene: Scene, kind: str, key: str, shown: dict) -> str:
    """How a definition of the upstream is shown to the client: whole, or without what its revision does not have."""
    sent = next(one for one in OFFERS if one.kind == kind and one.key == key).render(scene.upstream)
    sent.pop("execution", None)
    for name in set(shown) & set(sent):
        found, expected = shown[name], sent[name]
        if name == "annotations" and not since(scene.client, R3):
            found, expected = ({key: value for key, value in one.items() if key != "lastModified"} for one in (found, expected))
        same(json.dumps(found, sort_keys=True), json.dumps(expected, sort_keys=True), name)
    if "description" in shown and "description" not in sent:
        assert "title" not in shown and sent["title"] in shown["description"], "a description of nobody"
        sent["description"] = shown["description"]
    assert set(shown) <= set(sent) | {"execution"}, f"more than was sent: {sorted(set(shown) - set(sent))}"
    return without(set(shown), set(sent))


@feature("Tool definition, every member", "Opening and lists", "6.1, 6.6")
def tool_members(scene: Scene) -> str:
    with scene.peer() as peer:
        shown = next(tool for tool in peer.list("tools") if tool["name"] == "annotated")
    return members(scene, "tool", "annotated", shown)


@feature("JSON Schema 2020-12 of arguments", "Opening and lists", "6.4")
def schema_kept(scene: Scene) -> str:
    with scene.peer() as peer:
        shown = next(tool for tool in peer.list("tools") if tool["name"] == "json_schema_2020_12_tool")
    same(shown["inputSchema"], SCHEMA_2020_12, "schema")
    same(json.dumps(shown["inputSchema"]), json.dumps(SCHEMA_2020_12), "order of members")
    return CARRIED


@feature("Resource definition, every member", "Opening and lists", "3.7, 6.6")
def resource_members(scene: Scene) -> str:
    with scene.peer() as peer:
        shown = next(one for one in peer.list("resources") if one["uri"] == "test://annotated")
        templates = [one["uriTemplate"] for one in peer.list("resourceTemplates")]
    assert "test://template/{id}/data" in templates
    return members(scene, "resource", "test://annotated", shown)


@feature("Prompt definition, every member", "Opening and lists", "3.7, 6.6")
def prompt_members(scene: Scene) -> str:
    with scene.peer() as peer:
        shown = next(one for one in peer.list("prompts") if one["name"] == "titled")
    same([one["name"] for one in shown["arguments"]], ["city"], "arguments")
    shown["arguments"] = next(one for one in OFFERS if one.key == "titled").definition["arguments"]
    return members(scene, "prompt", "titled", shown)


@feature("Caching fields", "Opening and lists", "6.5")
def caching(scene: Scene) -> str:
    if scene.client != R5:
        return NOT_CLIENT
    with scene.peer() as peer:
        found = [peer.request(method) for method in ("tools/list", "prompts/list", "resources/list", "resources/templates/list")]
        found.append(peer.read("test://static-text"))
    scopes = {reply.result["cacheScope"] for reply in found}
    assert all(isinstance(reply.result["ttlMs"], int) for reply in found)
    if scene.upstream == R5:
        return CARRIED
    same(scopes, {"private"}, "scopes")
    return "degraded: the gateway's own, private"


# Calls


@feature("Text, image and embedded resource", "Calls", "3.7")
def blocks(scene: Scene) -> str:
    with scene.peer() as peer:
        same(peer.tool("test_simple_text").words, "This is a simple text response for testing.")
        same(peer.tool("test_image_content").result["content"], [{"type": "image", "data": PIXEL, "mimeType": "image/png"}])
        same(peer.tool("test_embedded_resource").result["content"][0]["resource"]["text"], "This is an embedded resource content.")
        same([one["type"] for one in peer.tool("test_multiple_content_types").result["content"]], ["text", "image", "resource"])
    return CARRIED


@feature("Audio", "Calls", "3.7, 6.6")
def audio(scene: Scene) -> str:
    with scene.peer() as peer:
        reply = peer.tool("test_audio_content")
        if not scene.has_tool("test_audio_content"):
            same(reply.error["code"], -32602, "code")
            return NOT_UPSTREAM
        block = reply.result["content"][0]
    if block["type"] == "audio":
        same(block, {"type": "audio", "data": SOUND, "mimeType": "audio/wav"})
        return CARRIED
    assert block["type"] == "text" and block["text"], block
    return "degraded: a text names it"


@feature("Resource link", "Calls", "3.7, 6.6")
def resource_link(scene: Scene) -> str:
    with scene.peer() as peer:
        reply = peer.tool("link")
        if not scene.has_tool("link"):
            same(reply.error["code"], -32602, "code")
            return NOT_UPSTREAM
        block = reply.result["content"][0]
        same(peer.read("test://unlisted").result["contents"][0]["text"], "not in the list", "the linked resource")
    if block["type"] == "resource_link":
        same((block["uri"], block["name"], block["mimeType"]), ("test://unlisted", "unlisted", "text/plain"))
        return CARRIED
    assert block["type"] == "text" and "test://unlisted" in block["text"] and "unlisted" in block["text"], block
    return "degraded: a text with its URI and name"


@feature("Structured content", "Calls", "3.5, 6.6")
def structured(scene: Scene) -> str:
    with scene.peer() as peer:
        shown = {tool["name"]: tool for tool in peer.list("tools")}
        reply = peer.tool("structured", {"a": 1, "b": 2.5})
        if not scene.has_tool("structured"):
            same(reply.error["code"], -32602, "code")
            return NOT_UPSTREAM
        same(json.loads(reply.words), {"sum": 3.5}, "text")
    if not since(scene.client, R3):
        assert "outputSchema" not in shown["structured"] and "structuredContent" not in reply.result
        return TEXT_ONLY
    assert "outputSchema" in shown["structured"]
    same(reply.result["structuredContent"], {"sum": 3.5})
    return CARRIED


@feature("Structured content that is no object", "Calls", "6.6")
def structured_list(scene: Scene) -> str:
    with scene.peer() as peer:
        shown = {tool["name"]: tool for tool in peer.list("tools")}
        reply = peer.tool("structured_list")
        if not scene.has_tool("structured_list"):
            same(reply.error["code"], -32602, "code")
            return NOT_UPSTREAM
        same(json.loads(reply.words), [1, 2, 3], "text")
    if not since(scene.client, R3):
        assert "structuredContent" not in reply.result
        return TEXT_ONLY
    if scene.client == R5:
        same(reply.result["structuredContent"], [1, 2, 3])
        same(shown["structured_list"]["outputSchema"], {"type": "array", "items": {"type": "number"}})
        return CARRIED
    same(reply.result["structuredContent"], {"result": [1, 2, 3]})
    schema = shown["structured_list"]["outputSchema"]
    same(schema["properties"]["result"], {"type": "array", "items": {"type": "number"}})
    same((schema["type"], schema["required"]), ("object", ["result"]))
    return "degraded: wrapped as `result`"


@feature("Failure of a tool", "Calls", "6.3")
def tool_error(scene: Scene) -> str:
    with scene.peer() as peer:
        result = peer.tool("test_error_handling").result
    assert result["isError"] is True
    same(result["content"][0]["text"], "This tool intentionally returns an error for testing")
    return CARRIED


@feature("Unknown tool, prompt, method", "Calls", "3.8, 6.3")
def unknown(scene: Scene) -> str:
    with scene.peer() as peer:
        same(peer.tool("no_such_tool").error["code"], -32602, "tool")
        same(peer.prompt("no_such_prompt").error["code"], -32602, "prompt")
        reply = peer.request("no/such")
        same(reply.error["code"], -32601, "method")
        if scene.client == R5 and scene.transport != "stdio":
            same(reply.status, 404, "status")
    return CARRIED


@feature("Members of nobody and `_meta` of results", "Calls", "6.8; rulings 2.10")
def result_meta(scene: Scene) -> str:
    with scene.peer() as peer:
        reply = peer.tool("echo", {"text": 'größer, 漢字 😀 " \\ \u2028'})
        same(reply.words, 'größer, 漢字 😀 " \\ \u2028')
        same((reply.result.get("_meta") or {}).get("example.com/kept"), {"order": [3, 1, 2]}, "_meta")
    return CARRIED


@feature("Numbers arrive as they were written", "Calls", "6.4")
def numbers(scene: Scene) -> str:
    with scene.peer() as peer:
        first = scene.control.mark()
        value = {"size": 1.0, "big": 9007199254740993, "small": 1e-9, "deep": [[], {}, None, True, ""]}
        peer.tool("annotated", value)
        seen = scene.control.requests("tools/call", first)[-1]["message"]["params"]["arguments"]
    same(json.dumps(seen), json.dumps(value), "arguments")
    return CARRIED


@feature("Arguments against the schema", "Calls", "6.3; rulings 3.2", gateway_only=True)
def argument_check(scene: Scene) -> str:
    with scene.peer() as peer:
        first = scene.control.mark()
        result = peer.tool("echo", {"text": 7}).result
        assert result["isError"] is True and "text" in result["content"][0]["text"], result
        result = peer.tool("echo", {}).result
        assert result["isError"] is True and "text" in result["content"][0]["text"], result
        same(scene.control.requests("tools/call", first), [], "calls at the upstream")
        reply = peer.request("tools/call", {"name": "test_simple_text"})
        same(reply.words, "This is a simple text response for testing.", "without arguments")
    return CARRIED


@feature("Trace context", "Calls", "3.2")
def trace(scene: Scene) -> str:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with scene.peer() as peer:
        meta = {"traceparent": parent, "baggage": "a=b", "example.com/mine": [1]}
        reply = peer.request("tools/call", {"name": "inspect", "arguments": {}, "_meta": meta})
        seen = json.loads(reply.words)["meta"]
    assert parent.split("-")[1] in seen.get("traceparent", ""), seen
    same((seen.get("baggage"), seen.get("example.com/mine")), ("a=b", [1]), "_meta")
    return CARRIED


@feature("Progress", "Calls", "3.6, 4.7")
def progress(scene: Scene) -> str:
    with scene.peer() as peer:
        reply = peer.tool("test_tool_with_progress", token="mine")
        found = reply.notifications("notifications/progress")
        number = peer.tool("wait", {"seconds": 0.02, "steps": 2}, token=77).notifications("notifications/progress")
        silent = peer.tool("wait", {"seconds": 0.02, "steps": 2})
        same(silent.notifications("notifications/progress"), [], "progress that nobody wanted")
    same([(one["progressToken"], one["progress"], one["total"]) for one in found], [("mine", step, 100) for step in (0, 50, 100)])
    same([one["progressToken"] for one in number], [77, 77], "tokens")
    if since(scene.older, R2):
        same(found[0].get("message"), "Completed step 0 of 100", "message")
        return CARRIED
    return CARRIED if scene.upstream == R1 else "degraded: without message"


@feature("Log messages at the wanted level", "Calls", "4.7")
def logs(scene: Scene) -> str:
    with scene.peer() as peer:
        if scene.client == R5:
            same(peer.tool("log_all").notifications("notifications/message"), [], "logs that nobody wanted")
        peer.set_level("error")
        found = peer.tool("log_all").notifications("notifications/message")
        same([one["level"] for one in found], ["error", "critical", "alert", "emergency"], "levels")
        same((found[0]["data"], found[0]["logger"]), ({"at": "error"}, "everything"))
        peer.set_level("debug")
        found = peer.tool("log_all").notifications("notifications/message")
        same([one["level"] for one in found], list(LEVELS), "levels")
    return CARRIED


@feature("Cancelling a call", "Calls", "3.6, 4.7")
def cancelling(scene: Scene) -> str:
    with scene.peer() as peer:
        first = scene.control.mark()
        pending = peer.start("tools/call", {"name": "wait", "arguments": {"seconds": 30, "steps": 1}})
        scene.control.wait(first, kind="request", name="wait")
        peer.cancel(pending)
        record = scene.control.wait(first, kind="cancelled", name="wait")
        transport = scene.transport if scene.is_direct else scene.upstream_transport
        same(record["by"], "disconnect" if scene.upstream == R5 and transport != "stdio" else "notification", "cancelled by")
        pending.close()
        with contextlib.suppress(AssertionError, OSError, ConnectionError, AttributeError, ValueError):
            assert pending.reply(QUICK).response is None, "a cancelled request was answered (rulings 2.7)"
        same(peer.tool("test_simple_text").words[:4], "This", "the next call")
    return CARRIED


@feature("Client that goes away", "Calls", "0.10; rulings 2.8")
def going_away(scene: Scene) -> str:
    with scene.peer() as peer:
        first = scene.control.mark()
        seconds = 4 if scene.client == R5 else 0.6
        pending = peer.start("tools/call", {"name": "wait", "arguments": {"seconds": seconds, "steps": 3}}, token="away")
        scene.control.wait(first, kind="request", name="wait")
        if hasattr(peer, "resumes"):
            peer.resumes = False
        pending.close()
        if scene.client == R5:
            scene.control.wait(first, kind="cancelled", name="wait")
            return CARRIED
        record = scene.control.wait(first, kind="ended", name="wait")
        same(record["was_cancelled"], False, "cancelled")
    return CARRIED


# Questions


@feature("Form", "Questions to the client", "4.1 to 4.6")
def form(scene: Scene) -> str:
    with scene.peer() as peer:
        reply = peer.tool("test_elicitation", {"message": "Who?"})
        words = reply.words
    if reply.result.get("isError"):
        return refusal(scene, R3, words)
    same(words, 'User response: action=accept, content={"username": "scripted", "email": "scripted"}')
    question = peer.questions[0]["params"]
    same((question["message"], question["requestedSchema"]["required"]), ("Who?", ["username", "email"]))
    return CARRIED


def refusal(scene: Scene, first: str, words: str) -> str:
    """Why a question did not reach the client; the tool's result says it in words."""
    assert words, "a failure without a text"
    if not since(scene.upstream, first):
        return NOT_UPSTREAM
    assert not since(scene.client, first), f"refused: {words}"
    return CLIENT_CANNOT


@feature("Form with defaults and enumerations", "Questions to the client", "3.5, 6.6")
def enumerations(scene: Scene) -> str:
    with scene.peer() as peer:
        reply = peer.tool("test_elicitation_sep1330_enums")
        defaults = peer.tool("test_elicitation_sep1034_defaults")
    if reply.result.get("isError"):
        return refusal(scene, R3, reply.words)
    fields = peer.questions[0]["params"]["requestedSchema"]["properties"]
    answer = json.loads(reply.words.partition("content=")[2])
    same(reply.words.partition(",")[0], "Elicitation completed: action=accept")
    assert "accept" in defaults.words
    same(answer["untitledSingle"], "option1")
    same((fields["legacyEnum"]["enum"][0], fields["legacyEnum"]["enumNames"][0]), ("opt1", "Option One"))
    if scene.upstream == R3:
        return CARRIED
    if scene.client == R3:
        assert "oneOf" not in fields["titledSingle"], fields["titledSingle"]
        return "degraded: plain enumerations"
    same(fields["titledSingle"]["oneOf"][0], {"const": "value1", "title": "First Option"})
    same(fields["titledMulti"]["type"], "array")
    same(peer.questions[1]["params"]["requestedSchema"]["properties"]["score"]["default"], 95.5)
    return CARRIED


@feature("Declined, cancelled, refused", "Questions to the client", "4.4, 4.5")
def declined(scene: Scene) -> str:
    with scene.peer() as peer:
        peer.answers["elicitation/create"] = lambda params: {"action": "decline"}
        reply = peer.tool("test_elicitation", {"message": "Who?"})
        if reply.result.get("isError"):
            return refusal(scene, R3, reply.words)
        same(reply.words, "User response: action=decline, content={}")
        peer.answers["elicitation/create"] = lambda params: {"action": "cancel"}
        same(peer.tool("test_elicitation", {"message": "Who?"}).words, "User response: action=cancel, content={}")
        if scene.client == R5:
            return CARRIED

        def refuses(params: dict) -> dict:
            raise Declined("nobody is here")

        peer.answers["elicitation/create"] = refuses
        words = peer.tool("test_elicitation", {"message": "Who?"}).words
    if scene.upstream == R5:
        same(words, "User response: action=cancel, content={}")
        return "degraded: an error becomes `cancel`"
    assert "nobody is here" in words or "action=cancel" in words, words
    return CARRIED


@feature("Address to visit", "Questions to the client", "3.5, 4.5")
def visiting(scene: Scene) -> str:
    with scene.peer() as peer:
        reply = peer.tool("visit")
        if not scene.has_tool("visit"):
            same(reply.error["code"], -32602, "code")
            return NOT_UPSTREAM
    if reply.result.get("isError"):
        return refusal(scene, R4, reply.words)
    same(reply.words, "visited: accept")
    same((peer.questions[0]["params"]["mode"], peer.questions[0]["params"]["url"]), ("url", VISIT))
    return CARRIED


@feature("Address to visit first (`-32042`)", "Questions to the client", "3.8, 4.4")
def visiting_first(scene: Scene) -> str:
    if scene.upstream != R4:
        return NOT_UPSTREAM
    scene.control.do("restore")
    with scene.peer() as peer:
        reply = peer.tool("visit_first")
        if scene.client == R4 and reply.is_error:
            same(reply.error["code"], -32042, "code")
            same(reply.error["data"]["elicitations"][0]["url"], VISIT)
            same(peer.tool("visit_first").words, "visited")
            return CARRIED
        if scene.client in (R4, R5):
            same(reply.words, "visited")
            same(peer.questions[0]["params"]["url"], VISIT)
            return "degraded: a question, then the call again"
    assert reply.result.get("isError") and VISIT in reply.words, reply.response
    return "degraded: a failure with the address"


@feature("Sampling", "Questions to the client", "4.1 to 4.6")
def sampling(scene: Scene) -> str:
    with scene.peer() as peer:
        same(peer.tool("test_sampling", {"prompt": "Say hi"}).words, "LLM response: sampled")
    question = peer.questions[0]["params"]
    same((question["messages"][0]["content"]["text"], question["maxTokens"]), ("Say hi", 100))
    return CARRIED


@feature("Sampling with tools", "Questions to the client", "3.5, 6.6")
def sampling_tools(scene: Scene) -> str:
    with scene.peer() as peer:
        reply = peer.tool("sample_with_tools")
        if not scene.has_tool("sample_with_tools"):
            same(reply.error["code"], -32602, "code")
            return NOT_UPSTREAM
    if reply.result.get("isError"):
        return refusal(scene, R4, reply.words)
    same(peer.questions[0]["params"]["tools"][0]["name"], "dice", "tools are not renamed")
    return CARRIED


@feature("Roots", "Questions to the client", "4.1 to 4.6")
def roots(scene: Scene) -> str:
    with scene.peer() as peer:
        same(peer.tool("test_input_required_result_list_roots").words, "Found 1 root(s): file:///scripted")
    return CARRIED


@feature("One question after another", "Questions to the client", "4.1, 4.4, 4.5")
def rounds(scene: Scene) -> str:
    with scene.peer() as peer:
        peer.answers["elicitation/create"] = lambda params: {"action": "accept", "content": {
            "name": "Alice"} if "name" in params["requestedSchema"]["properties"] else {"color": "blue"}}  # fmt: skip
        reply = peer.tool("test_input_required_result_multi_round")
    if reply.result.get("isError"):
        return refusal(scene, R3, reply.words)
    same(reply.words, "Multi-round complete for Alice who likes blue")
    same(len(peer.questions), 2, "questions")
    return CARRIED


@feature("Three questions of one call", "Questions to the client", "4.1, 4.4, 4.5")
def three(scene: Scene) -> str:
    with scene.peer() as peer:
        reply = peer.tool("test_input_required_result_multiple_inputs")
    if reply.result.get("isError"):
        return refusal(scene, R3, reply.words)
    same(reply.words, "Name: scripted; Greeting: sampled; Roots: 1")
    return CARRIED


@feature("Question of a prompt and of a resource", "Questions to the client", "4.1")
def elsewhere(scene: Scene) -> str:
    with scene.peer() as peer:
        prompt = peer.prompt("test_input_required_result_prompt")
        resource = peer.read("test://asks")
    if prompt.is_error:
        same((prompt.error["code"], resource.error["code"]), (-32603, -32603), "codes")
        return refusal(scene, R3, prompt.error["message"]).replace("the tool's failure", "the error")
    same(prompt.result["messages"][0]["content"]["text"], "Prompt with context: scripted")
    same(resource.result["contents"][0]["text"], "because scripted")
    return CARRIED


@feature("Odd keys and letters in a question", "Questions to the client", "4.1")
def odd(scene: Scene) -> str:
    with scene.peer() as peer:
        reply = peer.tool("ask_while_sharing")
        if not scene.has_tool("ask_while_sharing"):
            return NOT_UPSTREAM
    if reply.result.get("isError"):
        return refusal(scene, R3, reply.words)
    same(peer.questions[0]["params"]["message"], "Wie groß? 漢字")
    same(next(iter(json.loads(reply.words).values()))["content"], {"größe": "scripted"})
    return CARRIED


@feature("Nothing is asked that was not declared", "Questions to the client", "4.1; rulings 3.1")
def undeclared(scene: Scene) -> str:
    with scene.peer({}) as peer:
        reply = peer.tool("test_elicitation", {"message": "Who?"})
        same(peer.questions, [], "questions")
        if scene.client == R5 and reply.is_error:
            same((reply.error["code"], reply.status if scene.transport != "stdio" else 400), (-32021, 400))
            assert "elicitation" in reply.error["data"]["requiredCapabilities"], reply.error
            return CARRIED
        assert reply.result.get("isError") and reply.words, reply.response
    if scene.client == R5:
        return SAYS_SO
    return CARRIED if scene.upstream != R5 else SAYS_SO


# Resources, prompts, completion


@feature("Reading text, binary and template", "Resources and prompts", "3.5")
def reading(scene: Scene) -> str:
    with scene.peer() as peer:
        text = {"mimeType": "text/plain", "text": "This is the content of the static text resource."}
        same(peer.read("test://static-text").result["contents"], [{"uri": "test://static-text"} | text])
        same(peer.read("test://static-binary").result["contents"][0]["blob"], PIXEL)
        found = peer.read("test://template/123/data").result["contents"][0]
        same((found["uri"], json.loads(found["text"])["id"]), ("test://template/123/data", "123"))
    return CARRIED


@feature("Missing resource", "Resources and prompts", "3.8")
def missing_resource(scene: Scene) -> str:
    with scene.peer() as peer:
        error = peer.read("test://nonexistent").error
    assert error["code"] in ((-32602,) if scene.client == R5 else (-32602, -32002)), error
    same((error.get("data") or {}).get("uri"), "test://nonexistent", "data.uri")
    return CARRIED


@feature("Updates of a resource", "Resources and prompts", "4.7")
def updates(scene: Scene) -> str:
    uri = "test://watched-resource"
    with scene.peer() as peer:
        peer.watch((), (uri,))
        until(lambda: uri in str(scene.control.state()), "the upstream has the subscription")
        scene.control.do("updated", uri=uri)
        peer.hears("notifications/resources/updated", uri=uri)
        if scene.client != R5:
            first = len(peer.heard)
            same(peer.request("resources/unsubscribe", {"uri": uri}).result, {})
            until(lambda: uri not in str(scene.control.state()), "the upstream has no subscription")
            scene.control.do("updated", uri=uri)
            peer.tool("test_simple_text")
            assert not [one for one in peer.heard[first:] if one.get("method") == "notifications/resources/updated"]
    return CARRIED


def until(condition: Callable[[], bool], what: str, seconds: float = QUICK) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.02)


@feature("Prompts", "Resources and prompts", "3.5")
def prompts(scene: Scene) -> str:
    with scene.peer() as peer:
        same(peer.prompt("test_simple_prompt").result["messages"][0]["content"]["text"], "This is a simple prompt for testing.")
        words = peer.prompt("test_prompt_with_arguments", {"arg1": "a", "arg2": "b"}).result["messages"][0]["content"]["text"]
        same(words, "Prompt with arguments: arg1='a', arg2='b'")
        found = peer.prompt("test_prompt_with_embedded_resource", {"resourceUri": "test://example-resource"}).result
        same(found["messages"][0]["content"]["resource"]["uri"], "test://example-resource")
        same(peer.prompt("test_prompt_with_image").result["messages"][0]["content"]["type"], "image")
    return CARRIED


@feature("Completion", "Resources and prompts", "3.5")
def completion(scene: Scene) -> str:
    ref = {"type": "ref/prompt", "name": "test_prompt_with_arguments"}
    with scene.peer() as peer:
        same(
            peer.complete(ref, "arg1", "par").result["completion"],
            {"values": ["paris", "park", "party"], "total": 3, "hasMore": False},
        )
        template = {"type": "ref/resource", "uri": "test://template/{id}/data"}
        same(peer.complete(template, "id", "pari").result["completion"]["values"], ["paris"])
    return CARRIED


@feature("Completion with what was chosen before", "Resources and prompts", "3.5, 6.6")
def completion_context(scene: Scene) -> str:
    if not since(scene.client, R3):
        return NOT_CLIENT
    ref = {"type": "ref/prompt", "name": "test_prompt_with_arguments"}
    with scene.peer() as peer:
        values = peer.complete(ref, "arg2", "pari", {"arg1": "x"}).result["completion"]["values"]
    if values == ["paris+x"]:
        return CARRIED
    same(values, ["paris"])
    return NOT_UPSTREAM


# News


@feature("Lists that change", "News", "4.7")
def lists_change(scene: Scene) -> str:
    with scene.peer() as peer:
        peer.watch()
        until(lambda: hears_lists(scene), "the upstream has a listener")
        for kind in ("tools", "prompts", "resources"):
            announced(scene, peer, kind)
        first = len(peer.heard)
        scene.control.do("add_tool", name=f"added_{SHORT[scene.client]}")
        try:
            peer.hears("notifications/tools/list_changed", first=first)
            until(lambda: f"added_{SHORT[scene.client]}" in [one["name"] for one in peer.list("tools")], "the new tool is listed")
            same(peer.tool(f"added_{SHORT[scene.client]}").words, f"I am added_{SHORT[scene.client]}")
        finally:
            scene.control.do("restore")
    return CARRIED


def announced(scene: Scene, peer: object, kind: str) -> None:
    """Streams of sessions that only wait for questions count as listeners too, so the first news may come before the watch."""
    for _ in range(3):
        scene.control.do("announce", kind=kind)
        with contextlib.suppress(AssertionError):
            return peer.hears(f"notifications/{kind}/list_changed", seconds=2)
    peer.hears(f"notifications/{kind}/list_changed")


def hears_lists(scene: Scene) -> bool:
    state = scene.control.state()
    return bool(state["quiet"]) or any(wanted.get("toolsListChanged") for wanted in state["listeners"])


@feature("Only the news that were asked for", "News", "0.14, 4.7")
def filtered(scene: Scene) -> str:
    if scene.client != R5:
        return NOT_CLIENT
    with scene.peer() as peer:
        peer.watch(("prompts",))
        until(lambda: bool(scene.control.state()["quiet"] or scene.control.state()["listeners"]), "the upstream has a listener")
        scene.control.do("announce", kind="tools")
        scene.control.do("announce", kind="prompts")
        peer.hears("notifications/prompts/list_changed")
        same([one["method"] for one in peer.heard if "tools" in one["method"]], [], "unwanted news")
    return CARRIED


@feature("Roots that change", "News", "4.6")
def roots_change(scene: Scene) -> str:
    if scene.client == R5:
        return NOT_CLIENT
    with scene.peer() as peer:
        peer.tool("test_input_required_result_list_roots")
        first = scene.control.mark()
        peer.notify("notifications/roots/list_changed")
        if scene.upstream == R5:
            return NOT_UPSTREAM
        told = [one["capabilities"].get("roots") for one in scene.control.log() if one["kind"] == "initialized"]
        if not any(roots and roots.get("listChanged") for roots in told):
            return "degraded: the upstream is not told, and asks anew"
        scene.control.wait(first, kind="notification", method="notifications/roots/list_changed")
    return CARRIED


@feature("Ping of the client", "News", "4.7")
def ping(scene: Scene) -> str:
    with scene.peer() as peer:
        reply = peer.request("ping")
        if scene.client == R5:
            same(reply.error["code"], -32601, "code")
            return NOT_CLIENT
        same(reply.result, {})
    return CARRIED if scene.is_direct else BY_GATEWAY


# Tasks


def task_capabilities(scene: Scene) -> dict:
    base = {"elicitation": {"form": {}}, "sampling": {}, "roots": {}}
    return base | ({"extensions": {TASKS: {}}} if scene.client == R5 else {})


@feature("Task from beginning to end", "Tasks", "4.8, 7.3, 7.4")
def task(scene: Scene) -> str:
    with scene.peer(task_capabilities(scene)) as peer:
        if not scene.has_tool("slow_compute"):
            return NOT_UPSTREAM
        arguments = {"seconds": 0.1, "label": "x"}
        if scene.client == R5:
            reply = peer.tool("slow_compute", arguments)
            if reply.result["resultType"] == "complete":
                same(reply.words, "computed x")
                return WAITS
            assert TASKS in (peer.server_capabilities.get("extensions") or {}), "the extension is not declared"
            ended = task_end(peer, reply.result["taskId"])
            same((ended["status"], ended["result"]["content"][0]["text"]), ("completed", "computed x"))
            same(peer.request("tasks/get", {"taskId": "nonsense"}).error["code"], -32602, "unknown task")
            return CARRIED
        if scene.client == R4 and "tasks" in peer.server_capabilities:
            created = peer.tool("slow_compute", arguments, task={"ttl": 60000}).result
            number = created["task"]["taskId"]
            assert peer.request("tasks/get", {"taskId": number}).result["status"] in ("working", "completed")
            same(peer.request("tasks/result", {"taskId": number}).words, "computed x")
            assert number in [one["taskId"] for one in peer.request("tasks/list").result["tasks"]]
            return CARRIED
        same(peer.tool("slow_compute", arguments).words, "computed x")
    return WAITS


def task_end(peer: Peer, number: str) -> dict:
    found: dict = {}

    def ended() -> bool:
        nonlocal found
        found = peer.request("tasks/get", {"taskId": number}).result
        return found["status"] in ("completed", "failed", "cancelled")

    until(ended, "the task ends", 10)
    return found


@feature("Task that must be one", "Tasks", "4.8, 7.4")
def required_task(scene: Scene) -> str:
    with scene.peer({}) as peer:
        if not scene.has_tool("failing_job"):
            return NOT_UPSTREAM
        reply = peer.tool("failing_job")
    if reply.is_error:
        if scene.client == R5 and scene.upstream == R5:
            same(reply.error["code"], -32021, "code")
            return CARRIED
        same((scene.client, scene.upstream, reply.error["code"]), (R4, R4, -32601))
        return CARRIED
    assert reply.result.get("isError") and reply.words, reply.response
    return WAITS if reply.words == "The job failed" else SAYS_SO


@feature("Question of a task", "Tasks", "4.8, 7.3, 7.4")
def task_question(scene: Scene) -> str:
    with scene.peer(task_capabilities(scene)) as peer:
        if not scene.has_tool("confirm_delete"):
            return NOT_UPSTREAM
        arguments = {"filename": "a.txt"}
        if scene.client == R5:
            reply = peer.tool("confirm_delete", arguments)
            if reply.result["resultType"] == "complete":
                same(reply.words, "deleted")
                return WAITS
            number = reply.result["taskId"]
            until(lambda: peer.request("tasks/get", {"taskId": number}).result["status"] == "input_required", "the task asks")
            asked = peer.request("tasks/get", {"taskId": number}).result["inputRequests"]
            answers = {key: {"action": "accept", "content": {"confirm": True}} for key in asked}
            same(peer.request("tasks/update", {"taskId": number, "inputResponses": answers}).result["resultType"], "complete")
            same(task_end(peer, number)["result"]["content"][0]["text"], "deleted")
            return CARRIED
        if scene.client == R4 and "tasks" in peer.server_capabilities:
            number = peer.tool("confirm_delete", arguments, task={"ttl": 60000}).result["task"]["taskId"]
            same(peer.request("tasks/result", {"taskId": number}).words, "deleted")
            same(len(peer.questions), 1, "questions")
            return CARRIED
        reply = peer.tool("confirm_delete", arguments)
    if not since(scene.client, R3):
        assert reply.result.get("isError") and reply.words, reply.response
        return CLIENT_CANNOT
    same(reply.words, "deleted")
    return WAITS


@feature("Cancelling a task", "Tasks", "4.8, 7.3, 7.4")
def task_cancel(scene: Scene) -> str:
    with scene.peer(task_capabilities(scene)) as peer:
        if not scene.has_tool("slow_compute"):
            return NOT_UPSTREAM
        arguments = {"seconds": 4}
        if scene.client == R5 and TASKS in (peer.server_capabilities.get("extensions") or {}):
            number = peer.tool("slow_compute", arguments).result["taskId"]
            peer.request("tasks/cancel", {"taskId": number}).result  # noqa: B018
            same(task_end(peer, number)["status"], "cancelled")
            return CARRIED
        if scene.client == R4 and "tasks" in peer.server_capabilities:
            number = peer.tool("slow_compute", arguments, task={"ttl": 60000}).result["task"]["taskId"]
            same(peer.request("tasks/cancel", {"taskId": number}).result["status"], "cancelled")
            same(peer.request("tasks/cancel", {"taskId": number}).error["code"], -32602, "a second time")
            return CARRIED
    return NOT_CLIENT


# MCP Apps


@feature("MCP Apps", "MCP Apps", "7.2")
def apps(scene: Scene) -> str:
    with scene.peer(APPS) as peer:
        shown = {tool["name"]: tool for tool in peer.list("tools")}
        if not scene.has_tool("clock"):
            assert "clock" not in shown
            return NOT_UPSTREAM
        page = peer.read("ui://everything/clock.html").result["contents"][0]
        same((page["mimeType"], page["uri"]), (UI_TYPE, "ui://everything/clock.html"))
        assert "<title>Clock</title>" in page["text"]
        called = peer.tool("clock")
        same(called.words, "The time is 12:00.")
        same((called.result.get("_meta") or {}).get("example.com/view"), {"hour": 12}, "_meta for the view")
        ui = (shown["clock"].get("_meta") or {}).get("ui")
        if ui is None:
            assert not since(scene.client, R3), "no _meta.ui on the tool"
            return "degraded: without _meta"
        same(ui["resourceUri"], "ui://everything/clock.html")
        same(shown["wind"]["_meta"]["ui"]["visibility"], ["app"], "visibility")
        same(peer.tool("wind").words, "wound")
    return CARRIED


@feature("Client without MCP Apps", "MCP Apps", "7.2", gateway_only=True)
def no_apps(scene: Scene) -> str:
    with scene.peer({}) as peer:
        shown = {tool["name"]: tool for tool in peer.list("tools")}
        if not scene.has_tool("clock"):
            return NOT_UPSTREAM
        assert "wind" not in shown, "a tool for views only"
        same(peer.tool("clock").words, "The time is 12:00.")
    return "degraded: no tools for views only"


# Transport


@feature("Argument in a header (`x-mcp-header`)", "Transport", "0.22, 2.5")
def header(scene: Scene) -> str:
    with scene.peer() as peer:
        if not scene.has_tool("regional"):
            return NOT_UPSTREAM
        schema = next(tool for tool in peer.list("tools") if tool["name"] == "regional")["inputSchema"]
        if scene.client == R5:
            assert schema["properties"]["region"]["x-mcp-header"] == "Region"
            peer.extra_headers = {"Mcp-Param-Region": "=?base64?" + "SGVsbG8sIOS4lueVjA==" + "?="}
        same(peer.tool("regional", {"region": "Hello, 世界"}).words, "region Hello, 世界")
        peer.extra_headers = {}
    return CARRIED


@feature("Taking up a lost stream", "Transport", "2.4; rulings 2.8")
def resuming(scene: Scene) -> str:
    if scene.client not in (R2, R3, R4) or scene.transport:
        return NOT_CLIENT
    with scene.peer() as peer:
        first = scene.control.mark()
        peer.resumes = False
        pending = peer.start("tools/call", {"name": "wait", "arguments": {"seconds": 0.6, "steps": 6}}, token="again")
        pending.wait_for("notifications/progress")
        pending.close()
        reply = pending.reply()
        assert reply.response is None
        marks = [event.id for event in reply.events if event.id]
        if not marks:
            scene.control.wait(first, kind="ended", name="wait")
            return "degraded: without event ids, the answer is lost"
        exchange = Exchange(
            peer.url, "GET", peer.headers() | {"Accept": "text/event-stream", "Last-Event-ID": marks[-1]}, None, QUICK
        )
        same(exchange.status, 200, "status")
        found = [json.loads(event.data) for event in exchange.events() if event.data]
        same([one["params"]["progress"] for one in found[:-1]], list(range(len(marks) + 1 - (scene.client == R4), 7)), "progress")
        same(found[-1]["result"]["content"][0]["text"], "waited 6 steps")
    return CARRIED


@feature("Upstream that ends the stream in mid-call", "Transport", "2.4")
def reconnecting(scene: Scene) -> str:
    with scene.peer() as peer:
        if scene.upstream not in (R2, R3, R4):
            return NOT_UPSTREAM
        same(peer.tool("test_reconnection").words, "Reconnection test completed successfully.")
    return CARRIED


@feature("Batch", "Transport", "2.4")
def batch(scene: Scene) -> str:
    if scene.client != R2 or scene.transport:
        return NOT_CLIENT
    with scene.peer() as peer:
        messages = [{"jsonrpc": "2.0", "id": "a", "method": "ping"},
                    {"jsonrpc": "2.0", "id": "b", "method": "tools/call", "params": {"name": "test_simple_text", "arguments": {}}},
                    {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "nothing"}},
                    {"jsonrpc": "2.0", "id": "c", "method": "tools/call", "params": {"name": "no_such_tool"}}]  # fmt: skip
        reply = peer.batch(messages)
        found = [one for one in reply.messages if "method" not in one]
        same(sorted(one["id"] for one in found), ["a", "b", "c"], "ids")
        same({one["id"]: "error" in one for one in found}, {"a": False, "b": False, "c": True})
        same(peer.batch([{"jsonrpc": "2.0", "method": "notifications/roots/list_changed"}]).status, 202, "only notifications")
    return CARRIED


@feature("End of a session", "Transport", "2.4")
def session_end(scene: Scene) -> str:
    if scene.client not in (R2, R3, R4) or scene.transport:
        return NOT_CLIENT
    with scene.peer() as peer:
        assert peer.session is not None, "no session"
        assert 200 <= peer.delete() < 300
        reply = peer.request("tools/list")
        same(reply.status, 404, "a session that ended")
        peer.session = None
    return CARRIED


@feature("Upstream that forgot its sessions", "Transport", "2.4; rulings 2.6", gateway_only=True)
def forgotten(scene: Scene) -> str:
    if scene.upstream not in (R2, R3, R4):
        return NOT_UPSTREAM
    with scene.peer() as peer:
        peer.tool("test_simple_text")
        scene.control.do("lose_sessions")
        same(peer.tool("echo", {"text": "once"}).words, "once")
    return CARRIED
