"""Pages: framing, injection into fields and text, redirects, forged forms, fixed sessions, guessed names."""

import re
import urllib.parse

from .. import door
from ..person import REDIRECT, Answer, Browser, Client, Forms, returned, send
from .scene import Scene, raw

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def run(scene: Scene) -> None:
    framing(scene)
    fields(scene)
    markup(scene)
    redirects(scene)
    forms(scene)
    sessions(scene)
    names(scene)


def framing(scene: Scene) -> None:
    """Every answer that a browser shows, good or bad: nobody frames it, nothing runs in it, nothing keeps it."""
    anna, nobody = scene.browser("anna"), Browser(scene.port)
    client = Client(scene.port)
    client.register()
    consent = anna.go(client.authorize_target())[0]
    for browser in (anna, nobody):
        for target in (
            "/", "/sign-in", "/sign-in?again=1", "/account", consent, "/oauth/consent?request=x", "/oauth/authorize", "/connect/mail", "/connect/none", "/connect/callback",
            "/connect/mail/done", "/setup", "/setup?link=x", "/nothing", "/language?lang=de", "/language?lang=xx", "/mcp", "/v1/mcp/second", "/sign-in/", "/account?a=%ff", "/%00",
        ):  # fmt: skip
            answer = browser.open(target)
            headers(scene, f"GET {target} by {'anna' if browser is anna else 'nobody'}", answer)
        for target in ("/sign-in", "/sign-out", "/oauth/consent", "/account/keys", "/account/password", "/account/sign-out-everywhere", "/connect/mail", "/setup"):
            headers(scene, f"POST {target}", browser.open(target, {"a": "b"}))
    headers(scene, "PUT /account", send(scene.port, "PUT", "/account", b"", {"Accept": "text/html"}))


def headers(scene: Scene, name: str, answer: Answer) -> None:
    kind = answer.fields.get("Content-Type", "")
    if kind.startswith("text/html"):
        policy = answer.fields.get("Content-Security-Policy", "")
        scene.judge(f"{name} cannot be framed", "frame-ancestors 'none'" in policy, (answer.status, policy))
        scene.judge(f"{name} runs nothing", "default-src 'none'" in policy and "unsafe" not in policy.replace("style-src 'unsafe-inline'", "") and "script-src" not in policy, policy)
        scene.judge(f"{name} is kept nowhere", "no-store" in answer.fields.get("Cache-Control", ""), answer.fields.get("Cache-Control"))
        scene.judge(f"{name} is one page and no program", "<script" not in answer.text and "javascript:" not in answer.text, answer.text[:200])
        scene.judge(f"{name} keeps its base", "base-uri 'none'" in policy, policy)
    # What is no HTTP is refused below all pages, as text.
    scene.judge(f"{name} is what it says", kind.startswith("text/plain") and answer.status == 400 or answer.fields.get("X-Content-Type-Options") == "nosniff" or not answer.body, (answer.status, kind, answer.fields.items()))
    scene.judge(f"{name} does not say what runs here", not any(answer.fields.get(field) for field in ("X-Powered-By", "Via")) and not re.search(r"\d", answer.fields.get("Server", "")), answer.fields.items())


