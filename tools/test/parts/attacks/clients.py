"""One client against another one: codes, tokens, registrations, assertions, and what is told to strangers."""

import base64
import hashlib
import json
import time

from .. import door
from ..person import Answer, Client, form, send
from .forgeries import Key
from .scene import Scene, part

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def run(scene: Scene) -> None:
    thieves(scene)
    registrations(scene)
    assertions(scene)
    downgrade(scene)
    deputy(scene)
    strangers(scene)


def thieves(scene: Scene) -> None:
    """RFC 6749 sections 5.2 and 10.4, RFC 7009 section 2.1, RFC 7662 section 4."""
    victim, other = scene.client(), scene.client("ben")
    secret = Client(scene.port)
    secret.register(token_endpoint_auth_method="client_secret_post")
    scene.secrets |= {"a client's secret": secret.secret}
    for name, thief in {"another public client": other, "a confidential client": secret}.items():
        kept = victim.tokens["refresh_token"]
        answer = form(scene.port, "/oauth/token", credentials(thief) | {"grant_type": "refresh_token", "refresh_token": kept})
        scene.judge(f"a refresh token shown by {name} is refused", answer.json.get("error") == "invalid_grant", answer.text)
        for kind in ("access_token", "refresh_token"):
            victim = scene.client()
            form(scene.port, "/oauth/revoke", credentials(thief) | {"token": victim.tokens[kind]})
            scene.judge(f"{name} takes back no {kind} of others", victim.call().status == 200 and victim.refresh().status == 200)
    for kind in ("refresh_token", "access_token"):
        answer = form(scene.port, "/oauth/introspect", credentials(secret) | {"token": victim.tokens[kind]})
        scene.judge(f"who asks about a {kind} of another client hears no secret", victim.tokens[kind] not in answer.text and answer.json.get("active") in (True, False), answer.text)
    for name, fields, parameters in (
        ("no secret", {}, {"client_id": secret.id}),
        ("a wrong secret", {}, {"client_id": secret.id, "client_secret": "x"}),
        ("an empty secret", {}, {"client_id": secret.id, "client_secret": ""}),
        ("another method than the registered one", basic("", secret.secret), {}),
        ("two methods at once", basic(secret.id, secret.secret), {"client_id": secret.id, "client_secret": secret.secret}),
        ("two ids", basic(secret.id, secret.secret), {"client_id": victim.id}),
        ("a secret of a public client", {}, {"client_id": victim.id, "client_secret": secret.secret}),
    ):
        answer = form(scene.port, "/oauth/token", parameters | {"grant_type": "refresh_token", "refresh_token": "pbr_x"}, fields)
        scene.judge(f"{name} lets no client in", answer.status in (400, 401) and answer.json.get("error") in ("invalid_client", "invalid_request", "invalid_grant" if "public" in name else ""), answer.text)
    browser = scene.browser("anna")
    secret.tokens = {}
    code = door.code(secret, browser)
    answer = form(scene.port, "/oauth/token", {"grant_type": "authorization_code", "code": code, "client_id": secret.id, "redirect_uri": secret.redirect, "code_verifier": secret.verifier})
    scene.judge("a confidential client's code needs its secret", answer.json.get("error") == "invalid_client", answer.text)
    scene.judge("and is not used up by that", secret.exchange(code).status == 200)


