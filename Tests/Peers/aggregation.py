"""Many upstreams behind one virtual server: names, URIs, and what happens while one of them is away.

A check gets a `Crowd`: the addresses of a server with `naming: prefix` and one with `naming: plain`, both over everything-servers of
all five revisions, and the switches of those.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from everything.revisions import R3, R4, R5, REVISIONS, SHORT, since
from features import APPS, same, until
from misbehaviour import failure, said
from scripted.clients import client
from scripted.control import EverythingServer
from scripted.peer import Peer

LEGAL = re.compile(r"[A-Za-z0-9_-]{1,48}")
LIST_SECONDS = 1  # the gateway's listTime in these checks


@dataclass
class Crowd:
    prefixed: str
    plain: str
    alone: str  # the upstream of 2025-11-25 by itself, with `naming: prefix`
    servers: dict[str, EverythingServer]

    def peers(self, url: str, capabilities: dict | None = None) -> list[Peer]:
        return [client(revision, url, "", capabilities, timeout=15).open() for revision in (R4, R5)]


CHECKS: list[tuple[str, Callable[[Crowd], None]]] = []


def check(name: str) -> Callable:
    def register(run: Callable[[Crowd], None]) -> Callable[[Crowd], None]:
        CHECKS.append((name, run))
        return run

    return register


def prefixed(revision: str, name: str) -> str:
    return f"u{SHORT[revision]}_{name}"


def close(peers: list[Peer]) -> None:
    for peer in peers:
        peer.close()
        assert not peer.breaches, peer.breaches[:3]


@check("prefix: every tool of every upstream has one legal name, the same wherever it is served")
def names(crowd: Crowd) -> None:
    for server in crowd.servers.values():
        server.control.do("add_tool", name="a_name_that_is_far_too_long_for_clients_which_put_their_own_prefix_in_front_of_it")
        server.control.do("add_tool", name="dotted.name/with-more")
    try:
        peers = crowd.peers(crowd.prefixed, APPS)
        for peer in peers:

            def all_there(peer: Peer = peer) -> bool:
                return sum("dotted" in tool["name"] for tool in peer.list("tools")) == len(crowd.servers)

            until(all_there, "the added tools")
            listed = [tool["name"] for tool in peer.list("tools")]
            same(len(listed), len(set(listed)), "names are unique")
            same([name for name in listed if not LEGAL.fullmatch(name)], [], "illegal names")
            for revision in REVISIONS:
                own = [name for name in listed if name.startswith(f"u{SHORT[revision]}_")]
                assert prefixed(revision, "test_simple_text") in own, f"{revision}: {own[:5]}"
                same(json.loads(said(peer.tool(prefixed(revision, "inspect"))))["revision"], revision, "whose tool")
                long = next(name for name in own if "a_name_that" in name)
                assert said(peer.tool(long)).startswith("I am a_name_that"), "the cut name is routed"
                dotted = next(name for name in own if "dotted" in name)
                same(said(peer.tool(dotted)), "I am dotted.name/with-more", "the rewritten name is routed")
        alone = crowd.peers(crowd.alone, APPS)
        for peer, one in zip(peers, alone, strict=True):
            mine = sorted(tool["name"] for tool in peer.list("tools") if tool["name"].startswith("ur4_"))
            same(sorted(tool["name"] for tool in one.list("tools")), mine, "names in another server")
        close(peers + alone)
    finally:
        for server in crowd.servers.values():
            server.control.do("restore")


@check("prefix: progress, questions and failures of a renamed tool")
def renamed(crowd: Crowd) -> None:
    peers = crowd.peers(crowd.prefixed)
    for peer in peers:
        for revision in REVISIONS:
            reply = peer.tool(prefixed(revision, "test_tool_with_progress"), token=f"t{revision}")
            same(len(reply.notifications("notifications/progress")), 3, "progress")
            if since(revision, R3):
                assert "accept" in said(peer.tool(prefixed(revision, "test_elicitation"), {"message": "Who?"}))
            same(peer.tool(prefixed(revision, "no_such_tool")).error["code"], -32602)
        same(peer.tool("test_simple_text").is_error or peer.tool("test_simple_text").result.get("isError"), True, "the bare name")
    close(peers)


@check("URIs that several upstreams have are told apart, in every place")
def uris(crowd: Crowd) -> None:
    peers = crowd.peers(crowd.prefixed, APPS)
    for peer in peers:
        listed = [one["uri"] for one in peer.list("resources")]
        same(len(listed), len(set(listed)), "URIs are unique")
        static = [uri for uri in listed if "static-text" in uri]
        same(len(static), len(REVISIONS), f"one for each upstream: {static}")
        for uri in static:
            content = peer.read(uri).result["contents"][0]
            same((content["uri"], content["text"]), (uri, "This is the content of the static text resource."))
        templates = [one["uriTemplate"] for one in peer.list("resourceTemplates")]
        same(len(templates), len(set(templates)), f"templates are unique: {templates}")
        pages = set()
        tools = {tool["name"]: tool for tool in peer.list("tools")}
        for revision in (R3, R4, R5):
            uri = tools[prefixed(revision, "clock")]["_meta"]["ui"]["resourceUri"]
            assert uri.startswith("ui://"), uri
            page = peer.read(uri).result["contents"][0]
            same(page["uri"], uri, "the page's own address")
            pages.add(uri)
            linked = peer.tool(prefixed(revision, "link")).result["content"][0]["uri"]
            same(peer.read(linked).result["contents"][0]["text"], "not in the list", "a link of a tool")
        same(len(pages), 3, "pages")
    close(peers)


@check("an update of one upstream's resource is told under the URI that this server uses")
def updates(crowd: Crowd) -> None:
    for revision in (R4, R5):
        peer = client(revision, crowd.prefixed, "", timeout=15).open()
        uris = [one["uri"] for one in peer.list("resources") if "watched" in one["uri"]]
        same(len(uris), len(REVISIONS))
        peer.watch((), tuple(uris))
        for upstream in REVISIONS:
            state = crowd.servers[upstream].control.state
            until(lambda state=state: "test://watched-resource" in str(state()), f"{upstream} has the subscription")
        told: set[str] = set()
        for upstream in REVISIONS:
            first = len(peer.heard)
            crowd.servers[upstream].control.do("updated", uri="test://watched-resource")
            uri = peer.hears("notifications/resources/updated", first=first)["params"]["uri"]
            assert uri in uris, uri
            told.add(uri)
        same(told, set(uris), "each has its own")
        close([peer])


@check("prompts and completion under their new names")
def prompts(crowd: Crowd) -> None:
    peers = crowd.peers(crowd.prefixed)
    for peer in peers:
        listed = [one["name"] for one in peer.list("prompts")]
        same(len(listed), len(set(listed)))
        for revision in REVISIONS:
            name = prefixed(revision, "test_prompt_with_arguments")
            assert name in listed, listed
            words = peer.prompt(name, {"arg1": "a", "arg2": "b"}).result["messages"][0]["content"]["text"]
            same(words, "Prompt with arguments: arg1='a', arg2='b'")
            values = peer.complete({"type": "ref/prompt", "name": name}, "arg1", "pari").result["completion"]["values"]
            same(values, ["paris"])
        for template in peer.list("resourceTemplates"):
            found = peer.complete({"type": "ref/resource", "uri": template["uriTemplate"]}, "id", "pari").result
            same(found["completion"]["values"], ["paris"])
    close(peers)


@check("plain: names untouched, the first keeps what two have")
def plain(crowd: Crowd) -> None:
    peers = crowd.peers(crowd.plain, APPS)
    for peer in peers:
        listed = [tool["name"] for tool in peer.list("tools")]
        same(len(listed), len(set(listed)), "names are unique")
        for name in ("test_simple_text", "structured", "clock", "visit", "structured_list", "regional"):
            assert name in listed, f"{name} of a later upstream"
        same(json.loads(said(peer.tool("inspect")))["revision"], REVISIONS[0], "the first keeps the name")
        same(said(peer.tool("structured", {"a": 1, "b": 1})), '{"sum": 2}')
        text = peer.read("test://static-text").result["contents"][0]["text"]
        same(text, "This is the content of the static text resource.")
    close(peers)


@check("news of any upstream are news of the server")
def news(crowd: Crowd) -> None:
    for revision in (R4, R5):
        peer = client(revision, crowd.prefixed, "", timeout=15).open()
        peer.watch()
        time.sleep(0.3)
        for upstream in REVISIONS:
            first = len(peer.heard)
            crowd.servers[upstream].control.do("add_tool", name="fresh")
            try:
                peer.hears("notifications/tools/list_changed", first=first)
                name = prefixed(upstream, "fresh")
                until(lambda name=name: name in [tool["name"] for tool in peer.list("tools")], f"{name} is listed")
                same(said(peer.tool(name)), "I am fresh")
            finally:
                crowd.servers[upstream].control.do("restore")
        close([peer])


@check("one upstream is down: its tools are still listed, calls to it say so, all others go on")
def down(crowd: Crowd) -> None:
    peers = crowd.peers(crowd.prefixed)
    before = [sorted(tool["name"] for tool in peer.list("tools")) for peer in peers]
    crowd.servers[R4].stop()
    try:
        for peer, known in zip(peers, before, strict=True):
            began = time.monotonic()
            same(sorted(tool["name"] for tool in peer.list("tools")), known, "tools")
            assert time.monotonic() - began < LIST_SECONDS + 1.5, f"the list took {time.monotonic() - began:.1f} s"
            failure(peer.tool(prefixed(R4, "echo"), {"text": "x"}), "ur4")
            for revision in REVISIONS:
                if revision != R4:
                    same(said(peer.tool(prefixed(revision, "echo"), {"text": revision})), revision)
        fresh = crowd.peers(crowd.prefixed)
        assert all(peer.list("prompts") and peer.list("resources") for peer in fresh)
        close(fresh)
    finally:
        crowd.servers[R4].start()
    for peer in peers:
        until(lambda peer=peer: said(peer.tool(prefixed(R4, "echo"), {"text": "back"})) == "back", "it is back", 10)
    close(peers)


@check("one upstream hangs: a list waits for it as long as is said, and no longer")
def slow(crowd: Crowd) -> None:
    for method in ("tools/list", "resources/list", "prompts/list", "resources/templates/list"):
        crowd.servers[R5].control.do("fault", kind="silence", method=method, times=100)
    crowd.servers[R5].control.do("announce", kind="tools")
    try:
        peers = crowd.peers(crowd.prefixed)
        for peer in peers:
            began = time.monotonic()
            listed = [tool["name"] for tool in peer.list("tools")]
            assert time.monotonic() - began < LIST_SECONDS + 1.5, f"the list took {time.monotonic() - began:.1f} s"
            assert prefixed(R5, "echo") in listed, "its last known tools"
            same(said(peer.tool(prefixed(R5, "echo"), {"text": "x"})), "x")
        close(peers)
    finally:
        crowd.servers[R5].control.do("clear")
