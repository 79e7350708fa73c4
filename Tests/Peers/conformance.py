"""The scenarios of the official conformance suite that matter here, as checks of our own, named after its check ids.

A check gets a `Target` and raises when the server behind the address breaks the rule. `STATELESS` are those of 2026-07-28,
`HANDSHAKE` those of 2025-11-25. `needs` names the era that the upstream must be of for the check to make sense; without
it the check holds whatever stands behind the gateway.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from everything.revisions import CAPABILITIES, CLIENT_INFO, R4, R5, REVISIONS, SUBSCRIPTION, TASKS, VERSION
from everything.suite_offers import SCHEMA_2020_12
from features import same, task_end, until
from scripted.clients import client
from scripted.handshake import BOTH, HandshakePeer
from scripted.stateless import StatelessPeer
from scripted.wire import Exchange, Reply

ASKING = {"elicitation": {}, "sampling": {}, "roots": {}}
WITH_TASKS = {"elicitation": {}, "sampling": {}, "extensions": {TASKS: {}}}


@dataclass
class Target:
    url: str
    upstream: str

    def stateless(self, capabilities: dict | None = None) -> StatelessPeer:
        peer = client(R5, self.url, "", {} if capabilities is None else capabilities).open()
        assert isinstance(peer, StatelessPeer)
        return peer

    def handshake(self, capabilities: dict | None = None, revision: str = R4) -> HandshakePeer:
        peer = client(revision, self.url, "", {"sampling": {}, "elicitation": {}} if capabilities is None else capabilities).open()
        assert isinstance(peer, HandshakePeer)
        return peer


@dataclass(frozen=True)
class Check:
    name: str
    run: Callable[[Target], None]
    needs: str


STATELESS: list[Check] = []
HANDSHAKE: list[Check] = []


def stateless(name: str, needs: str = "") -> Callable:
    def register(run: Callable[[Target], None]) -> Callable[[Target], None]:
        STATELESS.append(Check(name, run, needs))
        return run

    return register


def handshake(name: str, needs: str = "") -> Callable:
    def register(run: Callable[[Target], None]) -> Callable[[Target], None]:
        HANDSHAKE.append(Check(name, run, needs))
        return run

    return register


# 2026-07-28: envelope and headers

META = {VERSION: R5, CLIENT_INFO: {"name": "conformance-client", "version": "1.0.0"}, CAPABILITIES: {}}


def raw(target: Target, method: str, params: dict | None, *, number: object = 1, **headers: str | None) -> Reply:
    """A request with exactly these parameters; the headers are right unless one is given by its name with underscores."""
    peer = StatelessPeer(target.url, R5, {})
    fields = peer.headers(method, params or {}) | {key.replace("_", "-"): value for key, value in headers.items()}
    message = {"jsonrpc": "2.0", "id": number, "method": method} | ({} if params is None else {"params": params})
    reply = peer.post(message, fields)
    assert reply.response is not None, f"HTTP {reply.status} {reply.text[:200]}"
    assert "mcp-session-id" not in reply.headers, "a session id"
    same(reply.response.get("id"), number, "sep-2575-http-server-error-jsonrpc-id: id")
    return reply


def refused(reply: Reply, status: int, code: int) -> dict:
    same((reply.status, reply.error["code"]), (status, code), "status and code")
    return reply.error


for slug, leaves_out in (("missing-meta", (VERSION, CAPABILITIES, CLIENT_INFO)), ("missing-protocol-version", (VERSION,)),
                         ("missing-client-capabilities", (CAPABILITIES,))):  # fmt: skip

    @stateless(f"sep-2575-request-meta-invalid-{slug}")
    def meta_invalid(target: Target, leaves_out: tuple = leaves_out) -> None:
        meta = {key: value for key, value in META.items() if key not in leaves_out}
        refused(raw(target, "server/discover", {"_meta": meta} if meta else {}, number=101), 400, -32602)


@stateless("sep-2575-request-meta-client-info-optional")
def client_info_optional(target: Target) -> None:
    reply = raw(target, "server/discover", {"_meta": {key: META[key] for key in (VERSION, CAPABILITIES)}}, number=105)
    assert reply.status == 200 and reply.result


@stateless("sep-2575-server-implements-discover")
def discover(target: Target) -> None:
    result = raw(target, "server/discover", {"_meta": META}, number=201).result
    assert R5 in result["supportedVersions"] and isinstance(result["capabilities"], dict)
    info = result["_meta"]["io.modelcontextprotocol/serverInfo"]
    assert info["name"] and info["version"], "sep-2575-server-identifies-in-result-meta"
    assert "tools" in result["capabilities"] and "prompts" in result["capabilities"]
    assert raw(target, "prompts/list", {"_meta": META}).result["prompts"], "sep-2575-server-declares-prompts-in-discover"
    assert raw(target, "tools/list", {"_meta": META}).result["tools"], "sep-2575-discover-capabilities-match-handlers"


@stateless("sep-2575-http-server-unsupported-version-400")
def unsupported(target: Target) -> None:
    listed = raw(target, "server/discover", {"_meta": META}).result["supportedVersions"]
    for version in ("v999.0.0", "2099-01-01", "2026-07-29"):
        reply = raw(target, "server/discover", {"_meta": META | {VERSION: version}}, number=301, MCP_Protocol_Version=version)
        data = refused(reply, 400, -32022)["data"]
        same((data["requested"], set(data["supported"]) <= set(listed), bool(data["supported"])), (version, True, True))


@stateless("sep-2575-http-server-header-mismatch-400")
def version_mismatch(target: Target) -> None:
    refused(raw(target, "server/discover", {"_meta": META | {VERSION: "v999.0.0"}}), 400, -32020)
    refused(raw(target, "server/discover", {"_meta": META}, MCP_Protocol_Version="2025-11-25"), 400, -32020)
    refused(raw(target, "server/discover", {"_meta": META}, MCP_Protocol_Version=None), 400, -32020)


@stateless("sep-2575-server-rejects-undeclared-capability", needs=R5)
def undeclared_capability(target: Target) -> None:
    reply = raw(target, "tools/call", {"name": "test_missing_capability", "arguments": {}, "_meta": META}, number=401)
    same(refused(reply, 400, -32021)["data"]["requiredCapabilities"], {"sampling": {}})


@stateless("sep-2575-http-server-method-not-found-404")
def removed_methods(target: Target) -> None:
    for method in ("initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "unknown/method",
                   "tasks/list", "tasks/result", "roots/list", "notifications/initialized"):  # fmt: skip
        refused(raw(target, method, {"_meta": META}, number=500), 404, -32601)


@stateless("sep-2575-http-server-no-independent-requests-on-stream")
def no_requests_on_stream(target: Target) -> None:
    peer = target.stateless({"elicitation": {}})
    peer.rounds = 0
    reply = peer.tool("test_streaming_elicitation", token="token-abc")
    assert reply.response is not None
    same(peer.breaches, [], "breaches")


@stateless("sep-2575-server-no-log-without-loglevel")
def no_log(target: Target) -> None:
    same(target.stateless().tool("test_logging_tool").notifications("notifications/message"), [])


@stateless("sep-2575-server-sends-subscription-ack")
def acknowledged(target: Target) -> None:
    peer = target.stateless()
    listening = peer.listen({"toolsListChanged": True})
    first = listening.messages[0]
    same(first["method"], "notifications/subscriptions/acknowledged")
    same(first["params"]["_meta"][SUBSCRIPTION], listening.id, "sep-2575-server-tags-subscription-id")
    time.sleep(0.1)
    peer.tool("test_trigger_tool_change")
    changed = peer.hears("notifications/tools/list_changed")
    same(changed["params"]["_meta"][SUBSCRIPTION], listening.id, "sep-2575-server-tags-subscription-id")
    peer.close()
    same(peer.breaches, [], "breaches")


@stateless("sep-2575-server-honors-notification-filter")
def honours_filter(target: Target) -> None:
    peer = target.stateless()
    peer.listen({"promptsListChanged": True})
    time.sleep(0.1)
    peer.tool("test_trigger_tool_change")
    peer.tool("test_trigger_prompt_change")
    peer.hears("notifications/prompts/list_changed")
    same([one for one in peer.heard if one["method"] == "notifications/tools/list_changed"], [])
    peer.close()


@stateless("subscriptions/listen: an empty or wrong filter")
def odd_filters(target: Target) -> None:
    peer = target.stateless()
    listening = peer.listen({"resourceSubscriptions": ["test://watched-resource"], "example.com/unknown": True})
    honoured = listening.messages[0]["params"]["notifications"]
    assert "example.com/unknown" not in honoured, honoured
    peer.close()
    peer = target.stateless()
    pending = peer.start("subscriptions/listen", {}, timeout=2)
    same(pending.reply(5).error["code"], -32602, "without notifications")


@stateless("sep-2243-server-reject-invalid-headers")
def standard_headers(target: Target) -> None:
    tool = {"name": "test_simple_text", "arguments": {}, "_meta": META}
    refused(raw(target, "tools/list", {"_meta": META}, Mcp_Method="prompts/list"), 400, -32020)
    refused(raw(target, "tools/list", {"_meta": META}, Mcp_Method=None), 400, -32020)
    refused(raw(target, "tools/list", {"_meta": META}, Mcp_Method="TOOLS/LIST"), 400, -32020)
    refused(raw(target, "tools/call", tool, Mcp_Name="wrong_tool_name"), 400, -32020)
    refused(raw(target, "tools/call", tool, Mcp_Name=None), 400, -32020)
    refused(raw(target, "tools/call", tool, Mcp_Name="=?base64?!!?="), 400, -32020)
    assert raw(target, "tools/call", tool, Mcp_Name="  test_simple_text  ").result, (
        "sep-2243-server-accepts-whitespace-header-value"
    )
    assert raw(target, "tools/call", tool, Mcp_Name="=?base64?dGVzdF9zaW1wbGVfdGV4dA==?=").result, "sep-2243-server-decode-base64"
    read = {"uri": "test://static-text", "_meta": META}
    refused(raw(target, "resources/read", read, Mcp_Name="test://other"), 400, -32020)
    assert raw(target, "resources/read", read).result
    for spelling in ("mcp-method", "MCP-METHOD"):
        peer = StatelessPeer(target.url, R5, {})
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": META}}
        reply = peer.post(message, {"Accept": BOTH, "MCP-Protocol-Version": R5, spelling: "tools/list"})
        assert reply.result, "sep-2243-header-name-case-insensitive"


@stateless("sep-2243-server-validate-param-match", needs=R5)
def custom_headers(target: Target) -> None:
    def call(value: str, header: str | None, name: str = "regional") -> Reply:
        return raw(target, "tools/call", {"name": name, "arguments": {"region": value}, "_meta": META}, Mcp_Param_Region=header)

    listed = {tool["name"]: tool for tool in raw(target, "tools/list", {"_meta": META}).result["tools"]}
    same(listed["regional"]["inputSchema"]["properties"]["region"]["x-mcp-header"], "Region")
    assert call("Hello", "=?base64?SGVsbG8=?=").result, "sep-2243-server-decode-base64"
    assert call("Hello", "Hello").result
    assert call("SGVsbG8=", "SGVsbG8=").result, "without the prefix it is literal"
    assert call("=?base64?SGVsbG8=", "=?base64?SGVsbG8=").result, "without the suffix it is literal"
    refused(call("Hello", "=?base64?SGVsbG8?="), 400, -32020)
    refused(call("Hello", "=?base64?SGVs!!!bG8=?="), 400, -32020)
    refused(call("Hello", "Other"), 400, -32020)
    refused(call("Hello", None), 400, -32020)


@stateless("sep-2549-caching-hints")
def caching(target: Target) -> None:
    for method, params in (("tools/list", {}), ("prompts/list", {}), ("resources/list", {}), ("resources/templates/list", {}),
                           ("resources/read", {"uri": "test://static-text"})):  # fmt: skip
        result = raw(target, method, params | {"_meta": META}).result
        assert isinstance(result["ttlMs"], int) and result["ttlMs"] >= 0, f"{method}: sep-2549-ttl-non-negative"
        assert result["cacheScope"] in ("public", "private"), f"{method}: sep-2549-cache-scope-valid"


@stateless("sep-2164-resource-not-found")
def resource_not_found(target: Target) -> None:
    uri = "test://nonexistent-resource-for-conformance-testing"
    error = raw(target, "resources/read", {"uri": uri, "_meta": META}).error
    same((error["code"], error["data"]["uri"]), (-32602, uri))


@stateless("2026-07-28: verbs, bodies and media types (2.5, 2.6)")
def verbs(target: Target) -> None:
    peer = StatelessPeer(target.url, R5, {})
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": META}}
    headers = peer.headers("tools/list", {})
    reply = peer.post([message], headers)
    same((reply.status, (reply.response or {}).get("error", {}).get("code")), (400, -32600), "an array")
    reply = peer.post({"jsonrpc": "2.0", "id": 1, "result": {}}, headers)
    same((reply.status, (reply.response or {}).get("error", {}).get("code")), (400, -32600), "a response")
    assert peer.post(message, headers | {"Accept": "*/*"}).result, "any Accept (rulings 2.3)"
    reply = peer.post(message, headers | {"Mcp-Session-Id": "made-up", "Last-Event-ID": "x.1"})
    assert reply.result and "mcp-session-id" not in reply.headers, "a session id is ignored (rulings 2.4)"
    same(peer.notify("notifications/cancelled", {"requestId": "nothing"}).status, 202, "a notification")
    refused(
        peer.post({"jsonrpc": "2.0", "id": 9, "method": "initialize", "params": {}}, {"Accept": BOTH, "MCP-Protocol-Version": R5}),
        400,
        -32020,
    )
    refused(peer.post({"jsonrpc": "2.0", "id": 9, "method": "tools/list", "params": {}}, headers), 400, -32602)
    for number in (0, -7, "", "größe 漢字", 2**53):
        same(raw(target, "tools/list", {"_meta": META}, number=number).status, 200, f"id {number!r}")


@stateless("dns-rebinding-protection")
def rebinding(target: Target) -> None:
    origin_is_foreign(target, {VERSION: R5, CAPABILITIES: {}}, {"MCP-Protocol-Version": R5, "Mcp-Method": "tools/list"})


def origin_is_foreign(target: Target, meta: dict, headers: dict) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": meta}}).encode()
    fields = {"Content-Type": "application/json", "Accept": BOTH} | headers
    exchange = Exchange(target.url, "POST", fields | {"Host": "evil.example.com", "Origin": "http://evil.example.com"}, body, 10)
    assert 400 <= exchange.status < 500, exchange.status
    exchange.close()
    exchange = Exchange(target.url, "POST", fields | {"Origin": target.url.rpartition("/v1/")[0]}, body, 10)
    assert exchange.status != 403, "the own origin"
    exchange.close()


# 2026-07-28: input in rounds


def first_round(target: Target, name: str, capabilities: dict | None = None, **more: object) -> tuple[StatelessPeer, Reply]:
    peer = target.stateless(ASKING if capabilities is None else capabilities)
    return peer, peer.once("tools/call", {"name": name, "arguments": {}} | more)


def asks(reply: Reply) -> dict:
    same(reply.result["resultType"], "input_required")
    return reply.result


def answers(result: dict, **contents: dict) -> dict:
    """The retry's members: each question by its kind, whatever its key."""
    given = {}
    for key, question in result["inputRequests"].items():
        if question["method"] == "elicitation/create":
            given[key] = {"action": "accept", "content": contents.get("elicitation", {"name": "Alice"})}
        elif question["method"] == "sampling/createMessage":
            given[key] = {
                "role": "assistant",
                "content": {"type": "text", "text": "Paris"},
                "model": "test-model",
                "stopReason": "endTurn",
            }
        else:
            given[key] = {"roots": [{"uri": "file:///test/root", "name": "Test Root"}]}
    state = {"requestState": result["requestState"]} if "requestState" in result else {}
    return {"inputResponses": given} | state


