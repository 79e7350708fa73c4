"""Who may come in: discovery, registration, sign-in, consent, tokens, keys, and what attackers try, on the built gateway."""

import base64
import concurrent.futures
import contextlib
import json
import signal
import sqlite3
import subprocess
import time
import urllib.parse
from collections.abc import Iterator

from . import gateway, places
from .outcome import Outcome
from .person import REDIRECT, Answer, Browser, Client, form, returned, send

PASSWORD = "correct horse battery"
CONFIGURATION = """
upstreams: { board: { kind: builtin, app: kanban }, other: { kind: builtin, app: kanban } }
servers:
  default: { upstreams: [board], auth: oauth }
  second: { title: Second, upstreams: [other], auth: oauth, groups: [staff] }
  half: { upstreams: [other], auth: mixed, tools: { open: [list] } }
  open: { upstreams: [other], auth: none }
"""


def run() -> Outcome:
    seen: list[bool] = []
    with gateway.started(CONFIGURATION) as running:
        user(running, "add", "anna", "--role", "operator")
        user(running, "add", "ben", "--role", "member", "--groups", "staff")
        for scene in (discovery, flow, refusals, codes, refreshing, revoking, keys, groups, mixed, people, forgery, restart, secrets):
            try:
                scene(seen, running)
            except Exception as error:  # noqa: BLE001
                judge(seen, scene.__name__, False, f"{type(error).__name__}: {error}")
    return Outcome(passed=sum(seen), failed=len(seen) - sum(seen))


def discovery(seen: list[bool], running: gateway.Gateway) -> None:
    """Rulings 1: what clients look for, where they look for it."""
    for path in ("/mcp", "/mcp/", "/v1/mcp/default", "/v1/mcp/second", "/v1/mcp/second/", "/sse", "/v1/sse/second"):
        for method, body in (("POST", b""), ("POST", b"{}"), ("POST", b"[]"), ("GET", None), ("HEAD", None), ("DELETE", None)):
            if "sse" in path and method == "DELETE":
                continue
            answer = send(running.port, method, path, body)
            challenge = answer.fields.get("WWW-Authenticate", "")
            document = f"{running.url}/.well-known/oauth-protected-resource{path}"
            is_right = answer.status == 401 and f'resource_metadata="{document}"' in challenge and 'scope="mcp:read mcp:write"' in challenge
            judge(seen, f"{method} {path} with {body!r} is challenged", is_right and "error" not in challenge, (answer.status, challenge))
        metadata = send(running.port, "GET", f"/.well-known/oauth-protected-resource{path}")
        judge(seen, f"the document of {path} is its own", metadata.json.get("resource") == running.url + path, metadata.text)
        judge(seen, f"the document of {path} names us", metadata.json.get("authorization_servers") == [running.url], metadata.text)
        judge(seen, f"the document of {path} is for browsers too", metadata.fields.get("Access-Control-Allow-Origin") == "*", metadata.fields.items())
    root = send(running.port, "GET", "/.well-known/oauth-protected-resource")
    judge(seen, "the root document describes /mcp", root.json.get("resource") == f"{running.url}/mcp", root.text)
    none = send(running.port, "GET", "/.well-known/oauth-protected-resource/v1/mcp/open")
    judge(seen, "an open server says that nobody signs in", none.json.get("authorization_servers") == [], none.text)
    issuer = send(running.port, "GET", "/.well-known/oauth-authorization-server").json
    judge(seen, "the issuer is the public address", issuer.get("issuer") == running.url, issuer)
    judge(seen, "S256 alone is offered", issuer.get("code_challenge_methods_supported") == ["S256"], issuer)
    judge(seen, "offline_access is offered", "offline_access" in issuer.get("scopes_supported", []), issuer)
    methods = {"none", "client_secret_basic", "client_secret_post", "private_key_jwt"}
    judge(seen, "all four ways to authenticate are offered", methods <= set(issuer.get("token_endpoint_auth_methods_supported", [])), issuer)
    for name in ("client_id_metadata_document_supported", "authorization_response_iss_parameter_supported"):
        judge(seen, f"{name} is said", issuer.get(name) is True, issuer)
    for path in ("/.well-known/openid-configuration", "/.well-known/openid-configuration/mcp", "/mcp/.well-known/openid-configuration"):
        answer = send(running.port, "GET", path)
        is_json = answer.fields.get("Content-Type", "").startswith("application/json")
        judge(seen, f"{path} is not there, as JSON", answer.status == 404 and is_json, (answer.status, answer.text))
    jwks = send(running.port, "GET", "/oauth/jwks").json
    judge(seen, "keys are published without their private part", bool(jwks.get("keys")) and all("d" not in key for key in jwks["keys"]), jwks)


