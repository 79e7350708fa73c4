"""Tokens that we never signed, and tokens of another place, kind or purpose (RFC 8725, RFC 9068, RFC 8707)."""

import hashlib
import hmac
import json
import subprocess
import tempfile
from pathlib import Path

from .. import door, gateway
from ..person import Client, form, send
from .scene import Scene, part, read

# SubjectPublicKeyInfo of a key on P-256, up to its point.
P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")


class Key:
    """A P-256 key of the attacker's."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.file = Path(self._folder.name) / "key.pem"
        subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.file], check=True)
        point = subprocess.run(["openssl", "ec", "-in", self.file, "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout[-64:]
        self.jwk = {"kty": "EC", "crv": "P-256", "x": part(point[:32]), "y": part(point[32:])}

    def sign(self, header: dict, claims: dict) -> str:
        text = f"{part(header)}.{part(claims)}"
        der = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.file], input=text.encode(), check=True, capture_output=True).stdout
        return f"{text}.{part(flat(der))}"


def flat(der: bytes) -> bytes:
    """The two numbers of a DER signature, 32 bytes each (RFC 7518 section 3.4)."""
    first = der[4 : 4 + der[3]]
    second = der[6 + der[3] :]
    return b"".join(number.lstrip(b"\0").rjust(32, b"\0") for number in (first, second))


def run(scene: Scene) -> None:
    client = scene.client()
    token = client.tokens["access_token"]
    head, claims, signature = token.split(".")
    header, said = json.loads(read(head)), json.loads(read(claims))
    jwks = send(scene.port, "GET", "/oauth/jwks")
    published = jwks.json["keys"][0]
    key = Key()
    point = b"\x04" + read(published["x"]) + read(published["y"])
    scene.judge("a token names the published key", header.get("kid") == published["kid"] and header.get("typ") == "at+jwt" and header.get("alg") == "ES256", header)
    scene.judge("it lives an hour at most", 0 < said["exp"] - said["iat"] <= 3600, said)

    forged = {
        "another key under our kid": key.sign(header, said),
        "a key in its header (RFC 8725 3.10)": key.sign(header | {"jwk": key.jwk}, said),
        "a key in its header without kid": key.sign({"alg": "ES256", "typ": "at+jwt", "jwk": key.jwk}, said),
        "a key's address in its header": key.sign(header | {"jku": f"{scene.upstream.url}/jwks"}, said),
        "a certificate in its header": key.sign(header | {"x5c": ["AAAA"], "x5u": f"{scene.upstream.url}/x"}, said),
        "no kid": key.sign({"alg": "ES256", "typ": "at+jwt"}, said),
        "a kid that is a path": key.sign(header | {"kid": "../../../../dev/null"}, said),
        "a kid that is SQL": key.sign(header | {"kid": "' OR 1=1 --"}, said),
        "a critical extension (RFC 7515 4.1.11)": key.sign(header | {"crit": ["exp"]}, said),
        "the issuer of another place": key.sign(header, said | {"iss": scene.upstream.url}),
        "two numbers that are zero (CVE-2022-21449)": f"{head}.{claims}.{part(bytes(64))}",
        "a number that is the order": f"{head}.{claims}.{part(bytes.fromhex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551') * 2)}",
        "a signature in DER": f"{head}.{claims}.{part(b'0' + bytes(69))}",
        "a longer signature": f"{token}AAAA",
        "an empty part": f".{claims}.{signature}",
        "four parts": f"{token}.{signature}",
        "padding": f"{head}==.{claims}.{signature}",
        "white space": f"{head}. {claims}.{signature}",
        "claims that stand twice": f"{head}.{part(json.dumps(said)[:-1].encode() + b',' + chr(34).encode() + b'sub' + chr(34).encode() + b':' + chr(34).encode() + b'u_x' + chr(34).encode() + b'}')}.{signature}",
    }
    for none in ("none", "None", "NONE", "nOnE", "", None, ["ES256"], "ES256 "):
        changed = {"alg": none, "typ": "at+jwt", "kid": header["kid"]}
        forged[f"alg {none!r} without a signature (RFC 8725 3.2)"] = f"{part(changed)}.{claims}."
        forged[f"alg {none!r} with the true signature"] = f"{part(changed)}.{claims}.{signature}"
    public = {"its point": point, "its coordinates": point[1:], "DER": P256 + point, "its JWK": json.dumps(published).encode(), "the whole JWKS": jwks.body, "nothing": b""}
    public["PEM"] = subprocess.run(["openssl", "pkey", "-pubin", "-inform", "DER"], input=P256 + point, check=True, capture_output=True).stdout
    for name, secret in public.items():
        for algorithm, digest in (("HS256", hashlib.sha256), ("HS512", hashlib.sha512)):
            text = f"{part(header | {'alg': algorithm})}.{claims}"
            forged[f"{algorithm} by {name} of our public key (key confusion)"] = f"{text}.{part(hmac.new(secret, text.encode(), digest).digest())}"
    for name, value in forged.items():
        answer = client.call(token=value)
        scene.judge(f"{name}", answer.status in (400, 401), (answer.status, answer.text[:200]))
    scene.judge("nobody was asked for a key that a token named", not any(path in ("/jwks", "/x") for _, path, _ in scene.upstream.asked), scene.upstream.asked)
    scene.judge("the true one is good all the same", client.call().status == 200)

    purposes(scene, client, key)
    places(scene, client)
    foreign(scene, client)


def purposes(scene: Scene, client: Client, key: Key) -> None:
    """Each secret opens one thing."""
    browser = scene.browser("anna")
    code = door.code(client, browser)
    for name, value in {"a code": code, "a refresh token": client.tokens["refresh_token"], "a cookie": next(iter(browser.cookies.values()))}.items():
        scene.judge(f"{name} is no access token", client.call(token=value).status == 401)
    for name, value in {"an access token": client.tokens["access_token"], "a code": code, "a digest": hashlib.sha256(code.encode()).hexdigest()}.items():
        scene.judge(f"{name} is no refresh token", client.refresh(value).json.get("error") == "invalid_grant")
    scene.judge("a refresh token is no code", client.exchange(client.tokens["refresh_token"]).json.get("error") == "invalid_grant")
    assertion = key.sign({"alg": "ES256", "typ": "JWT"}, {"iss": client.id, "sub": client.id, "aud": f"{scene.url}/oauth/token", "exp": 9_999_999_999, "jti": "1"})
    scene.judge("an assertion is no access token", client.call(token=assertion).status == 401)


def places(scene: Scene, client: Client) -> None:
    """RFC 8707 and MCP 'Access Token Privilege Restriction': a token is for one virtual server."""
    for path in ("/v1/mcp/second", "/v1/mcp/second/", "/v1/sse/second", "/v1/mcp/post", "/v1/mcp/half"):
        answer = client.call(path=path)
        scene.judge(f"a token of the default server at {path}", answer.status == 401, (answer.status, answer.text[:200]))
    for path in ("/v1/mcp/default%2f..%2fsecond", "/v1/mcp/default/../second", "/v1/mcp/DEFAULT", "//mcp", "/mcp/../v1/mcp/second", "/v1/mcp/"):
        answer = client.call(path=path)
        scene.judge(f"{path} is no other name of a server", answer.status in (400, 401, 404), (answer.status, answer.text[:200]))
    browser = scene.browser("anna")
    for resource in (
        scene.url, f"{scene.url}/", f"{scene.url}/v1/mcp", f"{scene.url}/mcp#a", f"{scene.url}/mcp?a=b", "https://evil.example/mcp", "mcp", "*",
        f"http://user@127.0.0.1:{scene.port}/mcp", f"{scene.url}/mcp/../v1/mcp/second", f"{scene.url}/v1/mcp/none", f"{scene.url}/mcp\n",
    ):  # fmt: skip
        page = browser.go(client.authorize_target(resource=resource))
        given = door.returned(page)
        scene.judge(f"resource {resource!r} gets no code", given.get("error") == "invalid_target" or resource in (scene.url, f"{scene.url}/") and "code" not in given, page[0])
    for name, changes in {"at the exchange": {}, "at a refresh": {"refresh": True}}.items():
        other = f"{scene.url}/v1/mcp/half"
        answer = client.refresh(resource=other) if changes else client.exchange(door.code(client, browser), resource=other)
        scene.judge(f"another server's resource {name} is refused", answer.json.get("error") in ("invalid_target", "invalid_grant"), answer.text)


def foreign(scene: Scene, client: Client) -> None:
    """A token of another gateway, which has keys of its own and another issuer, and of one that stood at this very address."""
    configuration = "upstreams: { board: { kind: builtin, app: kanban } }\nservers: { default: { upstreams: [board], auth: oauth } }\n"
    with gateway.started(configuration) as other:
        door.user(other, "add", "anna", "--role", "operator")
        there = Client(other.port)
        there.connect(door.signed_in(other), "anna", door.PASSWORD)
        scene.judge("a token of another gateway is refused here", client.call(token=there.tokens["access_token"]).status == 401)
        scene.judge("and ours there", there.call(token=client.tokens["access_token"]).status == 401)
        theirs = form(scene.port, "/oauth/token", {"grant_type": "refresh_token", "refresh_token": there.tokens["refresh_token"], "client_id": client.id})
        scene.judge("so is its refresh token", theirs.json.get("error") == "invalid_grant", theirs.text)