def registrations(scene: Scene) -> None:
    """RFC 7592: a registration token opens one registration, and nothing else."""
    one, two = (registered(scene) for _ in range(2))
    for method in ("GET", "PUT", "DELETE"):
        for name, place, token, statuses in (
            ("without a token", one, "", (401,)), ("with another client's token", one, two["registration_access_token"], (401, 403)),
            ("with an access token", one, scene.client().tokens["access_token"], (401, 403)),
            ("of a client that is not there", {"client_id": "c_none"}, one["registration_access_token"], (401, 403, 404)),
        ):  # fmt: skip
            answer = manage(scene, method, place, token, {"client_id": place["client_id"], "redirect_uris": ["https://evil.example/"]})
            scene.judge(f"{method} {name} is refused", answer.status in statuses, (answer.status, answer.text))
    answer = manage(scene, "PUT", one, one["registration_access_token"], one | {"client_id": two["client_id"]})
    scene.judge("a client cannot become another one", answer.status in (400, 403), (answer.status, answer.text))
    answer = manage(scene, "GET", one, one["registration_access_token"])
    scene.judge("after all of that it is as it was", answer.status == 200 and answer.json.get("redirect_uris") == one["redirect_uris"], answer.text)
    scene.judge("its token opens no MCP address", Client(scene.port).call(token=one["registration_access_token"]).status == 401)
    for name, given in {"an id of its own choice": {"client_id": "c_mine"}, "a secret of its own choice": {"client_secret": "mine", "token_endpoint_auth_method": "client_secret_post"}}.items():
        answer = Client(scene.port).register(**given)
        scene.judge(f"{name} is not taken", answer.status == 400 or "mine" not in (answer.json.get("client_id", "") + answer.json.get("client_secret", "")), answer.text)
    for uri in (
        "http://evil.example/cb", "http://127.0.0.1.evil.example/cb", "http://localhost.evil.example/cb", "http://user@127.0.0.1/cb", "HTTP://EVIL.example/",
        "https://a.example/cb#x", "//evil.example/cb", "/cb", "javascript:alert(1)//", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
        "blob:https://a.example/x", "https://a.example/\r\nSet-Cookie: a=b", "https://a.example/\u202egpj", "https://a.example\\@evil.example/", "java\tscript:alert(1)",
        "https://*.example/cb", "myapp:", "http://169.254.169.254/", "http://2130706433.evil.example/", " https://a.example/",
    ):  # fmt: skip
        answer = Client(scene.port).register(redirect_uris=[uri])
        scene.judge(f"the redirect address {uri!r} is not registered", answer.status == 400 and answer.json.get("error") == "invalid_redirect_uri", (answer.status, answer.text[:200]))


def assertions(scene: Scene) -> None:
    """RFC 7523 section 3, RFC 8725: what is wrong with an assertion, each alone."""
    key, stranger = Key(), Key()
    client = Client(scene.port)
    answer = client.register(token_endpoint_auth_method="private_key_jwt", jwks={"keys": [key.jwk | {"kid": "1", "alg": "ES256", "use": "sig"}]})
    if answer.status != 201:
        return scene.judge("a client with a key registers", False, answer.text)
    browser, count = scene.browser("anna"), iter(range(10_000))

    def claims(**changes: object) -> dict:
        now = int(time.time())
        said = {"iss": client.id, "sub": client.id, "aud": f"{scene.url}/oauth/token", "iat": now, "exp": now + 60, "jti": f"j{next(count)}"} | changes
        return {name: value for name, value in said.items() if value is not None}

    def exchange(assertion: str, code: str, **more: str) -> Answer:
        return client.exchange(code, client_assertion=assertion, client_assertion_type=ASSERTION, **more)

    header = {"alg": "ES256", "kid": "1", "typ": "JWT"}
    code = door.code(client, browser)
    other = Client(scene.port)
    other.register()
    wrong = {
        "of a stranger's key": stranger.sign(header, claims()), "with a stranger's key in it": stranger.sign(header | {"jwk": stranger.jwk}, claims()),
        "without a signature": f"{part({'alg': 'none'})}.{part(claims())}.",
        "for another audience": key.sign(header, claims(aud="https://evil.example/token")), "for no audience": key.sign(header, claims(aud=None)),
        "of another client": key.sign(header, claims(iss=other.id, sub=other.id)), "of two clients": key.sign(header, claims(sub=other.id)),
        "that is over": key.sign(header, claims(iat=1, exp=2)), "without an end": key.sign(header, claims(exp=None)),
        "of another day": key.sign(header, claims(nbf=int(time.time()) + 86_400)), "without an id": key.sign(header, claims(jti=None)),
        "that lives for years": key.sign(header, claims(exp=int(time.time()) + 99_999_999)), "that is an access token": scene.client().tokens["access_token"],
        "with a critical extension": key.sign(header | {"crit": ["x"], "x": 1}, claims()), "that is nothing": "x", "that is empty": "",
    }  # fmt: skip
    for name, assertion in wrong.items():
        answer = exchange(assertion, code)
        scene.judge(f"an assertion {name} is refused", answer.json.get("error") in ("invalid_client", "invalid_request"), answer.text)
    answer = client.exchange(code)
    scene.judge("none at all is refused", answer.json.get("error") == "invalid_client", answer.text)
    good = key.sign(header, claims())
    scene.secrets["an assertion"] = good
    answer = exchange(good, code)
    scene.judge("a right one lets in, whatever came before", answer.status == 200, answer.text)
    second = door.code(client, browser)
    answer = exchange(good, second)
    scene.judge("and never again (replay, RFC 7523 3 number 7)", answer.json.get("error") == "invalid_client", answer.text)
    scene.judge("which uses no code up", exchange(key.sign(header, claims()), second).status == 200)


