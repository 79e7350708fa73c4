"""Clients that are an address: what is fetched, from where, and what is believed (OAuth Client ID Metadata Document; MCP security
practice 'SSRF')."""

import contextlib
import http.server
import json
import re
import socket
import threading
import time
import urllib.parse
from collections.abc import Iterator

from .. import gateway
from ..person import Answer, Client, send
from .scene import CONFIGURATION, Scene

FETCH_SECONDS = 5


class Documents:
    """A host of client documents that answers each path in its own way, and counts who came."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                with contextlib.suppress(OSError):
                    outer.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def document(self, path: str, **changes: object) -> dict:
        return {"client_id": self.url + path, "client_name": "document", "redirect_uris": ["http://127.0.0.1:33418/callback"], "token_endpoint_auth_method": "none"} | changes

    def answer(self, request: http.server.BaseHTTPRequestHandler) -> None:
        path = request.path
        good = json.dumps(self.document(path)).encode()
        told: dict[str, tuple[int, dict[str, str], bytes]] = {
            "/moved": (302, {"Location": self.url + "/good"}, b""), "/moved-for-good": (301, {"Location": self.url + "/good"}, good),
            "/html": (200, {"Content-Type": "text/html"}, good), "/text": (200, {"Content-Type": "text/plain"}, good), "/no-type": (200, {"Content-Type": ""}, good),
            "/other": (200, {}, json.dumps(self.document("/good")).encode()), "/slash": (200, {}, json.dumps(self.document("/slash/")).encode()),
            "/no-id": (200, {}, json.dumps({k: v for k, v in self.document(path).items() if k != "client_id"}).encode()),
            "/list": (200, {}, json.dumps([self.document(path)]).encode()), "/nonsense": (200, {}, b"{"), "/empty": (200, {}, b""),
            "/secret": (200, {}, json.dumps(self.document(path, client_secret="x")).encode()),
            "/symmetric": (200, {}, json.dumps(self.document(path, token_endpoint_auth_method="client_secret_basic")).encode()),
            "/no-redirects": (200, {}, json.dumps(self.document(path, redirect_uris=[])).encode()),
            "/script": (200, {}, json.dumps(self.document(path, redirect_uris=["javascript:alert(1)"])).encode()),
            "/private-key": (200, {}, json.dumps(self.document(path, token_endpoint_auth_method="private_key_jwt", jwks={"keys": [{"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43, "d": "A" * 43}]})).encode()),
            "/big": (200, {}, json.dumps(self.document(path, client_name="x" * 70_000)).encode()),
            "/many": (200, {}, json.dumps(self.document(path, redirect_uris=[f"https://a.example/{n}" for n in range(1000)])).encode()),
            "/deep": (200, {}, b"[" * 60_000), "/twice": (200, {}, good[:-1] + b', "client_id": "https://evil.example/x"}'),
            "/zipped": (200, {"Content-Encoding": "gzip"}, good), "/not-found": (404, {}, good), "/error": (500, {}, good), "/no-content": (204, {}, b""),
        }  # fmt: skip
        if path == "/slow":
            return self.drip(request, good)
        if path == "/endless":
            return self.endless(request)
        if path == "/lies":
            request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n" + good)
            return None
        status, fields, body = told.get(path, (200, {}, good))
        request.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | fields).items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
        return None

    @staticmethod
    def drip(request: http.server.BaseHTTPRequestHandler, body: bytes) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body))
        for byte in body:
            request.wfile.write(bytes([byte]))
            request.wfile.flush()
            time.sleep(0.2)

    @staticmethod
    def endless(request: http.server.BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(1000):
            request.wfile.write(b"1000\r\n" + b" " * 4096 + b"\r\n")


@contextlib.contextmanager
def documents() -> Iterator[Documents]:
    host = Documents()
    try:
        yield host
    finally:
        host.server.shutdown()
        host.server.server_close()


def run(scene: Scene) -> None:
    with documents() as host:
        local(scene, host)
        public(scene, host)


def local(scene: Scene, host: Documents) -> None:
    """A gateway that is known by a loopback address may fetch from there, so each way to answer can be tried."""
    browser = scene.browser("anna")
    client = Client(scene.port, id=host.url + "/good")
    page = browser.go(client.authorize_target())
    scene.judge("a right document is shown", "/oauth/consent" in page[0] and "document" in page[1].text, (page[0], page[1].text[-400:]))
    asked = len(host.asked)
    browser.go(client.authorize_target())
    scene.judge("and remembered", len(host.asked) == asked, host.asked)
    for path in (
        "/moved", "/moved-for-good", "/html", "/text", "/no-type", "/other", "/slash", "/no-id", "/list", "/nonsense", "/empty", "/secret", "/symmetric",
        "/no-redirects", "/script", "/private-key", "/big", "/many", "/deep", "/twice", "/zipped", "/not-found", "/error", "/no-content", "/endless", "/lies", "/slow",
    ):  # fmt: skip
        began = time.monotonic()
        answer = browser.open(Client(scene.port, id=host.url + path).authorize_target())
        took = time.monotonic() - began
        scene.judge(f"{path} lets nobody in", answer.status in (400, 401, 502, 503) and not answer.location, (answer.status, answer.location, answer.text[-300:]))
        scene.judge(f"{path} holds nobody up", took < FETCH_SECONDS * 2, took)
    scene.judge("nobody followed a redirect", host.asked.count("/good") == 1, host.asked)
    for id_ in (
        f"http://user:secret@127.0.0.1:{host.port}/good", f"{host.url}/good#x", f"{host.url}/./good", f"{host.url}/a/../good", f"{host.url}/%2e%2e/good", host.url, f"{host.url}/",
        f"HTTP://127.0.0.1:{host.port}/good", f"{host.url}/good\r\nX: y", f"{host.url}/good\0", f"{host.url}/gööd", "file:///etc/passwd", "ftp://127.0.0.1/good", "data:application/json,{}",
    ):  # fmt: skip
        answer = browser.open(Client(scene.port, id=id_).authorize_target())
        scene.judge(f"the id {id_!r} is none", answer.status == 400 and not answer.location, (answer.status, answer.location))
    before = len(host.asked)
    answer = send(scene.port, "POST", "/oauth/token", urllib.parse.urlencode({"grant_type": "refresh_token", "refresh_token": "x", "client_id": host.url + "/unseen"}), {"Content-Type": "application/x-www-form-urlencoded"})
    scene.judge("the token endpoint fetches at most the one document that is named", len(host.asked) <= before + 1, host.asked[before:])
    page = browser.go(Client(scene.port, id=host.url + "/good").authorize_target(redirect_uri="https://evil.example/"))
    scene.judge("an address that a document does not list goes nowhere", page[1].status == 400 and not page[1].location, page[0])


def public(scene: Scene, host: Documents) -> None:
    """A gateway that is known by a public address fetches nothing from its own network, by whatever name."""
    with socket.create_server(("127.0.0.1", 0)) as inside, contextlib.ExitStack() as stack:
        inside.settimeout(0.2)
        port = inside.getsockname()[1]
        configuration = 'publicURL: "https://gateway.example"\n' + CONFIGURATION.format(upstream=scene.upstream.url)
        other = stack.enter_context(gateway.started(configuration))
        for name in (
            "127.0.0.1", "localhost", "LOCALHOST", "localhost.", "ip6-localhost", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "0.0.0.0", "127.9.9.9", "2130706433",
            "0x7f000001", "0177.0.0.1", "127.1", "[64:ff9b::7f00:1]", "[::127.0.0.1]", "[fe80::1%25lo]", "127.0.0.1.", "0", socket.gethostname(),
        ):  # fmt: skip
            for scheme in ("https", "http"):
                answer = at(other.port, f"{scheme}://{name}:{port}/client.json")
                scene.judge(f"{scheme}://{name} is not fetched", answer.status == 400 and not answer.location, (answer.status, answer.text[-300:]))
                scene.judge(f"{scheme}://{name}: nobody called", not called(inside))
        answer = at(other.port, host.url + "/good")
        scene.judge("a document of this machine is refused where the gateway is public", answer.status == 400, answer.status)
        texts = set()
        for number in (port, gateway.free_port()):
            answer = at(other.port, f"https://127.0.0.1:{number}/client.json")
            texts.add((answer.status, re.sub(r'href="/language[^"]*"', "", answer.text).replace(str(number), "")))
        scene.judge("an open port and a closed one read the same (port scan)", len(texts) == 1, texts)


def at(port: int, id_: str) -> Answer:
    target = Client(port, id=id_).authorize_target(resource=None)
    return send(port, "GET", target, None, {"Host": "gateway.example", "Accept": "text/html"})


def called(inside: socket.socket) -> bool:
    try:
        inside.accept()[0].close()
    except TimeoutError:
        return False
    return True


