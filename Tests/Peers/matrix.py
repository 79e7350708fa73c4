"""Runs every feature in every pairing through one gateway, and writes down what came of it."""

from __future__ import annotations

import concurrent.futures
import contextlib
import re
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from everything.revisions import R1, R3, R4, R5, REVISIONS, SHORT
from expectations import expected
from features import FEATURES, NOT_CLIENT, NOT_UPSTREAM, Feature, Scene
from scripted.control import SERVER, Control, EverythingServer, FolderControl

STDIO = (R4, R5)
STDIO_CLIENTS = (R3, R4, R5)
BRIDGED_CLIENTS = (R1, R4, R5)


SHOWN_PROBLEM = 600


@dataclass(frozen=True)
class Cell:
    feature: Feature
    client: str
    upstream: str
    place: str  # what is special about the pairing; the page shows those where nothing is
    words: str
    problem: str
    seconds: float


@contextlib.contextmanager
def upstreams(python: str) -> Iterator[tuple[str, dict[tuple[str, str], tuple[str, Control]]]]:
    """Everything-servers of all revisions: the gateway's configuration of them, and their switches by revision and transport."""
    with contextlib.ExitStack() as stack:
        lines, servers, found = [], ["  default: { upstreams: [ur5], naming: plain, auth: none }"], {}
        for revision in REVISIONS:
            server = stack.enter_context(EverythingServer(revision))
            kind = "sse" if server.transport == "sse" else "http"
            lines.append(f'  u{SHORT[revision]}: {{ kind: {kind}, url: "{server.url}" }}')
            servers.append(f"  {SHORT[revision]}: {{ upstreams: [u{SHORT[revision]}], naming: plain, auth: none }}")
            found[revision, ""] = (SHORT[revision], server.control)
        for revision in STDIO:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            name = f"s{SHORT[revision]}"
            words = [python, "-B", str(SERVER), "--revision", revision, "--transport", "stdio", "--control", str(folder)]
            lines.append(f"  u{name}: {{ kind: stdio, command: {words} }}".replace("'", '"'))
            servers.append(f"  {name}: {{ upstreams: [u{name}], naming: plain, auth: none }}")
            found[revision, "stdio"] = (name, FolderControl(folder))
        yield "upstreams:\n" + "\n".join(lines) + "\nservers:\n" + "\n".join(servers) + "\n", found


def run(
    address: str, found: dict[tuple[str, str], tuple[str, Control]], only: str = "", bridge: tuple[str, ...] = ()
) -> list[Cell]:
    """One thread an upstream, because its switches are shared by whoever talks to it. `bridge` is the command that a client
    which knows only stdio is given; an address follows it."""
    cells: list[Cell] = []
    lock = threading.Lock()

    def meet(client: str, pair: tuple[str, str], transport: str) -> None:
        upstream, upstream_transport = pair
        slug, control = found[pair]
        url: object = f"{address}/v1/{'sse' if client == R1 and not transport else 'mcp'}/{slug}"
        if transport:
            url = [*bridge, str(url)]
        place = "stdio upstream" if upstream_transport else "stdio client" if transport else ""
        for feature in FEATURES:
            if place and feature.group == "Transport" or only.lower() not in f"{feature.name} {feature.group}".lower():
                continue
            scene = Scene(client, upstream, url, control, transport, upstream_transport)
            cell = _cell(feature, scene, place)
            with lock:
                cells.append(cell)

    def column(pair: tuple[str, str]) -> None:
        for client in STDIO_CLIENTS if pair[1] else REVISIONS:
            meet(client, pair, "")
        if bridge and not pair[1] and pair[0] in STDIO:
            for client in BRIDGED_CLIENTS:
                meet(client, pair, "stdio")

    with concurrent.futures.ThreadPoolExecutor(len(found)) as pool:
        list(pool.map(column, found))
    return cells