def downgrade(scene: Scene) -> None:
    """OAuth 2.1 section 4.1.1, RFC 9700 section 2.1.1: PKCE cannot be left out, weakened or chosen afterwards."""
    client, browser = scene.client(), scene.browser("anna")
    for name, changes in {
        "without a challenge": {"code_challenge": None, "code_challenge_method": None}, "by plain": {"code_challenge_method": "plain"},
        "by plain, as it is without a method": {"code_challenge_method": None}, "by s256": {"code_challenge_method": "s256"},
        "with an empty one": {"code_challenge": ""}, "with a long one": {"code_challenge": "a" * 129}, "with other letters": {"code_challenge": "a" * 42 + "!"},
    }.items():  # fmt: skip
        page = browser.go(client.authorize_target(**changes))
        scene.judge(f"no code {name}", door.returned(page).get("error") == "invalid_request", page[0])
    code = door.code(client, browser)
    challenge = part(hashlib.sha256(client.verifier.encode()).digest())
    for name, changes in {"the challenge itself": {"code_verifier": challenge}, "an empty verifier": {"code_verifier": ""}, "plain at the end": {"code_verifier": challenge, "code_challenge_method": "plain"}, "another address": {"redirect_uri": "https://evil.example/"}}.items():
        answer = client.exchange(code, **changes)
        scene.judge(f"a stolen code with {name} is worth nothing", answer.status == 400, answer.text)
    injected = scene.client("ben")
    mine = door.code(injected, scene.browser("ben"))
    client.authorize_target()
    answer = form(scene.port, "/oauth/token", {"grant_type": "authorization_code", "client_id": injected.id, "code": mine, "redirect_uri": injected.redirect, "code_verifier": client.verifier})
    scene.judge("a code that was put into another flow is worth nothing (code injection)", answer.json.get("error") == "invalid_grant", answer.text)
    for response_type in ("token", "id_token", "code token", "code id_token", "none", ""):
        page = browser.go(client.authorize_target(response_type=response_type))
        scene.judge(f"response_type {response_type!r} gives nothing", "access_token" not in page[0] and "error" in door.returned(page), page[0])
    for mode in ("fragment", "form_post", "web_message", "query.jwt"):
        page = browser.go(client.authorize_target(response_mode=mode))
        scene.judge(f"response_mode {mode} sends no code elsewhere", "#" not in page[0] and "code=" not in page[1].text, page[0])
    for grant in ("password", "implicit", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange", ""):
        answer = form(scene.port, "/oauth/token", {"grant_type": grant, "client_id": client.id, "username": "anna", "password": door.PASSWORD})
        scene.judge(f"the grant {grant!r} gives nothing", answer.status == 400 and "access_token" not in answer.json, answer.text)


def deputy(scene: Scene) -> None:
    """MCP security practice 'Confused Deputy': what was allowed before is no consent where anybody could stand behind the id."""
    client, browser = scene.client(), scene.browser("anna")
    page = browser.go(client.authorize_target())
    scene.judge("consent is asked again for an address on the person's machine", "/oauth/consent" in page[0], page[0])
    page = browser.go(client.authorize_target(prompt="none"))
    scene.judge("and cannot be left out", door.returned(page).get("error") in ("consent_required", "interaction_required"), page[0])
    custom = Client(scene.port, redirect="com.example.app:/callback")
    custom.connect(browser, "anna", door.PASSWORD)
    page = browser.go(custom.authorize_target())
    scene.judge("nor for a scheme that any program can claim", "/oauth/consent" in page[0], page[0])
    first = Client(scene.port, redirect="https://good.example/callback")
    first.connect(browser, "anna", door.PASSWORD)
    second = Client(scene.port, redirect="https://good.example/callback")
    second.register()
    page = browser.go(second.authorize_target())
    scene.judge("an approval is of one client", "/oauth/consent" in page[0], page[0])
    page = browser.go(first.authorize_target(scope="mcp:read mcp:write", resource=f"{scene.url}/v1/mcp/half"))
    scene.judge("of one server", "/oauth/consent" in page[0], page[0])
    page = scene.browser("ben").go(first.authorize_target())
    scene.judge("and of one person", "/oauth/consent" in page[0], page[0])
    for query in ("action=authorize", "action=authorize&form_token=x"):
        target = page[0] + "&" + query
        for method in ("GET", "HEAD"):
            answer = send(scene.port, method, target, None, {"Cookie": "; ".join(f"{k}={v}" for k, v in browser.cookies.items())})
            scene.judge(f"{method} with {query} authorizes nothing", "code=" not in answer.location, answer.location)


def strangers(scene: Scene) -> None:
    """What is not there and what is not yours reads the same; errors tell nothing (RFC 6749 section 5.2)."""
    known = scene.client()
    pairs = {
        "clients at the token endpoint": [form(scene.port, "/oauth/token", {"grant_type": "refresh_token", "refresh_token": "pbr_" + "x" * 43, "client_id": id_}) for id_ in ("c_" + "a" * 20, "c_" + "b" * 20)],
        "refresh tokens": [form(scene.port, "/oauth/token", {"grant_type": "refresh_token", "refresh_token": token, "client_id": known.id}) for token in ("x", "pbr_" + "x" * 43, "pbr_" + "'")],
        "tokens at revocation": [form(scene.port, "/oauth/revoke", {"token": token, "client_id": known.id}) for token in ("x", "pbr_" + "x" * 43, "a.b.c")],
    }
    for name, answers in pairs.items():
        scene.judge(f"{name} cannot be told apart", len({(answer.status, answer.text) for answer in answers}) == 1, [answer.text for answer in answers])
    for parameters in ({}, {"grant_type": "authorization_code"}, {"grant_type": "authorization_code", "code": "x\r\ny", "client_id": "<script>"}, {"client_id": "\0"}):
        answer = form(scene.port, "/oauth/token", parameters)
        words, said = answer.text.lower(), answer.json.get("error_description", "")
        scene.judge(f"{parameters} is told in letters that a description has", all(0x20 <= ord(letter) < 0x7F and letter not in '"\\' for letter in said), said)
        scene.judge(f"{parameters} is refused in OAuth's words", answer.status in (400, 401) and bool(answer.json.get("error")), answer.text)
        scene.judge(f"{parameters} tells nothing of the inside", not any(word in words for word in ("sqlite", ".swift", "/work", "fatal", "optional(", "select ")), answer.text)


def credentials(client: Client) -> dict[str, str]:
    return {"client_id": client.id} | ({"client_secret": client.secret} if client.secret else {})


def basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


def registered(scene: Scene) -> dict:
    made = Client(scene.port).register().json
    scene.secrets[f"registration token of {made['client_id']}"] = made["registration_access_token"]
    return made


def manage(scene: Scene, method: str, client: dict, token: str, body: dict | None = None) -> Answer:
    fields = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    return send(scene.port, method, f"/oauth/register/{client['client_id']}", json.dumps(body) if method == "PUT" else None, fields)