def flow(seen: list[bool], running: gateway.Gateway) -> None:
    browser, client = Browser(running.port), Client(running.port)
    answer = client.register()
    judge(seen, "a client registers", answer.status == 201 and answer.json.get("token_endpoint_auth_method") == "none", answer.text)
    page = browser.go(client.authorize_target())
    judge(seen, "a stranger is asked to sign in", "/sign-in" in page[0] and page[1].status == 200, (page[0], page[1].status))
    wrong = browser.sign_in(page, "anna", "wrong password")
    judge(seen, "a wrong password is refused", "/sign-in" in wrong[0] and wrong[1].status in (200, 400, 401, 403), (wrong[0], wrong[1].status))
    page = browser.sign_in(wrong, "anna", PASSWORD)
    text = page[1].text
    judge(seen, "consent is asked", "/oauth/consent" in page[0] and page[1].status == 200, (page[0], page[1].status))
    for word in ("door test", "127.0.0.1", "anna", "Authorize", "Cancel"):
        judge(seen, f"the consent page says {word}", word in text, text[:300])
    policy = page[1].fields.get("Content-Security-Policy", "")
    judge(seen, "the page cannot be framed", "frame-ancestors 'none'" in policy, policy)
    judge(seen, "the page lets its form end elsewhere", "form-action" not in policy, policy)
    judge(seen, "the page's referrer stays here", page[1].fields.get("Referrer-Policy") == "same-origin", page[1].fields.items())
    german = Browser(running.port, dict(browser.cookies), "de-DE,de;q=0.9").go(page[0])
    judge(seen, "the page speaks German", ">Abbrechen<" in german[1].text, german[1].text[:300])
    page = browser.press("Authorize", page)
    back = returned(page)
    judge(seen, "the client gets a code", page[0].startswith(REDIRECT) and "code" in back, page[0])
    judge(seen, "the state comes back untouched", back.get("state") == client.state, back)
    judge(seen, "the issuer is named", back.get("iss") == running.url, back)
    answer = client.exchange(back["code"])
    judge(seen, "the code becomes tokens", answer.status == 200 and {"access_token", "refresh_token"} <= set(answer.json), answer.text)
    judge(seen, "tokens are not stored on the way", "no-store" in answer.fields.get("Cache-Control", ""), answer.fields.items())
    judge(seen, "the scopes are told", set(answer.json.get("scope", "").split()) >= {"mcp:read", "mcp:write"}, answer.text)
    for path in ("/mcp", "/mcp/", "/v1/mcp/default"):
        answer = client.call(path=path)
        judge(seen, f"the token opens {path}", answer.status == 200 and bool(answer.json.get("result", {}).get("tools")), answer.text)
    schemes = [tool.get("securitySchemes") for tool in client.call().json["result"]["tools"]]
    judge(seen, "tools say what they need", all(schemes), schemes)
    answer = client.call("tools/call", {"name": "list", "arguments": {}})
    judge(seen, "a tool is called", answer.status == 200 and not answer.json.get("result", {}).get("isError"), answer.text)
    cancel = Client(running.port)
    cancel.register()
    page = browser.press("Cancel", browser.go(cancel.authorize_target()))
    back = returned(page)
    is_right = back.get("error") == "access_denied" and back.get("state") == cancel.state and back.get("iss") == running.url
    judge(seen, "Cancel says so to the client", is_right, page[0])


