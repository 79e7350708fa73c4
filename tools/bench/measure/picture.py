"""Draws the results as an SVG that reads well on a light and on a dark page, with nothing but text and rectangles."""

from __future__ import annotations

from html import escape

WIDTH = 880
LEFT, BAR_LEFT, BAR_RIGHT = 24, 300, 730
PAIR_HEIGHT, BAR_HEIGHT = 58, 16
TILE_COLUMNS, TILE_HEIGHT = 4, 78

STYLE = """
  svg { --page: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --ours: #1f6feb; --theirs: #9aa4af; --bad: #b42318 }
  @media (prefers-color-scheme: dark) {
    svg { --page: #0d1117; --ink: #e6edf3; --soft: #9198a1; --line: #30363d; --ours: #4493f8; --theirs: #656c76; --bad: #ff7b72 }
  }
  text { font-family: system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; font-size: 14px; fill: var(--ink) }
  .title { font-size: 19px; font-weight: 600 }
  .soft { fill: var(--soft); font-size: 12.5px }
  .value { font-variant-numeric: tabular-nums }
  .figure { font-size: 21px; font-weight: 600; font-variant-numeric: tabular-nums }
  .over { fill: var(--bad) }
"""


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    classes = f' class="{kind}"' if kind else ""
    return f'<text x="{x:g}" y="{y:g}"{classes} text-anchor="{anchor}">{escape(words)}</text>'


def _look_up(results: dict, path: str) -> float | None:
    value: object = results
    for step in path.split("."):
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return float(value)  # type: ignore[arg-type]


# Label, where the two figures lie ({} is the server), how to write them, which direction is the good one.
PAIRS = [
    ("CPU per request, one loop", "oneLoop.{}.cpuMicroseconds.median", "{:.1f} µs", "less is better"),
    ("CPU per request, two loops", "twoLoops.{}.cpuMicroseconds.median", "{:.1f} µs", "less is better"),
    ("Instructions per request", "instructions.{}", "{:,.0f}", "less is better"),
    ("Requests per second, one loop", "oneLoop.{}.requestsPerSecond.median", "{:,.0f}", "more is better"),
    ("Requests per second, two loops", "twoLoops.{}.requestsPerSecond.median", "{:,.0f}", "more is better"),
    ("Latency added at one connection", "latency.added.{}.median", "{:.0f} µs", "less is better"),
]

TILE_NAMES = {
    "memory after load of 64 connections": "after a load of 64 connections",
    "memory per idle connection": "per idle connection",
    "memory with 10,000 quiet event streams": "with 10,000 quiet streams",
    "start to first answer": "from start to first answer",
    "memory growth, 200,000 to 1,000,000 requests": "grown over 800,000 requests",
    "size of the binary": "size of the binary",
    "p50 of calls with 10,000 streams open": "p50 with 10,000 streams open",
}


def _pair(top: float, label: str, ours: float, theirs: float, form: str, direction: str) -> list[str]:
    largest = max(ours, theirs, 1e-9)
    parts = [_text(LEFT, top + 14, label), _text(LEFT, top + 32, direction, "soft")]
    for index, (name, value, colour) in enumerate((("Patchbay", ours, "ours"), ("nginx", theirs, "theirs"))):
        y = top + index * (BAR_HEIGHT + 4)
        width = max(2.0, (BAR_RIGHT - BAR_LEFT) * max(value, 0) / largest)
        parts.append(
            f'<rect x="{BAR_LEFT}" y="{y:g}" width="{width:.1f}" height="{BAR_HEIGHT}" rx="3" fill="var(--{colour})">'
            f"<title>{escape(name)}: {escape(form.format(value))}</title></rect>"
        )
        parts.append(_text(BAR_LEFT + width + 8, y + 13, form.format(value), "value"))
    return parts


def _tile(index: int, top: float, row: dict) -> list[str]:
    width = (WIDTH - 2 * LEFT) / TILE_COLUMNS
    x, y = LEFT + width * (index % TILE_COLUMNS), top + TILE_HEIGHT * (index // TILE_COLUMNS)
    value = f"{row['value']:.{0 if row['value'] >= 100 else 1 if row['value'] >= 10 else 2}f} {row['unit'].replace('of without', '×')}"
    return [
        _text(x, y + 20, value, "figure" if row["passes"] else "figure over"),
        _text(x, y + 39, TILE_NAMES[row["name"]], "soft"),
        _text(x, y + 56, f"budget {row['limit']:g}" + ("" if row["passes"] else ", missed"), "soft"),
    ]


def svg(results: dict) -> str:
    machine = results["machine"]
    body = [
        _text(LEFT, 36, "One tools/call through a proxy: Patchbay beside nginx proxy_pass", "title"),
        _text(
            LEFT, 58,
            f"medians of paired rounds in one run, {machine['cores']} cores, {machine['nginx']}, 64 connections on loopback",
            "soft",
        ),
        f'<rect x="{WIDTH - 196}" y="76" width="12" height="12" rx="2" fill="var(--ours)"/>' + _text(WIDTH - 179, 87, "Patchbay", "soft"),
        f'<rect x="{WIDTH - 104}" y="76" width="12" height="12" rx="2" fill="var(--theirs)"/>' + _text(WIDTH - 87, 87, "nginx", "soft"),
    ]  # fmt: skip
    top = 104.0
    for label, path, form, direction in PAIRS:
        ours, theirs = _look_up(results, path.format("patchbay")), _look_up(results, path.format("nginx"))
        if ours is not None and theirs is not None:
            body += _pair(top, label, ours, theirs, form, direction)
            top += PAIR_HEIGHT
    tiles = [row for row in results["budgets"] if row["name"] in TILE_NAMES]
    if tiles:
        body.append(f'<line x1="{LEFT}" x2="{WIDTH - LEFT}" y1="{top:g}" y2="{top:g}" stroke="var(--line)"/>')
        top += 14
        for index, row in enumerate(tiles):
            body += _tile(index, top, row)
        top += TILE_HEIGHT * -(-len(tiles) // TILE_COLUMNS)
    height = top + 8
    description = "; ".join(f"{row['name']}: {row['value']:g} {row['unit']}" for row in results["budgets"])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}" role="img" '
        f'aria-labelledby="title description">\n<title id="title">Patchbay beside nginx</title>\n'
        f'<desc id="description">{escape(description)}</desc>\n<style>{STYLE}</style>\n'
        f'<rect width="{WIDTH}" height="{height:g}" rx="8" fill="var(--page)"/>\n' + "\n".join(body) + "\n</svg>\n"
    )
