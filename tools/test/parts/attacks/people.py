"""Two people over every address of the site: nobody gets at what is another's, and nobody at anything without signing in."""

import json
import re
import urllib.parse

from .. import door, places
from ..person import Browser, Client, Forms, send
from .scene import Scene

# Every address, and who may come. A route that is not here is found by `routes`.
PAGES = {
    ("get", "/"): "everyone", ("get", "/language"): "everyone", ("get", "/sign-in"): "everyone", ("post", "/sign-in"): "everyone", ("post", "/sign-out"): "everyone",
    ("get", "/setup"): "everyone", ("post", "/setup"): "everyone", ("get", "/oauth/authorize"): "everyone",
    ("get", "/oauth/consent"): "person", ("post", "/oauth/consent"): "person", ("get", "/account"): "person", ("post", "/account/clients/{grant}/revoke"): "person",
    ("post", "/account/keys"): "person", ("post", "/account/keys/{key}/revoke"): "person", ("post", "/account/sign-out-everywhere"): "person",
    ("post", "/account/password"): "person", ("get", "/catalog"): "person", ("get", "/catalog/{server}"): "person",
    ("get", "/connect/{upstream}"): "person", ("post", "/connect/{upstream}"): "person", ("post", "/connect/{upstream}/disconnect"): "person",
    ("get", "/connect/{upstream}/done"): "person", ("get", "/connect/callback"): "person",
}  # fmt: skip
ROUTE = re.compile(r'WebRoute\(\s*\.(get|post|put|delete),\s*"([^"]+)",\s*\.(\w+)')


def run(scene: Scene) -> None:
    routes(scene)
    strangers(scene)
    others(scene)
    tools(scene)
    requests(scene)


def routes(scene: Scene) -> None:
    """The table here is the one in the sources."""
    written = {}
    for file in (places.ROOT / "Sources").rglob("*.swift"):
        written |= {(method, path): "everyone" if access == "everyone" else "person" for method, path, access in ROUTE.findall(file.read_text())}
    missing = {route: access for route, access in written.items() if PAGES.get(route) != access and "identity" not in route[1] and not route[1].startswith("/sign-in/")}
    scene.judge("every route of the sources is tried here", not missing and len(written) >= 20, missing or len(written))


def strangers(scene: Scene) -> None:
    for (method, path), access in PAGES.items():
        if access == "everyone":
            continue
        target = re.sub(r"\{\w+\}", "mail", path)
        for cookies in ({}, {"patchbay": "A" * 43}):
            browser = Browser(scene.port, cookies)
            answer = browser.open(target, {"form_token": "x"} if method == "post" else None)
            is_right = answer.status == 303 and answer.location.startswith("/sign-in") or answer.status in (400, 401, 403)
            scene.judge(f"{method} {path} asks a stranger to sign in", is_right, (answer.status, answer.location))


def others(scene: Scene) -> None:
    """What is anna's by its right name, asked for by ben with his own session and his own form's token."""
    anna, ben = scene.browser("anna"), scene.browser("ben")
    client = scene.client()
    key = door.command(scene.running, "key", "create", "--user", "anna", "--server", "default").stdout.strip().splitlines()[-1]
    scene.secrets["an API key"] = key
    targets = set()
    for form in Forms(anna.go("/account")[1].text).forms:
        if re.fullmatch(r"/account/(clients|keys)/[^/]+/revoke", form["action"]):
            targets.add(form["action"])
    scene.judge("there is something of anna's to get at", any("/clients/" in t for t in targets) and any("/keys/" in t for t in targets), targets)
    token = Forms(ben.go("/account")[1].text).forms[0]["fields"]["form_token"]
    answers = {}
    for target in sorted(targets):
        answer = ben.open(target, {"form_token": token})
        answers[target] = (answer.status, answer.location)
    unknown = {kind: ben.open(f"/account/{kind}/{prefix}{'a' * 20}/revoke", {"form_token": token}) for kind, prefix in (("clients", "g_"), ("keys", "k_"))}
    for target, found in answers.items():
        like = unknown["clients" if "/clients/" in target else "keys"]
        scene.judge(f"{target} by ben is as one that is not there", found == (like.status, like.location), (found, like.status, like.location))
    scene.judge("anna's client is let in all the same", client.call().status == 200 and client.refresh().status == 200)
    scene.judge("and her key too", Client(scene.port).call(token=key).status == 200)
    text = ben.go("/account")[1].text
    scene.judge("ben's page shows nothing of anna's", "anna" not in text and not any(target in text for target in targets), text)
    for fields in ({"user": "anna"}, {"user": "u_x", "owner": "anna", "role": "operator"}):
        answer = ben.open("/account/keys", fields | {"form_token": token, "name": "mine", "server": "default"})
        listed = json.loads(door.command(scene.running, "key", "list", "--json").stdout)["keys"]
        scene.judge(f"a key that ben makes with {fields} is his", not any(entry.get("name") == "mine" and "ben" not in json.dumps(entry) for entry in listed), (answer.status, listed))
    answer = ben.open("/account/sign-out-everywhere", {"form_token": token, "user": "anna"})
    scene.judge("ben signs out nobody but himself", anna.go("/account")[0] == "/account" and "/sign-in" in ben.go("/account")[0], answer.status)