def fields(scene: Scene) -> None:
    """What comes from outside into Location and Set-Cookie stays one value (RFC 9110 section 5.5)."""
    anna = scene.browser("anna")
    client = scene.client()
    cookie = "; ".join(f"{name}={value}" for name, value in anna.cookies.items())
    attacks = ("%0d%0aX-Attack:%20yes", "%0aX-Attack:%20yes", "%0d%0a%0d%0a<html>", "%E5%98%8A%E5%98%8DX-Attack:%20yes", "%00", "\\r\\nX-Attack: yes", "%250d%250aX-Attack:%20yes", "a%0bb%0cc", "%c2%85X-Attack:%20yes")
    for attack in attacks:
        base = client.authorize_target(state=None, prompt="none")
        for target in (
            f"{base}&state=a{attack}", client.authorize_target(state=None, response_type="token") + f"&state={attack}", client.authorize_target(scope=None) + f"&scope={attack}",
            client.authorize_target(redirect_uri=None) + f"&redirect_uri={urllib.parse.quote(REDIRECT)}{attack}", client.authorize_target(resource=None) + f"&resource={attack}",
            f"/sign-in?next=/{attack}", f"/language?lang=de&next=/{attack}", f"/language?lang={attack}", f"/connect/callback?state={attack}&error={attack}", f"/connect/mail?next=/{attack}",
            f"/oauth/consent?request={attack}", f"/connect/{attack}", f"/v1/mcp/{attack}", f"/.well-known/oauth-protected-resource/{attack}",
        ):  # fmt: skip
            target = target.replace(" ", "%20")
            for name in ("", cookie):
                request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{scene.port}\r\nConnection: close\r\nCookie: {name}\r\n\r\n"
                head = raw(scene.port, request.encode()).partition(b"\r\n\r\n")[0]
                lines = re.split(rb"[\r\n]+", head)
                is_right = not any(line.lower().startswith((b"x-attack", b"<html")) for line in lines) and not re.search(rb"[\0\x0b\x0c\x80-\xff]", head)
                scene.judge(f"{attack} in {target[:40]} stays where it is", is_right and head.startswith(b"HTTP/1.1 "), head[:600])


def markup(scene: Scene) -> None:
    """What strangers wrote is text wherever people read it."""
    anna = scene.browser("anna")
    client = Client(scene.port)
    for member, value in {"client_uri": "https://a.example/\"><script>", "logo_uri": "javascript:alert(1)", "tos_uri": "data:text/html,x", "policy_uri": "vbscript:x"}.items():
        answer = client.register(**{member: value})
        scene.judge(f"{member} {value} is not kept", answer.status == 400, answer.text)
    answer = client.register(client_name=SCRIPT)
    scene.judge("a client of any name registers", answer.status == 201, answer.text)
    page = anna.go(client.authorize_target())
    shown = "&lt;script&gt;" in page[1].text and "<script" not in page[1].text and "<img src=x" not in page[1].text
    scene.judge("a client's name is text on the consent page", shown, page[1].text)
    client.exchange(returned(anna.press("Authorize", page)).get("code", ""))
    page = anna.go("/account")
    shown = "&lt;script&gt;" in page[1].text and "<script" not in page[1].text and "<img src=x" not in page[1].text
    scene.judge("and on the account page", shown, page[1].text)
    spoof = Client(scene.port)
    spoof.register(client_name="Claude\u202e\u2066 by Patchbay\n\n\u200b\0")
    page = anna.go(spoof.authorize_target())
    is_right = "/oauth/consent" in page[0] and not re.search("[\u202a-\u202e\u2066-\u2069\u200b\0]", page[1].text)
    scene.judge("a name does not turn around what stands beside it", is_right, (page[0], page[1].text))
    for target in (
        f"/sign-in?next=/{SCRIPT}", f"/oauth/authorize?client_id={SCRIPT}&error_description={SCRIPT}", f"/oauth/consent?request={SCRIPT}", f"/connect/callback?error={SCRIPT}&error_description={SCRIPT}",
        f"/connect/{SCRIPT}", f"/{SCRIPT}", f"/language?lang={SCRIPT}", f"/setup?link={SCRIPT}", f"/sign-in?error={SCRIPT}",
    ):  # fmt: skip
        for browser in (anna, Browser(scene.port)):
            answer = browser.open(urllib.parse.quote(target, safe="/?=&"))
            scene.judge(f"{target[:30]} shows no markup of others", "<script" not in answer.text and "<img src=x" not in answer.text, answer.text)
    browser = Browser(scene.port)
    page = browser.sign_in(browser.go("/sign-in"), SCRIPT, "x")
    scene.judge("a name that was typed in is text", "<script" not in page[1].text and "<img src=x" not in page[1].text, page[1].text)
    anna.press("Create a key", anna.go("/account"), {"name": SCRIPT[:60], "server": "default"})
    page = anna.go("/account")
    scene.judge("a key's name is text", "<script" not in page[1].text and page[1].text.count("&lt;script&gt;") >= 2, page[1].text)


