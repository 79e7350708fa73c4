"""Signing in by a real OpenID provider (canaille): its button, its groups, its refusal, on the built gateway."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import gateway, places
from .outcome import Outcome, Skipped
from .person import Answer, Browser, Client, returned, send
from .venv import python_with

PASSWORD = "correct horse battery"
SECRET = "a secret of two parts: & and %"
START_SECONDS = 60


def run() -> Outcome:
    seen: list[bool] = []
    python = python_with("canaille", "canaille[front,oidc,server,sqlite]==0.3.6")
    places.WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=places.WORK) as name:
        folder = Path(name)
        secret = folder / "secret"
        secret.write_text(SECRET + "\n")
        port = gateway.free_port()
        issuer = f"http://127.0.0.1:{port}"
        configuration = f"""
identity:
  canaille:
    issuer: {issuer}
    title: Canaille
    clientID: gateway
    clientSecret: {{ file: {secret} }}
    scopes: [openid, profile, email, groups]
    roles: {{ builder: [makers] }}
upstreams: {{ board: {{ kind: builtin, app: kanban }} }}
servers:
  default: {{ upstreams: [board], auth: oauth }}
  staff: {{ title: Staff, upstreams: [board], auth: oauth, groups: [staff] }}
"""
        with gateway.started(configuration) as running, provider(python, folder, port, running.url) as canaille:
            for scene in (people, denied, old_state):
                try:
                    scene(seen, running, canaille)
                except Exception as error:  # noqa: BLE001
                    judge(seen, scene.__name__, False, f"{type(error).__name__}: {error}")
    return Outcome(passed=sum(seen), failed=len(seen) - sum(seen))


@dataclass
class Canaille:
    """A provider with the people grace (in makers and staff), ben and eve (in no group). It asks each of them once whether
    they want to come here, and remembers a yes."""

    command: list[str]
    folder: Path
    port: int

    def browser(self) -> Browser:
        return Browser(self.port)

    def do(self, *arguments: str) -> dict:
        environment = os.environ | {"CANAILLE_CONFIG": str(self.folder / "canaille.toml"), "CANAILLE_DEBUG": "1"}
        done = subprocess.run([*self.command, *arguments], capture_output=True, text=True, cwd=self.folder, env=environment, check=False)
        if done.returncode:
            raise Skipped(f"canaille {' '.join(arguments[:2])}: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
        with contextlib.suppress(ValueError):
            return json.loads(done.stdout)
        return {}

    def sign_in(self, browser: Browser, address: str, name: str, answer: str = "accept") -> str:
        """Where the person goes back to: signed in, asked, and answered; people who are signed in already are only asked."""
        target = address.removeprefix(f"http://127.0.0.1:{self.port}")
        page = browser.go(target)
        for _ in range(6):
            if not page[0].startswith("/"):
                return page[0]
            if 'name="login"' in page[1].text:
                page = browser.press("Continue", page, {"login": name})
            elif 'name="password"' in page[1].text:
                page = browser.press("Sign in", page, {"password": PASSWORD})
            else:
                page = self._answer(browser, page, answer)
        raise RuntimeError(f"the provider shows {page[0]}: {page[1].status} {page[1].text[:300]}")

    def _answer(self, browser: Browser, page: tuple[str, Answer], answer: str) -> tuple[str, Answer]:
        label = {"accept": "Accept", "deny": "Deny"}[answer]
        text = page[1].text.replace(f'action="http://127.0.0.1:{self.port}', 'action="')
        return browser.press(label, (page[0], Answer(page[1].status, page[1].fields, text.encode())))


@contextlib.contextmanager
def provider(python: Path, folder: Path, port: int, ours: str) -> Iterator[Canaille]:
    canaille = Canaille([str(python.parent / "canaille")], folder, port)
    key = canaille.do("jwk", "create", "rsa")
    members = ", ".join(f"{name} = {json.dumps(value)}" for name, value in key.items())
    (folder / "canaille.toml").write_text(
        f'SECRET_KEY = "{secrets.token_hex(16)}"\nSERVER_NAME = "127.0.0.1:{port}"\nPREFERRED_URL_SCHEME = "http"\n'
        f'[CANAILLE]\nDATABASE = "sql"\nJAVASCRIPT = false\nHTMX = false\n'
        f'[CANAILLE_SQL]\nDATABASE_URI = "sqlite:///{folder}/canaille.sqlite"\n'
        f"[CANAILLE_OIDC]\nTRUSTED_DOMAINS = []\nACTIVE_JWKS = [{{{members}}}]\n"
    )
    canaille.do("db", "upgrade")
    for name, family in (("grace", "Hopper"), ("ben", "Ney"), ("eve", "Nobody")):
        canaille.do(
            "create", "user", "--user-name", name, "--password", PASSWORD, "--family-name", family, "--formatted-name", f"{name} {family}",
            "--display-name", name, "--emails", f"{name}@example.org",
        )  # fmt: skip
    canaille.do("create", "group", "--display-name", "makers", "--members", "grace")
    canaille.do("create", "group", "--display-name", "staff", "--members", "grace")
    canaille.do(
        "create", "client", "--client-id", "gateway", "--client-secret", SECRET, "--client-name", "gateway",
        "--redirect-uris", f"{ours}/sign-in/canaille/callback", "--grant-types", "authorization_code", "--response-types", "code",
        "--token-endpoint-auth-method", "client_secret_basic", "--id-token-signed-response-alg", "RS256",
        "--scope", "openid", "--scope", "profile", "--scope", "email", "--scope", "groups",
    )  # fmt: skip
    # Without it the ID tokens are for nobody.
    canaille.do("set", "client", "gateway", "--audience", "gateway")
    environment = os.environ | {"CANAILLE_CONFIG": str(folder / "canaille.toml")}
    with (places.WORK / "canaille.log").open("wb") as log:
        process = subprocess.Popen(
            [*canaille.command, "run", "--bind", f"127.0.0.1:{port}"], cwd=folder, env=environment,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        _wait(port, process)
        yield canaille
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(port: int, process: subprocess.Popen) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if send(port, "GET", "/.well-known/openid-configuration").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise Skipped("canaille did not come up")


def press_way(browser: Browser, page: tuple[str, Answer]) -> str:
    """Presses the provider's button; the address of the provider that it leads to."""
    return browser.press("Sign in with Canaille", page)[0]