for kind, name, method, words in (
    ("elicitation", "test_input_required_result_elicitation", "elicitation/create", "Hello, Alice!"),
    ("sampling", "test_input_required_result_sampling", "sampling/createMessage", "Sampling result: Paris"),
    ("list-roots", "test_input_required_result_list_roots", "roots/list", "Found 1 root(s): file:///test/root"),
):

    @stateless(f"sep-2322-{kind}-complete")
    def basic(target: Target, name: str = name, method: str = method, words: str = words) -> None:
        peer, reply = first_round(target, name)
        same([question["method"] for question in asks(reply)["inputRequests"].values()], [method])
        assert all("jsonrpc" not in question and "id" not in question for question in reply.result["inputRequests"].values())
        done = peer.once("tools/call", {"name": name, "arguments": {}} | answers(reply.result))
        same((done.result["resultType"], done.words), ("complete", words))
        same(peer.breaches, [], "breaches")


@stateless("sep-2322-elicitation-incomplete: the key is the upstream's", needs=R5)
def own_key(target: Target) -> None:
    _, reply = first_round(target, "test_input_required_result_elicitation")
    same(list(asks(reply)["inputRequests"]), ["user_name"])
    assert "requestState" not in reply.result, "between equal revisions nothing is added (rulings 4.10)"