def refusals(seen: list[bool], running: gateway.Gateway) -> None:
    """What goes to an error page, and what goes back to the client (RFC 6749, 4.1.2.1)."""
    client, browser = Client(running.port), Browser(running.port)
    client.register()
    for name, changes in {
        "another redirect address": {"redirect_uri": "https://evil.example/callback"},
        "a longer redirect address": {"redirect_uri": REDIRECT + "/x"},
        "an unknown client": {"client_id": "c_nobody"},
        "no client": {"client_id": None},
        "a script as address": {"redirect_uri": "javascript:alert(1)"},
    }.items():
        page = browser.go(client.authorize_target(**changes))
        judge(seen, f"{name} goes nowhere", not page[1].location and page[1].status == 400, (page[0], page[1].status))
    other_port = REDIRECT.replace("33418", "40404")
    page = browser.go(client.authorize_target(redirect_uri=other_port))
    judge(seen, "a loopback address may have another port", "/sign-in" in page[0], page[0])
    for name, (changes, error) in {
        "no challenge": ({"code_challenge": None}, "invalid_request"),
        "the plain method": ({"code_challenge_method": "plain"}, "invalid_request"),
        "a short challenge": ({"code_challenge": "abc"}, "invalid_request"),
        "a token instead of a code": ({"response_type": "token"}, "unsupported_response_type"),
        "another server's resource": ({"resource": "https://elsewhere.example/mcp"}, "invalid_target"),
        "scopes that nobody knows": ({"scope": "root"}, "invalid_scope"),
        "prompt=none without a sign-in": ({"prompt": "none"}, "login_required"),
    }.items():
        page = browser.go(client.authorize_target(**changes))
        back = returned(page)
        is_right = page[0].startswith(REDIRECT) and back.get("error") == error and back.get("state") == client.state and back.get("iss") == running.url
        judge(seen, f"{name} is told to the client", is_right, page[0])
    twice = client.authorize_target() + "&state=second"
    page = browser.go(twice)
    judge(seen, "a parameter that stands twice is refused", returned(page).get("error") == "invalid_request" or page[1].status == 400, page[0])
    for name, metadata in {
        "a script": {"redirect_uris": ["javascript:alert(1)"]},
        "no address": {"redirect_uris": []},
        "a fragment": {"redirect_uris": ["https://a.example/#x"]},
        "a thousand addresses": {"redirect_uris": [f"https://a.example/{n}" for n in range(1000)]},
    }.items():
        answer = client.register(**metadata)
        judge(seen, f"registration with {name} is refused", answer.status == 400 and "error" in answer.json, (answer.status, answer.text[:200]))
    for body in (b"", b"[]", b"{", b'{"redirect_uris":"x"}', b"\xff"):
        answer = send(running.port, "POST", "/oauth/register", body, {"Content-Type": "application/json"})
        judge(seen, f"registration with {body!r} is refused", answer.status == 400, (answer.status, answer.text[:200]))


def signed_in(running: gateway.Gateway, name: str = "anna") -> Browser:
    browser = Browser(running.port)
    browser.sign_in(browser.go("/sign-in"), name, PASSWORD)
    return browser


def code(client: Client, browser: Browser, **changes: str | None) -> str:
    page = browser.go(client.authorize_target(**changes))
    if not page[0].startswith(client.redirect):
        page = browser.press("Authorize", page)
    return returned(page)["code"]


