"""The Kanban board in a real browser, in a page that plays the host of MCP Apps."""

import os
import re
import shutil
import subprocess
import sys

from . import gateway, places
from .outcome import Outcome, Skipped

SCRIPT = places.ROOT / "Tests" / "Browser" / "run"
CLOSING = re.compile(r"^(\d+) passed, (\d+) failed", re.MULTILINE)
BROWSER_SECONDS = 180


def run() -> Outcome:
    if not SCRIPT.exists():
        raise Skipped(f"there is no {SCRIPT.relative_to(places.ROOT)}")
    chromium = shutil.which("chromium")
    if not chromium:
        raise Skipped("chromium is missing: tools/install-debian test")
    with gateway.running() as url:
        done = subprocess.run(
            [str(SCRIPT), "--url", f"{url}/mcp"],
            env={**os.environ, "CHROMIUM": chromium}, capture_output=True, text=True, timeout=BROWSER_SECONDS, check=False,
        )  # fmt: skip
    print(done.stdout[-4000:], end="")
    print(done.stderr[-4000:], end="", file=sys.stderr)
    closing = CLOSING.search(done.stdout)
    passed, failed = (int(closing[1]), int(closing[2])) if closing else (0, 0)
    return Outcome(passed=passed, failed=max(failed, int(done.returncode != 0 or not closing)))
