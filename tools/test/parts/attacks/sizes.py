"""Too much of everything: each has a limit, an answer that says so, and costs nobody else anything."""

import json
import threading
import time
import urllib.parse

from .. import door
from ..person import Answer, Browser, Client, Forms, form, send
from .scene import Scene, raw

MEGABYTE = "x" * 1_048_576
GROWTH_KB = 200_000


def run(scene: Scene) -> None:
    resident = memory(scene)
    heads(scene)
    bodies(scene)
    registrations(scene)
    passwords(scene)
    crowd(scene)
    scene.judge("the gateway is well", send(scene.port, "GET", "/health").status == 200)
    scene.judge("and has kept nothing of it", memory(scene) - resident < GROWTH_KB, (resident, memory(scene)))


def memory(scene: Scene) -> int:
    with open(f"/proc/{scene.running.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def refused(scene: Scene, name: str, answer: Answer, statuses: tuple[int, ...] = (400, 401, 413, 414, 431)) -> None:
    scene.judge(f"{name} is refused", answer.status in statuses, (answer.status, answer.location[:200], answer.text[:200]))
    scene.judge(f"{name} is not repeated", len(answer.body) < 50_000 and len(answer.location) < 50_000, (len(answer.body), len(answer.location)))


def heads(scene: Scene) -> None:
    client = scene.client()
    anna = scene.browser("anna")
    for name in ("state", "scope", "resource", "client_id", "redirect_uri", "code_challenge", "login_hint", "prompt", "x" * 100):
        target = client.authorize_target(**{name: "x" * 60_000})
        refused(scene, f"an authorize query with 60 kB of {name[:10]}", browser_open(anna, target))
        target = client.authorize_target(**{name: "x" * 20_000})
        answer = browser_open(anna, target)
        scene.judge(f"20 kB of {name[:10]} is answered", answer.status in (200, 303, 400, 414, 431), answer.status)
    refused(scene, "a query of 5,000 parameters", browser_open(anna, client.authorize_target() + "".join(f"&a{n}=1" for n in range(5_000))))
    for name, fields in {
        "a cookie of 60 kB": {"Cookie": "patchbay=" + "x" * 60_000}, "20,000 cookies": {"Cookie": "; ".join(f"a{n}=1" for n in range(5_000))},
        "a token of 60 kB": {"Authorization": "Bearer " + "x" * 60_000}, "a secret of 60 kB": {"Authorization": "Basic " + "eHg6" * 15_000},
        "a language list of 60 kB": {"Accept-Language": "de," * 20_000}, "200 fields": {f"X-{n}": "1" for n in range(200)},
    }.items():  # fmt: skip
        for path in ("/account", "/mcp", "/oauth/token"):
            refused(scene, f"{name} at {path}", send(scene.port, "POST" if path != "/account" else "GET", path, b"" if path != "/account" else None, fields), (303, 400, 401, 413, 414, 431))
    for depth in (1_000, 30_000):
        answer = client.call("tools/list", {"a": json.loads("[" * 100 + "]" * 100)} if depth == 1_000 else None, path="/mcp?" + "a/" * depth)
        scene.judge(f"a query of {depth} parts is answered", answer.status in (200, 400, 414, 431), answer.status)
    answer = send(scene.port, "POST", "/mcp", "[" * 1_000_000, {"Content-Type": "application/json", "Authorization": f"Bearer {client.tokens['access_token']}"})
    scene.judge("a message of a million brackets is refused", answer.status == 400, answer.status)


def browser_open(browser: Browser, target: str) -> Answer:
    try:
        return browser.open(target)
    except (ConnectionError, OSError) as error:
        raise RuntimeError(f"no answer to {target[:60]}: {error}") from error


def bodies(scene: Scene) -> None:
    anna = scene.browser("anna")
    token = Forms(anna.go("/account")[1].text).forms[0]["fields"]["form_token"]
    for path in ("/sign-in", "/sign-out", "/oauth/consent", "/account/keys", "/connect/mail", "/setup", "/oauth/token", "/oauth/revoke", "/oauth/introspect"):
        for name, parameters in {"one value of 1 MB": {"username": MEGABYTE}, "one name of 1 MB": {MEGABYTE: "x"}, "20,000 fields": {f"a{n}": "1" for n in range(20_000)}}.items():
            refused(scene, f"a form with {name} at {path}", post(anna, path, parameters | {"form_token": token}), (303, 400, 401, 403, 404, 413))
        refused(scene, f"a form of broken escapes at {path}", send(scene.port, "POST", path, "a=%&b=%zz&c=%ff&d=%00", {"Content-Type": "application/x-www-form-urlencoded"}), (303, 400, 401, 403, 404))
    for length in ("99999999999999999999", "-1", "0x10", "1e3", "10, 20", "18446744073709551617"):
        head = f"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1:{scene.port}\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
        answer = raw(scene.port, head.encode())
        scene.judge(f"a length of {length} is refused", answer.split()[1:2] in ([b"400"], [b"413"]), answer[:200])


def post(browser: Browser, path: str, parameters: dict[str, str]) -> Answer:
    """A server may answer before it has read all, and close."""
    try:
        return browser.open(path, parameters)
    except (BrokenPipeError, ConnectionResetError):
        body = urllib.parse.urlencode(parameters)
        answer = raw(browser.port, f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{browser.port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode())
        return Answer(int(answer.split()[1]), __import__("email").message_from_string(""), answer.partition(b"\r\n\r\n")[2])


def registrations(scene: Scene) -> None:
    for name, metadata in {
        "a name of 1 MB": {"client_name": MEGABYTE}, "a name of 10 kB": {"client_name": "x" * 10_000}, "an address of 10 kB": {"redirect_uris": ["https://a.example/" + "x" * 10_000]},
        "33 addresses": {"redirect_uris": [f"https://a.example/{n}" for n in range(33)]}, "a scope of 10 kB": {"scope": "x" * 10_000}, "100 keys": {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [{"kty": "EC"}] * 100}},
        "an RSA key of 100 kbit": {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [{"kty": "RSA", "n": "A" * 17_000, "e": "AQAB"}]}},
        "a logo of 10 kB": {"logo_uri": "https://a.example/" + "x" * 10_000}, "1,000 contacts": {"contacts": ["a@a.example"] * 1_000},
        "a number for a name": {"client_name": 1}, "an object for a list": {"redirect_uris": {}}, "a list in a list": {"redirect_uris": [["https://a.example/"]]},
    }.items():  # fmt: skip
        refused(scene, f"registration with {name}", Client(scene.port).register(**metadata), (400, 413))
    answer = Client(scene.port).register(**{f"member_{n}": "x" * 100 for n in range(400)})
    scene.judge("members that nobody knows are bounded", answer.status in (201, 400, 413) and len(answer.body) < 20_000, (answer.status, len(answer.body)))
    answer = send(scene.port, "POST", "/oauth/register", '{"redirect_uris":' + "[" * 30_000, {"Content-Type": "application/json"})
    refused(scene, "registration of 30,000 brackets", answer)


