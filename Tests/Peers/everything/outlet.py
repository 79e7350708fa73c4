"""What goes to a client about one request, kept so that a lost stream can be taken up again."""

import threading
from collections.abc import Callable


class Outlet:
    def __init__(self, name: str):
        self.name = name
        self.messages: list[object] = []
        self.is_finished = False
        self.breaks = 0
        self._changed = threading.Condition()

    def send(self, message: object) -> None:
        with self._changed:
            if not self.is_finished:
                self.messages.append(message)
            self._changed.notify_all()

    def finish(self, message: object = None) -> None:
        with self._changed:
            if message is not None and not self.is_finished:
                self.messages.append(message)
            self.is_finished = True
            self._changed.notify_all()

    def break_off(self) -> None:
        """Ends the stream that carries this outlet, not the request: its client may come back for the rest."""
        with self._changed:
            self.breaks += 1
            self._changed.notify_all()

    def wait(self, position: int, seconds: float) -> tuple[list[object], bool]:
        """The messages from a position on, and whether that is all there will be."""
        with self._changed:
            if len(self.messages) <= position and not self.is_finished:
                self._changed.wait(seconds)
            return self.messages[position:], self.is_finished


class Forwarding(Outlet):
    """An outlet of one request on a stream that all requests share (HTTP+SSE, stdio)."""

    def __init__(self, name: str, target: Callable[[object], None]):
        super().__init__(name)
        self._target = target

    def send(self, message: object) -> None:
        if not self.is_finished:
            self._target(message)

    def finish(self, message: object = None) -> None:
        if message is not None and not self.is_finished:
            self._target(message)
        self.is_finished = True
