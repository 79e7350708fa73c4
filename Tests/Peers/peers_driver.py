"""Runs one driver of others many times in one process, because loading its libraries takes longer than its work.

    peers_driver.py FOLDER MODULE  < a JSON list of {"name": …, "arguments": […], "calls": …}

Writes one line of JSON for each: name, exit status, the driver's closing lines.
"""

import asyncio
import contextlib
import importlib
import io
import json
import os
import sys
import time


def main() -> int:
    folder, module = sys.argv[1:3]
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True
    driver = importlib.import_module(module)
    for run in json.load(sys.stdin):
        sys.argv = [module, *run["arguments"]]
        os.environ["ORACLE_CALL"] = run["calls"]
        if hasattr(driver, "seen"):
            driver.seen.update({key: 0 for key, value in driver.seen.items() if isinstance(value, int)})
        output, errors = io.StringIO(), io.StringIO()
        began = time.monotonic()
        try:
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
                status = asyncio.run(asyncio.wait_for(driver.main(), run.get("seconds", 60)))
        except BaseException as error:  # noqa: BLE001
            status = f"{type(error).__name__}: {error}"
        lines = output.getvalue().strip().splitlines()
        failures = [line for line in errors.getvalue().splitlines() if line.startswith("FAIL")]
        print(json.dumps({"name": run["name"], "status": status, "closing": lines[-2:], "failures": failures,
                          "seconds": round(time.monotonic() - began, 1)}), flush=True)  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
