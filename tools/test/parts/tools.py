"""The tests of the scripts in tools/."""

import re
import subprocess
import sys

from . import places
from .outcome import Outcome


def run() -> Outcome:
    done = subprocess.run(
        [sys.executable, "-B", "-m", "unittest", "discover", "-s", "tools/bench/tests", "-p", "test_*.py"],
        cwd=places.ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    print(done.stderr, end="", flush=True)
    ran = re.search(r"^Ran (\d+) test", done.stderr, re.MULTILINE)
    tests = int(ran[1]) if ran else 0
    failed = sum(int(number) for number in re.findall(r"(?:failures|errors)=(\d+)", done.stderr))
    failed = max(failed, int(done.returncode != 0))
    return Outcome(passed=max(tests - failed, 0), failed=failed)
