"""Accounts at an upstream that the test holds in its hand: whose calls are whose, renewal, refusal, every way to say "connect"."""

import concurrent.futures
import contextlib
import json
import re
import signal
import sqlite3
import time
import urllib.parse
from collections.abc import Callable

from . import door, gateway, places
from .connections import connect
from .outcome import Outcome
from .peers import modules
from .person import Answer, Browser, Client, send

CALLERS = 20
PATIENCE_SECONDS = 20
URL_MODE = {"io.modelcontextprotocol/clientCapabilities": {"elicitation": {"url": {}}}}


def run() -> Outcome:
    seen: list[bool] = []
    with modules():
        from guarded_upstream import KEY, GuardedUpstream
    places.WORK.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        upstream = stack.enter_context(GuardedUpstream())
        running = stack.enter_context(gateway.started(CONFIGURATION))
        running.end()
        (running.file.parent / "key").write_text(KEY + "\n")
        (running.file.parent / "wrong-key").write_text("wrong-" + KEY + "\n")
        running.configure(CONFIGURED.replace("UPSTREAM", upstream.url))
        running.start()
        house = House(running, upstream)
        for scene in SCENES:
            try:
                scene(seen, house)
            except Exception as error:  # noqa: BLE001
                judge(seen, scene.__name__, False, f"{type(error).__name__}: {error}")
    return Outcome(passed=sum(seen), failed=len(seen) - sum(seen))


CONFIGURATION = "upstreams: { board: { kind: builtin, app: kanban } }\nservers: { default: { upstreams: [board], auth: oauth } }\n"
CONFIGURED = """
upstreams:
  mine: { kind: http, url: "UPSTREAM/mcp", auth: { mode: user-oauth } }
  ours: { kind: http, url: "UPSTREAM/shared", auth: { mode: shared-oauth, required: false } }
  bearer: { kind: http, url: "UPSTREAM/bearer", auth: { mode: key, secret: { file: key } } }
  header: { kind: http, url: "UPSTREAM/header", auth: { mode: key, header: X-Api-Key, secret: { file: key } } }
  query: { kind: http, url: "UPSTREAM/query", auth: { mode: key, query: key, secret: { file: key } } }
  wrong: { kind: http, url: "UPSTREAM/bearer", auth: { mode: key, secret: { file: wrong-key } } }
servers:
  default: { upstreams: [mine], naming: plain, auth: oauth }
  shared: { upstreams: [ours], naming: plain, auth: oauth }
  bearer: { upstreams: [bearer], naming: plain, auth: oauth }
  header: { upstreams: [header], naming: plain, auth: oauth }
  query: { upstreams: [query], naming: plain, auth: oauth }
  wrong: { upstreams: [bearer, wrong], naming: prefix, auth: oauth }
"""


class House:
    """Two people with a browser and a client each."""

    def __init__(self, running: gateway.Gateway, upstream):
        self.running, self.upstream = running, upstream
        door.user(running, "add", "anna", "--role", "operator")
        door.user(running, "add", "ben", "--role", "member")
        self.browsers = {name: door.signed_in(running, name) for name in ("anna", "ben")}
        self.clients = {name: Client(running.port) for name in self.browsers}

    def connects(self, name: str, page: tuple[str, Answer]) -> tuple[str, Answer]:
        self.upstream.person = f"{name}@upstream"
        return connect(self.browsers[name], page)

    def client(self, name: str, slug: str) -> Client:
        client = Client(self.running.port, f"/v1/mcp/{slug}")
        client.connect(self.browsers[name], name, door.PASSWORD)
        return client


def whose(seen: list[bool], house: House) -> None:
    """Each person's calls go by their own account, and by nothing that their client has."""
    for name, client in house.clients.items():
        client.register()
        page = house.browsers[name].go(client.authorize_target())
        judge(seen, "the consent page names what will be asked for", "plain" in page[1].text, page[1].text[:300])
        page = house.browsers[name].press("Authorize", house.connects(name, page))
        client.exchange(dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page[0]).query))["code"])
    with concurrent.futures.ThreadPoolExecutor(CALLERS) as pool:
        names = ["anna", "ben"] * CALLERS
        said = list(pool.map(lambda name: word(tool(house.clients[name])), names))
    judge(seen, "answers are never another person's", said == [f"{name}@upstream" for name in names], said)
    tokens = [value for client in house.clients.values() for value in (client.tokens["access_token"], client.tokens["refresh_token"])]
    shown = "\n".join(house.upstream.shown)
    judge(seen, "no token of a client reaches the upstream", not any(token in shown for token in tokens), "it did")
    judge(seen, "what was asked for has PKCE and a resource", all({"code_challenge", "resource", "state"} <= set(asked) for asked in house.upstream.asked), house.upstream.asked)


