"""The stdio transport: one message a line, all requests at once."""

from __future__ import annotations

import json
import sys
import threading

from .faults import Faults
from .http_side import work_on_stream
from .outlet import Forwarding
from .revisions import CAPABILITIES, INVALID_PARAMS, R5, UNSUPPORTED_VERSION, VERSION, Failure
from .server import Server
from .sessions import Session


class StdioSide:
    """`before` says what a handshake server does with a request before `initialize`: error, silence or exit."""

    def __init__(self, mcp: Server, faults: Faults, before: str):
        self.mcp, self.faults, self.before = mcp, faults, before
        self._lock = threading.Lock()
        self._session: Session | None = None

    def write(self, message: object) -> None:
        if isinstance(message, dict):
            message = {key: value for key, value in message.items() if key != "status"}
        line = json.dumps(message, ensure_ascii=False)
        with self._lock:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    def serve(self) -> None:
        for line in sys.stdin:
            if not line.strip():
                continue
            try:
                message = json.loads(line)
            except ValueError:
                self.mcp.journal.violation("a line that is no JSON", line=line[:200])
                continue
            if not isinstance(message, dict):
                self.mcp.journal.violation("a batch on stdio", line=line[:200])
                continue
            if not self._take(message):
                return

    def _take(self, message: dict) -> bool:
        if self.mcp.revision == R5:
            return self._take_stateless(message)
        if message.get("method") == "initialize":
            self._session = self.mcp.open_session()
            self._session.quiet = Forwarding("quiet", self.write)
        elif self._session is None:
            self.mcp.journal.note("before initialize", method=message.get("method"))
            if self.before == "error" and "id" in message:
                self.write({"jsonrpc": "2.0", "id": message["id"], "error": {"code": INVALID_PARAMS, "message": "Not initialized"}})
            return self.before != "exit"
        self._work(message, self._session)
        return True

    def _take_stateless(self, message: dict) -> bool:
        meta = (message.get("params") or {}).get("_meta") or {}
        if "id" in message and "method" in message:
            try:
                if message["method"] == "initialize" and VERSION not in meta:
                    data = {"supported": [R5], "requested": str((message.get("params") or {}).get("protocolVersion"))}
                    raise Failure(UNSUPPORTED_VERSION, f"This server speaks {R5} only.", data)
                for key in (VERSION, CAPABILITIES):
                    if key not in meta:
                        raise Failure(INVALID_PARAMS, f"_meta has no {key}.")
                if meta[VERSION] != R5:
                    raise Failure(
                        UNSUPPORTED_VERSION, f"This server speaks {R5} only.", {"supported": [R5], "requested": meta[VERSION]}
                    )
            except Failure as failure:
                self.mcp.journal.violation(failure.message, code=failure.code)
                self.write({"jsonrpc": "2.0", "id": message["id"], "error": failure.body()})
                return True
        self._work(message, None)
        return True

    def _work(self, message: dict, session: Session | None) -> None:
        if "id" not in message or "method" not in message or message["method"] == "initialize":
            work_on_stream(self.mcp, self.faults, message, Forwarding("stdio", self.write), session, sys.exit)
            return
        threading.Thread(target=work_on_stream, daemon=True,
                         args=(self.mcp, self.faults, message, Forwarding("stdio", self.write), session, sys.exit)).start()  # fmt: skip
