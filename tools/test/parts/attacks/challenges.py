"""What a scanner sees of an MCP address: the challenge, who may call from a browser, versions, and sessions of others."""

import json

from ..person import Client, send
from .scene import Scene, raw


def run(scene: Scene) -> None:
    challenge(scene)
    browsers(scene)
    versions(scene)
    sessions(scene)


def challenge(scene: Scene) -> None:
    """RFC 9728 section 5.1, RFC 6750 section 3."""
    client = scene.client()
    good = client.tokens["access_token"]
    for name, field in {
        "no scheme": good, "an empty token": "Bearer ", "two tokens": f"Bearer {good} {good}", "another scheme": f"DPoP {good}",
        "a list": f"Bearer {good}, Bearer {good}", "letters that are none": "Bearer a\tb", "Basic": "Basic OmE=",
    }.items():  # fmt: skip
        answer = client.call(token="", fields={"Authorization": field})
        said = answer.fields.get("WWW-Authenticate", "")
        scene.judge(f"{name} is challenged", answer.status in (400, 401) and "resource_metadata=" in said, (answer.status, said, answer.text))
        scene.judge(f"{name} is not told back", good not in answer.text + said, answer.text)
    twice = (
        f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{scene.port}\r\nConnection: close\r\nContent-Length: 2\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {good}\r\nAuthorization: Bearer x\r\n\r\n{{}}"
    )
    status = raw(scene.port, twice.encode()).split(b"\r\n")[0]
    scene.judge("two fields with tokens are refused", status.split()[1] in (b"400", b"401"), status)
    for path in ("/mcp?access_token=", "/v1/mcp/default?access_token=", "/mcp?token=", "/mcp?authorization=Bearer%20"):
        answer = client.call(token="", path=path + good)
        scene.judge(f"a token in {path} is refused (RFC 6750 2.3)", answer.status == 401, answer.status)
    answer = send(scene.port, "POST", "/mcp", f"access_token={good}", {"Content-Type": "application/x-www-form-urlencoded"})
    scene.judge("a token in a form is refused (RFC 6750 2.2)", answer.status == 401, answer.status)
    answer = client.call(token="", fields={"Cookie": "; ".join(f"{name}={value}" for name, value in scene.browser("anna").cookies.items())})
    scene.judge("a browser's cookie opens no MCP address", answer.status == 401, answer.status)


