"""Accounts at upstreams: mix-up, forged ways back, links of others, and whose token is shown (RFC 9207, RFC 9700 sections 4.4 and 4.7)."""

import re
import time
import urllib.parse

from .. import door
from ..person import Answer, Browser, Client, Forms
from .scene import Scene

LIST_SECONDS = 10


def run(scene: Scene) -> None:
    ways_back(scene)
    owners(scene)
    links(scene)
    consent(scene)


def away(browser: Browser, next_: str = "") -> dict[str, str]:
    """Presses Connect; what the upstream's sign-in is asked."""
    page = browser.go("/connect/mail")
    label = next(button["label"] for form in Forms(page[1].text).forms for button in form["buttons"] if button["label"] in ("Connect", "Reconnect"))
    location = browser.press(label, page, {"next": next_} if next_ else None, upstream="mail")[0]
    return {"place": location} | dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))


def whose(client: Client, fields: dict[str, str] | None = None) -> Answer:
    """A call whose answer is the token that the upstream was shown."""
    return client.call("tools/call", {"name": "mail_whose", "arguments": {}}, fields=fields)


def back(browser: Browser, **parameters: str) -> tuple[int, str, str]:
    answer = browser.open("/connect/callback?" + urllib.parse.urlencode(parameters))
    return answer.status, answer.location, answer.text


def links(scene: Scene) -> None:
    """A link in a chat lets nobody in, and is for the person whose call it was: ben, who is not connected."""
    said = whose(scene.client("ben", "/v1/mcp/post")).text
    found = re.search(r"/connect/mail\?link=[\w-]+", said)
    scene.judge("a call without a connection is answered with a link", bool(found), said)
    if not found:
        return
    link = found.group()
    scene.judge("the link wants a sign-in", "/sign-in" in Browser(scene.port).go(link)[0])
    page = scene.browser("anna").go(link)
    buttons = "".join(form["action"] for form in Forms(page[1].text).forms)
    scene.judge("opened by another person it shows nothing", page[1].status == 403 and "/connect/mail" not in buttons, page[1].text[-400:])
    for changed in (link[:-3] + "AAA", link[:-20], link.replace("mail", "board"), "/connect/mail?link=" + "A" * 5000, "/connect/mail?link=%00"):
        page = scene.browser("ben").go(changed)
        scene.judge("a link that was changed is none", page[1].status in (400, 403, 404, 410), (changed[:60], page[1].status))
    page = scene.browser("ben").go(link)
    scene.judge("its own person can connect there", "Connect" in page[1].text and page[1].status == 200, page[1].status)


def ways_back(scene: Scene) -> None:
    anna, ben, other = scene.browser("anna"), scene.browser("ben"), scene.browser("anna")
    before = len(scene.upstream.given)
    asked = away(anna)
    scene.judge("the browser goes where the upstream's metadata say", asked["place"].startswith(scene.upstream.url + "/authorize?"), asked)
    scene.judge("with S256, a state and the resource", asked.get("code_challenge_method") == "S256" and len(asked.get("state", "")) >= 22 and asked.get("resource") == scene.upstream.url + "/mcp", asked)
    issuer = scene.upstream.url
    for name, browser, parameters in (
        ("by nobody", Browser(scene.port), {}), ("with another state", anna, {"state": "x" * 43}), ("without a state", anna, {"state": ""}),
    ):  # fmt: skip
        status, location, _ = back(browser, **({"state": asked["state"], "code": "c", "iss": issuer} | parameters))
        scene.judge(f"a way back {name} connects nothing", status >= 400 or "/sign-in" in location, (status, location))
    for name, browser, parameters in (
        ("by another person (CSRF on connect)", ben, {}), ("in another browser of the person", other, {}),
        ("from another issuer (mix-up)", anna, {"iss": "https://evil.example"}), ("from one that is spelled otherwise", anna, {"iss": issuer + "/"}),
        ("from nobody, though it says that it names itself", anna, {"iss": None}), ("with two states", anna, {"twice": "1"}),
    ):  # fmt: skip
        asked = away(anna)
        query = {"state": asked["state"], "code": "c", "iss": issuer} | parameters
        text = urllib.parse.urlencode({k: v for k, v in query.items() if v is not None and k != "twice"}) + ("&state=x" if "twice" in query else "")
        answer = browser.open("/connect/callback?" + text)
        scene.judge(f"a way back {name} connects nothing", answer.status >= 400, (answer.status, answer.location))
        scene.judge(f"a code {name} is sent nowhere", len(scene.upstream.given) == before, scene.upstream.asked[-3:])
        if "twice" not in parameters:
            status, location, _ = back(anna, state=asked["state"], code="c", iss=issuer)
            scene.judge(f"and its state is used up {name}", status >= 400, (status, location))
    asked = away(anna)
    status, _, text = back(anna, state=asked["state"], error="access_denied<script>", error_description="<script>alert(1)</script>", iss=issuer)
    scene.judge("an upstream's error is shown as letters", status >= 400 and "<script" not in text, text[-300:])
    for target in ("//evil.example", "https://evil.example", "/\\evil.example"):
        asked = away(anna, target)
        status, location, _ = back(anna, state=asked["state"], code="c", iss=issuer)
        scene.judge(f"a way back leads never to {target}", location.startswith("/") and "evil" not in location, location)
        anna.press("Disconnect", anna.go("/connect/mail"), upstream="mail")
    asked = away(anna)
    verifier = [form for _, path, form in scene.upstream.asked if path == "/token"][-1]["code_verifier"]
    status, location, _ = back(anna, state=asked["state"], code="c", iss=issuer)
    scene.judge("a right way back connects", status == 303 and "evil" not in location, (status, location))
    status, _, _ = back(anna, state=asked["state"], code="c", iss=issuer)
    scene.judge("once", status >= 400, status)
    used = [form for _, path, form in scene.upstream.asked if path == "/token"][-1]
    scene.judge("each with a verifier of its own", used["code_verifier"] != verifier and used.get("redirect_uri", "").endswith("/connect/callback"), used)
    scene.secrets |= {"a verifier of ours": used["code_verifier"]} | {f"an upstream's token {n}": token for n, token in enumerate(scene.upstream.given)}


