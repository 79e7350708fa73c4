"""`swift test`, with its own output and its totals."""

import os
import re
import subprocess
import sys

from . import places
from .outcome import Outcome

CLOSING = re.compile(r"Test run with (\d+) tests? .*?(passed|failed) after")


def run() -> Outcome:
    # One after the other takes as long on two cores as all at once, and no test then waits for another's processor time:
    # their time limits, and the product's own times in them, mean what they say.
    command = ["swift", "test", "--no-parallel", "--jobs", str(os.cpu_count() or 2)]
    process = subprocess.Popen(command, cwd=places.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    tests = failures = skipped = 0
    with (places.WORK / "swift.log").open("w") as log:
        for line in process.stdout or []:
            log.write(line)
            # Of the passing tests only the totals are shown; everything else is, and the log has it all.
            if not line.startswith(("◇ Test", "✔ Test ", "✔ Suite", "◇ Suite")) or "Test run" in line:
                print(line, end="", flush=True)
            if closing := CLOSING.search(line):
                tests += int(closing[1])
            failures += line.startswith("✘ Test ") and " failed after " in line and not CLOSING.search(line)
            skipped += line.startswith("➜ Test ") and " skipped" in line
    code = process.wait()
    if code and not failures:
        print(f"swift test ended with {code}", file=sys.stderr)
        failures = 1
    return Outcome(passed=max(tests - failures - skipped, 0), failed=failures, skipped=skipped)