@stateless("sep-2322-request-state-complete")
def request_state(target: Target) -> None:
    name = "test_input_required_result_request_state"
    peer, reply = first_round(target, name)
    assert isinstance(asks(reply).get("requestState"), str)
    done = peer.once("tools/call", {"name": name, "arguments": {}} | answers(reply.result, elicitation={"ok": True}))
    assert "state-ok" in done.words


@stateless("sep-2322-multiple-inputs-complete")
def multiple_inputs(target: Target) -> None:
    name = "test_input_required_result_multiple_inputs"
    peer, reply = first_round(target, name)
    seen = 0
    while reply.result["resultType"] == "input_required":
        seen += len(reply.result["inputRequests"])
        reply = peer.once("tools/call", {"name": name, "arguments": {}} | answers(reply.result))
    same((seen, reply.words), (3, "Name: Alice; Greeting: Paris; Roots: 1"))


@stateless("sep-2322-multiple-inputs-incomplete: all at once", needs=R5)
def all_at_once(target: Target) -> None:
    _, reply = first_round(target, "test_input_required_result_multiple_inputs")
    same(sorted(question["method"] for question in asks(reply)["inputRequests"].values()),
         ["elicitation/create", "roots/list", "sampling/createMessage"])  # fmt: skip


@stateless("sep-2322-multi-round-r3")
def multi_round(target: Target) -> None:
    name = "test_input_required_result_multi_round"
    peer, first = first_round(target, name)
    second = peer.once("tools/call", {"name": name, "arguments": {}} | answers(asks(first), elicitation={"name": "Alice"}))
    assert asks(second)["requestState"] != first.result["requestState"]
    third = peer.once("tools/call", {"name": name, "arguments": {}} | answers(second.result, elicitation={"color": "blue"}))
    same(third.words, "Multi-round complete for Alice who likes blue")