def renewal(seen: list[bool], house: House) -> None:
    """In one flight, however many wait; and an absent login is no refusal."""
    before = house.upstream.granted.count("refresh_token")
    house.upstream.expire()
    with concurrent.futures.ThreadPoolExecutor(CALLERS) as pool:
        said = list(pool.map(lambda _: word(tool(house.clients["anna"])), range(CALLERS)))
    judge(seen, "refused tokens are renewed and all calls answered", said == ["anna@upstream"] * CALLERS, said)
    renewals = house.upstream.granted.count("refresh_token") - before
    judge(seen, "one renewal serves all who wait", renewals == 1, renewals)
    house.upstream.expire()
    house.upstream.is_login_down = True
    answer = tool(house.clients["anna"])
    judge(seen, "an absent login says to try again", "ry again" in answer.text and "/connect/" not in answer.text, answer.text)
    page = house.browsers["anna"].go("/account")
    judge(seen, "and ends no connection", ">Disconnect<" in page[1].text, page[1].text[:200])
    house.upstream.is_login_down = False
    judge(seen, "afterwards nobody has to do anything", patiently(lambda: word(tool(house.clients["anna"])) == "anna@upstream"), tool(house.clients["anna"]).text)


def ended(seen: list[bool], house: House) -> None:
    """The upstream took its tokens back: the person connects again, their client does nothing."""
    for name in house.clients:
        house.upstream.end(f"{name}@upstream")
    answer = tool(house.clients["anna"])
    judge(seen, "a refusal asks to connect again", is_failure(answer) and "/connect/mine" in answer.text, answer.text)
    page = house.browsers["anna"].go(link(answer))
    judge(seen, "the link leads to the page of this upstream", page[1].status == 200 and ">Reconnect<" in page[1].text, (page[1].status, page[1].text[:300]))
    foreign = house.browsers["ben"].go(link(answer))
    judge(seen, "another person is refused there", foreign[1].status == 403 and "onnect<" not in foreign[1].text, foreign[1].status)
    judge(seen, "a stranger has to sign in first", "/sign-in" in Browser(house.running.port).go(link(answer))[0], "shown")
    house.connects("anna", page)
    judge(seen, "the same token of the client goes on", word(tool(house.clients["anna"])) == "anna@upstream", tool(house.clients["anna"]).text)
    judge(seen, "and lets nobody else through", is_failure(tool(house.clients["ben"])), tool(house.clients["ben"]).text)
    house.connects("ben", house.browsers["ben"].go(link(tool(house.clients["ben"]))))


def rights(seen: list[bool], house: House) -> None:
    answer = tool(house.clients["anna"], "deep")
    judge(seen, "a lack of rights asks to connect again", is_failure(answer) and "/connect/mine" in answer.text, answer.text)
    judge(seen, "what needs no more rights works all the while", word(tool(house.clients["anna"])) == "anna@upstream", "refused")
    house.connects("anna", house.browsers["anna"].go(link(answer)))
    asked = set(house.upstream.asked[-1].get("scope", "").split())
    judge(seen, "asked for is what was missing, and what was there", asked == {"plain", "deep"}, asked)
    judge(seen, "then it works", word(tool(house.clients["anna"], "deep")) == "anna@upstream", tool(house.clients["anna"], "deep").text)


