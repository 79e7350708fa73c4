"""The parts of `make test`, in the order they run: one line here for each file beside this one."""

from collections.abc import Callable

from . import (
    accounts, attacks, browser, clients, conformance, connections, differential, door, door_clients, external, faults, life,
    many_upstreams, oidc, peers, portal, storm, swift, terminal, tools, upstream_faults,
)  # fmt: skip
from .outcome import Outcome, Skipped

PARTS: dict[str, Callable[[], Outcome]] = {
    "tools": tools.run,
    "swift": swift.run,
    "differential": differential.run,
    "faults": faults.run,
    "life": life.run,
    "peers": peers.scripted,
    "matrix": peers.matrix,
    "conformance": conformance.run,
    "many-upstreams": many_upstreams.run,
    "upstream-faults": upstream_faults.run,
    "door": door.run,
    "portal": portal.run,
    "attacks": attacks.run,
    "door-clients": door_clients.run,
    "connections": connections.run,
    "accounts": accounts.run,
    "oidc": oidc.run,
    "external": external.run,
    "storm": storm.run,
    "python-sdk": clients.python_sdk,
    "python-sdk-discovers": clients.python_sdk_discovers,
    "through-http": clients.through_http,
    "commands": terminal.commands,
    "bridge": terminal.bridge,
    "fastmcp": clients.fastmcp,
    "interop": clients.interop,
    "browser": browser.run,
}

__all__ = ["PARTS", "Outcome", "Skipped"]