@stateless("sep-2322-missing-response-rerequests")
def rerequests(target: Target) -> None:
    _, reply = first_round(target, "test_input_required_result_elicitation",
                           inputResponses={"wrong_key": {"action": "accept", "content": {"data": "wrong"}}})  # fmt: skip
    asks(reply)


@stateless("sep-2322: a retry without answers is asked the same again (4.4)")
def same_again(target: Target) -> None:
    name = "test_input_required_result_request_state"
    peer, first = first_round(target, name)
    second = peer.once("tools/call", {"name": name, "arguments": {}, "requestState": asks(first)["requestState"]})
    same(list(asks(second)["inputRequests"].values()), list(first.result["inputRequests"].values()))
    third = peer.once("tools/call", {"name": name, "arguments": {}} | answers(second.result, elicitation={"ok": True}))
    assert "state-ok" in third.words


@stateless("sep-2322-non-tool-complete")
def non_tool(target: Target) -> None:
    peer = target.stateless(ASKING)
    first = peer.once("prompts/get", {"name": "test_input_required_result_prompt"})
    done = peer.once(
        "prompts/get", {"name": "test_input_required_result_prompt"} | answers(asks(first), elicitation={"context": "x"})
    )
    same(done.result["messages"][0]["content"]["text"], "Prompt with context: x")


