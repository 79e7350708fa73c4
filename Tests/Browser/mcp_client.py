"""The least of an MCP client of revision 2026-07-28: one request, one POST, one answer."""

from __future__ import annotations

import base64
import itertools
import json
import urllib.error
import urllib.request

REVISION = "2026-07-28"
UI = "text/html;profile=mcp-app"


class RPCError(RuntimeError):
    def __init__(self, error: dict) -> None:
        super().__init__(f"{error.get('code')} {error.get('message')}")
        self.error = error


class Client:
    def __init__(self, url: str) -> None:
        self.url = url
        self.numbers = itertools.count(1)

    def request(self, method: str, params: dict | None = None) -> dict:
        """The result, or RPCError."""
        answer = self.post(method, params or {})
        if "error" in answer:
            raise RPCError(answer["error"])
        return answer["result"]

    def post(self, method: str, params: dict) -> dict:
        """The whole answer; anything that is not one JSON-RPC answer to this request is an error here."""
        number = next(self.numbers)
        meta = {
            "io.modelcontextprotocol/protocolVersion": REVISION,
            "io.modelcontextprotocol/clientInfo": {"name": "patchbay-browser-checks", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {
                "extensions": {"io.modelcontextprotocol/ui": {"mimeTypes": [UI]}}
            },
        }
        body = {"jsonrpc": "2.0", "id": number, "method": method, "params": {**params, "_meta": meta}}
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": REVISION,
            "Mcp-Method": method,
        }
        name = params.get("name", params.get("uri"))
        if name is not None and method in ("tools/call", "resources/read", "prompts/get"):
            headers["Mcp-Name"] = header_value(str(name))
        request = urllib.request.Request(self.url, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                kind, text = response.headers.get_content_type(), response.read()
        except urllib.error.HTTPError as error:
            kind, text = error.headers.get_content_type(), error.read()
        answer = last_event(text) if kind == "text/event-stream" else json.loads(text)
        if answer.get("id") != number:
            raise RuntimeError(f"the answer to {method} has the id {answer.get('id')!r}, not {number}")
        return answer


def header_value(text: str) -> str:
    if text.isascii() and text.isprintable() and text.strip() == text and not text.startswith("=?base64?"):
        return text
    return f"=?base64?{base64.b64encode(text.encode()).decode()}?="


def last_event(text: bytes) -> dict:
    events = text.decode().replace("\r\n", "\n").split("\n\n")
    data = ["\n".join(line[5:].strip() for line in event.split("\n") if line.startswith("data:")) for event in events]
    return json.loads([each for each in data if each][-1])
