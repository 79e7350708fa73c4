"""Checks the Kanban page as a person meets it: in Chromium, inside a host of MCP Apps. See README.md."""

from __future__ import annotations

import argparse
import pathlib
import sys
import time
import traceback
from collections.abc import Callable

import axe_playwright_python
import jsonschema
from playwright.sync_api import Browser, Frame, Locator, Page, expect, sync_playwright

import host_server
import stub_server
from mcp_client import Client

ROOT = pathlib.Path(__file__).parents[2]
AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
WIDE, NARROW = {"width": 1000, "height": 800}, {"width": 380, "height": 800}
HOSTILE = [
    '<img src=x onerror="window.hurt=1">',
    "<script>window.hurt=1</script>",
    '"><svg onload=window.hurt=1>',
    "</script><script>window.hurt=1</script>",
    "javascript:window.hurt=1",
    "&lt;b&gt; ${window.hurt=1} {{7*7}}",
    "\u202eesrever \u200b zero",
    "x" * 200,
]


class Session:
    """One page of a browser with the host in it, and the board behind it."""

    def __init__(
        self, browser: Browser, host_url: str, relay: host_server.Relay, pictures: pathlib.Path
    ) -> None:
        self.pictures = pictures
        self.relay = relay
        self.client = relay.client
        self.tools = {t["name"].rsplit("_", 1)[-1]: t for t in self.client.request("tools/list")["tools"]}
        self.page: Page = browser.new_page(viewport=WIDE)
        self.faults: list[str] = []
        self.page.on("console", lambda m: m.type in ("error", "warning") and self.faults.append(f"console: {m.text}"))
        self.page.on("pageerror", lambda e: self.faults.append(f"page: {e}"))
        self.page.on("dialog", lambda d: (self.faults.append(f"dialog: {d.message}"), d.dismiss()))
        self.page.on("request", self.saw_request)
        self.page.goto(host_url)

    def saw_request(self, request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:")):
            self.faults.append(f"request: {request.url}")

    def call(self, tool: str, **arguments: object) -> dict:
        result = self.client.request("tools/call", {"name": self.tools[tool]["name"], "arguments": arguments})
        if not result.get("isError"):
            jsonschema.validate(result["structuredContent"], self.tools[tool].get("outputSchema", {}))
        return result

    def cards(self) -> list[dict]:
        found, offset = [], 0
        while True:
            part = self.call("list", offset=offset)["structuredContent"]
            found += part["cards"]
            if "nextOffset" not in part:
                return found
            offset = part["nextOffset"]

    def titles(self, column: str) -> list[str]:
        return [card["title"] for card in self.cards() if card["column"] == column]

    def clear(self) -> None:
        for card in self.cards():
            self.call("remove", id=card["id"])

    def fill(self) -> None:
        for column, title, notes in [
            ("todo", "Write the release notes", "What changed, in the words of someone who uses it."),
            ("todo", "Order new chairs", ""),
            ("todo", "Ask Ada about the flaky test", "It fails on Mondays only.\nSee the log of the 14th:\n"
             "line one of several\nline two of several\nline three of several\nline four of several"),
            ("doing", "Move the wiki to the new server", "Waiting for the certificate."),
            ("doing", "Review the parser", ""),
            ("done", "Book the train to Hamburg", "Seats 41 and 42."),
        ]:
            self.call("add", column=column, title=title, **({"notes": notes} if notes else {}))

    def open(self, size: dict = WIDE, **options: object) -> Frame:
        self.page.set_viewport_size(size)
        self.page.evaluate("options => host.open(options)", options)
        frame = self.page.locator("iframe").element_handle().content_frame()
        frame.wait_for_selector("#columns:not([hidden])")
        return frame

    def picture(self, name: str) -> None:
        """A screenshot, once the frame has its height and everything is painted."""
        frame = self.page.locator("iframe").element_handle().content_frame()
        wait(frame, "document.documentElement.scrollHeight <= window.innerHeight + 1")
        for each in (self.page, frame):
            each.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        self.page.screenshot(path=self.pictures / f"{name}.png", full_page=True)

    def seen(self, method: str) -> list[dict]:
        return self.page.evaluate("method => host.seen.filter(m => m.method === method)", method)


def wait(frame: Frame | Page, expression: str, arg: object = None) -> None:
    """Waits till the expression holds; Playwright's own way is `eval`, which the view's security rules forbid."""
    end = time.monotonic() + 10
    while not frame.evaluate(expression, arg):
        assert time.monotonic() < end, f"it never became true: {expression}"
        time.sleep(0.02)


def column(frame: Frame, name: str) -> Locator:
    return frame.locator(f'[data-column="{name}"]')


def card(frame: Frame, title: str) -> Locator:
    return frame.locator(".card").filter(has=frame.get_by_role("heading", name=title, exact=True))


def shows(frame: Frame, name: str, titles: list[str]) -> None:
    expect(column(frame, name).locator(".card .title")).to_have_text(titles)


def drag(source: Locator, target: Locator, y: float) -> None:
    box = target.bounding_box()
    source.drag_to(target, source_position={"x": 60, "y": 12}, target_position={"x": 60, "y": box["height"] * y})


# The checks; each begins with the board as `fill` leaves it.

def introduces_itself_as_the_specification_says(s: Session) -> None:
    s.open()
    methods = s.page.evaluate("host.seen.filter(m => m.method).map(m => m.method)")
    assert methods[:2] == ["ui/initialize", "ui/notifications/initialized"], methods
    first = s.seen("ui/initialize")[0]
    assert first["jsonrpc"] == "2.0" and first["params"]["protocolVersion"] == "2026-01-26"
    assert first["params"]["appInfo"]["name"] and first["params"]["appInfo"]["version"]
    assert isinstance(first["params"]["appCapabilities"], dict)
    known = {"ui/initialize", "ui/notifications/initialized", "ui/notifications/size-changed", "tools/call"}
    assert set(methods) <= known, methods
    assert s.seen("tools/call") == [], "the result of list is enough"


def shows_the_board_that_the_model_asked_for(s: Session) -> None:
    frame = s.open()
    shows(frame, "todo", ["Write the release notes", "Order new chairs", "Ask Ada about the flaky test"])
    shows(frame, "doing", ["Move the wiki to the new server", "Review the parser"])
    shows(frame, "done", ["Book the train to Hamburg"])
    expect(frame.locator("#summary")).to_have_text("6 cards")
    expect(frame.locator(".count")).to_have_text(["3", "2", "1"])


def answers_its_host(s: Session) -> None:
    s.open()
    assert s.page.evaluate("host.ask('ping')")["result"] == {}
    assert s.page.evaluate("host.ask('tools/list')")["error"]["code"] == -32601
    assert s.page.evaluate("host.ask('ui/resource-teardown', { reason: 'test' })")["result"] == {}


def is_as_high_as_it_says(s: Session) -> None:
    for size in (WIDE, NARROW):
        frame = s.open(size)
        wait(frame, "document.documentElement.scrollHeight <= window.innerHeight + 1")
        assert frame.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it is too wide"
        before = s.seen("ui/notifications/size-changed")[-1]["params"]["height"]
        s.call("add", title="one more")
        frame.get_by_role("button", name="Load again").click()
        wait(
            s.page, "before => host.seen.filter(m => m.method?.endsWith('size-changed')).at(-1).params.height > before",
            before)


def adds_cards_by_keyboard_alone(s: Session) -> None:
    frame = s.open()
    frame.get_by_role("button", name="Add a card to Doing").focus()
    s.page.keyboard.press("Enter")
    s.page.keyboard.type("Call the plumber")
    s.page.keyboard.press("Tab")
    s.page.keyboard.type("In the morning")
    s.page.keyboard.press("Shift+Tab")
    s.page.keyboard.press("Enter")
    shows(frame, "doing", ["Move the wiki to the new server", "Review the parser", "Call the plumber"])
    expect(frame.get_by_role("status")).to_have_text("Added “Call the plumber” to Doing.")
    expect(card(frame, "Call the plumber").locator(".notes")).to_have_text("In the morning")
    assert s.titles("doing")[-1] == "Call the plumber"
    # The composer stays for the next card, and Escape leaves it for where it came from.
    expect(column(frame, "doing").get_by_label("Title")).to_be_focused()
    expect(column(frame, "doing").get_by_label("Title")).to_have_value("")
    s.page.keyboard.press("Escape")
    expect(frame.get_by_role("button", name="Add a card to Doing")).to_be_focused()


def says_what_is_wrong_with_a_new_card(s: Session) -> None:
    frame = s.open()
    frame.get_by_role("button", name="Add a card to To do").click()
    todo = column(frame, "todo")
    title = todo.get_by_label("Title")
    todo.get_by_role("button", name="Add", exact=True).click()
    expect(todo.get_by_role("alert")).to_have_text("Give the card a title.")
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(title).to_be_focused()
    title.fill("🦊" * 201)
    title.press("Enter")
    expect(todo.get_by_role("alert")).to_have_text("A title has at most 200 characters.")
    title.fill("🦊" * 200)
    title.press("Enter")
    expect(todo.locator(".card")).to_have_count(4)
    expect(todo.get_by_role("alert")).to_be_hidden()
    assert s.titles("todo")[-1] == "🦊" * 200


def moves_cards_by_keyboard_and_keeps_the_focus_on_them(s: Session) -> None:
    frame = s.open()
    frame.get_by_role("button", name="Move “Order new chairs” up").focus()
    s.page.keyboard.press("Enter")
    shows(frame, "todo", ["Order new chairs", "Write the release notes", "Ask Ada about the flaky test"])
    expect(frame.get_by_role("status")).to_have_text("Moved “Order new chairs” to To do, position 1.")
    # It cannot go up any more, so the focus is on the first thing that can be done with it.
    expect(frame.get_by_role("button", name="Move “Order new chairs” to Doing")).to_be_focused()
    s.page.keyboard.press("Enter")
    shows(frame, "doing", ["Move the wiki to the new server", "Review the parser", "Order new chairs"])
    expect(frame.get_by_role("button", name="Move “Order new chairs” to Done")).to_be_focused()
    s.page.keyboard.press("Enter")
    expect(frame.get_by_role("status")).to_have_text("Moved “Order new chairs” to Done, position 2.")
    expect(frame.get_by_role("button", name="Move “Order new chairs” to Doing")).to_be_focused()
    assert s.titles("done") == ["Book the train to Hamburg", "Order new chairs"]
    frame.get_by_role("button", name="Move “Book the train to Hamburg” down").press("Space")
    shows(frame, "done", ["Order new chairs", "Book the train to Hamburg"])
    expect(frame.get_by_role("status")).to_have_text("Moved “Book the train to Hamburg” to Done, position 2.")
    assert s.titles("done") == ["Order new chairs", "Book the train to Hamburg"]


def moves_cards_by_dragging(s: Session) -> None:
    frame = s.open()
    drag(card(frame, "Order new chairs"), card(frame, "Review the parser"), 0.2)
    shows(frame, "doing", ["Move the wiki to the new server", "Order new chairs", "Review the parser"])
    expect(frame.get_by_role("status")).to_have_text("Moved “Order new chairs” to Doing, position 2.")
    drag(card(frame, "Move the wiki to the new server"), card(frame, "Review the parser"), 0.9)
    shows(frame, "doing", ["Order new chairs", "Review the parser", "Move the wiki to the new server"])
    expect(frame.get_by_role("status")).to_have_text("Moved “Move the wiki to the new server” to Doing, position 3.")
    drag(card(frame, "Book the train to Hamburg"), column(frame, "todo").get_by_role("heading", level=2), 0.5)
    shows(frame, "done", [])
    expect(frame.get_by_role("status")).to_have_text("Moved “Book the train to Hamburg” to To do, position 1.")
    drag(card(frame, "Review the parser"), column(frame, "done"), 0.8)
    shows(frame, "done", ["Review the parser"])
    expect(frame.get_by_role("status")).to_have_text("Moved “Review the parser” to Done, position 1.")
    expect(frame.locator(".place, .target")).to_have_count(0)
    assert s.titles("doing") == ["Order new chairs", "Move the wiki to the new server"]
    assert s.titles("done") == ["Review the parser"]


def removes_a_card_only_after_a_question(s: Session) -> None:
    frame = s.open()
    frame.get_by_role("button", name="Remove “Review the parser”").press("Enter")
    expect(frame.get_by_text("Remove “Review the parser” for good?")).to_be_visible()
    expect(frame.get_by_role("button", name="Keep")).to_be_focused()
    s.picture("question")
    s.page.keyboard.press("Escape")
    expect(frame.get_by_role("button", name="Remove “Review the parser”")).to_be_focused()
    assert len(s.cards()) == 6
    s.page.keyboard.press("Enter")
    s.page.keyboard.press("Shift+Tab")
    s.page.keyboard.press("Enter")
    shows(frame, "doing", ["Move the wiki to the new server"])
    expect(frame.get_by_role("status")).to_have_text("Removed “Review the parser”.")
    expect(frame.get_by_role("button", name="Remove “Move the wiki to the new server”")).to_be_focused()
    assert s.titles("doing") == ["Move the wiki to the new server"]


def opens_long_notes(s: Session) -> None:
    frame = s.open()
    notes = card(frame, "Ask Ada about the flaky test").locator(".notes")
    short = notes.bounding_box()["height"]
    frame.get_by_role("button", name="More of “Ask Ada about the flaky test”").click()
    assert notes.bounding_box()["height"] > short
    less = frame.get_by_role("button", name="Less of “Ask Ada about the flaky test”")
    expect(less).to_have_attribute("aria-expanded", "true")
    expect(less).to_be_focused()
    less.click()
    assert notes.bounding_box()["height"] == short
    assert not card(frame, "Write the release notes").locator('[data-action="more"]').is_visible()


def shows_hostile_text_as_text(s: Session) -> None:
    for text in HOSTILE:
        s.call("add", title=text, notes=text)
    frame = s.open()
    titles = frame.locator(".card .title").all_text_contents()
    for text in HOSTILE:
        assert text in titles, text
    foreign = ".card img, .card script, .card svg[onload], .card b, .card iframe, .card a"
    assert frame.locator(foreign).count() == 0
    for button in frame.locator('.card button[data-action="right"]:not(:disabled)').all()[:4]:
        button.hover()
    frame.get_by_role("button", name=f"Remove “{HOSTILE[0]}”").click()
    expect(frame.get_by_text(f"Remove “{HOSTILE[0]}” for good?")).to_be_visible()
    frame.get_by_role("button", name="Keep").click()
    card(frame, HOSTILE[1]).get_by_role("button", name="to Doing").click()
    expect(frame.get_by_role("status")).to_have_text(f"Moved “{HOSTILE[1]}” to Doing, position 3.")
    assert frame.evaluate("window.hurt") is None and s.page.evaluate("window.hurt") is None
    assert frame.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "a long word makes it too wide"


def listens_to_its_host_alone(s: Session) -> None:
    frame = s.open()
    message = {"jsonrpc": "2.0", "method": "ui/notifications/tool-result",
               "params": {"structuredContent": {"cards": [], "offset": 0, "total": 0}}}
    frame.evaluate("message => new Promise(done => { window.postMessage(message, '*'); setTimeout(done, 50); })", message)
    expect(frame.locator(".card")).to_have_count(6)
    s.page.evaluate("message => host.send(message)", message)
    expect(frame.locator(".card")).to_have_count(0)


def withstands_garbage_from_its_host(s: Session) -> None:
    frame = s.open()
    s.page.evaluate("""() => {
        const post = (value) => host.frame.contentWindow.postMessage(value, "*");
        for (const value of [null, 1, "x", [], {}, { jsonrpc: "2.0" }, { jsonrpc: "2.0", id: 999, result: null }]) post(value);
        host.send({ method: "ui/notifications/host-context-changed", params: { theme: "neon", locale: 5, styles: 7 } });
        host.send({ method: "ui/notifications/host-context-changed",
                    params: { styles: { variables: { "--x": 5, "background": "red", "--a;b": "c" } } } });
        host.send({ method: "ui/notifications/never-heard-of", params: {} });
        host.deliver({ structuredContent: { cards: [null, 5, { id: 1 }, { id: "x", column: "attic" }], offset: 0 } });
    }""")
    expect(frame.locator(".card")).to_have_count(0)
    frame.get_by_role("button", name="Load again").click()
    expect(frame.locator(".card")).to_have_count(6)


def follows_what_the_model_does(s: Session) -> None:
    frame = s.open()
    s.page.evaluate("result => host.deliver(result)", s.call("add", title="From the model", column="done"))
    shows(frame, "done", ["Book the train to Hamburg", "From the model"])
    frame = s.open(tool="add", args={"title": "Opened by add"})
    expect(card(frame, "Opened by add")).to_be_visible()
    expect(frame.locator(".card")).to_have_count(8)


def shows_all_of_a_large_board(s: Session) -> None:
    for number in range(230):
        s.call("add", title=f"card {number}", column="done")
    frame = s.open()
    expect(frame.locator(".card")).to_have_count(236)
    expect(column(frame, "done").locator(".count")).to_have_text("231")


def says_when_a_card_has_gone(s: Session) -> None:
    frame = s.open()
    gone = next(c for c in s.cards() if c["title"] == "Order new chairs")
    s.call("remove", id=gone["id"])
    frame.get_by_role("button", name="Move “Order new chairs” to Doing").click()
    expect(frame.locator("#problem")).to_contain_text("There is no card with the id")
    expect(card(frame, "Order new chairs")).to_have_count(0)
    shows(frame, "doing", ["Move the wiki to the new server", "Review the parser"])
    frame.get_by_role("button", name="Close").click()
    expect(frame.locator("#problem")).to_be_hidden()


def keeps_what_was_typed_when_the_board_cannot_be_reached(s: Session) -> None:
    frame = s.open()
    frame.get_by_role("button", name="Add a card to To do").click()
    title = column(frame, "todo").get_by_label("Title")
    s.relay.is_broken = True
    try:
        title.fill("Do not lose me")
        title.press("Enter")
        expect(frame.locator("#problem")).to_contain_text("The upstream board is not reachable.")
        s.picture("problem")
        expect(title).to_have_value("Do not lose me")
    finally:
        s.relay.is_broken = False
    title.press("Enter")
    expect(card(frame, "Do not lose me")).to_be_visible()
    expect(frame.locator("#problem")).to_be_hidden()


def speaks_german(s: Session) -> None:
    frame = s.open(context={"locale": "de-DE"})
    expect(frame.locator("html")).to_have_attribute("lang", "de")
    expect(frame.locator("h2 .name")).to_have_text(["Zu tun", "In Arbeit", "Erledigt"])
    frame.get_by_role("button", name="„Order new chairs“ nach „In Arbeit“ verschieben").click()
    expect(frame.get_by_role("status")).to_have_text("„Order new chairs“ nach „In Arbeit“ verschoben, Platz 3.")
    s.picture("wide-german")
    s.page.evaluate("host.change({ locale: 'fr-FR' })")
    expect(frame.locator("h2 .name")).to_have_text(["To do", "Doing", "Done"])


def knows_every_word_in_both_languages(s: Session) -> None:
    source = (stub_server.SOURCES / "board.js").read_text()
    words = source[source.index("const WORDS = "):source.index("let words = ")]
    keys = s.page.evaluate(
        """source => { const TITLE_MAX = 200, NOTES_MAX = 2000;
           const words = Function("TITLE_MAX", "NOTES_MAX", source + "; return WORDS")(TITLE_MAX, NOTES_MAX);
           return Object.values(words).map(each => Object.keys(each)); }""", words)
    assert keys[0] == keys[1], set(keys[0]) ^ set(keys[1])


def follows_the_theme_of_its_host(s: Session) -> None:
    frame = s.open(context={"theme": "dark"})
    dark = frame.evaluate("getComputedStyle(document.body).backgroundColor")
    s.page.evaluate("host.change({ theme: 'light' })")
    wait(frame, "dark => getComputedStyle(document.body).backgroundColor !== dark", dark)
    s.page.evaluate("host.change({ styles: { variables: { '--color-background-primary': 'rgb(1, 2, 3)' } } })")
    wait(frame, "getComputedStyle(document.body).backgroundColor === 'rgb(1, 2, 3)'")


def works_where_only_window_openai_answers(s: Session) -> None:
    context = s.page.context.browser.new_context(viewport=WIDE)
    context.add_init_script("""if (window.parent !== window) {
        const cards = [{ id: "a", column: "todo", position: 1, title: "From ChatGPT", notes: "" }];
        const board = () => ({ cards: structuredClone(cards), offset: 0, total: 1 });
        window.openai = {
            theme: "dark", locale: "de", toolOutput: board(), heights: [], calls: [],
            notifyIntrinsicHeight(height) { this.heights.push(height); },
            async callTool(name, args) {
                this.calls.push([name, args]);
                if (name === "move") cards[0].column = args.column;
                return { structuredContent: name === "list" ? board() : { card: cards[0] } };
            },
        };
    }""")
    page = context.new_page()
    page.goto(s.page.url)
    page.evaluate("host.open({ isMute: true })")
    frame = page.locator("iframe").element_handle().content_frame()
    shows(frame, "todo", ["From ChatGPT"])
    expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
    expect(frame.locator("html")).to_have_attribute("lang", "de")
    card(frame, "From ChatGPT").get_by_role("button", name="nach „In Arbeit“").click()
    shows(frame, "doing", ["From ChatGPT"])
    wait(frame, "window.openai.calls.length === 2 && window.openai.heights.length > 0")
    context.close()


def can_be_used_by_everyone(s: Session) -> None:
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
             "rules": {"page-has-heading-one": {"enabled": True}}}
    for theme in ("light", "dark"):
        for size in (WIDE, NARROW):
            frame = s.open(size, context={"theme": theme})
            frame.get_by_role("button", name="Add a card to Done").click()
            frame.get_by_role("button", name="Remove “Review the parser”").click()
            frame.evaluate("document.activeElement.blur()")
            s.page.mouse.move(0, 0)
            frame.evaluate(AXE)
            found = frame.evaluate("rules => axe.run(document, rules)", rules)["violations"]
            told = [f"{v['id']}: {n['html']} {n['failureSummary']}" for v in found for n in v["nodes"]]
            assert not told, f"{theme} {size['width']}:\n" + "\n".join(told)