@stateless("sep-2322-not-on-unsupported-requests")
def unsupported_methods(target: Target) -> None:
    peer = target.stateless(ASKING)
    for method in ("tools/list", "prompts/list", "resources/list", "server/discover"):
        same(peer.once(method).result["resultType"], "complete")


@stateless("sep-2322-reject-tampered-state")
def tampered(target: Target) -> None:
    name = "test_input_required_result_tampered_state"
    peer, first = first_round(target, name)
    retry = answers(asks(first), elicitation={"ok": True})
    state = retry["requestState"]
    for changed in (state + "-TAMPERED", state[:-1], "A" + state[1:] if state[0] != "A" else "B" + state[1:], "", "x" * 4096):
        reply = peer.once("tools/call", {"name": name, "arguments": {}} | retry | {"requestState": changed})
        same(reply.error["code"], -32602, f"state {changed[:20]!r}")
    same(peer.once("tools/call", {"name": name, "arguments": {}} | retry).words, "integrity-ok: state verified")


@stateless("sep-2322-respect-client-capabilities")
def respects_capabilities(target: Target) -> None:
    peer, reply = first_round(target, "test_input_required_result_capabilities", {"sampling": {}})
    same([question["method"] for question in asks(reply)["inputRequests"].values()], ["sampling/createMessage"])
    same(peer.breaches, [], "breaches")


@stateless("sep-2322-ignore-unexpected-params")
def ignores_extra(target: Target) -> None:
    name = "test_input_required_result_request_state"
    peer, first = first_round(target, name)
    retry = answers(asks(first), elicitation={"ok": True})
    retry["inputResponses"]["unknown_extra_key"] = {"action": "accept", "content": {"foo": "bar"}}
    assert "state-ok" in peer.once("tools/call", {"name": name, "arguments": {}} | retry).words


@stateless("sep-2322-validate-input-responses")
def validates_responses(target: Target) -> None:
    for wrong in ({"user_name": 12345}, None, [], "x"):
        _, reply = first_round(target, "test_input_required_result_elicitation", inputResponses=wrong)
        assert reply.is_error or reply.result["resultType"] == "input_required", f"{wrong!r}: {reply.response}"


@stateless("4.1: a state holds for its own tool only")
def bound_state(target: Target) -> None:
    peer, first = first_round(target, "test_input_required_result_request_state")
    retry = answers(asks(first), elicitation={"ok": True})
    reply = peer.once("tools/call", {"name": "test_input_required_result_tampered_state", "arguments": {}} | retry)
    same(reply.error["code"], -32602)


# Both eras


def plain_calls(peer: StatelessPeer | HandshakePeer) -> None:
    for tool in peer.list("tools"):
        assert tool["name"] and tool["description"] and isinstance(tool["inputSchema"], dict), f"tools-list: {tool}"
        assert len(tool["name"]) <= 64 and all(sign.isascii() and (sign.isalnum() or sign in "_./-") for sign in tool["name"]), (
            "tools-name-format"
        )
    for one in peer.list("resources"):
        assert one["uri"] and one["name"], "resources-list"
    for one in peer.list("prompts"):
        assert one["name"] and one["description"], "prompts-list"
    same(peer.tool("test_simple_text").result["content"][0]["type"], "text", "tools-call-simple-text")
    same(peer.tool("test_audio_content").result["content"][0]["mimeType"], "audio/wav", "tools-call-audio")
    assert peer.tool("test_error_handling").result["isError"] is True, "tools-call-error"
    progress = peer.tool("test_tool_with_progress", token="progress-test-1").notifications("notifications/progress")
    same([(one["progressToken"], one["progress"]) for one in progress], [("progress-test-1", step) for step in (0, 50, 100)])
    schema = next(tool for tool in peer.list("tools") if tool["name"] == "json_schema_2020_12_tool")["inputSchema"]
    same(schema, SCHEMA_2020_12, "json-schema-2020-12")
    completed = peer.complete({"type": "ref/prompt", "name": "test_prompt_with_arguments"}, "arg1", "x").result["completion"]
    same(completed["values"], [], "completion-complete")
    peer.close()
    same(peer.breaches, [], "breaches")


@stateless("tools, resources, prompts, completion")
def stateless_calls(target: Target) -> None:
    plain_calls(target.stateless())


