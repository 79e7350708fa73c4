"""Our HTTP parser beside llhttp and nginx: nowhere laxer, except where docs/http-differential.md says so."""

import re
import subprocess

from . import places
from .outcome import Outcome

RUN_SECONDS = 600


def run() -> Outcome:
    done = subprocess.run(
        [str(places.ROOT / "tools" / "differential" / "run")],
        cwd=places.ROOT, capture_output=True, text=True, timeout=RUN_SECONDS, check=False,
    )  # fmt: skip
    lines = (done.stdout + done.stderr).strip().splitlines()
    print("\n".join(lines[-10:]), flush=True)
    failed = int(done.returncode != 0)
    counted = re.search(r"(\d+) (?:cases|streams)", done.stdout)
    return Outcome(passed=0 if failed else int(counted[1]) if counted else 1, failed=failed)