def is_a_picture_in_every_size_and_light(s: Session) -> None:
    for theme in ("light", "dark"):
        for name, size in (("wide", WIDE), ("narrow", NARROW)):
            s.open(size, context={"theme": theme})
            s.picture(f"{name}-{theme}")
    frame = s.open()
    frame.get_by_role("button", name="Add a card to Doing").click()
    card(frame, "Order new chairs").hover()
    s.picture("adding")
    s.clear()
    s.open()
    s.picture("empty")


CHECKS: list[Callable[[Session], None]] = [
    introduces_itself_as_the_specification_says,
    shows_the_board_that_the_model_asked_for,
    answers_its_host,
    is_as_high_as_it_says,
    adds_cards_by_keyboard_alone,
    says_what_is_wrong_with_a_new_card,
    moves_cards_by_keyboard_and_keeps_the_focus_on_them,
    moves_cards_by_dragging,
    removes_a_card_only_after_a_question,
    opens_long_notes,
    shows_hostile_text_as_text,
    listens_to_its_host_alone,
    withstands_garbage_from_its_host,
    follows_what_the_model_does,
    shows_all_of_a_large_board,
    says_when_a_card_has_gone,
    keeps_what_was_typed_when_the_board_cannot_be_reached,
    speaks_german,
    knows_every_word_in_both_languages,
    follows_the_theme_of_its_host,
    works_where_only_window_openai_answers,
    can_be_used_by_everyone,
    is_a_picture_in_every_size_and_light,
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="an MCP address whose board is empty; without it, a stub")
    parser.add_argument("--clear", action="store_true", help="take all cards off the board first")
    parser.add_argument("--only", help="run the checks whose names contain this")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--pictures", type=pathlib.Path, default=ROOT / ".build/screenshots")
    options = parser.parse_args()
    options.pictures.mkdir(parents=True, exist_ok=True)
    url = options.url or "http://127.0.0.1:{}/mcp".format(stub_server.serve().server_address[1])
    host_url, relay = host_server.serve(url)
    passed = failed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=options.chromium, args=["--no-sandbox", "--disable-dev-shm-usage"])
        session = Session(browser, host_url, relay, options.pictures)
        session.page.set_default_timeout(10_000)
        if session.cards() and not options.clear:
            print("The board has cards, and these checks would remove them; give --clear if they may.")
            return 2
        for check in CHECKS:
            name = check.__name__.replace("_", " ")
            if options.only and options.only not in name:
                continue
            session.clear()
            session.fill()
            session.faults.clear()
            try:
                check(session)
                assert not session.faults, session.faults
                passed += 1
                print(f"passed: the board {name}")
            except Exception:
                failed += 1
                session.page.screenshot(path=options.pictures / "failed.png", full_page=True)
                print(f"FAILED: the board {name}\n{traceback.format_exc(limit=-3)}")
        session.clear()
        browser.close()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