def wordings(seen: list[bool], house: House) -> None:
    """Rulings 3.7: each client is told as it can show it; and a disconnection gives the tokens back."""
    client, browser = house.clients["anna"], house.browsers["anna"]
    before = len(house.upstream.given_back)
    browser.press("Disconnect", browser.go("/account"))
    judge(seen, "a disconnection gives the tokens back", patiently(lambda: len(house.upstream.given_back) > before), "kept")
    judge(seen, "the other person keeps theirs", word(tool(house.clients["ben"])) == "ben@upstream", tool(house.clients["ben"]).text)
    answer = tool(client, fields={"User-Agent": "openai-mcp/1.0.0"})
    judge(seen, "ChatGPT gets a sentence with a link", is_failure(answer) and "/connect/mine" in answer.text, answer.text)
    for revision, capabilities in (("2025-06-18", {}), ("2025-11-25", {}), ("2025-11-25", {"elicitation": {"url": {}}})):
        answer = handshake(client, revision, capabilities)
        is_right = is_failure(answer) and "/connect/mine" in answer.text
        if capabilities:
            pages = (answer.json.get("error") or {}).get("data", {}).get("elicitations", [])
            is_right = answer.json["error"]["code"] == -32042 and pages[0]["mode"] == "url" and "/connect/mine" in pages[0]["url"]
        judge(seen, f"a client of {revision} with {capabilities} is told in its way", is_right, answer.text)
    answer = tool(client, meta=URL_MODE)
    result = answer.json.get("result", {})
    asked = next(iter((result.get("inputRequests") or {}).items()), ("", {}))
    page = asked[1].get("params", {})
    judge(seen, "a stateless client with url elicitation is asked", result.get("resultType") == "input_required" and page.get("mode") == "url", answer.text)
    house.connects("anna", browser.go(page["url"].removeprefix(house.running.url)))
    more = {"requestState": result["requestState"], "inputResponses": {asked[0]: {"action": "accept"}}}
    judge(seen, "and its call goes on after the page", word(tool(client, meta=URL_MODE, more=more)) == "anna@upstream", "refused")
    foreign = tool(house.clients["ben"], meta=URL_MODE, more=more)
    judge(seen, "the state is worth nothing to another person", word(foreign) != "anna@upstream", foreign.text)


def callbacks(seen: list[bool], house: House) -> None:
    """What comes back from the upstream's login: once, to the same person, from whom it was asked."""
    anna, ben = house.browsers["anna"], house.browsers["ben"]
    house.upstream.person = "evil@upstream"
    for name, browser, issuer in (("another person's browser", ben, house.upstream.url), ("another issuer", anna, "https://issuer.example")):
        house.upstream.issuer = issuer
        answer = anna.press("Connect", connectable(house))
        place = urllib.parse.urlsplit(answer[0])
        back = send(place.port, "GET", f"{place.path}?{place.query}").location.removeprefix(house.running.url)
        page = browser.go(back)
        judge(seen, f"an answer of {name} connects nothing", page[1].status in (400, 403, 410), (page[0], page[1].status))
        judge(seen, f"nor does it later: {name}", anna.go(back)[1].status in (400, 403, 410), anna.go(back)[1].status)
    house.upstream.issuer = house.upstream.url
    judge(seen, "a form of others begins nothing", anna.open("/connect/mine", {"next": "/account"}).status in (400, 403), "begun")
    before = len(house.upstream.asked)
    anna.go("/connect/mine")
    judge(seen, "a link begins nothing", len(house.upstream.asked) == before, "begun")
    judge(seen, "nobody became another one", word(tool(house.clients["ben"])) == "ben@upstream", tool(house.clients["ben"]).text)
    house.connects("anna", connectable(house))
    judge(seen, "the right answer does", word(tool(house.clients["anna"])) == "anna@upstream", tool(house.clients["anna"]).text)


def connectable(house: House) -> tuple[str, Answer]:
    anna = house.browsers["anna"]
    page = anna.go("/account")
    if ">Disconnect<" in page[1].text:
        page = anna.press("Disconnect", page)
    return anna.go("/connect/mine")


def shared(seen: list[bool], house: House) -> None:
    clients = {name: house.client(name, "shared") for name in house.clients}
    answer = tool(clients["ben"])
    judge(seen, "before the operator has connected nobody gets a link", says_no(answer) and "/connect/" not in answer.text, answer.text)
    house.connects("anna", house.browsers["anna"].go("/connect/ours"))
    # A failed reading of what the upstream offers holds for two seconds.
    patiently(lambda: word(tool(clients["ben"])) != "")
    said = {name: word(tool(client)) for name, client in clients.items()}
    judge(seen, "one connection serves everybody", set(said.values()) == {"anna@upstream"}, (said, tool(clients["ben"]).text))
    judge(seen, "which a member cannot end", "/connect/ours/disconnect" not in house.browsers["ben"].go("/account")[1].text, "offered")
    house.browsers["ben"].open("/connect/ours/disconnect", {"next": "/account"})
    judge(seen, "nor by a form of their own", word(tool(clients["ben"])) == "anna@upstream", "ended")
    page = house.browsers["anna"].go("/connect/ours")
    house.browsers["anna"].press("Disconnect", page)
    judge(seen, "but the operator can", says_no(tool(clients["ben"])), tool(clients["ben"]).text)


