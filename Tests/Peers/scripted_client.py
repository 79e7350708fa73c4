#!/usr/bin/env python3
"""Clients of all revisions against a server of the same revision: what the matrix expects when nothing stands between.

    scripted_client.py [--revision 2025-11-25] [--only WORDS] [--url URL --control PORT]

Without an address every revision meets an everything-server of its own. Last line: `PASS|FAIL NAME: N passed, N failed,
N skipped`.
"""

import argparse
import sys
import threading
import time
import traceback

from everything.revisions import R1, R2, R3, R4, R5, REVISIONS
from features import FEATURES, Scene
from scripted.control import EverythingServer

SLOW_SECONDS = 2
OVER = [(R1, "sse"), (R2, "http"), (R3, "http"), (R4, "http"), (R5, "http"), (R3, "sse"), (R1, "stdio"), (R4, "stdio"), (R5, "stdio")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--revision", choices=REVISIONS)
    parser.add_argument("--only", default="", help="features whose name has these words")
    given = parser.parse_args()
    counts = {"passed": 0, "failed": 0}
    lock = threading.Lock()

    def run(revision: str, transport: str) -> None:
        with EverythingServer(revision, transport) as server:
            for feature in FEATURES:
                if feature.gateway_only or given.only.lower() not in feature.name.lower():
                    continue
                scene = Scene(revision, revision, server.url, server.control, transport if transport != "http" else "", is_direct=True)
                first, began = server.control.mark(), time.monotonic()
                try:
                    words = feature.run(scene)
                    broken = scene.breaches + server.control.violations(first)
                    assert not broken, broken[:4]
                    assert words.startswith(("carried", "impossible: ")) or words in KNOWN, words
                except Exception as error:  # noqa: BLE001
                    last = traceback.extract_tb(error.__traceback__)[-1]
                    with lock:
                        counts["failed"] += 1
                        print(f"FAILED {revision} {transport} {feature.name}: {type(error).__name__} {error} ({last.name}:{last.lineno})")
                else:
                    with lock:
                        counts["passed"] += 1
                if (seconds := time.monotonic() - began) > SLOW_SECONDS:
                    print(f"slow: {revision} {transport} {feature.name}: {seconds:.1f} s")

    threads = [threading.Thread(target=run, args=pair) for pair in OVER if given.revision in (None, pair[0]) and pair[1] != "stdio"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{'FAIL' if counts['failed'] else 'PASS'} scripted_client: {counts['passed']} passed, {counts['failed']} failed, 0 skipped")
    return int(counts["failed"] > 0)


# What is less than carried although both sides are equal.
KNOWN = {"degraded: the call waits for its end", "degraded: plain enumerations", "degraded: the tool's failure says so",
         "degraded: without event ids, the answer is lost", "degraded: an error becomes `cancel`"}  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())