def codes(seen: list[bool], running: gateway.Gateway) -> None:
    """Rulings 5.1."""
    browser, client = signed_in(running), Client(running.port)
    client.register()
    for name, changes in {
        "another verifier": {"code_verifier": "x" * 43},
        "no verifier": {"code_verifier": None},
        "another address": {"redirect_uri": "http://127.0.0.1:33418/other"},
        "another resource": {"resource": f"{running.url}/v1/mcp/second"},
    }.items():
        answer = client.exchange(code(client, browser), **changes)
        expected = "invalid_target" if "resource" in name else "invalid_request" if name == "no verifier" else "invalid_grant"
        judge(seen, f"a code with {name} is worth nothing", answer.status == 400 and answer.json.get("error") in (expected, "invalid_grant"), answer.text)
    other = Client(running.port)
    other.register()
    stolen = code(client, browser)
    other.verifier = client.verifier
    judge(seen, "a code of another client is worth nothing", other.exchange(stolen).json.get("error") == "invalid_grant", "taken")
    used = code(client, browser)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.exchange(used), range(8)))
    judge(seen, "of parallel uses of a code one wins", sorted(answer.status for answer in answers) == [200] + [400] * 7, [answer.status for answer in answers])
    won = next(answer for answer in answers if answer.status == 200).json
    judge(seen, "the winner's token lives", client.call(token=won["access_token"]).status == 200, "refused")
    answer = other.exchange(used)
    judge(seen, "a replay by another client is refused", answer.json.get("error") == "invalid_grant", answer.text)
    judge(seen, "and ends what came of the code", client.call(token=won["access_token"]).status == 401, "still good")
    answer = form(running.port, "/oauth/token", {"grant_type": "client_credentials", "client_id": client.id})
    judge(seen, "an unknown grant is named", answer.json.get("error") == "unsupported_grant_type", answer.text)


def refreshing(seen: list[bool], running: gateway.Gateway) -> None:
    """Rulings 5.2."""
    browser, client = signed_in(running), Client(running.port)
    client.connect(browser, "anna", PASSWORD)
    first = client.tokens["refresh_token"]
    answer = client.refresh()
    judge(seen, "a refresh gives a new pair", answer.status == 200 and answer.json["refresh_token"] != first, answer.text)
    answer = client.refresh(first)
    judge(seen, "a lost answer is no harm: the old one works again", answer.status == 200, answer.text)
    second = answer.json["refresh_token"]
    client.refresh(second)
    answer = client.refresh(first)
    judge(seen, "after a successor was used it is a replay", answer.json.get("error") == "invalid_grant", answer.text)
    answer = client.refresh(client.tokens["refresh_token"])
    judge(seen, "and the family is over", answer.json.get("error") == "invalid_grant", answer.text)
    judge(seen, "with its access tokens", client.call().status == 401, "still good")
    client.connect(browser, "anna", PASSWORD)
    answer = client.refresh(scope="mcp:read")
    judge(seen, "a refresh may ask for less", {word for word in answer.json.get("scope", "").split() if word.startswith("mcp:")} == {"mcp:read"}, answer.text)
    answer = client.call("tools/call", {"name": "add", "arguments": {"title": "x"}})
    challenge = answer.fields.get("WWW-Authenticate", "")
    judge(seen, "a token with less is told what is missing", answer.status == 403 and 'error="insufficient_scope"' in challenge and "mcp:write" in challenge, (answer.status, challenge))
    other = Client(running.port)
    other.register()
    other.tokens = dict(client.tokens)
    judge(seen, "another client's refresh token is worth nothing", other.refresh().json.get("error") == "invalid_grant", "taken")


