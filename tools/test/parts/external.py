"""Tokens of another issuer (`auth: external`): its keys over loopback, keys that change, an issuer that is away."""

import base64
import contextlib
import http.server
import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from . import door, gateway, places
from .outcome import Outcome
from .person import Answer, Client, send

# The gateway asks an issuer for keys once a minute at most; after that a key that it missed has to be known.
PATIENCE_SECONDS = 90
LIFE_SECONDS = 600


def run() -> Outcome:
    seen: list[bool] = []
    places.WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=places.WORK) as name, contextlib.ExitStack() as stack:
        issuer, late = Issuer(Path(name) / "first"), Issuer(Path(name) / "late")
        running = stack.enter_context(gateway.started(f"""
upstreams: {{ board: {{ kind: builtin, app: kanban }} }}
servers:
  default: {{ upstreams: [board], auth: oauth }}
  outside: {{ upstreams: [board], auth: external, external: {{ issuer: "{issuer.url}" }} }}
  staff: {{ upstreams: [board], auth: external, groups: [staff], external: {{ issuer: "{issuer.url}", audience: "api://all", groupsClaim: teams }} }}
  late: {{ upstreams: [board], auth: external, external: {{ issuer: "{late.url}", keys: "{late.url}/keys" }} }}
"""))  # fmt: skip
        door.user(running, "add", "anna", "--role", "operator")
        away(seen, running, late)
        with issuer.present():
            for scene in (found, good, groups, refused, foreign):
                try:
                    scene(seen, running, issuer)
                except Exception as error:  # noqa: BLE001
                    judge(seen, scene.__name__, False, f"{type(error).__name__}: {error}")
        gone(seen, running, issuer)
        with issuer.present(), late.present():
            rotated(seen, running, issuer)
            judge(seen, "an issuer that was away is asked again", patiently(lambda: call(running, late, "late").status == 200), "still refused")
    return Outcome(passed=sum(seen), failed=len(seen) - sum(seen))


