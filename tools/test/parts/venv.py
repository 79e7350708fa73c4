"""Python environments for the programs of others, made from the package index when they are missing."""

import subprocess
import sys
from pathlib import Path

from . import places
from .outcome import Skipped


def python_with(name: str, *packages: str) -> Path:
    """The interpreter of `.build/venv-NAME`, which has the packages."""
    folder = places.ROOT / ".build" / f"venv-{name}"
    python, done = folder / "bin" / "python", folder / "has"
    wanted = "\n".join(packages)
    if python.exists() and done.exists() and done.read_text() == wanted:
        return python
    interpreter = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
    print(f"making .build/{folder.name} with {' '.join(packages)}", flush=True)
    _run([interpreter, "-m", "venv", str(folder)])
    _run([str(python), "-m", "pip", "install", "--quiet", "--retries", "5", "--disable-pip-version-check", *packages])
    done.write_text(wanted)
    return python


def _run(command: list[str]) -> None:
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode:
        last = (finished.stderr.strip().splitlines() or [f"exit status {finished.returncode}"])[-1]
        raise Skipped(f"{' '.join(command[1:4])}: {last}")