def tools(scene: Scene) -> None:
    """Two people over every tool of every server: groups hold on the call too, not in the list alone."""
    anna, ben = scene.client("anna", "/v1/mcp/half"), scene.client("ben", "/v1/mcp/second")
    for name, client in {"anna": anna, "ben": ben}.items():
        for path in ("/mcp", "/v1/mcp/second", "/v1/mcp/half", "/v1/mcp/post"):
            if path == client.path:
                continue
            listed = [tool["name"] for tool in ben.call().json["result"]["tools"]]
            for tool in listed:
                answer = client.call("tools/call", {"name": tool, "arguments": {}}, path=path)
                scene.judge(f"{tool} at {path} by {name}'s token of {client.path} is refused", answer.status == 401, (answer.status, answer.text[:200]))
    browser, outside = scene.browser("anna"), Client(scene.port, "/v1/mcp/second")
    outside.register()
    page = browser.go(outside.authorize_target())
    request = urllib.parse.parse_qs(urllib.parse.urlsplit(page[0]).query).get("request", [""])[0]
    token = Forms(browser.go("/account")[1].text).forms[0]["fields"]["form_token"]
    answer = browser.open("/oauth/consent", {"request": request, "action": "authorize", "form_token": token})
    scene.judge("whoever is not in the group cannot authorize by hand", "code=" not in answer.location, (answer.status, answer.location))


def requests(scene: Scene) -> None:
    """A pending request is of the browser that the client opened, and of one person (session fixation of the flow)."""
    victim, attacker = scene.browser("anna"), scene.browser("ben")
    client = Client(scene.port)
    client.register()
    target = attacker.go(client.authorize_target())[0]
    page = victim.go(target)
    scene.judge("a request that ben began shows anna nothing", "Authorize" not in page[1].text, page[1].text[-400:])
    token = Forms(victim.go("/account")[1].text).forms[0]["fields"]["form_token"]
    request = urllib.parse.parse_qs(urllib.parse.urlsplit(target).query)["request"][0]
    for action in ("authorize", "cancel", "connect", "disconnect", "nothing", ""):
        answer = victim.open("/oauth/consent", {"request": request, "action": action, "form_token": token, "upstream": "mail"})
        scene.judge(f"and takes no {action} of hers", answer.status in (400, 403, 404, 409, 410) and not answer.location, (answer.status, answer.location))
    for request in ("", "x", "A" * 43, "A" * 10_000, "../x"):
        answer = victim.open("/oauth/consent?request=" + request)
        scene.judge(f"the request {request[:10]!r} is none", answer.status in (400, 404, 410, 414, 431) and "Authorize" not in answer.text, answer.status)
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "X"):
        answer = send(scene.port, method, "/account", None, {"Cookie": "; ".join(f"{k}={v}" for k, v in victim.cookies.items())})
        scene.judge(f"{method} on a page does nothing", answer.status in (400, 403, 404, 405, 501), answer.status)
