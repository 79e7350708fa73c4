"""The address at which a test looks at the server and turns its switches: /control/log, /control/wait, /control/do."""

import os
import threading
from urllib.parse import parse_qs

from .faults import UNASKED, Fault, Faults
from .offer import OFFERS
from .server import Server


class Control:
    def __init__(self, server: Server, faults: Faults):
        self.server, self.faults = server, faults

    def get(self, path: str, query: str) -> object:
        given = {key: values[0] for key, values in parse_qs(query).items()}
        if path == "/control/log":
            return self.server.journal.records(int(given.get("first", 0)))
        return {"revision": self.server.revision, "pid": os.getpid(), "sessions": list(self.server.sessions),
                "calls": len(self.server.calls), "listeners": [one.wanted for one in self.server.listeners],
                "quiet": sum(session.quiet is not None for session in self.server.sessions.values()),
                "subscriptions": sorted({uri for session in self.server.sessions.values() for uri in session.subscriptions}),
                "threads": threading.active_count()}  # fmt: skip

    def post(self, path: str, order: dict) -> object:
        if path == "/control/wait":
            return self.server.journal.wait(order["wanted"], order.get("first", 0), order.get("seconds", 5))
        action = order.pop("action")
        return getattr(self, action)(**order)

    def clear(self) -> object:
        """Takes back the faults that were ordered and did not happen yet."""
        self.faults.clear()
        return True

    def add_tool(self, name: str, announce: bool = True) -> object:
        self.server.add_tool(name)
        return self.announce("tools") if announce else True

    def remove_tool(self, name: str, announce: bool = True) -> object:
        self.server.remove_tool(name)
        return self.announce("tools") if announce else True

    def rename_tool(self, old: str, new: str, announce: bool = True) -> object:
        self.server.rename(old, new)
        return self.announce("tools") if announce else True

    def restore(self) -> object:
        self.server.offers = [offer for offer in OFFERS if offer.is_known(self.server.revision)]
        self.server.visited = False
        return self.announce("tools")

    def announce(self, kind: str) -> object:
        self.server.announce(kind)
        return True

    def updated(self, uri: str) -> object:
        self.server.updated(uri)
        return True

    def lose_sessions(self) -> object:
        self.server.lose_sessions()
        return True

    def become(self, revision: str) -> object:
        self.server.become(revision)
        return True

    def page(self, size: int) -> object:
        self.server.page = size
        return True

    def fault(self, kind: str, method: str = "", name: str = "", times: int = 1, **facts: object) -> object:
        self.faults.order(Fault(kind, method, name, times, facts))
        return True

    def ask_quietly(self) -> object:
        """Sends requests outside of any call on every quiet stream; the answers go to the journal."""
        for session in list(self.server.sessions.values()):
            if session.quiet is not None:
                for method, params in UNASKED:
                    session.send_unasked(session.quiet, method, params)
        return True

    def send_quietly(self, message: dict) -> object:
        for session in list(self.server.sessions.values()):
            if session.quiet is not None:
                session.quiet.send(message)
        for listener in self.server.listeners:
            listener.outlet.send(message)
        return True

    def close_quiet(self) -> object:
        """Ends the streams that wait for news, as a restarted proxy does."""
        for session in list(self.server.sessions.values()):
            if session.quiet is not None:
                session.quiet.finish()
        for listener in list(self.server.listeners):
            listener.outlet.break_off()
        return True

    def die(self) -> object:
        os._exit(1)
