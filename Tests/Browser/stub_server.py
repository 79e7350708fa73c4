"""An MCP server of 2026-07-28 with the tools of the Kanban board, cards in memory, and the page from its sources.

It stands in for the gateway while the page is worked on; it checks less than the real one and keeps nothing.
"""

from __future__ import annotations

import json
import pathlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SOURCES = pathlib.Path(__file__).parents[2] / "Sources/Services/Connectors/Kanban/Board"
URI = "ui://kanban/board"
MIME = "text/html;profile=mcp-app"
COLUMNS = {"todo": "To do", "doing": "Doing", "done": "Done"}


class Refusal(Exception):
    pass


class Board:
    def __init__(self) -> None:
        self.cards: list[dict] = []
        self.lock = threading.Lock()
        self.last = 0

    def call(self, name: str, arguments: dict) -> tuple[str, dict]:
        with self.lock:
            return getattr(self, name)(**arguments)

    def list(self, column: str | None = None, offset: int = 0, limit: int = 200) -> tuple[str, dict]:
        found = [c for key in COLUMNS for c in self.column(key) if column in (None, key)]
        counts = [{"id": k, "title": t, "count": len(self.column(k))} for k, t in COLUMNS.items()]
        value = {"columns": counts, "cards": found[offset:offset + limit], "total": len(found), "offset": offset}
        if column:
            value["column"] = column
        if offset + limit < len(found):
            value["nextOffset"] = offset + limit
        return "The board.", value

    def add(self, title: str, notes: str = "", column: str = "todo", position: int = 1000) -> tuple[str, dict]:
        self.last += 1
        now = "2026-07-29T00:00:00Z"
        card = {"id": f"c{self.last:07}", "column": column, "position": 0, "title": title.strip(), "notes": notes,
                "createdAt": now, "updatedAt": now}
        self.place(card, column, position)
        return f"Added {title}.", {"card": card}

    def move(self, id: str, column: str, position: int = 1000) -> tuple[str, dict]:
        card = self.take(id)
        self.place(card, column, position)
        return f"Moved {card['title']}.", {"card": card}

    def remove(self, id: str) -> tuple[str, dict]:
        card = self.take(id)
        return f"Removed {card['title']}.", {"removed": card}

    def column(self, key: str) -> list[dict]:
        return sorted((c for c in self.cards if c["column"] == key), key=lambda c: c["position"])

    def take(self, id: str) -> dict:
        card = next((c for c in self.cards if c["id"] == id), None)
        if card is None:
            raise Refusal(f'There is no card with the id "{id}"; call list to see the cards and their ids.')
        self.cards.remove(card)
        self.number(self.column(card["column"]))
        return card

    def place(self, card: dict, column: str, position: int) -> None:
        card["column"] = column
        others = self.column(column)
        others.insert(position - 1, card)
        self.cards.append(card)
        self.number(others)

    @staticmethod
    def number(cards: list[dict]) -> None:
        for position, card in enumerate(cards, 1):
            card["position"] = position


def page() -> str:
    css, html, js = ((SOURCES / f"board.{kind}").read_text() for kind in ("css", "html", "js"))
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Board</title>'
    return (f'<!doctype html>\n<html lang="en">\n<head>\n{head}\n<style>\n{css}</style>\n</head>\n'
            f"<body>\n{html}<script>\n{js}</script>\n</body>\n</html>\n")


def answer(board: Board, method: str, params: dict) -> dict:
    kept = {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"}
    if method == "tools/list":
        meta = {"ui": {"resourceUri": URI, "visibility": ["model", "app"]}}
        schema = {"type": "object"}
        return {"tools": [{"name": n, "inputSchema": schema, "outputSchema": schema, "_meta": meta}
                          for n in ("list", "add", "move", "remove")], **kept}
    if method == "resources/read" and params["uri"] == URI:
        csp = {"connectDomains": [], "resourceDomains": [], "frameDomains": [], "baseUriDomains": []}
        contents = {"uri": URI, "mimeType": MIME, "text": page(), "_meta": {"ui": {"csp": csp, "prefersBorder": True}}}
        return {"contents": [contents], **kept}
    if method == "tools/call" and params["name"] in ("list", "add", "move", "remove"):
        try:
            text, value = board.call(params["name"], params.get("arguments", {}))
        except Refusal as refusal:
            return {"content": [{"type": "text", "text": str(refusal)}], "isError": True, "resultType": "complete"}
        content = [{"type": "text", "text": text}, {"type": "text", "text": json.dumps(value)}]
        return {"content": content, "structuredContent": json.loads(json.dumps(value)), "resultType": "complete"}
    raise LookupError(method)


def serve() -> ThreadingHTTPServer:
    """Starts on a free port; the address is `server.server_address`."""
    board = Board()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            reply = {"jsonrpc": "2.0", "id": request["id"]}
            try:
                reply["result"] = answer(board, request["method"], request["params"])
            except (LookupError, TypeError) as error:
                reply["error"] = {"code": -32602, "message": f"not here: {error}"}
            body = json.dumps(reply).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
