"""The HTTP transports: Streamable HTTP with sessions, the stateless one, and HTTP+SSE; each with its refusals."""

from __future__ import annotations

import base64
import binascii
import itertools
import json
import select
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from .control import Control
from .faults import UNASKED, Fault, Faults
from .outlet import Forwarding, Outlet
from .revisions import (
    CAPABILITIES, HEADER_MISMATCH, INVALID_PARAMS, INVALID_REQUEST, PARSE_ERROR, R2, R3, R4, R5, UNSUPPORTED_VERSION,
    VERSION, Failure, since,
)  # fmt: skip
from .server import Server
from .sessions import Session

NAMES = {
    "tools/call": "name", "prompts/get": "name", "resources/read": "uri", "tasks/get": "taskId", "tasks/update": "taskId",
    "tasks/cancel": "taskId",
}  # fmt: skip
POLL_SECONDS = 0.05
UNASKED_SECONDS = 0.3  # between requests that nobody asked for and the answer to what was asked
EXCHANGES = itertools.count()
RETRY_MS = 100


class HTTPSide(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], mcp: Server, faults: Faults, transport: str, always_streams: bool):
        self.mcp, self.faults, self.transport, self.always_streams = mcp, faults, transport, always_streams
        self.control = Control(mcp, faults)
        super().__init__(address, Exchange)

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # A client that goes away is no error of this server.


class Gone(Exception):
    """The client closed the connection."""


class Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: HTTPSide

    def log_message(self, *_: object) -> None:
        pass

    # Verbs

    def do_POST(self) -> None:  # noqa: N802
        path = urlsplit(self.path).path
        body = self._body()
        if path.startswith("/control/"):
            return self._json(200, self.server.control.post(path, json.loads(body or b"{}")))
        try:
            if self.server.transport == "sse":
                if path != "/messages":
                    return self._plain(405, {"Allow": "GET"})
                return self._post_to_stream(body)
            if path != "/mcp":
                return self._plain(404)
            return self._post(body)
        except Failure as failure:
            return self._refuse(failure)
        except (Gone, OSError):
            self.close_connection = True

    def do_GET(self) -> None:  # noqa: N802
        address = urlsplit(self.path)
        if address.path.startswith("/control/"):
            return self._json(200, self.server.control.get(address.path, address.query))
        mcp = self.server.mcp
        self._note("GET")
        try:
            if self.server.transport == "sse":
                return self._serve_stream() if address.path == "/sse" else self._plain(404)
            if address.path != "/mcp":
                return self._plain(404)
            if mcp.revision == R5:
                return self._plain(405, {"Allow": "POST"})
            if "text/event-stream" not in self.headers.get("Accept", ""):
                raise Failure(INVALID_REQUEST, "GET needs Accept: text/event-stream.", status=406)
            session = self._session()
            self._check_version(session)
            if last := self.headers.get("Last-Event-ID"):
                name, _, position = last.rpartition(".")
                outlet = session.outlets.get(name)
                mcp.journal.note("resumed", last=last, known=outlet is not None)
                if outlet is None or not position.isdigit():
                    raise Failure(INVALID_REQUEST, "There is no such event.", status=400)
                return self._stream(outlet, int(position), session, None)
            session.quiet = outlet = session.outlet("quiet")
            return self._stream(outlet, 0, session, None)
        except Failure as failure:
            return self._refuse(failure)
        except (Gone, OSError):
            self.close_connection = True

    def do_DELETE(self) -> None:  # noqa: N802
        self._note("DELETE")
        try:
            if self.server.transport == "sse" or self.server.mcp.revision == R5:
                return self._plain(405, {"Allow": "POST"})
            session = self._session()
            self.server.mcp.sessions.pop(session.id, None)
            if session.quiet is not None:
                session.quiet.finish()
            return self._plain(200)
        except Failure as failure:
            return self._refuse(failure)

    # Streamable HTTP

    def _post(self, body: bytes) -> None:
        mcp = self.server.mcp
        accepted = self.headers.get("Accept", "")
        if not all(kind in accepted for kind in ("application/json", "text/event-stream")):
            mcp.journal.violation("Accept names both kinds of answer (2.4, 2.5)", accept=accepted)
            raise Failure(INVALID_REQUEST, "Accept both application/json and text/event-stream.", status=406)
        if self.headers.get("Content-Type", "").split(";")[0].strip() != "application/json":
            raise Failure(INVALID_REQUEST, "Content-Type is application/json.", status=415)
        try:
            message = json.loads(body)
        except ValueError:
            raise Failure(PARSE_ERROR, "This is no JSON.", status=400) from None
        if mcp.revision == R5:
            return self._post_stateless(message)
        if isinstance(message, list):
            return self._post_batch(message)
        self._check_shape(message)
        if message.get("method") == "initialize":
            session = mcp.open_session()
            if self.headers.get("Mcp-Session-Id"):
                mcp.journal.violation("initialize carries no session id (2.4)")
            return self._run(message, session, {"Mcp-Session-Id": session.id})
        session = self._session()
        self._check_version(session)
        return self._run(message, session, {})

    def _post_batch(self, messages: list) -> None:
        mcp = self.server.mcp
        if mcp.revision != R2 or not messages:
            mcp.journal.violation("a batch where the revision has none", revision=mcp.revision)
            raise Failure(INVALID_REQUEST, "This revision has no batches.", status=400)
        for message in messages:
            self._check_shape(message)
            if message.get("method") == "initialize":
                raise Failure(INVALID_REQUEST, "initialize is never part of a batch.", status=400)
        session = self._session()
        outlet = session.outlet("batch")
        answers = [mcp.handle(message, outlet, session, self._headers()) for message in messages]
        answers = [self._bare(answer) for answer in answers if answer is not None]
        return self._json(200, answers) if answers else self._plain(202)

    def _post_stateless(self, message: object) -> None:
        mcp = self.server.mcp
        try:
            self._check_shape(message)
            assert isinstance(message, dict)
            if "method" not in message:
                raise Failure(INVALID_REQUEST, "2026-07-28 takes no responses.", status=400)
            if "id" not in message:
                mcp.handle(message, Outlet("none"), None, self._headers())
                return self._plain(202)
            check_stateless(message, self.headers, mcp)
        except Failure as failure:
            kind = "refused initialize" if isinstance(message, dict) and message.get("method") == "initialize" else "violation"
            mcp.journal.note(kind, rule=failure.message, code=failure.code, message=message, headers=self._headers())
            return self._refuse(failure, message)
        return self._run(message, None, {})

    def _run(self, message: dict, session: Session | None, headers: dict) -> None:
        """Works in a thread of its own, because the work may outlive this exchange."""
        mcp = self.server.mcp
        if "id" not in message or "method" not in message:
            mcp.handle(message, Outlet("none"), session, self._headers())
            return self._plain(202, headers)
        fault = self.server.faults.take(message)
        if fault is not None and not self._misbehave_before(fault, message):
            return None
        outlet = session.outlet("post") if session is not None else Outlet(f"post{next(EXCHANGES)}")

        def work() -> None:
            if fault is not None and fault.kind == "unasked":
                for method, params in UNASKED:
                    if session is not None:
                        session.send_unasked(outlet, method, params)
                    else:
                        outlet.send({"jsonrpc": "2.0", "id": f"unasked-{method}", "method": method, "params": params})
                time.sleep(UNASKED_SECONDS)
            response = mcp.handle(message, outlet, session, self._headers())
            for extra in misbehave(fault, response, self.server.faults):
                outlet.send(extra)
            outlet.finish()

        threading.Thread(target=work, daemon=True).start()
        while not self.server.always_streams:
            messages, is_finished = outlet.wait(0, POLL_SECONDS)
            if is_finished and len(messages) == 1 and fault is None:
                assert isinstance(messages[0], dict)
                status = messages[0].get("status", 200) if mcp.revision == R5 else 200
                return self._json(status, self._bare(messages[0]), headers)
            if messages or is_finished or outlet.breaks:
                break
            if self._is_gone():
                mcp.gone(message["id"], session, outlet)
                raise Gone
        return self._stream(outlet, 0, session, message["id"], headers, fault)

    def _misbehave_before(self, fault: Fault, message: dict) -> bool:
        """Whether the request is to be answered after all."""
        journal = self.server.mcp.journal
        journal.note("fault", fault=fault.kind, method=message["method"], id=message["id"])
        if fault.kind in ("hang", "silence"):
            if fault.kind == "hang":
                self._open_stream({})
            while not self._is_gone():
                threading.Event().wait(POLL_SECONDS)
            journal.note("left", fault=fault.kind, id=message["id"])
        elif fault.kind == "cut-head":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{")
        elif fault.kind == "status":
            self._json(fault.facts.get("status", 503), fault.facts.get("body"))
            return False
        elif fault.kind == "die":
            self.server.control.die()
        else:
            return True
        self.close_connection = True
        raise Gone

    # HTTP+SSE

    def _serve_stream(self) -> None:
        mcp = self.server.mcp
        session = mcp.open_session()
        session.quiet = session.outlet("stream")
        self._open_stream({})
        self._chunk(f"event: endpoint\ndata: /messages?sessionId={session.id}\n\n".encode())
        try:
            self._pump(session.quiet, 0, None, "", None)
        finally:
            mcp.sessions.pop(session.id, None)
            mcp.journal.note("stream ended", session=session.id)
        self.close_connection = True

    def _post_to_stream(self, body: bytes) -> None:
        mcp = self.server.mcp
        number = parse_qs(urlsplit(self.path).query).get("sessionId", [""])[0]
        session = mcp.sessions.get(number)
        if session is None:
            return self._plain(404 if number else 400)
        try:
            message = json.loads(body)
        except ValueError:
            return self._plain(400)
        stream = session.quiet
        assert stream is not None
        if isinstance(message, list):
            mcp.journal.violation("a batch where the revision has none")
            return self._plain(400)
        self._check_shape(message)
        shared = Forwarding("shared", stream.send)
        if "id" not in message or "method" not in message:
            mcp.handle(message, shared, session)
            return self._answer(202, b"Accepted", {"Content-Type": "text/plain"})
        self._answer(202, b"Accepted", {"Content-Type": "text/plain"})
        threading.Thread(target=work_on_stream, daemon=True,
                         args=(mcp, self.server.faults, message, shared, session, stream.finish)).start()  # fmt: skip
        return None

    # Checks

    def _check_shape(self, message: object) -> None:
        if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            raise Failure(INVALID_REQUEST, "This is no JSON-RPC message.", status=400)

    def _session(self) -> Session:
        number = self.headers.get("Mcp-Session-Id")
        if number is None:
            raise Failure(INVALID_REQUEST, "Bad Request: Mcp-Session-Id is missing", status=400)
        if number not in self.server.mcp.sessions:
            self.server.mcp.journal.note("unknown session", session=number)
            raise Failure(-32001, "Session not found", status=404)
        return self.server.mcp.sessions[number]

    def _check_version(self, session: Session) -> None:
        revision, given = self.server.mcp.revision, self.headers.get("MCP-Protocol-Version")
        if not since(revision, R3):
            return
        if given is None:
            self.server.mcp.journal.violation("MCP-Protocol-Version after initialize (2.4)", revision=revision)
        elif given != session.version:
            self.server.mcp.journal.violation("MCP-Protocol-Version is the negotiated one (2.4)", given=given)
            raise Failure(INVALID_REQUEST, f"Bad Request: Unsupported protocol version {given}", status=400)

    # Answers

    def _stream(self, outlet: Outlet, position: int, session: Session | None, request_id: object,
                headers: dict | None = None, fault: Fault | None = None) -> None:  # fmt: skip
        revision = self.server.mcp.revision
        self._open_stream(headers or {})
        name = "" if revision == R5 else outlet.name
        if revision == R4 and position == 0 and request_id is not None:
            self._chunk(f"id: {name}.0\nretry: {RETRY_MS}\ndata: \n\n".encode())
        if fault is not None and fault.kind == "cut":
            self._chunk(b'event: message\ndata: {"jsonrpc":"2.0","id":')
            self.close_connection = True
            raise Gone
        if fault is not None and fault.kind == "garbage":
            self._chunk(b"event: message\ndata: {]\n\n")
        try:
            self._pump(outlet, position, session, name, request_id)
        except (Gone, OSError):
            self.server.mcp.gone(request_id, session, outlet)
            if session is not None and session.quiet is outlet:
                session.quiet = None
            raise

    def _pump(self, outlet: Outlet, position: int, session: Session | None, name: str, request_id: object) -> None:
        breaks = outlet.breaks if request_id is None else 0
        while True:
            messages, is_finished = outlet.wait(position, POLL_SECONDS)
            for message in messages:
                position += 1
                mark = f"id: {name}.{position}\n" if name else ""
                self._chunk(f"event: message\n{mark}data: {json.dumps(self._bare(message))}\n\n".encode())
            if is_finished and position == len(outlet.messages):
                break
            if outlet.breaks != breaks:
                self.close_connection = True
                break
            if not messages and self._is_gone():
                raise Gone
        self.wfile.write(b"0\r\n\r\n")

    def _open_stream(self, headers: dict) -> None:
        fields = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "X-Accel-Buffering": "no",
                  "Transfer-Encoding": "chunked"} | headers  # fmt: skip
        lines = "".join(f"{key}: {value}\r\n" for key, value in fields.items())
        self.wfile.write(f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode())

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def _refuse(self, failure: Failure, message: object = None) -> None:
        number = message.get("id") if isinstance(message, dict) else None
        self._json(failure.status, {"jsonrpc": "2.0", "id": number, "error": failure.body()})

    def _json(self, status: int, value: object, headers: dict | None = None) -> None:
        self._answer(status, json.dumps(value).encode(), {"Content-Type": "application/json"} | (headers or {}))

    def _plain(self, status: int, headers: dict | None = None) -> None:
        self._answer(status, b"", headers or {})

    def _answer(self, status: int, body: bytes, headers: dict) -> None:
        fields = headers | ({} if status == 202 and not body else {"Content-Length": str(len(body))})
        if status == 202 and not body:
            fields["Content-Length"] = "0"
        lines = "".join(f"{key}: {value}\r\n" for key, value in fields.items())
        self.wfile.write(f"HTTP/1.1 {status} {self.responses.get(status, ('',))[0]}\r\n{lines}\r\n".encode() + body)

    def _bare(self, message: object) -> object:
        return {key: value for key, value in message.items() if key != "status"} if isinstance(message, dict) else message

    def _is_gone(self) -> bool:
        try:
            readable, _, _ = select.select([self.connection], [], [], 0)
            return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""
        except OSError:
            return True

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _headers(self) -> dict:
        return {key.lower(): value for key, value in self.headers.items()}

    def _note(self, verb: str) -> None:
        self.server.mcp.journal.note("http", verb=verb, path=self.path, headers=self._headers())


