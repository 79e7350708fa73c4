#!/usr/bin/env python3
"""Clients of all revisions against a server of the same revision: what the matrix expects when nothing stands between.

    scripted_client.py [--revision 2025-11-25] [--only WORDS]

Every revision meets an everything-server of its own, over each transport it has. Last line: `PASS|FAIL NAME: N passed, N failed,
N skipped`.
"""

import argparse
import contextlib
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

from everything.revisions import R1, R2, R3, R4, R5, REVISIONS
from expectations import expected
from features import CARRIED, FEATURES, NOT_CLIENT, Scene
from scripted.control import SERVER, Control, EverythingServer, FolderControl

SLOW_SECONDS = 5
# What differs from transport to transport; each starts a program of its own.
ON_STDIO = ("Calls", "Questions to the client", "News")
OVER = [(R1, "sse"), (R2, "http"), (R3, "http"), (R4, "http"), (R5, "http"), (R3, "sse"), (R4, "stdio"), (R5, "stdio")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--revision", choices=REVISIONS)
    parser.add_argument("--only", default="", help="features whose name has these words")
    given = parser.parse_args()
    counts = {"passed": 0, "failed": 0}
    lock = threading.Lock()

    def run(revision: str, transport: str) -> None:
        with contextlib.ExitStack() as stack:
            if transport == "stdio":
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                url = [sys.executable, "-B", str(SERVER), "--revision", revision, "--transport", "stdio", "--control", str(folder)]
                control: Control = FolderControl(folder)
            else:
                server = stack.enter_context(EverythingServer(revision, transport))
                url, control = server.url, server.control
            for feature in FEATURES:
                if feature.gateway_only or given.only.lower() not in feature.name.lower():
                    continue
                if transport == "stdio" and feature.group not in ON_STDIO:
                    continue
                scene = Scene(revision, revision, url, control, "" if transport == "http" else transport, is_direct=True)
                began = time.monotonic()
                try:
                    words = feature.run(scene)
                    assert not scene.breaches, scene.breaches[:4]
                    allowed = {*expected(feature.name, revision, revision), CARRIED}
                    if transport in ("stdio", "sse"):
                        allowed.add(NOT_CLIENT)
                    assert words in allowed, words
                except Exception as error:  # noqa: BLE001
                    last = traceback.extract_tb(error.__traceback__)[-1]
                    with lock:
                        counts["failed"] += 1
                        print(
                            f"FAILED {revision} {transport} {feature.name}: {type(error).__name__} {error} ({last.name}:{last.lineno})"
                        )
                else:
                    with lock:
                        counts["passed"] += 1
                if (seconds := time.monotonic() - began) > SLOW_SECONDS:
                    print(f"slow: {revision} {transport} {feature.name}: {seconds:.1f} s")

    threads = [threading.Thread(target=run, args=pair) for pair in OVER if given.revision in (None, pair[0])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(
        f"{'FAIL' if counts['failed'] else 'PASS'} scripted_client: {counts['passed']} passed, {counts['failed']} failed, 0 skipped"
    )
    return int(counts["failed"] > 0)


if __name__ == "__main__":
    sys.exit(main())
