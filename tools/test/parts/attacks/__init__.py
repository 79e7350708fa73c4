"""What attackers try at the door, and what an independent scanner looks at: one check for each clause, on the built gateway."""

from .. import door, gateway
from ..outcome import Outcome
from . import challenges, clients, connecting, documents, forgeries, leaks, pages, people, sizes
from .scene import CONFIGURATION, Scene
from .upstream import Upstream

SCENES = (challenges, forgeries, clients, documents, pages, people, connecting, sizes, leaks)


def run() -> Outcome:
    with Upstream() as upstream, gateway.started(CONFIGURATION.format(upstream=upstream.url)) as running:
        scene = Scene(running, upstream)
        door.user(running, "add", "anna", "--role", "operator")
        door.user(running, "add", "ben", "--role", "member", "--groups", "staff")
        for part in SCENES:
            scene.part = part.__name__.rpartition(".")[2]
            try:
                part.run(scene)
            except Exception as error:  # noqa: BLE001
                scene.judge("runs to its end", False, f"{type(error).__name__}: {error}")
    return Outcome(passed=sum(scene.seen), failed=len(scene.seen) - sum(scene.seen))