def revoking(seen: list[bool], running: gateway.Gateway) -> None:
    browser = signed_in(running)
    for kind in ("refresh_token", "access_token"):
        client = Client(running.port)
        client.connect(browser, "anna", PASSWORD)
        answer = form(running.port, "/oauth/revoke", {"token": client.tokens[kind], "client_id": client.id})
        judge(seen, f"a {kind} is taken back", answer.status == 200, (answer.status, answer.text))
        judge(seen, f"after that of a {kind} nothing is good", client.call().status == 401 and client.refresh().status == 400, "still good")
    answer = form(running.port, "/oauth/revoke", {"token": "nonsense", "client_id": client.id})
    judge(seen, "an unknown token is taken back too", answer.status == 200, answer.text)
    secret = Client(running.port)
    secret.register(token_endpoint_auth_method="client_secret_basic")
    basic = "Basic " + base64.b64encode(f"{secret.id}:{secret.secret}".encode()).decode()
    client.connect(browser, "anna", PASSWORD)
    answer = form(running.port, "/oauth/introspect", {"token": client.tokens["access_token"]}, {"Authorization": basic})
    judge(seen, "a confidential client may ask about a token", answer.status == 200 and "active" in answer.json, answer.text)
    answer = form(running.port, "/oauth/introspect", {"token": client.tokens["access_token"], "client_id": client.id})
    judge(seen, "a public one may not", answer.status in (400, 401, 403), (answer.status, answer.text))
    answer = form(running.port, "/oauth/token", {"grant_type": "refresh_token", "refresh_token": "x"}, {"Authorization": "Basic " + base64.b64encode(b"c_x:y").decode()})
    judge(seen, "a wrong secret is a 401", answer.status == 401 and answer.json.get("error") == "invalid_client" and "WWW-Authenticate" in answer.fields, answer.text)
    page = browser.go("/account")
    judge(seen, "the account page shows the clients", page[1].status == 200 and "door test" in page[1].text, page[1].text[:300])


def keys(seen: list[bool], running: gateway.Gateway) -> None:
    key = command(running, "key", "create", "--user", "anna", "--server", "default").stdout.strip().splitlines()[-1]
    client = Client(running.port)
    judge(seen, "a key opens its server", client.call(token=key).status == 200, "refused")
    judge(seen, "a key opens no other one", client.call(token=key, path="/v1/mcp/second").status == 401, "taken")
    listed = json.loads(command(running, "key", "list", "--json").stdout)["keys"]
    judge(seen, "a list of keys tells no secret", listed and key not in json.dumps(listed), listed)
    command(running, "key", "revoke", listed[-1]["id"])
    judge(seen, "a revoked key is refused at once", client.call(token=key).status == 401, "still good")


def groups(seen: list[bool], running: gateway.Gateway) -> None:
    ben = Client(running.port, "/v1/mcp/second")
    answer = ben.connect(signed_in(running, "ben"), "ben", PASSWORD)
    judge(seen, "a member of the group gets in", answer.status == 200 and ben.call().status == 200, answer.text)
    judge(seen, "a token is for one server alone", ben.call(path="/mcp").status == 401, "taken elsewhere")
    anna, browser = Client(running.port, "/v1/mcp/second"), signed_in(running)
    anna.register()
    page = browser.go(anna.authorize_target())
    is_kept_out = "Authorize" not in page[1].text and (page[1].status == 403 or returned(page).get("error") == "access_denied")
    judge(seen, "whoever is not in the group is refused before consent", is_kept_out, (page[0], page[1].status))
    command(running, "user", "set", "ben", "--groups", "sales")
    judge(seen, "whoever leaves the group is out at once", ben.call().status == 403, "still in")
    command(running, "user", "set", "ben", "--groups", "staff")
    judge(seen, "and in again", ben.call().status == 200, "still out")
    command(running, "user", "set", "ben", "--disabled", "yes")
    judge(seen, "whoever is kept out is out at once", ben.call().status == 401, "still in")
    judge(seen, "with the refresh tokens", ben.refresh().status == 400, "refreshed")
    command(running, "user", "set", "ben", "--disabled", "no")


