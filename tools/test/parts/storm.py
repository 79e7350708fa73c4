"""kill -9 in the middle of a thousand clients that register, connect, call and refresh: whoever holds tokens never signs in again."""

import concurrent.futures
import contextlib
import http.client
import select
import shutil
import signal
import socket
import sqlite3
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from . import door, gateway
from .outcome import Outcome
from .person import Browser, Client, form, returned

CLIENTS = 1000
PEOPLE = 6
# After these parts of all that the clients have to do the gateway is killed.
KILLS = (0.15, 0.45, 0.75)
# Clients that refresh at once, while the gateway is killed, and the answers after which it is killed; nobody reads them.
UNHEARD, ANSWERED = 300, 40
CONFIGURATION = "upstreams: { board: { kind: builtin, app: kanban } }\nservers: { default: { upstreams: [board], auth: oauth } }\n"
LOST = (OSError, http.client.HTTPException)


def run() -> Outcome:
    seen: list[bool] = []
    with gateway.started(CONFIGURATION) as running:
        names = [f"person-{number}" for number in range(PEOPLE)]
        for name in names:
            door.user(running, "add", name, "--role", "member")
        browsers = [door.signed_in(running, name) for name in names]
        lives = [Life(Client(running.port), browsers[number % PEOPLE], number) for number in range(CLIENTS)]
        done = Count()
        for share in KILLS:
            storm(seen, running, lives, done, int(share * CLIENTS * STEPS))
        with crowd() as each:
            each(lambda life: life.go_on(done), lives)
        judge_all(seen, "all clients come to their end", lives, lambda life: "" if life.is_done else f"{life.problem or 'no problem told'}")
        unheard(seen, running, lives)
    return Outcome(passed=sum(seen), failed=len(seen) - sum(seen))


class Count:
    """What was acknowledged, counted by many and waited for by one."""

    def __init__(self) -> None:
        self.number = 0
        self._changed = threading.Condition()

    def add(self) -> None:
        with self._changed:
            self.number += 1
            self._changed.notify_all()

    def wait(self, number: int, is_over: Callable[[], bool]) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self.number >= number or is_over())


@dataclass
class Life:
    """One client. What it was told is kept; a step whose answer was lost is done again, as clients do."""

    client: Client
    browser: Browser
    number: int
    step: int = 0
    has_card: bool = False
    revocation: str = ""
    problem: str = ""
    lost: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        return f"card of {self.number}"

    @property
    def is_done(self) -> bool:
        return self.step == STEPS

    def go_on(self, done: Count) -> None:
        """Goes on until all is done or the gateway is away."""
        while not self.is_done and not self.problem:
            name, act = LIFE[self.step]
            try:
                self.problem = act(self)
            except LOST:
                self.lost.append(name)
                return
            except Exception as error:  # noqa: BLE001
                self.problem = f"{type(error).__name__}: {error}"
            if self.problem:
                self.problem = f"{name}: {self.problem}"
                return
            self.step += 1
            done.add()

    def register(self) -> str:
        answer = self.client.register(client_name=f"storm {self.number}")
        return "" if answer.status == 201 else f"{answer.status} {answer.text[:200]}"

    def sign_in(self) -> str:
        """Authorization by a browser that is signed in; asking for the password would be a failure."""
        page = self.browser.go(self.client.authorize_target())
        if not page[0].startswith(self.client.redirect):
            page = self.browser.press("Authorize", page)
        answer = self.client.exchange(returned(page)["code"])
        return "" if answer.status == 200 else f"{answer.status} {answer.text[:200]}"

    def call(self) -> str:
        answer = self.client.call("tools/call", {"name": "list", "arguments": {"limit": 1}})
        return "" if answer.status == 200 and not answer.json["result"].get("isError") else f"{answer.status} {answer.text[:200]}"

    def refresh(self) -> str:
        answer = self.client.refresh()
        return "" if answer.status == 200 else f"{answer.status} {answer.text[:200]}"

    def add(self) -> str:
        """Every second one, because a board takes a thousand cards, and a lost answer may mean one card more."""
        if self.number % 2:
            return ""
        answer = self.client.call("tools/call", {"name": "add", "arguments": {"title": self.title}})
        self.has_card = answer.status == 200 and not answer.json["result"].get("isError")
        return "" if self.has_card else f"{answer.status} {answer.text[:200]}"

    def revoke(self) -> str:
        """Every tenth one goes for good."""
        if self.number % 10:
            return ""
        self.revocation = "asked"
        answer = form(self.client.port, "/oauth/revoke", {"token": self.client.tokens["refresh_token"], "client_id": self.client.id})
        self.revocation = "done" if answer.status == 200 else "asked"
        return "" if answer.status == 200 else f"{answer.status} {answer.text[:200]}"

    def comes_back(self) -> str:
        """After a restart, without a person: what is wrong, if anything."""
        if not self.client.tokens or self.problem or self.revocation == "asked":
            return ""
        if self.revocation == "done":
            states = (self.client.call().status, self.client.refresh().status)
            return "" if states == (401, 400) else f"revoked, but {states}"
        return self.call() or self.refresh() or self.call()


