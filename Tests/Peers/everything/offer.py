"""How a tool, a resource or a prompt is offered: its definition once, and how each revision writes it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .revisions import R1, R2, R3, R4, R5, since

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
SOUND = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA="
NO_ARGUMENTS = {"type": "object", "properties": {}}
# Members of definitions, and the first revision that has them.
MEMBERS = {
    "annotations": R2, "title": R3, "outputSchema": R3, "_meta": R3, "icons": R4, "execution": R4,
}  # fmt: skip


def is_member(kind: str, key: str, revision: str) -> bool:
    """Whether definitions of this kind have this member. Resources have had annotations from the beginning."""
    return since(revision, R1 if key == "annotations" and kind != "tool" else MEMBERS.get(key, R1))


@dataclass
class Offer:
    """`kind` is tool, resource, template or prompt; `key` is what a client names it by."""

    kind: str
    key: str
    definition: dict
    run: Callable
    first: str = R1
    last: str = R5
    hides: bool = False
    extra: dict = field(default_factory=dict)

    def is_known(self, revision: str) -> bool:
        return since(revision, self.first) and since(self.last, revision)

    def render(self, revision: str) -> dict:
        rendered = {key: value for key, value in self.definition.items() if is_member(self.kind, key, revision)}
        if revision == R5:
            rendered.pop("execution", None)
        if "lastModified" in rendered.get("annotations", {}) and not since(revision, R3):
            rendered["annotations"] = {key: value for key, value in rendered["annotations"].items() if key != "lastModified"}
        return rendered


OFFERS: list[Offer] = []


def tool(name: str, description: str, schema: dict | None = None, *, first: str = R1, last: str = R5,
         hides: bool = False, extra: dict | None = None, **members: object) -> Callable:  # fmt: skip
    definition = {"name": name, "description": description, "inputSchema": schema or NO_ARGUMENTS} | members

    def register(run: Callable) -> Callable:
        OFFERS.append(Offer("tool", name, definition, run, first, last, hides, extra or {}))
        return run

    return register


def resource(uri: str, name: str, mime: str, *, hides: bool = False, first: str = R1, **members: object) -> Callable:
    definition = {"uri": uri, "name": name, "mimeType": mime} | members

    def register(run: Callable) -> Callable:
        OFFERS.append(Offer("resource", uri, definition, run, first, hides=hides))
        return run

    return register


def template(pattern: str, name: str, mime: str, **members: object) -> Callable:
    def register(run: Callable) -> Callable:
        OFFERS.append(Offer("template", pattern, {"uriTemplate": pattern, "name": name, "mimeType": mime} | members, run))
        return run

    return register


def prompt(name: str, description: str, arguments: list[dict] | None = None, **members: object) -> Callable:
    definition = {"name": name, "description": description} | ({"arguments": arguments} if arguments else {}) | members

    def register(run: Callable) -> Callable:
        OFFERS.append(Offer("prompt", name, definition, run))
        return run

    return register


def text(words: str) -> dict:
    return {"content": [{"type": "text", "text": words}]}


def failed(words: str) -> dict:
    return text(words) | {"isError": True}
