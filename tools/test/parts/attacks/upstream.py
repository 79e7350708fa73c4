"""A server of others with its own sign-in, that does as a test wants: metadata, authorization, tokens, and one tool."""

import contextlib
import http.server
import json
import threading
import urllib.parse


class Upstream:
    """An authorization server and the MCP server that it guards, at one address."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.shown: list[str] = []
        self.given: list[str] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.answer(self, {})

            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
                outer.answer(self, dict(urllib.parse.parse_qsl(text)), text)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> "Upstream":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request: http.server.BaseHTTPRequestHandler, form: dict[str, str], text: str = "") -> None:
        path = urllib.parse.urlsplit(request.path).path
        self.asked.append((request.command, path, form))
        status, fields, body = self._told(request, path, form, text)
        content = json.dumps(body).encode()
        with contextlib.suppress(OSError):
            request.send_response(status)
            for name, value in (fields | {"Content-Type": "application/json", "Content-Length": str(len(content))}).items():
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(content)

    def _told(self, request: http.server.BaseHTTPRequestHandler, path: str, form: dict[str, str], text: str) -> tuple[int, dict[str, str], dict]:
        if path == "/.well-known/oauth-protected-resource/mcp":
            return 200, {}, {"resource": f"{self.url}/mcp", "authorization_servers": [self.url], "scopes_supported": ["mail"]}
        if path == "/.well-known/oauth-authorization-server":
            return 200, {}, {
                "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize", "token_endpoint": f"{self.url}/token",
                "registration_endpoint": f"{self.url}/register", "response_types_supported": ["code"],
                "code_challenge_methods_supported": ["S256"], "authorization_response_iss_parameter_supported": True,
            }  # fmt: skip
        if path == "/register":
            return 201, {}, json.loads(text) | {"client_id": "gateway"}
        if path == "/token":
            token = f"upstream-secret-{len(self.given)}"
            self.given.append(token)
            return 200, {}, {"access_token": token, "token_type": "Bearer", "expires_in": 3600, "refresh_token": "again-" + token}
        if path == "/mcp":
            return self._mcp(request, text)
        return 404, {}, {"error": "not_found"}

    def _mcp(self, request: http.server.BaseHTTPRequestHandler, text: str) -> tuple[int, dict[str, str], dict]:
        shown = request.headers.get("Authorization", "")
        self.shown.append(shown)
        if shown.removeprefix("Bearer ") not in self.given:
            where = f'{self.url}/.well-known/oauth-protected-resource/mcp'
            return 401, {"WWW-Authenticate": f'Bearer resource_metadata="{where}", scope="mail"'}, {}
        message = json.loads(text or "{}")
        result: dict = {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"}
        if message.get("method") == "server/discover":
            result |= {"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}, "serverInfo": {"name": "mail", "version": "1"}}
        elif message.get("method") == "tools/list":
            result |= {"tools": [{"name": "whose", "inputSchema": {"type": "object"}}]}
        elif message.get("method") == "tools/call":
            result = {"resultType": "complete", "content": [{"type": "text", "text": shown.removeprefix("Bearer ")}]}
        else:
            return 404, {}, {"jsonrpc": "2.0", "id": message.get("id"), "error": {"code": -32601, "message": "unknown"}}
        return 200, {}, {"jsonrpc": "2.0", "id": message.get("id"), "result": result}