def mixed(seen: list[bool], running: gateway.Gateway) -> None:
    client = Client(running.port, "/v1/mcp/half")
    judge(seen, "everybody may look", client.call(token="").status == 200, "refused")
    answer = client.call("tools/call", {"name": "list", "arguments": {}}, token="")
    judge(seen, "an open tool runs", answer.status == 200, (answer.status, answer.text))
    answer = client.call("tools/call", {"name": "add", "arguments": {"title": "x"}}, token="")
    judge(seen, "another one is challenged", answer.status == 401 and "WWW-Authenticate" in answer.fields, (answer.status, answer.text))
    answer = client.call("tools/call", {"name": "add", "arguments": {"title": "x"}}, token="", fields={"User-Agent": "openai-mcp/1.0.0"})
    challenge = str(answer.json.get("result", {}).get("_meta", {}).get("mcp/www_authenticate", ""))
    is_right = answer.status == 200 and "resource_metadata" in challenge and "error=" in challenge and "error_description" in challenge
    judge(seen, "ChatGPT is challenged by the tool's answer", is_right, (answer.status, answer.text))
    judge(seen, "a bad token is refused even so", client.call(token="x" * 40).status == 401, "taken")
    answer = client.connect(signed_in(running), "anna", PASSWORD)
    judge(seen, "with a token it runs", client.call("tools/call", {"name": "add", "arguments": {"title": "x"}}).status == 200, answer.text)


def people(seen: list[bool], running: gateway.Gateway) -> None:
    """Two people, one gateway: nobody gets at what is another's."""
    anna, ben = signed_in(running), signed_in(running, "ben")
    client = Client(running.port)
    client.register()
    page = anna.go(client.authorize_target())
    foreign = ben.go(page[0])
    judge(seen, "a consent page is its person's alone", "Authorize" not in foreign[1].text, (foreign[0], foreign[1].status))
    held = {"request": urllib.parse.parse_qs(urllib.parse.urlsplit(page[0]).query).get("request", [""])[0], "action": "authorize"}
    for name, browser in (("without its token", anna), ("of another person", ben)):
        answer = browser.open("/oauth/consent", held)
        judge(seen, f"a consent {name} is refused", answer.status in (400, 403) and not answer.location.startswith(REDIRECT), (answer.status, answer.location))
    answer = anna.open("/oauth/consent", held, {"Origin": "https://evil.example"})
    judge(seen, "a consent from another origin is refused", answer.status in (400, 403), answer.status)
    for target in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/%0d%0aX: y"):
        browser = Browser(running.port)
        page = browser.sign_in(browser.go("/sign-in?next=" + urllib.parse.quote(target)), "anna", PASSWORD)
        judge(seen, f"a sign-in leads never to {target}", "evil.example" not in page[0] and not page[0].startswith("javascript"), page[0])
    before = Browser(running.port)
    before.go("/sign-in")
    fixed = dict(before.cookies)
    before.sign_in(before.go("/sign-in"), "anna", PASSWORD)
    judge(seen, "a sign-in makes a new session", all(before.cookies.get(name) != value or "session" not in name for name, value in fixed.items()), (fixed, before.cookies))
    stranger = Browser(running.port, fixed)
    judge(seen, "what was there before it opens nothing", "/sign-in" in stranger.go("/account")[0], stranger.cookies)
    page = anna.go("/account")
    anna_again = Browser(running.port, dict(anna.cookies))
    anna.press("Sign out", page)
    judge(seen, "a sign-out ends the session", "/sign-in" in anna_again.go("/account")[0], "still signed in")
    outcomes = {answer_of(running, name) for name in ("anna", "nobody-of-this-name")}
    judge(seen, "a wrong name and a wrong password read the same", len(outcomes) == 1, outcomes)


def answer_of(running: gateway.Gateway, name: str) -> tuple[int, str]:
    browser = Browser(running.port)
    page = browser.sign_in(browser.go("/sign-in"), name, "wrong password")
    return page[1].status, page[1].text.split('role="alert"')[-1].split("</p>")[0]