LIFE: list[tuple[str, Callable[[Life], str]]] = [
    ("register", Life.register), ("sign in", Life.sign_in), ("call", Life.call), ("refresh", Life.refresh), ("add", Life.add),
    ("refresh again", Life.refresh), ("call again", Life.call), ("revoke", Life.revoke),
]  # fmt: skip
STEPS = len(LIFE)


def storm(seen: list[bool], running: gateway.Gateway, lives: list[Life], done: Count, until: int) -> None:
    """All clients go on at once; the gateway is killed when so many steps are done, and started again."""
    before = [len(life.lost) for life in lives]
    with crowd() as each:
        workers = threading.Thread(target=each, args=(lambda life: life.go_on(done), lives))
        workers.start()
        done.wait(until, lambda: not workers.is_alive())
        running.end(signal.SIGKILL)
        workers.join()
    cut = [life.lost[-1] for life, number in zip(lives, before, strict=True) if len(life.lost) > number]
    tokens = sum(1 for life in lives if life.client.tokens)
    print(f"storm: killed after {done.number} steps, {tokens} clients with tokens, cut off: { {name: cut.count(name) for name in set(cut)} }", flush=True)
    judge(seen, "somebody was cut off", bool(cut), "nobody")
    sound(seen, running.data)
    running.start()
    check(seen, running, lives)


def check(seen: list[bool], running: gateway.Gateway, lives: list[Life]) -> None:
    with crowd() as each:
        found = dict(zip((life.number for life in lives), each(Life.comes_back, lives), strict=True))
    judge_all(seen, "nobody who holds tokens signs in again", lives, lambda life: found[life.number])
    judge_all(seen, "nobody has met anything strange", lives, lambda life: life.problem)
    witness = next(life for life in lives if life.client.tokens and not life.revocation)
    titles = cards(witness.client)
    judge_all(seen, "cards that were acknowledged are there", lives, lambda life: "gone" if life.has_card and life.title not in titles else "")
    judge(seen, "people stay signed in", all("/account" in life.browser.go("/account")[0] for life in lives[:PEOPLE]), "signed out")


def unheard(seen: list[bool], running: gateway.Gateway, lives: list[Life]) -> None:
    """Many refresh at once and nobody hears the answer: the old token gets another pair (rulings 5.2)."""
    chosen = [life for life in lives if life.client.tokens and not life.revocation][:UNHEARD]
    with contextlib.ExitStack() as stack:
        peers = []
        for life in chosen:
            peer = stack.enter_context(contextlib.closing(socket.create_connection(("127.0.0.1", running.port), timeout=20)))
            peer.sendall(request_to_refresh(life.client))
            peers.append(peer)
        answered: set[socket.socket] = set()
        poll = select.poll()
        numbers = {peer.fileno(): peer for peer in peers}
        for number in numbers:
            poll.register(number, select.POLLIN)
        while len(answered) < min(ANSWERED, len(peers)):
            for number, _ in poll.poll(20_000):
                answered.add(numbers[number])
                poll.unregister(number)
        running.end(signal.SIGKILL)
    judge(seen, "some were answered and some were not", 0 < len(answered) <= len(chosen), len(answered))
    print(f"storm: killed after {len(answered)} of {len(chosen)} refreshes that nobody heard of", flush=True)
    sound(seen, running.data)
    running.start()
    check(seen, running, chosen)


def request_to_refresh(client: Client) -> bytes:
    given = {"grant_type": "refresh_token", "refresh_token": client.tokens["refresh_token"], "client_id": client.id}
    body = urllib.parse.urlencode(given).encode()
    return (
        f"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def cards(client: Client) -> set[str]:
    titles: set[str] = set()
    offset: int | None = 0
    while offset is not None:
        answer = client.call("tools/call", {"name": "list", "arguments": {"offset": offset}}).json["result"]["structuredContent"]
        titles |= {card["title"] for card in answer["cards"]}
        offset = answer.get("nextOffset")
    return titles


def sound(seen: list[bool], data: Path) -> None:
    """What a kill left behind is a sound database; looked at in a copy, so that the gateway mends its own."""
    with gateway_copy(data) as copy:
        for file in sorted(copy.glob("*.db")):
            with contextlib.closing(sqlite3.connect(file)) as database:
                found = database.execute("PRAGMA integrity_check").fetchall()
                strays = database.execute("PRAGMA foreign_key_check").fetchall()
            judge(seen, f"{file.name} is sound", found == [("ok",)] and not strays, (found[:3], strays[:3]))


@contextlib.contextmanager
def gateway_copy(data: Path) -> Iterator[Path]:
    copy = data.with_name("copy")
    shutil.copytree(data, copy, ignore=shutil.ignore_patterns("*.sock", "control*"))
    try:
        yield copy
    finally:
        shutil.rmtree(copy)


@contextlib.contextmanager
def crowd() -> Iterator[Callable]:
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        yield lambda act, lives: list(pool.map(act, lives))


def judge_all(seen: list[bool], name: str, lives: list[Life], problem: Callable[[Life], str]) -> None:
    found = [f"client {life.number}: {text}" for life in lives if (text := problem(life))]
    judge(seen, name, not found, f"{len(found)} of {len(lives)}: " + " | ".join(found[:4]))


def judge(seen: list[bool], name: str, is_right: bool, found: object) -> None:
    seen.append(is_right)
    if not is_right:
        print(f"storm: {name}: {str(found)[:900]}", flush=True)