@handshake("tools, resources, prompts, completion")
def handshake_calls(target: Target) -> None:
    plain_calls(target.handshake())


def streams_at_once(peer: StatelessPeer | HandshakePeer) -> None:
    started = [
        peer.start("tools/call", {"name": "wait", "arguments": {"seconds": 0.2, "steps": 2}}, token=f"t{n}") for n in range(5)
    ]
    for n, pending in enumerate(started):
        reply = pending.reply()
        same(reply.words, "waited 2 steps")
        same([one["progressToken"] for one in reply.notifications("notifications/progress")], [f"t{n}"] * 2, "whose progress")
    peer.close()
    same(peer.breaches, [], "breaches")


@stateless("server-accepts-multiple-post-streams")
def stateless_streams(target: Target) -> None:
    streams_at_once(target.stateless())


@handshake("server-accepts-multiple-post-streams")
def handshake_streams(target: Target) -> None:
    streams_at_once(target.handshake())


# 2025-11-25


@handshake("server-initialize")
def initialize(target: Target) -> None:
    peer = HandshakePeer(target.url, R4, {})
    result = peer.initialize().result
    same(result["protocolVersion"], R4)
    assert result["serverInfo"]["name"] and result["serverInfo"]["version"] and isinstance(result["capabilities"], dict)
    same(peer.notify("notifications/initialized").status, 202)
    same(peer.breaches, [], "server-session-id-visible-ascii")


@handshake("initialize: every revision is answered with itself (rulings 2.2)")
def negotiation(target: Target) -> None:
    for asked, expected in [(revision, revision) for revision in REVISIONS[:4]] + [("2099-01-01", R4), (R5, R4), ("1.0", R4)]:
        same(HandshakePeer(target.url, R4, {}).initialize(asked).result["protocolVersion"], expected, asked)


@handshake("initialize: again, with an old session, lists before initialized (rulings 2.2)")
def initialize_again(target: Target) -> None:
    peer = target.handshake()
    assert peer.initialize().result and peer.initialize().result
    fresh = HandshakePeer(target.url, R4, {})
    fresh.initialize()
    assert fresh.request("tools/list").result["tools"]
    fresh.version = None
    assert fresh.request("tools/list").result["tools"], "without a version header (H10)"


@handshake("logging-set-level")
def set_level(target: Target) -> None:
    peer = target.handshake()
    for level in ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"):
        same(peer.request("logging/setLevel", {"level": level}).result, {})
    same(peer.request("logging/setLevel", {"level": "loud"}).error["code"], -32602)


@handshake("ping")
def ping(target: Target) -> None:
    same(target.handshake().request("ping").result, {})


@handshake("tools-call-with-logging")
def with_logging(target: Target) -> None:
    peer = target.handshake()
    peer.set_level("debug")
    same(len(peer.tool("test_tool_with_logging").notifications("notifications/message")), 3)


@handshake("tools-call-sampling")
def sampling(target: Target) -> None:
    peer = target.handshake()
    assert peer.tool("test_sampling", {"prompt": "Test prompt for sampling"}).result["content"]
    same([question["method"] for question in peer.questions], ["sampling/createMessage"])


@handshake("tools-call-elicitation")
def elicitation(target: Target) -> None:
    peer = target.handshake()
    assert peer.tool("test_elicitation", {"message": "Please provide your information"}).result["content"]
    same([question["method"] for question in peer.questions], ["elicitation/create"])
    peer.close()
    same(peer.breaches, [], "breaches")


@handshake("elicitation-sep1034-defaults")
def defaults(target: Target) -> None:
    peer = target.handshake()
    peer.tool("test_elicitation_sep1034_defaults").result  # noqa: B018
    fields = peer.questions[0]["params"]["requestedSchema"]["properties"]
    same({name: (field["type"], field["default"]) for name, field in fields.items()},
         {"name": ("string", "John Doe"), "age": ("integer", 30), "score": ("number", 95.5), "status": ("string", "active"),
          "verified": ("boolean", True)})  # fmt: skip


@handshake("elicitation-sep1330-enums")
def enums(target: Target) -> None:
    peer = target.handshake()
    peer.tool("test_elicitation_sep1330_enums").result  # noqa: B018
    fields = peer.questions[0]["params"]["requestedSchema"]["properties"]
    assert "enum" in fields["untitledSingle"] and "oneOf" in fields["titledSingle"] and "enumNames" in fields["legacyEnum"]
    assert "enum" in fields["untitledMulti"]["items"] and "anyOf" in fields["titledMulti"]["items"]


@handshake("resources-subscribe")
def subscribe(target: Target) -> None:
    peer = target.handshake()
    same(peer.request("resources/subscribe", {"uri": "test://watched-resource"}).result, {})
    same(peer.request("resources/unsubscribe", {"uri": "test://watched-resource"}).result, {}, "resources-unsubscribe")


@handshake("dns-rebinding-protection")
def handshake_rebinding(target: Target) -> None:
    origin_is_foreign(target, {}, {})


