"""Serves the host page on one origin and views on another, and relays JSON-RPC to the MCP address.

A view's security rules are made from `_meta.ui.csp` as MCP Apps says: what is not declared is forbidden.
"""

from __future__ import annotations

import json
import pathlib
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mcp_client import Client

HERE = pathlib.Path(__file__).parent


def security_policy(csp: dict | None) -> str:
    csp = csp or {}
    resources = " ".join(csp.get("resourceDomains", []))
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' 'unsafe-inline' {resources}",
        "style-src": f"'self' 'unsafe-inline' {resources}",
        "img-src": f"'self' data: {resources}",
        "font-src": f"'self' {resources}",
        "media-src": f"'self' data: {resources}",
        "connect-src": " ".join(csp.get("connectDomains", [])) or "'none'",
        "frame-src": " ".join(csp.get("frameDomains", [])) or "'none'",
        "base-uri": " ".join(csp.get("baseUriDomains", [])) or "'self'",
        "object-src": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value.strip()}" for name, value in rules.items())


class Relay:
    """What the two origins share: the client, and a switch with which a check makes calls fail."""

    def __init__(self, url: str) -> None:
        self.client = Client(url)
        self.is_broken = False


def start(handler: type[BaseHTTPRequestHandler]) -> str:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


def serve(url: str) -> tuple[str, Relay]:
    """Starts both origins; returns the address of the host page and the relay."""
    relay = Relay(url)

    class Quiet(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, kind: str, body: bytes, policy: str | None = None) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            pass

    class View(Quiet):
        def do_GET(self) -> None:
            uri = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("uri")
            if not uri:
                self.send_error(404)
                return
            contents = relay.client.request("resources/read", {"uri": uri[0]})["contents"][0]
            policy = security_policy(contents.get("_meta", {}).get("ui", {}).get("csp"))
            self.answer("text/html; charset=utf-8", contents["text"].encode(), policy)

    view_origin = start(View)

    class Host(Quiet):
        def do_GET(self) -> None:
            name = urllib.parse.urlsplit(self.path).path.lstrip("/")
            if name == "host.html":
                page = (HERE / name).read_text().replace("VIEW_ORIGIN", view_origin)
                self.answer("text/html; charset=utf-8", page.encode())
            elif name == "host.js":
                self.answer("text/javascript; charset=utf-8", (HERE / name).read_bytes())
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if relay.is_broken:
                answer = {"error": {"code": -32603, "message": "The upstream board is not reachable."}}
            else:
                answer = relay.client.post(request["method"], request.get("params", {}))
            self.answer("application/json", json.dumps(answer).encode())

    return f"{start(Host)}/host.html", relay
