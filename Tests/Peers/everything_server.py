#!/usr/bin/env python3
"""An upstream for tests: one revision of MCP, strictly, with everything it has. Python's standard library only.

    everything_server.py --revision 2025-11-25 [--transport http|sse|stdio] [--port N] [--control FOLDER]

http is Streamable HTTP at /mcp (2025-03-26 and later), sse is HTTP+SSE at /sse (2024-11-05 to 2025-11-25), stdio is a
line a message. The control address (/control/log, /control/state, /control/wait, /control/do) is on the same port; with
stdio it has a port of its own. Each process writes a file named by its process id, with its port in it, into FOLDER.
"""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from everything.faults import Faults
from everything.http_side import HTTPSide
from everything.revisions import R1, R5, REVISIONS
from everything.server import Server
from everything.stdio_side import StdioSide


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--revision", choices=REVISIONS, required=True)
    parser.add_argument("--transport", choices=["http", "sse", "stdio"], default="http")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control", type=Path, help="a folder for files that say where the control address is")
    parser.add_argument("--page", type=int, default=0, help="how many entries a page of a list has; 0: all")
    parser.add_argument("--answers", choices=["mixed", "streams"], default="mixed", help="whether all answers are streams")
    parser.add_argument("--before", choices=["error", "silence", "exit"], default="error",
                        help="what a handshake server on stdio does with a request before initialize")  # fmt: skip
    parser.add_argument("--no-tasks", action="store_true")
    given = parser.parse_args()
    if given.revision == R1 and given.transport == "http":
        parser.error("2024-11-05 has no Streamable HTTP")
    if given.revision == R5 and given.transport == "sse":
        parser.error("2026-07-28 has no HTTP+SSE")

    server, faults = Server(given.revision, given.page), Faults()
    server.has_tasks = not given.no_tasks
    side = HTTPSide(("127.0.0.1", given.port), server, faults, given.transport, given.answers == "streams")
    if given.control:
        given.control.mkdir(parents=True, exist_ok=True)
        written = given.control / f".{os.getpid()}"
        written.write_text(str(side.server_address[1]))
        written.rename(given.control / str(os.getpid()))
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    if given.transport == "stdio":
        threading.Thread(target=side.serve_forever, daemon=True).start()
        print(f"everything speaks {given.revision}", file=sys.stderr, flush=True)
        StdioSide(server, faults, given.before).serve()
        os._exit(0)
    print(side.server_address[1], flush=True)
    side.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
