"""The portal's pages on the built gateway: what a person finds who opens it, and what is nobody else's."""

import json
import re
import subprocess

from . import door, gateway, places
from .outcome import Outcome
from .person import Browser

CONFIGURATION = """
upstreams: { board: { kind: builtin, app: kanban } }
servers:
  default: { title: "<b>Everything</b>", upstreams: [board], auth: oauth }
  staff: { title: For the staff, upstreams: [board], auth: oauth, groups: [staff] }
  open: { title: For everybody, upstreams: [board], auth: none }
"""


def run() -> Outcome:
    seen: list[bool] = []
    with gateway.started(CONFIGURATION) as running:
        door.user(running, "add", "anna", "--role", "member")
        door.user(running, "add", "ben", "--role", "member", "--groups", "staff")
        for scene in (start, catalog, steps, languages):
            try:
                scene(seen, running)
            except Exception as error:  # noqa: BLE001
                judge(seen, scene.__name__, False, f"{type(error).__name__}: {error}")
    with gateway.started("") as running:
        page = Browser(running.port).open("/")
        judge(seen, "without a sign-in the start page shows the steps", page.status == 200 and "claude mcp add" in page.text, page.text)
    guides(seen)
    return Outcome(passed=sum(seen), failed=len(seen) - sum(seen))


def guides(seen: list[bool]) -> None:
    """The written guides: one for each client of the command, in two languages with the same places, and with the same lines to paste."""
    folder = places.ROOT / "docs" / "guides"
    listed = subprocess.run([places.BINARY, "connect", "--json"], capture_output=True, text=True, check=True, cwd=places.WORK)
    for client in (entry["client"] for entry in json.loads(listed.stdout)["clients"] if entry["client"] != "inspector"):
        texts = [(folder / f"{client}{ending}").read_text() for ending in (".md", ".de.md")]
        anchors = [re.findall(r'<a id="([^"]+)"></a>', text) for text in texts]
        judge(seen, f"{client}: both guides have the same places", anchors[0] == anchors[1] and len(anchors[0]) == 7, anchors)
        judge(seen, f"{client}: as many steps and rows", [len(re.findall(r"^(?:\d+\.|\|)", text, re.M)) for text in texts].count(0) == 0
              and len({len(re.findall(r"^(?:\d+\.|\|)", text, re.M)) for text in texts}) == 1, "")  # fmt: skip
        shown = subprocess.run([places.BINARY, "connect", client, "--json"], capture_output=True, text=True, check=True, cwd=places.WORK)
        for step in json.loads(shown.stdout)["steps"]:
            if step["kind"] == "paste" and "\n" not in step["value"] and " " in step["value"] and client not in ("chatgpt", "claude"):
                judge(seen, f"{client}: the guides have {step['value']}", all(step["value"] in text for text in texts), step)
        for text in texts:
            missing = [link for link in re.findall(r"\]\(([^)#:]+)\)", text) if not (folder / link).exists()]
            judge(seen, f"{client}: every link leads somewhere", not missing, missing)


def start(seen: list[bool], running: gateway.Gateway) -> None:
    stranger = Browser(running.port)
    page = stranger.open("/")
    judge(seen, "a stranger is asked to sign in", page.status == 200 and "/sign-in?next=%2Fcatalog" in page.text, page.text)
    judge(seen, "a stranger sees what is open", f"{running.url}/v1/mcp/open" in page.text, page.text)
    judge(seen, "and nothing else", "staff" not in page.text and "Everything" not in page.text, page.text)
    for place in ("/catalog", "/catalog/default"):
        sent = stranger.open(place)
        judge(seen, f"{place} wants a sign-in", sent.status == 303 and sent.location.startswith("/sign-in?next="), sent.location)
    opened = stranger.open("/v1/mcp/open")
    judge(seen, "at its address an open server shows its steps", opened.status == 200 and f"{running.url}/v1/mcp/open" in opened.text, opened.text)


def catalog(seen: list[bool], running: gateway.Gateway) -> None:
    for name, may in (("anna", False), ("ben", True)):
        browser = door.signed_in(running, name)
        place, page = browser.go("/")
        judge(seen, f"{name} comes to the catalog", place == "/catalog" and page.status == 200, place)
        judge(seen, f"{name} sees their servers", ("For the staff" in page.text) == may, page.text)
        judge(seen, "titles are texts", "<b>" not in page.text and "&lt;b&gt;Everything" in page.text, page.text)
        shown = browser.open("/catalog/staff").status
        judge(seen, f"{name} and the steps of the staff's server", shown == (200 if may else 404), shown)
        judge(seen, "what does not exist looks the same", browser.open("/catalog/nothing").status == 404, "")


def steps(seen: list[bool], running: gateway.Gateway) -> None:
    page = door.signed_in(running, "ben").open("/catalog/staff").text
    for text in (
        f"claude mcp add --transport http staff {running.url}/v1/mcp/staff", f"codex mcp add staff --url {running.url}/v1/mcp/staff",
        'href="cursor://anysphere.cursor-deeplink/mcp/install?name=staff', 'href="vscode:mcp/install?', "cannot reach",
    ):  # fmt: skip
        judge(seen, f"the steps have {text}", text in page, page)
    judge(seen, "no program runs in the page", "<script" not in page, page)


def languages(seen: list[bool], running: gateway.Gateway) -> None:
    browser = door.signed_in(running, "anna")
    browser.language = "de-AT,de;q=0.9,en;q=0.5"
    page = browser.open("/catalog/default").text
    judge(seen, "the steps are German for who reads German", 'lang="de"' in page and "In einem Terminal" in page, page)


def judge(seen: list[bool], name: str, is_right: bool, found: object) -> None:
    seen.append(is_right)
    if not is_right:
        print(f"portal: {name}: {str(found)[:600]}", flush=True)