def redirects(scene: Scene) -> None:
    """RFC 9700 section 4.11: nobody is sent on to where an attacker wants."""
    anna = scene.browser("anna")
    targets = (
        "//evil.example", "///evil.example", "https://evil.example", "https:evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/%09/evil.example", "/%5cevil.example", "//evil.example/..", "/..//evil.example",
        "javascript:alert(1)", "data:text/html,x", "http:///evil.example", "//evil%E3%80%82example", "/%2f%2fevil.example", "@evil.example", ".evil.example", "/.//evil.example", "/\n/evil.example", " //evil.example", f"{scene.url}@evil.example", f"{scene.url}.evil.example",
    )  # fmt: skip
    for target in targets:
        for place in (f"/sign-in?next={urllib.parse.quote(target)}", f"/language?lang=de&next={urllib.parse.quote(target)}"):
            location = Browser(scene.port, dict(anna.cookies)).open(place).location
            scene.judge(f"{place} stays here", stays(scene, location), location)
        page = anna.go("/connect/mail")
        location = anna.press("Sign out", anna.go("/account"), {"next": target})[0]
        scene.judge(f"a sign-out to {target!r} stays here", location.startswith("/"), location)
        anna = scene.browser("anna")
    client = scene.client()
    for uri in (
        REDIRECT + "@evil.example", REDIRECT + "/../x", REDIRECT + "?a=b", REDIRECT + "#x", REDIRECT.replace("127.0.0.1", "127.0.0.1.evil.example"), REDIRECT.replace("127.0.0.1", "evil.example"),
        REDIRECT.replace("127.0.0.1", "localhost"), REDIRECT.replace("127.0.0.1", "127.1"), REDIRECT.replace("127.0.0.1", "[::1]"), REDIRECT.replace("http", "https"), REDIRECT.replace("http://", "http://evil.example@"), REDIRECT.upper(), REDIRECT + "%00", REDIRECT + "\\", REDIRECT.replace("/callback", "//callback"),
    ):  # fmt: skip
        answer = anna.open(client.authorize_target(redirect_uri=uri))
        scene.judge(f"the redirect address {uri!r} goes nowhere (OAuth 2.1 2.3.1)", answer.status == 400 and not answer.location, (answer.status, answer.location))
    for doubled in ("redirect_uri=" + urllib.parse.quote("https://evil.example/"), "client_id=c_other", "resource=x", "state=x", "code_challenge=x"):
        answer = anna.open(client.authorize_target() + "&" + doubled)
        scene.judge(f"{doubled[:12]} that stands twice is refused (OAuth 2.1 3.1)", "evil.example" not in answer.location and ("error=invalid_" in answer.location or answer.status == 400), (answer.status, answer.location))


def stays(scene: Scene, location: str) -> bool:
    """Whether every browser reads it as a place of ours."""
    flat = re.sub(r"[\t\r\n]", "", location.strip()).replace("\\", "/")
    return location == "" or flat.startswith(scene.url + "/") or flat.startswith("/") and not flat.startswith("//")


