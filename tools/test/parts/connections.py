"""Accounts at upstreams, with an OAuth server of others behind the built gateway: connect, call, renew, disconnect."""

import contextlib
import re
import subprocess
import threading
import time
import urllib.parse
from pathlib import Path

from . import door, gateway, places, venv
from .clients import FASTMCP
from .outcome import Outcome, Skipped
from .person import REDIRECT, Browser, Client, returned, send

START_SECONDS = 60


def run() -> Outcome:
    script = places.PEERS / "upstreams" / "fastmcp_upstream.py"
    if not script.exists():
        raise Skipped("there is no ../shared/peers")
    seen: list[bool] = []
    python = venv.python_with(*FASTMCP)
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(upstream(python, script, "--auth", "oauth", "--access-seconds", "5"))
        running = stack.enter_context(
            gateway.started(
                f'upstreams:\n  mine: {{ kind: http, url: "http://localhost:{port}/mcp", auth: {{ mode: user-oauth }} }}\n'
                f'  ours: {{ kind: http, url: "http://localhost:{port}/mcp", auth: {{ mode: shared-oauth, required: false }} }}\n'
                "  board: { kind: builtin, app: kanban }\n"
                "servers:\n  default: { upstreams: [mine, board], naming: prefix, auth: oauth }\n"
                "  shared: { upstreams: [ours], naming: plain, auth: oauth }\n"
            )
        )
        door.user(running, "add", "anna", "--role", "operator")
        door.user(running, "add", "ben", "--role", "member")
        for scene in (personal, links, shared):
            try:
                scene(seen, running)
            except Exception as error:  # noqa: BLE001
                judge(seen, scene.__name__, False, f"{type(error).__name__}: {error}")
    return Outcome(passed=sum(seen), failed=len(seen) - sum(seen))


def personal(seen: list[bool], running: gateway.Gateway) -> None:
    browser, client = door.signed_in(running), Client(running.port)
    client.register()
    page = browser.go(client.authorize_target())
    judge(seen, "the consent page lists the upstream", "mine" in page[1].text and "Connect" in page[1].text, page[1].text[:400])
    early = browser.press("Authorize", page)
    judge(seen, "without the account there is no access", not early[0].startswith(REDIRECT), early[0])
    page = connect(browser, page)
    judge(seen, "the browser comes back to the consent page", "/oauth/consent" in page[0] and page[1].status == 200, (page[0], page[1].status, page[1].text[:300]))
    judge(seen, "nobody is authorized by that", not page[0].startswith(REDIRECT), page[0])
    page = browser.press("Authorize", page)
    answer = client.exchange(returned(page)["code"])
    names = [tool["name"] for tool in client.call().json.get("result", {}).get("tools", [])]
    judge(seen, "the upstream's tools are listed", answer.status == 200 and any(name.startswith("mine_") for name in names), names)
    answer = client.call("tools/call", {"name": "mine_echo", "arguments": {"text": "hello"}}) if "mine_echo" in names else None
    name = next((name for name in names if name.startswith("mine_")), "")
    print(f"connections: {len(names)} tools, the first is {name}", flush=True)
    if answer is None:
        answer = client.call("tools/call", {"name": name, "arguments": {}})
    judge(seen, "a call reaches the upstream", answer.status == 200 and "result" in answer.json and "onnect" not in answer.text[:200], answer.text[:300])
    time.sleep(6)  # The upstream's tokens are good for five seconds.
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(call(client, name))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    judge(seen, "expired tokens are renewed, however many calls wait", answers == [1] * 20, answers)
    second = Client(running.port)
    second.register()
    page = browser.go(second.authorize_target())
    judge(seen, "another client needs no second connection", "Authorize" in page[1].text and ">Connect<" not in page[1].text, page[1].text[:300])


