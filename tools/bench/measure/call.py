"""The one call that every figure is about, as bytes: a `tools/call` of MCP 2026-07-28 and its fixed answer."""

from __future__ import annotations

import json
import urllib.request

REVISION = "2026-07-28"
PATH = "/mcp"
TOOL = "weather"

HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json, text/event-stream",
    "MCP-Protocol-Version": REVISION,
    "Mcp-Method": "tools/call",
    "Mcp-Name": TOOL,
}


def _text(message: object) -> str:
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)


CITIES = ["Espelkamp", "Bad Oeynhausen", "Ulm", "Hille", "Porta Westfalica", "Minden", "Preußisch Oldendorf"]


def _body(arguments: object) -> str:
    return _text(
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {
                "name": TOOL,
                "arguments": arguments,
                "_meta": {
                    "io.modelcontextprotocol/protocolVersion": REVISION,
                    "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
                    "io.modelcontextprotocol/clientCapabilities": {},
                },
            },
        }
    )


BODY = _body({"city": "Espelkamp", "days": 3})

# The id is the request's, which is always 1: that is why an upstream that never reads the request can be right.
ANSWER = _text(
    {
        "jsonrpc": "2.0",
        "id": 1,
        "result": {
            "resultType": "complete",
            "content": [
                {
                    "type": "text",
                    "text": "Espelkamp, three days: 11 to 17 degrees, light wind from the west, a shower on Tuesday "
                    "afternoon, dry and bright for the rest of the time, sunrise at 07:12, sunset at 18:40.",
                }
            ],
            "isError": False,
        },
    }
)


# A gateway asks these two before the first call. Their ids are the first that Patchbay uses; an upstream that never reads
# the request tells the methods apart by the header that names them.
DISCOVERY = _text(
    {
        "jsonrpc": "2.0",
        "id": 0,
        "result": {
            "resultType": "complete",
            "supportedVersions": [REVISION],
            "capabilities": {"tools": {}},
            "ttlMs": 3_600_000,
            "cacheScope": "public",
        },
    }
)

TOOLS = _text(
    {
        "jsonrpc": "2.0",
        "id": 1,
        "result": {
            "resultType": "complete",
            "tools": [
                {
                    "name": TOOL,
                    "description": "The weather of the next days.",
                    "inputSchema": {
                        "type": "object",
                        "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 0}},
                        "required": ["city"],
                    },
                }
            ],
            "ttlMs": 3_600_000,
            "cacheScope": "public",
        },
    }
)


def list_tools(port: int) -> None:
    """Asks for the tools, as every client does first, and makes sure that the one tool is there."""
    body = json.loads(BODY) | {"method": "tools/list"}
    del body["params"]["name"], body["params"]["arguments"]
    headers = HEADERS | {"Mcp-Method": "tools/list"}
    del headers["Mcp-Name"]
    request = urllib.request.Request(f"http://127.0.0.1:{port}{PATH}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        answer = json.load(response)
    names = [tool["name"] for tool in answer.get("result", {}).get("tools", [])]
    if names != [TOOL]:
        raise RuntimeError(f"the gateway lists {names or answer} instead of {TOOL}")


def request_bytes(port: int) -> bytes:
    """The call as it stands on the wire."""
    return _request_bytes(port, BODY)


def varied_bytes(port: int, number: int) -> bytes:
    """One of many calls with arguments of different lengths, so that no head is like the one before it."""
    city = CITIES[number % len(CITIES)] + "." * (number % 11)
    return _request_bytes(port, _body({"city": city, "days": number % 31}))


def _request_bytes(port: int, body: str) -> bytes:
    encoded = body.encode()
    fields = {"Host": f"127.0.0.1:{port}", **HEADERS, "Content-Length": str(len(encoded))}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {PATH} HTTP/1.1\r\n{head}\r\n".encode() + encoded


def stream_bytes(port: int) -> bytes:
    """A GET that opens a quiet event stream."""
    return (
        f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\n"
        f"MCP-Protocol-Version: {REVISION}\r\n\r\n"
    ).encode()


def wrk_script() -> str:
    """wrk's own language: the request is built once, the result is one JSON line."""
    lines = ['wrk.method = "POST"', f"wrk.body = {json.dumps(BODY)}"]
    lines += [f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}" for name, value in HEADERS.items()]
    lines.append(
        """
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\\nRESULT {"requests":%d,"microseconds":%d,"p50":%d,"p90":%d,"p99":%d,'
    .. '"failed":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(90), latency:percentile(99),
    e.connect, e.read, e.write, e.status, e.timeout))
end"""
    )
    return "\n".join(lines) + "\n"