@handshake("server-session-terminated-returns-404")
def terminated(target: Target) -> None:
    peer = target.handshake()
    assert peer.session is not None
    assert 200 <= peer.delete() < 300, "server-session-delete-accepted"
    same(peer.request("tools/list").status, 404)
    same(peer.delete(), 404, "a second DELETE")


@handshake("server-sse-priming-event, server-sse-retry-field, server-sse-disconnect-resume")
def polling(target: Target) -> None:
    peer = target.handshake()
    reply = peer.tool("test_tool_with_progress", token=1)
    if reply.is_stream and reply.events[0].id:
        same((reply.events[0].data, reply.events[0].retry is not None), ("", True), "priming event with retry")
        marks = [event.id for event in reply.events]
        same(len(set(marks)), len(marks), "event ids")
    assert "Reconnection test completed" in peer.tool("test_reconnection").words
    peer.close()
    same(peer.breaches, [], "breaches")


@handshake("2.4: what a handshake server refuses")
def refusals(target: Target) -> None:
    peer = target.handshake()
    headers = peer.headers() | {"Content-Type": "application/json"}
    body = json.dumps({"jsonrpc": "2.0", "id": 70, "method": "ping"}).encode()

    def status(verb: str, fields: dict, data: bytes | None = body) -> int:
        exchange = Exchange(target.url, verb, {key: value for key, value in fields.items() if value is not None}, data, 10)
        found = exchange.status
        exchange.close()
        return found

    same(status("POST", headers | {"Mcp-Session-Id": "unknown"}), 404, "an unknown session")
    same(status("POST", headers, b'{"jsonrpc"'), 400, "no JSON")
    same(status("POST", headers | {"MCP-Protocol-Version": "1999-01-01"}), 400, "an unknown version")
    same(status("POST", headers, b"[]"), 400, "an empty batch")
    same(status("PUT", headers), 405, "PUT")
    same(status("GET", headers | {"Accept": "application/json"}, None), 405, "GET for JSON (rulings 1.6)")
    batch = json.dumps([{"jsonrpc": "2.0", "id": 71, "method": "ping"}]).encode()
    same(status("POST", headers, batch), 400, "a batch in 2025-11-25")


@handshake("2.4: a response to nothing and a batch with initialize", needs="")
def odd_bodies(target: Target) -> None:
    peer = target.handshake(revision="2025-03-26")
    assert peer.post({"jsonrpc": "2.0", "id": "nothing", "result": {}}).status in (202, 400)
    reply = HandshakePeer(target.url, "2025-03-26", {}).post([{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}])
    assert reply.status == 400 or reply.is_error, "initialize in a batch (1)"


@handshake("rulings 2.9: a call without session and version")
def without_session(target: Target) -> None:
    peer = HandshakePeer(target.url, R4, {})
    reply = peer.tool("structured", {"a": 1, "b": 1})
    same(reply.result.get("structuredContent"), {"sum": 2}, "rendered as 2025-11-25")
    assert peer.request("tools/list").result["tools"]


@handshake("rulings 1.6: GET is a quiet stream")
def quiet_stream(target: Target) -> None:
    exchange = Exchange(target.url, "GET", {"Accept": "text/event-stream"}, None, 10)
    same((exchange.status, exchange.is_stream), (200, True))
    threading.Timer(0.2, exchange.close).start()
    same([event.name for event in exchange.events()], [], "no endpoint event (1.7)")


# The tasks extension


@stateless("tasks-extension-advertised", needs=R5)
def tasks_advertised(target: Target) -> None:
    capabilities = target.stateless(WITH_TASKS).server_capabilities
    assert "tasks" not in capabilities and TASKS in capabilities["extensions"], capabilities


@stateless("sep-2663-tasks-methods-non-declaring", needs=R5)
def tasks_undeclared(target: Target) -> None:
    for method, params in (("tasks/get", {}), ("tasks/update", {"inputResponses": {}}), ("tasks/cancel", {})):
        reply = raw(target, method, {"taskId": "gate-test", "_meta": META} | params)
        same(refused(reply, 400, -32021)["data"]["requiredCapabilities"], {"extensions": {TASKS: {}}}, method)


@stateless("sep-2663-server-rejects-undeclared-client", needs=R5)
def no_task_undeclared(target: Target) -> None:
    result = target.stateless().tool("slow_compute", {"seconds": 0}).result
    assert result["resultType"] == "complete" and "taskId" not in result and "task" not in result and result["content"]
    error = refused(raw(target, "tools/call", {"name": "failing_job", "arguments": {}, "_meta": META}), 400, -32021)
    same(
        error["data"]["requiredCapabilities"],
        {"extensions": {TASKS: {}}},
        "sep-2663-server-returns-missing-capability-when-required",
    )


