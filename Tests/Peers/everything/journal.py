"""Everything that a server saw, and every rule that its client broke."""

import threading
import time


class Journal:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._records: list[dict] = []

    def note(self, kind: str, **facts: object) -> None:
        with self._changed:
            self._records.append({"n": len(self._records), "at": time.monotonic(), "kind": kind} | facts)
            self._changed.notify_all()

    def violation(self, rule: str, **facts: object) -> None:
        """A rule of the specification that the client of this server broke."""
        self.note("violation", rule=rule, **facts)

    def records(self, first: int = 0) -> list[dict]:
        with self._changed:
            return self._records[first:]

    def wait(self, wanted: dict, first: int, seconds: float) -> dict | None:
        """The first record that has all the wanted facts; nothing when none comes in time."""
        end = time.monotonic() + seconds
        with self._changed:
            position = first
            while True:
                for record in self._records[position:]:
                    if all(record.get(key) == value for key, value in wanted.items()):
                        return record
                position = len(self._records)
                if (left := end - time.monotonic()) <= 0:
                    return None
                self._changed.wait(left)
