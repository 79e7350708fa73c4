"""What each pairing is expected to make of each feature; clauses are those of the specification digest.

A rule gets the client's and the upstream's revision and returns the words of features.py, or several of which any will
do. Features without a rule are carried everywhere.
"""

from collections.abc import Callable

from everything.revisions import R1, R2, R3, R4, R5, since
from features import (
    BY_GATEWAY, CARRIED, CLIENT_CANNOT, NOT_CLIENT, NOT_UPSTREAM, SAYS_SO, TEXT_ONLY, WAITS,
)  # fmt: skip

Words = str | tuple[str, ...]
SESSIONS = (R2, R3, R4)


def members(*firsts: tuple[str, str]) -> Callable[[str, str], Words]:
    """6.6: what the upstream sends and the client's revision does not know is left out."""

    def rule(client: str, upstream: str) -> Words:
        missing = sorted(name for name, first in firsts if since(upstream, first) and not since(client, first))
        return "degraded: without " + ", ".join(missing) if missing else CARRIED

    return rule


def needs(first: str, without: Words = CLIENT_CANNOT, with_both: Callable[[str, str], Words] | None = None) -> Callable:
    """Something that both sides have from a revision on."""

    def rule(client: str, upstream: str) -> Words:
        if not since(upstream, first):
            return NOT_UPSTREAM
        if not since(client, first):
            return without
        return with_both(client, upstream) if with_both else CARRIED

    return rule


def only_clients(*revisions: str) -> Callable[[str, str], Words]:
    return lambda client, upstream: CARRIED if client in revisions else NOT_CLIENT


def only_upstreams(*revisions: str) -> Callable[[str, str], Words]:
    return lambda client, upstream: CARRIED if upstream in revisions else NOT_UPSTREAM


def caching(client: str, upstream: str) -> Words:
    if client != R5:
        return NOT_CLIENT
    return CARRIED if upstream == R5 else "degraded: the gateway's own, private"


def structured_list(client: str, upstream: str) -> Words:
    if upstream != R5:
        return NOT_UPSTREAM
    return TEXT_ONLY if not since(client, R3) else CARRIED if client == R5 else "degraded: wrapped as `result`"


def visiting_first(client: str, upstream: str) -> Words:
    """Rulings 3.1: `-32042` becomes a question."""
    if upstream != R4:
        return NOT_UPSTREAM
    if client == R4:
        return CARRIED, "degraded: a question, then the call again"
    return "degraded: a question, then the call again" if client == R5 else "degraded: a failure with the address"


def undeclared(client: str, upstream: str) -> Words:
    if (client == R5) == (upstream == R5):
        return CARRIED
    return SAYS_SO


def completion_context(client: str, upstream: str) -> Words:
    return NOT_CLIENT if not since(client, R3) else CARRIED if since(upstream, R3) else NOT_UPSTREAM


def roots_change(client: str, upstream: str) -> Words:
    """4.6: it goes to upstreams that were told to expect it."""
    if client == R5 or upstream == R5:
        return NOT_CLIENT if client == R5 else NOT_UPSTREAM
    return CARRIED, "degraded: the upstream is not told, and asks anew"


def task(client: str, upstream: str) -> Words:
    """4.8: where the other side's tasks cannot be expressed, the call waits."""
    if not since(upstream, R4):
        return NOT_UPSTREAM
    if client == upstream:
        return CARRIED
    return (CARRIED, WAITS) if since(client, R4) else WAITS


def task_question(client: str, upstream: str) -> Words:
    return CLIENT_CANNOT if since(upstream, R4) and not since(client, R3) else task(client, upstream)


def required_task(client: str, upstream: str) -> Words:
    if not since(upstream, R4):
        return NOT_UPSTREAM
    if client == upstream:
        return CARRIED if client == R5 else (CARRIED, WAITS)
    return WAITS if upstream == R4 else (SAYS_SO, WAITS)


def task_cancel(client: str, upstream: str) -> Words:
    if not since(upstream, R4):
        return NOT_UPSTREAM
    if client == upstream:
        return CARRIED
    return (CARRIED, NOT_CLIENT) if since(client, R4) else NOT_CLIENT


RULES: dict[str, Callable[[str, str], Words]] = {
    "Tool definition, every member": members(("annotations", R2), ("title", R3), ("_meta", R3), ("icons", R4)),
    "Resource definition, every member": members(("title", R3), ("icons", R4)),
    "Prompt definition, every member": members(("title", R3), ("icons", R4)),
    "Caching fields": caching,
    "Audio": needs(R2, "degraded: a text names it"),
    "Resource link": needs(R3, "degraded: a text with its URI and name"),
    "Structured content": needs(R3, TEXT_ONLY),
    "Structured content that is no object": structured_list,
    "Progress": lambda client, upstream: "degraded: without message" if client == R1 != upstream else CARRIED,
    "Form": needs(R3),
    "Form with defaults and enumerations": needs(
        R3, with_both=lambda client, upstream: "degraded: plain enumerations" if client == R3 != upstream else CARRIED),
    "Declined, cancelled, refused": needs(
        R3, with_both=lambda client, upstream: "degraded: an error becomes `cancel`" if client != R5 == upstream else CARRIED),
    "Address to visit": needs(R4),
    "Address to visit first (`-32042`)": visiting_first,
    "Sampling with tools": needs(R4),
    "One question after another": needs(R3),
    "Three questions of one call": needs(R3),
    "Question of a prompt and of a resource": needs(R3, CLIENT_CANNOT.replace("the tool's failure", "the error")),
    "Odd keys and letters in a question": needs(R3),
    "Nothing is asked that was not declared": undeclared,
    "Completion with what was chosen before": completion_context,
    "Only the news that were asked for": only_clients(R5),
    "Roots that change": roots_change,
    "Ping of the client": lambda client, upstream: NOT_CLIENT if client == R5 else BY_GATEWAY,
    "Task from beginning to end": task,
    "Task that must be one": required_task,
    "Question of a task": task_question,
    "Cancelling a task": task_cancel,
    # A client of any revision that declares the extension may be given what it asks for.
    "MCP Apps": needs(R3, (CARRIED, "degraded: without _meta")),
    "Client without MCP Apps": lambda client, upstream: "degraded: no tools for views only" if since(upstream, R3) else NOT_UPSTREAM,
    "Argument in a header (`x-mcp-header`)": only_upstreams(R5),
    "Taking up a lost stream": only_clients(*SESSIONS),
    "Upstream that ends the stream in mid-call": only_upstreams(*SESSIONS),
    "Batch": only_clients(R2),
    "End of a session": only_clients(*SESSIONS),
    "Upstream that forgot its sessions": only_upstreams(*SESSIONS),
}  # fmt: skip


def expected(feature: str, client: str, upstream: str) -> tuple[str, ...]:
    words = RULES[feature](client, upstream) if feature in RULES else CARRIED
    return (words,) if isinstance(words, str) else words