def browsers(scene: Scene) -> None:
    """Streamable HTTP, security warning: Origin must be checked; rebinding names come as Host."""
    client = scene.client()
    for origin in (
        "https://evil.example", "null", f"http://127.0.0.1:{scene.port}.evil.example", f"https://127.0.0.1:{scene.port}",
        "http://127.0.0.1:1", f"http://evil.example:{scene.port}", "file://", "http://127.0.0.1", "", "*",
    ):  # fmt: skip
        answer = client.call(fields={"Origin": origin})
        allowed = answer.fields.get("Access-Control-Allow-Origin")
        scene.judge(f"Origin {origin!r} is refused", answer.status == 403 and not answer.json.get("result"), (answer.status, allowed))
        scene.judge(f"Origin {origin!r} may not read", allowed in (None, "*") and answer.status == 403, allowed)
    scene.judge("our own Origin is let in", client.call(fields={"Origin": scene.url}).status == 200)
    for host in (f"evil.example:{scene.port}", "127.0.0.1.evil.example", "[::2]", "127.0.0.1:1", "a b", ""):
        for path in ("/mcp", "/account", "/oauth/token", "/.well-known/oauth-authorization-server"):
            answer = raw(scene.port, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            status = answer.split(b"\r\n")[0].split()[1:2]
            scene.judge(f"Host {host!r} at {path} is refused", bool(status) and status[0].startswith(b"4"), answer[:200])
            scene.judge(f"Host {host!r} at {path} is in no address", host == "" or f"//{host}".encode() not in answer, answer[:900])
    for path in ("/account", "/sign-in", "/oauth/consent", "/oauth/authorize", "/oauth/introspect", "/connect/mail"):
        answer = send(scene.port, "OPTIONS", path, None, {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"})
        scene.judge(f"no page of others may use {path}", not answer.fields.get("Access-Control-Allow-Origin"), answer.fields.items())
    for path in ("/oauth/token", "/oauth/register", "/oauth/revoke", "/.well-known/oauth-authorization-server", "/mcp"):
        answer = send(scene.port, "OPTIONS", path, None, {"Origin": "https://inspector.example", "Access-Control-Request-Method": "POST"})
        scene.judge(f"{path} never takes a browser's credentials along", not answer.fields.get("Access-Control-Allow-Credentials"), answer.fields.items())


def versions(scene: Scene) -> None:
    """MCP 2026-07-28, Protocol Version Header: header and body must say the same, unknown ones are 400."""
    client = scene.client()
    for version in ("2099-01-01", "1", "2025-11-25", "", "2026-07-28, 2026-07-28", "x" * 4000):
        answer = client.call(fields={"MCP-Protocol-Version": version})
        scene.judge(f"version {version[:30]!r} beside an envelope of 2026-07-28 is refused", answer.status in (400, 431), (answer.status, answer.text[:200]))
    for name, value in {"Mcp-Method": "tools/list", "Mcp-Name": "add"}.items():
        answer = client.call("tools/call", {"name": "list", "arguments": {}}, fields={name: value})
        scene.judge(f"{name} that the body does not say is refused", answer.status == 400, (answer.status, answer.text[:200]))


def sessions(scene: Scene) -> None:
    """A session id is no credential: whoever has another principal gets 404 for it (MCP, Session Management; security practice
    'Session Hijacking')."""
    anna, again, ben = scene.client(), scene.client(), scene.client("ben")
    answer = handshake(anna)
    session = answer.fields.get("Mcp-Session-Id", "")
    scene.judge("a handshake client gets a session", answer.status == 200 and len(session) > 20, (answer.status, answer.text))
    for name, client, path, status in (
        ("its own client", anna, "/mcp", 200), ("another person", ben, "/mcp", 404), ("another client of the person", again, "/mcp", 404),
        ("nobody", Client(scene.port), "/mcp", 401), ("its client at another server", anna, "/v1/mcp/second", 401),
        ("its client at an open server", anna, "/v1/mcp/half", 401),
    ):  # fmt: skip
        for method in ("POST", "GET", "DELETE"):
            if status == 200 and method != "POST":
                continue
            answer = use(client, session, path, method)
            scene.judge(f"{method} in the session by {name} is {status}", answer.status == status, (answer.status, answer.text[:200]))
    for stolen in (session[:-1] + ("A" if session[-1] != "A" else "B"), session.upper(), "x", session + session, "../" + session):
        answer = use(anna, stolen)
        scene.judge("a session id that was changed is unknown", answer.status in (400, 404), (answer.status, answer.text[:200]))
    answer = use(anna, session, "/mcp", "GET", {"Last-Event-ID": "1", "Accept": "text/event-stream"}, ben.tokens["access_token"])
    scene.judge("events of a session are not for others", answer.status == 404, answer.status)
    scene.judge("after all of that it is still its own", use(anna, session).status == 200)
    ids = {handshake(anna).fields.get("Mcp-Session-Id", "") for _ in range(20)}
    scene.judge("session ids are never given twice", len(ids) == 20, ids)


def handshake(client: Client) -> object:
    body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}}}
    return send(client.port, "POST", client.path, json.dumps(body), head(client))


def use(client: Client, session: str, path: str = "/mcp", method: str = "POST", more: dict | None = None, token: str = "") -> object:
    fields = head(client, token) | {"Mcp-Session-Id": session, "MCP-Protocol-Version": "2025-11-25"} | (more or {})
    body = json.dumps({"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}}) if method == "POST" else None
    return send(client.port, method, path, body, fields)


def head(client: Client, token: str = "") -> dict[str, str]:
    fields = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    token = token or client.tokens.get("access_token", "")
    return fields | ({"Authorization": f"Bearer {token}"} if token else {})