def work_on_stream(mcp: Server, faults: Faults, message: dict, outlet: Outlet, session: Session | None, end) -> None:
    """One message of a transport whose messages share a stream."""
    fault = faults.take(message)
    if fault is not None:
        mcp.journal.note("fault", fault=fault.kind, method=message["method"], id=message["id"])
        if fault.kind in ("hang", "silence", "status"):
            return
        if fault.kind in ("cut", "cut-head"):
            return end()
        if fault.kind == "die":
            Control(mcp, faults).die()
        if fault.kind == "unasked":
            for method, params in UNASKED:
                if session is not None:
                    session.send_unasked(outlet, method, params)
            time.sleep(UNASKED_SECONDS)
    for extra in misbehave(fault, mcp.handle(message, outlet, session), faults):
        outlet.send(extra)
    outlet.finish()


def misbehave(fault: Fault | None, response: dict | None, faults: Faults) -> list[dict]:
    if response is None:
        return []
    kind = fault.kind if fault else ""
    if kind == "twice":
        return [response, response]
    if kind == "foreign":
        return [response | {"id": "foreign"}]
    if kind in ("endless", "circle"):
        return [faults.endless(response, kind)]
    return [response]


def check_stateless(message: dict, headers, mcp: Server) -> None:
    """The checks of 2026-07-28 before a request is looked at, in the order of the official SDK."""
    method, params = message["method"], message.get("params")
    meta = (params.get("_meta") if isinstance(params, dict) else None) or {}
    if len(repeated := [key.lower() for key in headers.keys() if key.lower().startswith("mcp-")]) != len(set(repeated)):  # noqa: SIM118
        raise Failure(HEADER_MISMATCH, "A header that routes stands twice.", status=400)
    given = headers.get("MCP-Protocol-Version")
    if method == "initialize" and VERSION not in meta:
        data = {"supported": [R5], "requested": str((params or {}).get("protocolVersion"))}
        raise Failure(UNSUPPORTED_VERSION, f"This server speaks {R5} only.", data, status=400)
    for key in (VERSION, CAPABILITIES):
        if key not in meta:
            raise Failure(INVALID_PARAMS, f"_meta has no {key}.", status=400)
    if given is None or given.strip() != meta[VERSION]:
        raise Failure(HEADER_MISMATCH, "MCP-Protocol-Version is not that of the body.", status=400)
    if meta[VERSION] != R5:
        data = {"supported": [R5], "requested": meta[VERSION]}
        raise Failure(UNSUPPORTED_VERSION, f"This server speaks {R5} only.", data, status=400)
    if headers.get("Mcp-Method", "").strip() != method:
        raise Failure(HEADER_MISMATCH, "Mcp-Method is not that of the body.", status=400)
    if (member := NAMES.get(method)) and params.get(member) is not None:
        if "Mcp-Name" not in headers or decoded(headers["Mcp-Name"]) != params[member]:
            raise Failure(HEADER_MISMATCH, f"Mcp-Name is not {member} of the body.", status=400)
    if method == "tools/call" and (offer := mcp.find("tool", params.get("name"))) is not None:
        for name, schema in offer.definition["inputSchema"].get("properties", {}).items():
            if suffix := schema.get("x-mcp-header"):
                value = (params.get("arguments") or {}).get(name)
                header = headers.get(f"Mcp-Param-{suffix}")
                if (value is None) != (header is None) or (header is not None and decoded(header) != plain(value)):
                    raise Failure(HEADER_MISMATCH, f"Mcp-Param-{suffix} is not the argument {name}.", status=400)


def plain(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) or not isinstance(value, str) else value


def decoded(value: str) -> str:
    value = value.strip(" \t")
    if not (value.startswith("=?base64?") and value.endswith("?=") and len(value) >= 11):
        return value
    try:
        return base64.b64decode(value[9:-2], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Failure(HEADER_MISMATCH, "A header is not valid Base64.", status=400) from None