def links(seen: list[bool], running: gateway.Gateway) -> None:
    browser, client = door.signed_in(running), Client(running.port)
    client.connect(browser, "anna", door.PASSWORD)
    names = [tool["name"] for tool in client.call().json["result"]["tools"]]
    name = next(name for name in names if name.startswith("mine_"))
    page = browser.go("/account")
    browser.press("Disconnect", page)
    answer = client.call("tools/call", {"name": name, "arguments": arguments(client, name)})
    text = answer.text
    judge(seen, "without the account a call says where to connect", answer.json.get("result", {}).get("isError") is True and "/connect/mine" in text, text[:400])
    link = "/connect/" + re.match(r"[A-Za-z0-9_?=/-]+", text.split("/connect/")[1])[0]
    stranger = door.signed_in(running, "ben").go(link)
    judge(seen, "another person cannot use the link", stranger[1].status in (403, 404, 410) or ">Connect<" not in stranger[1].text, (stranger[1].status, stranger[1].text[:200]))
    page = connect(browser, browser.go(link))
    judge(seen, "its own person can", page[1].status == 200, (page[0], page[1].status))
    judge(seen, "and the same token goes on", call(client, name) == 1, client.call("tools/call", {"name": name, "arguments": {}}).text[:300])
    asked = client.call("tools/list")
    judge(seen, "the board works all the while", any(tool["name"].startswith("board_") for tool in asked.json["result"]["tools"]), asked.text[:200])


def shared(seen: list[bool], running: gateway.Gateway) -> None:
    ben = Client(running.port, "/v1/mcp/shared")
    browser = door.signed_in(running, "ben")
    answer = ben.connect(browser, "ben", door.PASSWORD)
    judge(seen, "a member gets access to a shared upstream", answer.status == 200, answer.text)
    anna = door.signed_in(running)
    page = anna.go("/connect/ours")
    connect(anna, page)
    names = [tool["name"] for tool in ben.call().json.get("result", {}).get("tools", [])]
    judge(seen, "what the operator connected works for all", bool(names), ben.call().text[:300])
    judge(seen, "a member cannot connect it", ">Connect<" not in browser.go("/connect/ours")[1].text, "offered")


def arguments(client: Client, name: str) -> dict:
    tool = next(tool for tool in client.call().json["result"]["tools"] if tool["name"] == name)
    kinds = {"string": "x", "integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}
    schema = tool["inputSchema"]
    return {key: kinds.get(schema["properties"][key].get("type", "string"), "x") for key in schema.get("required", [])}


def call(client: Client, name: str) -> int:
    answer = client.call("tools/call", {"name": name, "arguments": arguments(client, name)})
    return int(answer.status == 200 and "result" in answer.json and "/connect/" not in answer.text)


def connect(browser: Browser, page: tuple) -> tuple:
    """Presses Connect and goes the whole way through the upstream's own server and back."""
    page = browser.press("Reconnect" if ">Reconnect<" in page[1].text else "Connect", page)
    for _ in range(10):
        if page[0].startswith("/"):
            return page
        place = urllib.parse.urlsplit(page[0])
        answer = send(place.port or 80, "GET", place.path + "?" + place.query)
        if not answer.location:
            raise RuntimeError(f"the upstream's server stays at {page[0]}: {answer.status} {answer.text[:300]}")
        target = urllib.parse.urljoin(page[0], answer.location)
        own = f"http://127.0.0.1:{browser.port}"
        page = browser.go(target[len(own) :]) if target.startswith(own) else (target, answer)
    return page


@contextlib.contextmanager
def upstream(python: Path, script: Path, *words: str):
    port = gateway.free_port()
    process = subprocess.Popen(
        [str(python), "-B", str(script), "--port", str(port), *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                send(port, "GET", "/mcp")
                break
            time.sleep(0.1)
        yield port
    finally:
        process.kill()
        process.wait()


def judge(seen: list[bool], name: str, is_right: bool, found: object) -> None:
    seen.append(is_right)
    if not is_right:
        print(f"connections: {name}: {str(found)[:600]}", flush=True)