def forms(scene: Scene) -> None:
    """Every form of every page, sent by a page of others, without its token, with another's, or as another kind of body."""
    anna, ben = scene.browser("anna"), scene.browser("ben")
    client = Client(scene.port)
    client.register()
    pages = [anna.go(target) for target in ("/account", "/connect/mail", client.authorize_target())]
    theirs = Forms(ben.go("/account")[1].text).forms[0]["fields"]["form_token"]
    stranger = Browser(scene.port)
    pages_of = [(anna, page) for page in pages] + [(stranger, stranger.go("/sign-in"))]
    for browser, page in pages_of:
        for form in Forms(page[1].text).forms:
            target = form["action"] or page[0]
            held = form["fields"] | {button["name"]: button["value"] for button in form["buttons"] if button["name"]}
            name = urllib.parse.urlsplit(target).path
            for what, changed in {"without its token": {"form_token": ""}, "with another person's token": {"form_token": theirs}, "with half a token": {"form_token": held.get("form_token", "")[:-4]}}.items():
                answer = browser.open(target, held | changed)
                scene.judge(f"{name} {what} is refused", answer.status in (400, 403), (answer.status, answer.location))
            for field, value in {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}.items():
                answer = browser.open(target, held, {field: value} | ({"Origin": "null"} if field != "Origin" else {}))
                scene.judge(f"{name} from another place by {field} is refused", answer.status in (400, 403), (answer.status, answer.location))
            for kind in ("text/plain", "application/json", "multipart/form-data; boundary=x"):
                answer = browser.open(target, held, {"Content-Type": kind})
                scene.judge(f"{name} as {kind} is refused", answer.status in (400, 403, 415), (answer.status, answer.location))
            answer = browser.open(target + ("&" if "?" in target else "?") + urllib.parse.urlencode(held))
            scene.judge(f"{name} by GET does nothing", "code=" not in answer.location and answer.status in (200, 303, 400, 404, 405), (answer.status, answer.location))
    scene.judge("after all of that anna is signed in", anna.go("/account")[0] == "/account")


def sessions(scene: Scene) -> None:
    """RFC 6265bis, OWASP session management: a session is made by the sign-in and by nothing else."""
    line = Browser(scene.port)
    page = line.go("/sign-in")
    form = Forms(page[1].text).forms[0]
    answer = line.open(form["action"] or "/sign-in", form["fields"] | {"username": "anna", "password": door.PASSWORD})
    for cookie in answer.fields.get_all("Set-Cookie") or []:
        parts = {word.strip().lower() for word in cookie.split(";")[1:]}
        scene.judge("a cookie is for this host and no program", {"httponly", "samesite=lax", "path=/"} <= parts and not any(word.startswith("domain") for word in parts), cookie)
    fixed = Browser(scene.port, {"patchbay": "A" * 43})
    fixed.sign_in(fixed.go("/sign-in"), "anna", door.PASSWORD)
    scene.judge("a session of an attacker's choice is not taken over", "/sign-in" in Browser(scene.port, {"patchbay": "A" * 43}).go("/account")[0])
    one, two = scene.browser("anna"), scene.browser("anna")
    one.press("Sign out everywhere", one.go("/account"))
    scene.judge("a sign-out everywhere is one everywhere", "/sign-in" in two.go("/account")[0], two.go("/account")[0])
    for value in ("", "x", "A" * 43, "' OR 1=1 --", "A" * 5000, "../../x", "%00"):
        answer = send(scene.port, "GET", "/account", None, {"Cookie": f"patchbay={value}; patchbay={value}x"})
        scene.judge(f"the session {value[:12]!r} is none", answer.status in (303, 400, 431), answer.status)


def names(scene: Scene) -> None:
    """Who has an account here, and who does not, reads the same; a setup link after the start opens nothing."""
    texts = set()
    for name in ("ben", "nobody-1", "nobody-2", "BEN"):
        browser = Browser(scene.port)
        page = browser.sign_in(browser.go("/sign-in"), name, "wrong")
        text = re.sub(r'name="form_token" value="[^"]*"', "", page[1].text).replace(f'value="{name}"', "")
        texts.add((page[1].status, text, tuple(sorted(page[1].fields.keys()))))
    scene.judge("a name that is there and one that is not read the same", len(texts) == 1, [text[1][-600:] for text in texts])
    for target in ("/setup", "/setup?link=x", "/setup?token=" + "A" * 43):
        answer = send(scene.port, "GET", target)
        scene.judge(f"{target} opens nothing", answer.status in (303, 400, 403, 404, 410) and "password" not in answer.text.lower(), (answer.status, answer.text[-300:]))
    back = returned(scene.browser("ben").go(Client(scene.port, id=scene.client().id).authorize_target()))
    scene.judge("a client gets nothing without the person's word", "code" not in back, back)