def keys(seen: list[bool], house: House) -> None:
    for slug in ("bearer", "header", "query"):
        client = house.client("ben", slug)
        judge(seen, f"a key goes by {slug}", word(tool(client)) == "key", tool(client).text)
    client = house.client("ben", "wrong")
    names = [entry["name"] for entry in client.call().json["result"]["tools"]]
    judge(seen, "a wrong key hides one upstream, not the others", "bearer_whoami" in names and word(tool(client, "bearer_whoami")) == "key", names)
    answer = tool(client, "wrong_whoami")
    judge(seen, "its calls tell no key and no link", says_no(answer) and "guarded-key" not in answer.text and "/connect/" not in answer.text, answer.text)


def kept(seen: list[bool], house: House) -> None:
    """kill -9: nobody connects again; and what is kept opens nothing."""
    before = len(house.upstream.asked)
    house.running.end(signal.SIGKILL)
    house.running.start()
    said = {name: word(tool(client)) for name, client in house.clients.items()}
    judge(seen, "connections live on", said == {name: f"{name}@upstream" for name in said} and len(house.upstream.asked) == before, said)
    house.upstream.expire()
    said = {name: word(tool(client)) for name, client in house.clients.items()}
    judge(seen, "and can be renewed", said == {name: f"{name}@upstream" for name in said}, said)
    with contextlib.closing(sqlite3.connect(house.running.data / "patchbay.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stored = b"".join(path.read_bytes() for path in house.running.data.glob("*.db*"))
    logged = house.running.log.read_bytes()
    told = [secret[:4] for secret in house.upstream.secrets if secret.encode() in stored or secret.encode() in logged]
    judge(seen, "no secret of an upstream is in the store or the log", not told, told)


SCENES: list[Callable[[list[bool], House], None]] = [whose, renewal, ended, rights, wordings, callbacks, shared, keys, kept]


def tool(client: Client, name: str = "whoami", fields: dict | None = None, meta: dict | None = None, more: dict | None = None) -> Answer:
    return client.call("tools/call", {"name": name, "arguments": {}, **(more or {})}, fields=fields, meta=meta)


def handshake(client: Client, revision: str, capabilities: dict) -> Answer:
    """The call of a client that begins with initialize."""
    head = {
        "Content-Type": "application/json", "Accept": "application/json, text/event-stream",
        "Authorization": f"Bearer {client.tokens['access_token']}",
    }  # fmt: skip
    hello = {"protocolVersion": revision, "capabilities": capabilities, "clientInfo": {"name": "accounts", "version": "1"}}
    answer = send(client.port, "POST", client.path, json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}), head)
    head |= {"Mcp-Session-Id": answer.fields["Mcp-Session-Id"], "MCP-Protocol-Version": revision}
    send(client.port, "POST", client.path, json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}), head)
    call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "whoami", "arguments": {}}}
    return send(client.port, "POST", client.path, json.dumps(call), head)


def word(answer: Answer) -> str:
    content = answer.json.get("result", {}).get("content") or [{}]
    return content[0].get("text", "")


def is_failure(answer: Answer) -> bool:
    return answer.status == 200 and answer.json.get("result", {}).get("isError") is True


def says_no(answer: Answer) -> bool:
    """To the operator's affairs a client gets a plain error: its person can do nothing about them."""
    return answer.status == 200 and "error" in answer.json


def link(answer: Answer) -> str:
    return "/connect/" + re.match(r"[A-Za-z0-9_?=/-]+", answer.text.split("/connect/")[1])[0]


def patiently(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.1)
    return False


def judge(seen: list[bool], name: str, is_right: bool, found: object) -> None:
    seen.append(is_right)
    if not is_right:
        print(f"accounts: {name}: {str(found)[:600]}", flush=True)
