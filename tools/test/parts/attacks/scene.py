"""What all attacks have in common: the gateway, its people, and how a finding is told."""

import base64
import json
import socket
from dataclasses import dataclass, field

from .. import door, gateway
from ..person import Browser, Client
from .upstream import Upstream

CONFIGURATION = """
log: {{ level: debug }}
upstreams:
  board: {{ kind: builtin, app: kanban }}
  other: {{ kind: builtin, app: kanban }}
  mail: {{ kind: http, url: "{upstream}/mcp", auth: {{ mode: user-oauth, required: false }} }}
servers:
  default: {{ upstreams: [board], auth: oauth }}
  second: {{ title: Second, upstreams: [other], auth: oauth, groups: [staff] }}
  half: {{ upstreams: [other], auth: mixed, tools: {{ open: [list] }} }}
  post: {{ upstreams: [board, mail], auth: oauth, naming: prefix }}
"""


@dataclass
class Scene:
    running: gateway.Gateway
    upstream: Upstream
    part: str = ""
    seen: list[bool] = field(default_factory=list)
    # Whatever must never be found in a log or in what is stored, by what it is.
    secrets: dict[str, str] = field(default_factory=dict)
    # The cookies that stay in a person's browser.
    profiles: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return self.running.port

    @property
    def url(self) -> str:
        return self.running.url

    def judge(self, name: str, is_right: bool, found: object = "") -> None:
        self.seen.append(is_right)
        if not is_right:
            print(f"attacks: {self.part}: {name}: {str(found)[:700]}", flush=True)

    def browser(self, name: str) -> Browser:
        # With what an earlier sign-in has left there, as a person's own browser has it.
        browser = Browser(self.port, dict(self.profiles.get(name, {})))
        browser.sign_in(browser.go("/sign-in"), name, door.PASSWORD)
        self.profiles[name] = {key: value for key, value in browser.cookies.items() if "device" in key}
        self.secrets |= {f"cookie {key} of {name}": value for key, value in browser.cookies.items() if len(value) > 20}
        return browser

    def client(self, name: str = "anna", path: str = "/mcp") -> Client:
        """A client that somebody has let in."""
        client = Client(self.port, path)
        answer = client.connect(self.browser(name), name, door.PASSWORD)
        if answer.status != 200:
            raise RuntimeError(f"{name} could not connect: {answer.text}")
        self.secrets |= {f"{kind} of {name}": client.tokens[kind] for kind in ("access_token", "refresh_token")}
        return client


def part(value: dict | bytes) -> str:
    """One part of a signed token."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def raw(port: int, request: bytes) -> bytes:
    """Bytes as they are, and the answer to the end of the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request)
        found = b""
        while block := connection.recv(65_536):
            found += block
        return found
