"""An MCP server of 2026-07-28 that wants to see who calls: its own authorization server, or a key. The test turns its switches."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

KEY = "guarded-key-0123456789"
HINT = {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"}
TOOLS = [{"name": name, "inputSchema": {"type": "object"}} for name in ("whoami", "deep")]
# Addresses that want a token, and those that want the key: where it is looked for.
GUARDED = ("/mcp", "/shared")
KEYED = {"/bearer": "Authorization", "/header": "X-Api-Key", "/query": "key"}


class GuardedUpstream(ThreadingHTTPServer):
    """Whoever authorizes is `person`; nobody is asked. All is forgotten with the object."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.lock = threading.Lock()
        self.person = "nobody"
        self.issuer = self.url  # what an answer says of itself (RFC 9207)
        self.is_login_down = False
        self.codes: dict[str, dict] = {}
        self.access: dict[str, dict] = {}
        self.refresh: dict[str, dict] = {}
        self.asked: list[dict] = []  # at /authorize
        self.granted: list[str] = []  # kinds of grants at /token
        self.given_back: list[str] = []
        self.shown: list[str] = []  # every head of a request for MCP
        self.secrets: set[str] = {KEY}

    def __enter__(self) -> GuardedUpstream:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # A client that goes away is no error of this server.

    # Switches

    def expire(self) -> None:
        """No access token is good any more; those to refresh are."""
        with self.lock:
            self.access.clear()

    def end(self, person: str) -> None:
        """A person takes back what they gave."""
        with self.lock:
            for tokens in (self.access, self.refresh):
                for token in [token for token, grant in tokens.items() if grant["person"] == person]:
                    del tokens[token]

    # The authorization server

    def tokens(self, grant: dict) -> dict:
        access, refresh = (secrets.token_urlsafe(24) for _ in range(2))
        self.access[access] = self.refresh[refresh] = grant
        self.secrets |= {access, refresh}
        return {"access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": 3600, "scope": grant["scope"]}

    def authorize(self, query: dict[str, str]) -> str:
        code = secrets.token_urlsafe(16)
        self.asked.append(query)
        self.codes[code] = {"person": self.person, "scope": query.get("scope", ""), "challenge": query["code_challenge"], "resource": query["resource"]}
        return query["redirect_uri"] + "?" + urlencode({"code": code, "state": query["state"], "iss": self.issuer})

    def token(self, form: dict[str, str]) -> tuple[int, dict]:
        self.granted.append(form.get("grant_type", ""))
        if form.get("grant_type") == "authorization_code":
            grant = self.codes.pop(form.get("code", ""), None)
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if grant and grant["challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
                return 200, self.tokens(grant)
        elif grant := self.refresh.pop(form.get("refresh_token", ""), None):
            return 200, self.tokens(grant)
        return 400, {"error": "invalid_grant"}


class Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: GuardedUpstream

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:  # noqa: N802
        server, path = self.server, urlsplit(self.path).path
        for guarded in GUARDED:
            if path == "/.well-known/oauth-protected-resource" + guarded:
                return self._json(200, {"resource": server.url + guarded, "authorization_servers": [server.url], "scopes_supported": ["plain"]})
        if path == "/.well-known/oauth-authorization-server":
            return self._json(200, {
                "issuer": server.url, "authorization_endpoint": server.url + "/authorize", "token_endpoint": server.url + "/token",
                "registration_endpoint": server.url + "/register", "revocation_endpoint": server.url + "/revoke",
                "code_challenge_methods_supported": ["S256"], "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code", "refresh_token"], "token_endpoint_auth_methods_supported": ["none"],
                "authorization_response_iss_parameter_supported": True,
            })  # fmt: skip
        if path == "/authorize":
            with server.lock:
                return self._send(302, b"", {"Location": server.authorize(_flat(urlsplit(self.path).query))})
        return self._json(405 if path in GUARDED or path in KEYED else 404, {})

    def do_POST(self) -> None:  # noqa: N802
        server, path = self.server, urlsplit(self.path).path
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if path == "/register":
            return self._json(201, {**json.loads(body), "client_id": secrets.token_urlsafe(8), "token_endpoint_auth_method": "none"})
        if path == "/token":
            if server.is_login_down:
                self.close_connection = True
                return self.connection.close()
            with server.lock:
                return self._json(*server.token(_flat(body.decode())))
        if path == "/revoke":
            with server.lock:
                token = _flat(body.decode()).get("token", "")
                server.given_back.append(token)
                server.access.pop(token, None), server.refresh.pop(token, None)
            return self._send(200, b"", {})
        with server.lock:
            server.shown.append(f"{self.path}\n{self.headers}")
            caller = self._caller(path)
        return self._mcp(json.loads(body), path, caller)

    def _caller(self, path: str) -> dict | None:
        if path in KEYED:
            place = KEYED[path]
            found = _flat(urlsplit(self.path).query).get(place) if place == "key" else self.headers.get(place, "").removeprefix("Bearer ")
            return {"person": "key", "scope": "plain deep"} if found == KEY else None
        grant = self.server.access.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
        return grant if grant and grant["resource"] == self.server.url + path else None

    def _mcp(self, message: dict, path: str, caller: dict | None) -> None:
        about = f'Bearer resource_metadata="{self.server.url}/.well-known/oauth-protected-resource{path}"'
        if caller is None:
            return self._json(401, {}, {"WWW-Authenticate": about if path in GUARDED else "Bearer"})
        method, params = message["method"], message.get("params") or {}
        if method == "tools/call" and params["name"] == "deep" and "deep" not in caller["scope"].split():
            return self._json(403, {}, {"WWW-Authenticate": about + ', error="insufficient_scope", scope="deep"'})
        results = {
            "server/discover": {"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}},
            "tools/list": {"tools": TOOLS},
            "tools/call": {"content": [{"type": "text", "text": caller["person"]}]},
        }
        if method not in results:
            error = {"code": -32601, "message": "There is no such method."}
            return self._json(404, {"jsonrpc": "2.0", "id": message.get("id"), "error": error})
        return self._json(200, {"jsonrpc": "2.0", "id": message["id"], "result": HINT | results[method]})

    def _json(self, status: int, value: dict, fields: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(value).encode(), {"Content-Type": "application/json"} | (fields or {}))

    def _send(self, status: int, body: bytes, fields: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**fields, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _flat(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