def people(seen: list[bool], running: gateway.Gateway, canaille: Canaille) -> None:
    """F038, F041: sign-in, groups and role from claims, and no second login."""
    browser, theirs, client = Browser(running.port), canaille.browser(), Client(running.port, path="/v1/mcp/staff")
    client.register()
    page = browser.go(client.authorize_target())
    judge(seen, "the sign-in page has the provider's button", "Sign in with Canaille" in page[1].text, page[1].text[:300])
    address = press_way(browser, page)
    asked = {name: values[0] for name, values in urllib.parse.parse_qs(urllib.parse.urlsplit(address).query).items()}
    is_right = address.startswith(f"http://127.0.0.1:{canaille.port}/oauth/authorize?") and asked.get("code_challenge_method") == "S256"
    judge(seen, "the browser is sent to the provider with S256, state and nonce", is_right and {"state", "nonce"} <= set(asked), address)
    back = canaille.sign_in(theirs, address, "grace")
    judge(seen, "the provider sends it back here", back.startswith(f"{running.url}/sign-in/canaille/callback?"), back)
    stranger = Browser(running.port).go(back.removeprefix(running.url))
    judge(seen, "another browser can do nothing with it", stranger[1].status == 400 and "Begin again" in stranger[1].text, stranger[1].status)
    page = browser.go(back.removeprefix(running.url))
    is_right = "/oauth/consent" in page[0] and page[1].status == 200
    judge(seen, "consent is next, also for a server of the group staff", is_right, (page[0], page[1].text[:300]))
    page = browser.press("Authorize", page)
    answer = client.exchange(returned(page)["code"])
    judge(seen, "the client gets tokens of ours", answer.status == 200 and "id_token" not in answer.json, answer.text)
    judge(seen, "they open the server", client.call().status == 200, "refused")
    account = browser.go("/account")[1].text
    for word in ("grace", "makers", "staff", "Builder"):
        judge(seen, f"the account page says {word}", word in account, account[:1000])
    again = browser.go(back.removeprefix(running.url))
    judge(seen, "the same address does nothing a second time", again[1].status == 400, again[1].status)
    second = Client(running.port)
    second.register()
    page = browser.go(second.authorize_target())
    judge(seen, "a second client asks for no second sign-in", "/oauth/consent" in page[0], page[0])
    other, others = Browser(running.port), canaille.browser()
    page = other.go(canaille.sign_in(others, press_way(other, other.go("/sign-in")), "ben").removeprefix(running.url))
    judge(seen, "somebody in no group is a member in no group", "Member" in page[1].text and "staff" not in page[1].text, page[1].text[:1000])
    page = other.go(client.authorize_target())
    judge(seen, "and comes to no server of a group", page[1].status == 403, (page[0], page[1].status))
    users = subprocess.run(
        [str(places.BINARY), "user", "list", "--config", str(running.file)], capture_output=True, text=True, check=False
    ).stdout
    judge(seen, "both are users", "grace" in users and "ben" in users, users)
    log = running.log.read_text(errors="replace")
    judge(seen, "the log has no secret", SECRET not in log and "eyJ" not in log, "it has")


def denied(seen: list[bool], running: gateway.Gateway, canaille: Canaille) -> None:
    """F044."""
    browser, client = Browser(running.port), Client(running.port)
    client.register()
    address = press_way(browser, browser.go(client.authorize_target()))
    back = canaille.sign_in(canaille.browser(), address, "eve", "deny")
    judge(seen, "the provider says access_denied", "error=access_denied" in back, back)
    page = browser.go(back.removeprefix(running.url))
    told = returned(page)
    is_right = told.get("error") == "access_denied" and told.get("state") == client.state and told.get("iss") == running.url
    judge(seen, "the client hears it with its state", page[0].startswith(client.redirect) and is_right, page[0])
    page = browser.go(canaille.sign_in(canaille.browser(), press_way(browser, browser.go("/sign-in")), "eve", "deny").removeprefix(running.url))
    judge(seen, "where no client waits, a page says it", page[1].status == 403 and "did not sign you in" in page[1].text, page[1].status)


def old_state(seen: list[bool], running: gateway.Gateway, canaille: Canaille) -> None:
    """F043: what nobody began, or began before, is a page to begin again."""
    browser = Browser(running.port)
    press_way(browser, browser.go("/sign-in"))
    page = browser.go("/sign-in/canaille/callback?code=x&state=invented")
    judge(seen, "an invented state is a page to begin again", page[1].status == 400 and "Begin again" in page[1].text, page[1].status)
    page = browser.go("/sign-in/nobody/callback?code=x&state=x")
    judge(seen, "an unknown provider is nowhere", page[1].status == 404, page[1].status)


def judge(seen: list[bool], what: str, is_right: bool, found: object) -> None:
    seen.append(bool(is_right))
    if not is_right:
        print(f"FAILED {what}: {found}", flush=True)