@stateless("sep-2663-result-type-task-on-create", needs=R5)
def task_lifecycle(target: Target) -> None:
    peer = target.stateless(WITH_TASKS)
    same(
        peer.tool("greet", {"name": "World"}, task={"ttl": 60000}).result["resultType"],
        "complete",
        "sep-2663-legacy-task-param-ignored",
    )
    created = peer.tool("slow_compute", {"seconds": 0.3, "label": "x"}).result
    same((created["resultType"], "task" in created, "result" in created, "requestState" in created), ("task", False, False, False))
    assert created["createdAt"][10] == "T" and created["lastUpdatedAt"] and isinstance(created["ttlMs"], int | None)
    assert "ttl" not in created and "pollInterval" not in created, "tasks-wire-field-renames"
    working = peer.request("tasks/get", {"taskId": created["taskId"]}).result
    same((working["taskId"], working["resultType"]), (created["taskId"], "complete"), "sep-2663-tasks-get-status-working")
    ended = task_end(peer, created["taskId"])
    same((ended["status"], ended["result"]["content"][0]["text"]), ("completed", "computed x"))
    assert "io.modelcontextprotocol/related-task" not in (ended["result"].get("_meta") or {})
    ack = peer.request("tasks/cancel", {"taskId": created["taskId"]}).result
    assert ack["resultType"] == "complete" and not {"taskId", "status", "result"} & set(ack), "tasks-cancel-terminal-idempotent-ack"


@stateless("sep-2663-tool-error-uses-completed-status", needs=R5)
def task_errors(target: Target) -> None:
    peer = target.stateless(WITH_TASKS)
    ended = task_end(peer, peer.tool("failing_job").result["taskId"])
    same((ended["status"], ended["result"]["isError"]), ("completed", True))
    ended = task_end(peer, peer.tool("protocol_error_job").result["taskId"])
    same(
        (ended["status"], ended["error"]["code"], "result" in ended), ("failed", -32603, False), "sep-2663-tasks-get-status-failed"
    )


@stateless("sep-2663-cancel-ack-empty-result", needs=R5)
def task_cancel(target: Target) -> None:
    peer = target.stateless(WITH_TASKS)
    number = peer.tool("slow_compute", {"seconds": 60}).result["taskId"]
    ack = peer.request("tasks/cancel", {"taskId": number}).result
    assert ack["resultType"] == "complete" and not {"taskId", "status", "result"} & set(ack)
    same(task_end(peer, number)["status"], "cancelled")


@stateless("tasks-mrtr-partial-fulfillment", needs=R5)
def task_input(target: Target) -> None:
    peer = target.stateless(WITH_TASKS)
    number = peer.tool("multi_input").result["taskId"]

    def asked() -> dict:
        return peer.request("tasks/get", {"taskId": number}).result.get("inputRequests") or {}

    until(lambda: len(asked()) == 2, "two questions")
    first, second = asked()
    given = {"action": "accept", "content": {"name": "x", "confirm": True}}
    same(peer.request("tasks/update", {"taskId": number, "inputResponses": {first: given}}).result["resultType"], "complete")
    same(list(asked()), [second])
    peer.request("tasks/update", {"taskId": number, "inputResponses": {second: given, "unknown": given}}).result  # noqa: B018
    same(task_end(peer, number)["status"], "completed", "tasks-mrtr-tasks-update-resumes")


@stateless("sep-2663-mrtr-synchronous-before-task-creation", needs=R5)
def task_after_rounds(target: Target) -> None:
    peer = target.stateless(WITH_TASKS)
    first = peer.once("tools/call", {"name": "test_tool_with_task", "arguments": {}})
    assert "taskId" not in asks(first)
    second = peer.once("tools/call", {"name": "test_tool_with_task", "arguments": {}} | answers(first.result)).result
    assert second["resultType"] == "task" and "requestState" not in second and "inputRequests" not in second
    assert "Alice" in task_end(peer, second["taskId"])["result"]["content"][0]["text"]


@stateless("sep-2663: unknown tasks and headers", needs=R5)
def task_refusals(target: Target) -> None:
    meta = {VERSION: R5, CAPABILITIES: WITH_TASKS}
    for method in ("tasks/get", "tasks/cancel"):
        same(raw(target, method, {"taskId": "nonexistent-12345", "_meta": meta}).error["code"], -32602, method)
    refused(raw(target, "tasks/get", {"taskId": "abc", "_meta": meta}, Mcp_Name="other"), 400, -32020)
    refused(raw(target, "tasks/get", {"taskId": "abc", "_meta": meta}, Mcp_Name=None), 400, -32020)


@stateless("notifications/tasks on a listen stream (7.3)", needs=R5)
def task_news(target: Target) -> None:
    peer = target.stateless(WITH_TASKS)
    number = peer.tool("slow_compute", {"seconds": 0.4}).result["taskId"]
    listening = peer.listen({"taskIds": [number]})
    same(listening.messages[0]["params"]["notifications"], {"taskIds": [number]})
    told = peer.hears("notifications/tasks", taskId=number)
    same((told["params"]["status"], told["params"]["_meta"][SUBSCRIPTION]), ("completed", listening.id))
    peer.close()