def forgery(seen: list[bool], running: gateway.Gateway) -> None:
    client = Client(running.port)
    client.connect(signed_in(running), "anna", PASSWORD)
    token = client.tokens["access_token"]
    head, claims, signature = token.split(".")

    def part(value: dict) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    def read(text: str) -> dict:
        return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))

    said = read(claims)
    judge(seen, "a token has nothing of an upstream in it", set(said) <= {"iss", "sub", "aud", "client_id", "scope", "gid", "iat", "exp", "jti"}, said)
    for name, forged in {
        "alg none": f"{part({'alg': 'none', 'typ': 'at+jwt'})}.{claims}.",
        "alg none with a signature": f"{part({'alg': 'none', 'typ': 'at+jwt'})}.{claims}.{signature}",
        "HMAC with the public key": f"{part(read(head) | {'alg': 'HS256'})}.{claims}.{signature}",
        "another person": f"{head}.{part(said | {'sub': 'u_other'})}.{signature}",
        "a longer life": f"{head}.{part(said | {'exp': said['exp'] + 99999})}.{signature}",
        "no signature": f"{head}.{claims}.",
        "a changed signature": token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB"),
        "a refresh token": client.tokens["refresh_token"],
        "nothing": "x",
        "a very long one": "x" * 20_000,
    }.items():
        answer = client.call(token=forged)
        judge(seen, f"a token with {name} is refused", answer.status == 401, (answer.status, answer.text[:200]))
    answer = client.call(token="", path=f"/mcp?access_token={token}")
    judge(seen, "a token in the address is refused", answer.status == 401, answer.status)
    answer = client.call(token="", fields={"Authorization": f"Basic {base64.b64encode(token.encode()).decode()}"})
    judge(seen, "another scheme is refused", answer.status == 401, answer.status)
    answer = client.call(fields={"Origin": "https://evil.example"})
    judge(seen, "a page of others is refused with a good token", answer.status == 403, answer.status)


def restart(seen: list[bool], running: gateway.Gateway) -> None:
    """Nothing that was acknowledged is lost by kill -9 (F170)."""
    browser, client = signed_in(running), Client(running.port)
    client.connect(browser, "anna", PASSWORD)
    gone = Client(running.port)
    gone.connect(browser, "anna", PASSWORD)
    form(running.port, "/oauth/revoke", {"token": gone.tokens["refresh_token"], "client_id": gone.id})
    running.end(signal.SIGKILL)
    running.start()
    judge(seen, "an access token lives on", client.call().status == 200, client.call().text)
    judge(seen, "a refresh token lives on", client.refresh().status == 200, "refused")
    judge(seen, "a browser stays signed in", "/account" in browser.go("/account")[0], "signed out")
    judge(seen, "what was taken back stays so", gone.call().status == 401 and gone.refresh().status == 400, "back again")


def secrets(seen: list[bool], running: gateway.Gateway) -> None:
    """What is stored and logged opens nothing."""
    client = Client(running.port)
    client.connect(signed_in(running), "anna", PASSWORD)
    with contextlib.closing(sqlite3.connect(running.data / "patchbay.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stored = b"".join(path.read_bytes() for path in running.data.glob("patchbay.db*"))
    logged = running.log.read_bytes()
    for name, value in {"access token": client.tokens["access_token"], "refresh token": client.tokens["refresh_token"], "password": PASSWORD}.items():
        judge(seen, f"the {name} is not in the store", value.encode() not in stored, "it is")
        judge(seen, f"the {name} is not in the log", value.encode() not in logged, "it is")


def user(running: gateway.Gateway, *words: str) -> None:
    command(running, "user", *words, "--password-stdin", given=PASSWORD + "\n")


def command(running: gateway.Gateway, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """A command of the gateway's own."""
    line = [str(places.BINARY), *words, "--config", str(running.file)]
    finished = subprocess.run(line, input=given, capture_output=True, text=True, timeout=60, check=False)
    if finished.returncode:
        raise RuntimeError(f"{' '.join(words)}: {finished.stdout}{finished.stderr}")
    return finished


def judge(seen: list[bool], name: str, is_right: bool, found: object) -> None:
    seen.append(is_right)
    if not is_right:
        print(f"door: {name}: {str(found)[:600]}", flush=True)
