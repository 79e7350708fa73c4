"""A person at a browser and their OAuth client, by the standard library alone: cookies, forms, redirects, tokens."""

import base64
import hashlib
import html.parser
import http.client
import http.cookies
import json
import os
import urllib.parse
from dataclasses import dataclass, field

SECONDS = 20
REDIRECT = "http://127.0.0.1:33418/callback"


@dataclass
class Answer:
    status: int
    fields: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> dict:
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    @property
    def location(self) -> str:
        return self.fields.get("Location", "")


def send(port: int, method: str, target: str, body: bytes | str | None = None, fields: dict[str, str] | None = None) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request(method, target, body, fields or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def form(port: int, target: str, parameters: dict[str, str], fields: dict[str, str] | None = None) -> Answer:
    head = {"Content-Type": "application/x-www-form-urlencoded"} | (fields or {})
    return send(port, "POST", target, urllib.parse.urlencode(parameters), head)


class Forms(html.parser.HTMLParser):
    """The forms of a page: where they go, what they hold, and which buttons they have."""

    def __init__(self, text: str):
        super().__init__()
        self.forms: list[dict] = []
        self._button: dict | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({"action": values.get("action", ""), "fields": {}, "buttons": []})
        elif tag == "input" and self.forms and values.get("name"):
            self.forms[-1]["fields"][values["name"]] = values.get("value", "")
        elif tag == "button" and self.forms:
            self._button = {"name": values.get("name", ""), "value": values.get("value", ""), "label": ""}
            self.forms[-1]["buttons"].append(self._button)

    def handle_endtag(self, tag: str) -> None:
        if tag == "button":
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._button["label"] += data.strip()


@dataclass
class Browser:
    """One browser: its cookies are kept for as long as it is."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    language: str = "en"

    def open(self, target: str, parameters: dict[str, str] | None = None, extra: dict[str, str] | None = None) -> Answer:
        """One request, without following where it leads."""
        fields = {"Accept": "text/html", "Accept-Language": self.language}
        if self.cookies:
            fields["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if parameters is not None:
            body = urllib.parse.urlencode(parameters)
            fields |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}"}
        fields |= extra or {}
        answer = send(self.port, "GET" if body is None else "POST", target, body, fields)
        for line in answer.fields.get_all("Set-Cookie") or []:
            cookie = http.cookies.SimpleCookie(line)
            for name, morsel in cookie.items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return answer

    def go(self, target: str, parameters: dict[str, str] | None = None) -> tuple[str, Answer]:
        """Follows redirects of our own; ends at a page, or at the address of somebody else."""
        own = f"http://127.0.0.1:{self.port}"
        for _ in range(20):
            answer = self.open(target, parameters)
            if answer.status not in (302, 303, 307):
                return target, answer
            parameters = None
            if answer.location.startswith("/"):
                target = answer.location
            elif answer.location.startswith(own + "/"):
                target = answer.location[len(own) :]
            else:
                return answer.location, answer
        raise RuntimeError(f"redirects without end, last to {target}")

    def press(self, label: str, page: tuple[str, Answer], given: dict[str, str] | None = None, upstream: str = "") -> tuple[str, Answer]:
        """Fills in the form that has this button and presses it."""
        target, answer = page
        for candidate in Forms(answer.text).forms:
            for button in candidate["buttons"]:
                held = candidate["fields"] | ({button["name"]: button["value"]} if button["name"] else {})
                if button["label"] == label and (not upstream or upstream in (candidate["action"] + json.dumps(held))):
                    return self.go(candidate["action"] or target, held | (given or {}))
        raise RuntimeError(f"there is no button {label} on {target}: {answer.status} {answer.text[:300]}")

    def sign_in(self, page: tuple[str, Answer], name: str, password: str) -> tuple[str, Answer]:
        return self.press("Sign in", page, {"username": name, "password": password})


@dataclass
class Client:
    """A public OAuth client of a server at a path."""

    port: int
    path: str = "/mcp"
    redirect: str = REDIRECT
    id: str = ""
    secret: str = ""
    tokens: dict = field(default_factory=dict)
    verifier: str = ""
    state: str = ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def register(self, **more: object) -> Answer:
        metadata = {"client_name": "door test", "redirect_uris": [self.redirect], "grant_types": ["authorization_code", "refresh_token"]}
        answer = send(self.port, "POST", "/oauth/register", json.dumps(metadata | more), {"Content-Type": "application/json"})
        if answer.status == 201:
            self.id, self.secret = answer.json["client_id"], answer.json.get("client_secret", "")
        return answer

    def authorize_target(self, **changes: str | None) -> str:
        self.verifier = base64.urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()
        self.state = base64.urlsafe_b64encode(os.urandom(9)).decode() + " +&=%"
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        parameters: dict[str, str | None] = {
            "response_type": "code", "client_id": self.id, "redirect_uri": self.redirect, "state": self.state,
            "code_challenge": challenge, "code_challenge_method": "S256", "scope": "mcp:read mcp:write offline_access",
            "resource": self.origin + self.path,
        }  # fmt: skip
        parameters |= changes
        return "/oauth/authorize?" + urllib.parse.urlencode({name: value for name, value in parameters.items() if value is not None})

    def exchange(self, code: str, **changes: str | None) -> Answer:
        return self._token({"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect, "code_verifier": self.verifier}, changes)

    def refresh(self, token: str = "", **changes: str | None) -> Answer:
        return self._token({"grant_type": "refresh_token", "refresh_token": token or self.tokens["refresh_token"]}, changes)

    def _token(self, parameters: dict[str, str | None], changes: dict[str, str | None]) -> Answer:
        whole = {"client_id": self.id, "resource": self.origin + self.path} | parameters | changes
        if self.secret:
            whole |= {"client_secret": self.secret}
        answer = form(self.port, "/oauth/token", {name: value for name, value in whole.items() if value is not None})
        if answer.status == 200:
            self.tokens = answer.json
        return answer

    def connect(self, browser: Browser, name: str, password: str) -> Answer:
        """From nothing to tokens: registration, sign-in if it is asked for, consent, code."""
        self.register()
        page = browser.go(self.authorize_target())
        if "/sign-in" in page[0]:
            page = browser.sign_in(page, name, password)
        if not page[0].startswith(self.redirect):
            page = browser.press("Authorize", page)
        return self.exchange(returned(page)["code"])

    def call(self, method: str = "tools/list", params: dict | None = None, token: str | None = None, path: str = "", fields: dict | None = None,
             meta: dict | None = None) -> Answer:  # fmt: skip
        whole = {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": {"name": "door", "version": "1"},
        }
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**(params or {}), "_meta": whole | (meta or {})}}
        head = {
            "Content-Type": "application/json", "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method,
        }  # fmt: skip
        if params and "name" in params:
            head["Mcp-Name"] = params["name"]
        token = self.tokens.get("access_token") if token is None else token
        if token:
            head["Authorization"] = f"Bearer {token}"
        return send(self.port, "POST", path or self.path, json.dumps(message), head | (fields or {}))


def returned(page: tuple[str, Answer]) -> dict[str, str]:
    """What the authorization server sent back to the client's address."""
    return {name: values[0] for name, values in urllib.parse.parse_qs(urllib.parse.urlsplit(page[0]).query, keep_blank_values=True).items()}
