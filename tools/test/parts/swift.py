"""`swift test`, one target after the other, with its own output and its totals."""

import os
import re
import subprocess
import sys

from . import places
from .outcome import Outcome

CLOSING = re.compile(r"Test run with (\d+) tests? .*?(passed|failed) after")
TARGET_SECONDS = 900


def run() -> Outcome:
    jobs = ["--jobs", str(os.cpu_count() or 2)]
    built = subprocess.run(["swift", "build", "--build-tests", *jobs], cwd=places.ROOT, check=False)
    if built.returncode:
        return Outcome(failed=1, note="the tests do not build")
    outcomes = []
    with (places.WORK / "swift.log").open("w") as log:
        for target in sorted(path.name for path in (places.ROOT / "Tests").glob("*Tests") if any(path.rglob("*.swift"))):
            outcomes.append(_target(target, log))
    return Outcome(*(sum(numbers) for numbers in zip(*outcomes, strict=True)))


def _target(target: str, log: object) -> tuple[int, int, int]:
    """Passed, failed, skipped. A process for each target: none meets what another has left behind in its own.

    One test after the other takes as long on two cores as all at once, and none then waits for another's processor time: their
    time limits, and the product's own times in them, mean what they say."""
    command = ["swift", "test", "--skip-build", "--no-parallel", "--filter", f"^{target}\\."]
    process = subprocess.Popen(command, cwd=places.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        text, _ = process.communicate(timeout=TARGET_SECONDS)
    except subprocess.TimeoutExpired:
        subprocess.run(["pkill", "-f", f"{places.ROOT}/.build/.*xctest"], check=False)
        text, _ = process.communicate()
        text += f"\n✘ Test {target} failed after {TARGET_SECONDS} s without an end\n"
    tests = failures = skipped = 0
    for line in text.splitlines():
        log.write(line + "\n")
        # Of the passing tests only the totals are shown; everything else is, and the log has it all.
        if not line.startswith(("◇", "✔ Test ", "✔ Suite", "Building", "Build complete", "[")) or "Test run with" in line:
            print(f"{target}: {line}", flush=True)
        if (closing := CLOSING.search(line)) and "Test run" in line:
            tests += int(closing[1])
        failures += line.startswith("✘ Test ") and " failed after " in line and not CLOSING.search(line)
        skipped += line.startswith("➜ Test ") and " skipped" in line
    if not failures and (process.returncode or not tests):
        print(f"{target}: swift test ended with {process.returncode} and {tests} tests", file=sys.stderr)
        failures = 1
    return max(tests - failures - skipped, 0), failures, skipped