class Issuer:
    """Signs by RSA, through openssl, and publishes its keys while it is present."""

    def __init__(self, folder: Path):
        folder.mkdir()
        self.folder = folder
        self.port = gateway.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.asked: list[str] = []
        self.keys: dict[str, dict] = {}
        self.add("first")

    def add(self, kid: str) -> None:
        subprocess.run(["openssl", "genrsa", "-out", self.folder / kid, "2048"], capture_output=True, check=True)
        said = subprocess.run(["openssl", "rsa", "-in", self.folder / kid, "-noout", "-modulus"], capture_output=True, check=True).stdout
        modulus = bytes.fromhex(said.decode().strip().removeprefix("Modulus="))
        self.keys[kid] = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": encoded(modulus), "e": "AQAB"}

    def token(self, audience: str, kid: str = "first", head: dict | None = None, **claims: object) -> str:
        now = int(time.time())
        said = {"iss": self.url, "sub": "ann", "aud": audience, "client_id": "app", "iat": now, "exp": now + LIFE_SECONDS} | claims
        headed = {"alg": "RS256", "typ": "at+jwt", "kid": kid} | (head or {})
        text = f"{encoded(json.dumps(headed).encode())}.{encoded(json.dumps(said).encode())}"
        signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.folder / kid], input=text.encode(), capture_output=True, check=True)
        return f"{text}.{encoded(signed.stdout)}"

    @contextlib.contextmanager
    def present(self) -> Iterator[None]:
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked.append(self.path)
                documents = {
                    "/.well-known/openid-configuration": {"issuer": issuer.url, "jwks_uri": issuer.url + "/keys"},
                    "/keys": {"keys": list(issuer.keys.values())},
                }
                body = json.dumps(documents.get(self.path, {"error": "not_found"})).encode()
                self.send_response(200 if self.path in documents else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def away(seen: list[bool], running: gateway.Gateway, late: Issuer) -> None:
    """Before anything is known of it: its clients' tokens may be good, so nobody is told to throw them away."""
    answer = call(running, late, "late")
    judge(seen, "while the issuer is away a token is not called bad", answer.status == 503, (answer.status, answer.text))
    judge(seen, "and nobody is sent to sign in", "WWW-Authenticate" not in answer.fields, answer.fields.items())
    answer = Client(running.port, "/v1/mcp/late").call()
    judge(seen, "whoever has no token is told where to get one", answer.status == 401 and "resource_metadata" in answer.fields.get("WWW-Authenticate", ""), answer.status)


def found(seen: list[bool], running: gateway.Gateway, issuer: Issuer) -> None:
    answer = Client(running.port, "/v1/mcp/outside").call()
    document = f"{running.url}/.well-known/oauth-protected-resource/v1/mcp/outside"
    judge(seen, "a call without a token is challenged", answer.status == 401 and document in answer.fields.get("WWW-Authenticate", ""), answer.fields.items())
    metadata = send(running.port, "GET", document.removeprefix(running.url)).json
    judge(seen, "the document names the other issuer", metadata.get("authorization_servers") == [issuer.url], metadata)
    judge(seen, "and this server as resource", metadata.get("resource") == f"{running.url}/v1/mcp/outside", metadata)


def good(seen: list[bool], running: gateway.Gateway, issuer: Issuer) -> None:
    answer = call(running, issuer, "outside")
    judge(seen, "a good token opens the server", answer.status == 200 and bool(answer.json["result"]["tools"]), (answer.status, answer.text))
    before = len(issuer.asked)
    statuses = [call(running, issuer, "outside", jti=str(number)).status for number in range(10)]
    judge(seen, "other tokens of known keys cost no fetch", statuses == [200] * 10 and len(issuer.asked) == before, (statuses, issuer.asked))
    answer = call(running, issuer, "outside", scope="mcp:read", method="tools/call", params={"name": "add", "arguments": {"title": "x"}})
    judge(seen, "a token that may only read does no more", answer.status == 403 and "insufficient_scope" in answer.fields.get("WWW-Authenticate", ""), (answer.status, answer.text))


def groups(seen: list[bool], running: gateway.Gateway, issuer: Issuer) -> None:
    for name, teams, status in (("a member", ["staff"], 200), ("one of another team", ["sales"], 403), ("one without the claim", None, 403)):
        answer = call(running, issuer, "staff", aud="api://all", **({"teams": teams} if teams else {"groups": ["staff"]}))
        judge(seen, f"{name} gets {status}", answer.status == status, (answer.status, answer.text))


def refused(seen: list[bool], running: gateway.Gateway, issuer: Issuer) -> None:
    resource = f"{running.url}/v1/mcp/outside"
    now = int(time.time())
    client = Client(running.port, "/v1/mcp/outside")
    token = issuer.token(resource)
    head, claims, signature = token.split(".")
    none = encoded(json.dumps({"alg": "none", "typ": "at+jwt", "kid": "first"}).encode())
    before = len(issuer.asked)
    for name, forged in {
        "another server's audience": issuer.token(f"{running.url}/v1/mcp/staff"),
        "no audience": issuer.token(resource, aud=None),
        "an audience that only begins like ours": issuer.token(resource + "x"),
        "another issuer": issuer.token(resource, iss="https://issuer.example"),
        "the issuer with a slash": issuer.token(resource, iss=issuer.url + "/"),
        "its time over": issuer.token(resource, exp=now - 120, iat=now - 700),
        "no end": issuer.token(resource, exp=None),
        "its time to come": issuer.token(resource, nbf=now + 300),
        "nobody's name": issuer.token(resource, sub=None),
        "the type of an assertion": issuer.token(resource, head={"typ": "oauth-id-jag+jwt"}),
        "alg none": f"{none}.{claims}.",
        "alg HS256": issuer.token(resource, head={"alg": "HS256"}),
        "another alg than the key's": issuer.token(resource, head={"alg": "ES256"}),
        "its own key in the head": issuer.token(resource, head={"kid": "mine", "jwk": issuer.keys["first"]}),
        "its own key set in the head": issuer.token(resource, head={"kid": "mine", "jku": issuer.url + "/evil"}),
        "what another token was signed for": f"{head}.{issuer.token(resource, sub='bob').split('.')[1]}.{signature}",
    }.items():
        answer = client.call(token=forged)
        judge(seen, f"a token with {name} is refused", answer.status == 401 and "error=" in answer.fields.get("WWW-Authenticate", ""), (answer.status, answer.text))
    unknown = [client.call(token=issuer.token(resource, head={"kid": f"made-up-{number}"})).status for number in range(10)]
    judge(seen, "keys that nobody knows are refused", unknown == [401] * 10, unknown)
    judge(seen, "and make the gateway ask once, not once each", len(issuer.asked) - before <= 3, issuer.asked[before:])
    judge(seen, "no address out of a token was asked", "/evil" not in issuer.asked, issuer.asked)


def foreign(seen: list[bool], running: gateway.Gateway, issuer: Issuer) -> None:
    """Each door has its own tokens."""
    own = Client(running.port)
    own.connect(door.signed_in(running), "anna", door.PASSWORD)
    judge(seen, "a token of ours opens no outside server", own.call(path="/v1/mcp/outside").status == 401, "taken")
    key = door.command(running, "key", "create", "--user", "anna", "--server", "default").stdout.split()[-1]
    judge(seen, "nor does a key", own.call(token=key, path="/v1/mcp/outside").status == 401, "taken")
    token = issuer.token(f"{running.url}/mcp")
    judge(seen, "a token of the issuer opens no server of ours", own.call(token=token).status == 401, "taken")


def gone(seen: list[bool], running: gateway.Gateway, issuer: Issuer) -> None:
    """What is known of an issuer outlives its absence."""
    statuses = [call(running, issuer, "outside", jti=f"gone-{number}").status for number in range(3)]
    judge(seen, "known keys are good while their issuer is away", statuses == [200] * 3, statuses)
    answer = call(running, issuer, "outside", exp=int(time.time()) - 120)
    judge(seen, "and what is over is over", answer.status == 401, answer.status)


def rotated(seen: list[bool], running: gateway.Gateway, issuer: Issuer) -> None:
    """A new key is found when a token names it; the old one goes with it."""
    kept = issuer.token(f"{running.url}/v1/mcp/outside")
    issuer.add("second")
    del issuer.keys["first"]
    client = Client(running.port, "/v1/mcp/outside")
    judge(seen, "what is known stays good until new keys are asked for", client.call(token=kept).status == 200, "refused")
    is_known = patiently(lambda: call(running, issuer, "outside", kid="second").status == 200)
    judge(seen, "a new key is known soon", is_known, issuer.asked[-3:])
    judge(seen, "a key that was withdrawn makes no more tokens", call(running, issuer, "outside", jti="late").status == 401, "taken")


def call(running: gateway.Gateway, issuer: Issuer, slug: str, kid: str = "first", method: str = "tools/list", params: dict | None = None, **claims: object) -> Answer:
    path = f"/v1/mcp/{slug}"
    return Client(running.port, path).call(method, params, issuer.token(running.url + path, kid, **claims))


def patiently(is_so) -> bool:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.5)
    return False


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def judge(seen: list[bool], name: str, is_right: bool, found: object) -> None:
    seen.append(is_right)
    if not is_right:
        print(f"external: {name}: {str(found)[:600]}", flush=True)