def owners(scene: Scene) -> None:
    """Anna is connected, ben is not: his calls show nothing of hers, and no call shows what the client showed us (token passthrough)."""
    anna, ben = scene.client("anna", "/v1/mcp/post"), scene.client("ben", "/v1/mcp/post")
    said = whose(anna)
    end = time.monotonic() + LIST_SECONDS
    # Lists that could not be read are read again after two seconds.
    while "upstream-secret" not in said.text and time.monotonic() < end:
        time.sleep(0.1)
        said = whose(anna)
    scene.judge("anna's call shows anna's token", "upstream-secret" in said.text, said.text)
    mine = re.search(r"upstream-secret-\d+", said.text)
    scene.upstream.shown.clear()
    said = whose(ben)
    scene.judge("ben's call shows nobody's", "upstream-secret" not in said.text and not any("upstream-secret" in shown for shown in scene.upstream.shown), (said.text, scene.upstream.shown))
    page = scene.browser("ben").go("/connect/mail")
    scene.judge("ben's page says that he is not connected", "Disconnect" not in page[1].text, page[1].text[-400:])
    ben_browser = scene.browser("ben")
    token = Forms(ben_browser.go("/account")[1].text).forms[0]["fields"]["form_token"]
    ben_browser.open("/connect/mail/disconnect", {"form_token": token, "user": "anna", "owner": "anna"})
    said = whose(anna)
    scene.judge("ben disconnects nobody but himself", bool(mine) and mine.group() in said.text, said.text)
    for field in ("X-User", "X-Forwarded-User", "X-Patchbay-User", "Remote-User", "X-Forwarded-For"):
        said = whose(ben, {field: "anna"})
        scene.judge(f"{field} makes nobody another person", "upstream-secret" not in said.text, said.text)
    tokens = (anna.tokens["access_token"], ben.tokens["access_token"])
    scene.judge("no token of a client goes to an upstream (MCP, Token Passthrough)", not any(token in shown for token in tokens for shown in scene.upstream.shown), scene.upstream.shown)


def consent(scene: Scene) -> None:
    """Rulings 5.9: coming back from an upstream gives the client nothing (confused deputy)."""
    ben = scene.browser("ben")
    client = Client(scene.port, "/v1/mcp/post", redirect="https://app.example/callback")
    client.register()
    page = ben.go(client.authorize_target())
    page = ben.press("Connect", page, upstream="mail")
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page[0]).query))
    page = ben.go("/connect/callback?" + urllib.parse.urlencode({"state": asked.get("state", ""), "code": "c", "iss": scene.upstream.url}))
    scene.judge("after Connect the person is asked still", "/oauth/consent" in page[0] and "code=" not in page[0], page[0])
    second = ben.go(client.authorize_target())
    scene.judge("and at the next request too", "/oauth/consent" in second[0], second[0])
    page = ben.press("Authorize", page)
    scene.judge("Authorize gives the code", page[0].startswith(client.redirect) and "code" in door.returned(page), page[0])