def passwords(scene: Scene) -> None:
    """What is hashed slowly is bounded, and hashing holds up no call."""
    browser = Browser(scene.port)
    page = browser.go("/sign-in")
    fields = Forms(page[1].text).forms[0]["fields"]
    for name, held in {"a password of 8 kB": {"username": "anna", "password": "x" * 8_000}, "a name of 8 kB": {"username": "x" * 8_000, "password": "x"}, "nothing": {"username": "", "password": ""}, "zeros": {"username": "anna\0", "password": "\0"}}.items():
        answer = browser.open("/sign-in", fields | held)
        scene.judge(f"a sign-in with {name} is refused", answer.status in (400, 401, 403, 413, 429), answer.status)
    client = scene.client()
    done = threading.Event()

    def guess(number: int) -> None:
        guesser = Browser(scene.port)
        try:
            guesser.sign_in(guesser.go("/sign-in"), f"guess-{number}", "wrong")
        except (RuntimeError, OSError):
            pass

    def storm() -> None:
        threads = [threading.Thread(target=guess, args=(number,)) for number in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done.set()

    threading.Thread(target=storm).start()
    times = []
    while not done.wait(0.01):
        began = time.monotonic()
        scene.judge("a call goes on while forty guess passwords", client.call().status == 200)
        times.append(time.monotonic() - began)
    scene.judge("and waits for none of them", not times or sorted(times)[len(times) // 2] < 1, sorted(times)[-3:])
    anna = scene.browser("anna")
    for _ in range(6):
        stranger = Browser(scene.port)
        stranger.sign_in(stranger.go("/sign-in"), "anna", "wrong")
    page = anna.press("Sign out", anna.go("/account"))
    page = anna.sign_in(anna.go("/sign-in"), "anna", door.PASSWORD)
    scene.judge("guessing keeps nobody out of a browser that they have used (lock-out)", page[1].status == 200 and "/sign-in" not in page[0], (page[0], page[1].status, page[1].text[-300:]))


def crowd(scene: Scene) -> None:
    """Requests that are begun and never ended, by one person and by nobody, and registrations without end."""
    client = scene.client()
    anna, nobody = Browser(scene.port, dict(scene_cookies(scene))), Browser(scene.port)
    for browser in (anna, nobody):
        for _ in range(150):
            answer = browser.open(client.authorize_target())
            if answer.status not in (303, 429):
                scene.judge("a request too many is told", answer.status in (400, 429, 503), (answer.status, answer.text[-200:]))
                break
    for _ in range(150):
        answer = Client(scene.port).register()
        if answer.status != 201:
            scene.judge("a registration too many is told", answer.status in (429, 503), (answer.status, answer.text))
            break
    scene.judge("who came before is served", client.call().status == 200 and client.refresh().status == 200)
    answer = form(scene.port, "/oauth/token", {"grant_type": "refresh_token", "refresh_token": client.tokens["refresh_token"], "client_id": client.id})
    scene.judge("in whatever way", answer.status == 200, answer.text)


def scene_cookies(scene: Scene) -> dict[str, str]:
    known = {name: value for name, value in scene.secrets.items() if name.startswith("cookie ") and name.endswith(" of anna")}
    return {name.split()[1]: value for name, value in known.items()}