def _cell(feature: Feature, scene: Scene, place: str) -> Cell:
    began = time.monotonic()
    words = problem = ""
    try:
        words = feature.run(scene)
        wanted = expected(feature.name, scene.client, scene.upstream)
        if scene.transport == "stdio":
            # The bridge and the gateway speak 2026-07-28 with each other: what either hop may make of it is fine.
            wanted += expected(feature.name, scene.client, R5) + expected(feature.name, R5, scene.upstream)
        if words not in wanted:
            problem = f"{words}; expected {' or '.join(dict.fromkeys(wanted))}"
        elif scene.breaches:
            problem = "; ".join(dict.fromkeys(scene.breaches))
    except Exception as error:  # noqa: BLE001
        last = traceback.extract_tb(error.__traceback__)[-1]
        problem = f"{type(error).__name__}: {error} ({last.name}:{last.lineno})"
        if scene.breaches:
            problem += "; and " + "; ".join(dict.fromkeys(scene.breaches))
    return Cell(feature, scene.client, scene.upstream, place, words, problem, time.monotonic() - began)


def problems(cells: list[Cell]) -> list[str]:
    """What went wrong, the same thing in many pairings once."""
    found: dict[tuple[Feature, str], list[str]] = {}
    for cell in cells:
        if cell.problem:
            # What names an upstream differs between pairings; the rest should not.
            words = re.sub(r"\bu(s?)r[1-5]\b", "u", cell.problem)[:SHOWN_PROBLEM]
            pair = f"{SHORT[cell.client]}>{SHORT[cell.upstream]}{' ' + cell.place if cell.place else ''}"
            found.setdefault((cell.feature, words), []).append(pair)
    return [f"{feature.name} [{feature.clause}] {', '.join(sorted(pairs))}: {words}" for (feature, words), pairs in found.items()]


# The page

SIGNS = {"carried": "●", "degraded": "◐", "impossible": "–"}
HEAD = """# What is carried from which revision to which

Generated by the tests (`tools/test/run --only matrix`), which drive clients of all five revisions of MCP through the
gateway to upstreams of all five; a cell that behaves otherwise fails them. Do not edit.

A column is the revision of the client. In a cell the five signs stand for upstreams of 2024-11-05, 2025-03-26,
2025-06-18, 2025-11-25 and 2026-07-28, in this order: ● carried, ◐ degraded, – impossible. What is degraded how, and what
is impossible why, stands below each table.
"""
FOOT = """
Upstreams of 2024-11-05 are met over HTTP+SSE, its clients come to `/v1/sse/…`; all others speak Streamable HTTP. The same
features except those of the transport are run with upstreams of 2025-11-25 and 2026-07-28 on stdio, and with clients on stdio
that come through `patchbay stdio`, with the same outcome.
"""


def page(cells: list[Cell]) -> str:
    words = {(cell.feature.name, cell.client, cell.upstream): cell.words if not cell.problem else f"FAILED: {cell.problem}"
             for cell in cells if not cell.place}  # fmt: skip
    lines = [HEAD]
    for group in dict.fromkeys(feature.group for feature in FEATURES):
        lines += [f"## {group}", "", "| Feature | " + " | ".join(REVISIONS) + " |", "| --- |" + " --- |" * len(REVISIONS)]
        notes: list[str] = []
        for feature in [one for one in FEATURES if one.group == group]:
            row = {
                client: [words.get((feature.name, client, upstream), "FAILED: not run") for upstream in REVISIONS]
                for client in REVISIONS
            }
            signs = [" ".join(SIGNS.get(one.partition(":")[0], "✗") for one in row[client]) for client in REVISIONS]
            lines.append(f"| {feature.name} | " + " | ".join(signs) + " |")
            notes += _notes(feature, row)
        lines += ["", *notes, ""] if notes else [""]
    return "\n".join(lines).rstrip() + "\n" + FOOT


def _notes(feature: Feature, row: dict[str, list[str]]) -> list[str]:
    """One line for each way in which a feature is less than carried; its absence in a revision explains itself."""
    found: dict[str, list[tuple[str, str]]] = {}
    for client, column in row.items():
        for upstream, words in zip(REVISIONS, column, strict=True):
            if words not in ("carried", NOT_CLIENT, NOT_UPSTREAM):
                found.setdefault(words, []).append((client, upstream))
    lines = []
    for words, pairs in found.items():
        grouped: dict[tuple[str, ...], list[str]] = {}
        for client in REVISIONS:
            if upstreams_of := tuple(upstream for one, upstream in pairs if one == client):
                grouped.setdefault(upstreams_of, []).append(client)
        where = "; ".join(
            f"{', '.join(clients)} to {'all' if group == REVISIONS else ', '.join(group)}" for group, clients in grouped.items()
        )
        lines.append(f"- {feature.name}: {words.partition(': ')[2] if ': ' in words else words} ({where})")
    return lines
