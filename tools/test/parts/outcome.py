"""What a part says of itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    note: str = ""


class Skipped(Exception):
    """The part cannot run here; the text says what is missing."""
