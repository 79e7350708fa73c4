"""After all of this: what the log and the store tell to whoever gets hold of them."""

import base64
import contextlib
import hashlib
import re
import sqlite3
import urllib.parse

from .. import door
from .scene import Scene


def run(scene: Scene) -> None:
    client = scene.client()
    code = door.code(client, scene.browser("anna"))
    used = door.code(client, scene.browser("anna"))
    client.exchange(used)
    given = scene.secrets | {"a code": code, "a code that was used": used, "a verifier": client.verifier, "a password": door.PASSWORD}
    with contextlib.closing(sqlite3.connect(scene.running.data / "patchbay.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stored = b"".join(path.read_bytes() for path in scene.running.data.glob("patchbay.db*"))
    logged = scene.running.log.read_bytes()
    # What is kept and logged in the clear is found, or nothing below would mean anything.
    scene.judge("what is no secret is found in the store", len(given) > 20 and client.id.encode() in stored, len(given))
    scene.judge("and in the log", str(scene.port).encode() in logged)
    for name, value in given.items():
        if name.startswith("cookie") and len(value) < 30:
            continue
        forms = {value.encode(), urllib.parse.quote(value).encode(), base64.b64encode(value.encode())}
        scene.judge(f"{name} is not in the log", not any(form in logged for form in forms), value[:6])
        scene.judge(f"{name} is not in the store", not any(form in stored for form in forms), value[:6])
    fast = hashlib.sha256(door.PASSWORD.encode()).digest()
    scene.judge("a password is not kept as a fast digest", fast not in stored and fast.hex().encode() not in stored)
    for path in scene.running.data.rglob("*"):
        mode = path.stat().st_mode & 0o077
        scene.judge(f"{path.name} is nobody else's to read", mode == 0 or path.is_dir() and mode & 0o066 == 0, oct(path.stat().st_mode))
    lines = [line for line in logged.decode(errors="replace").splitlines() if re.search(r"\x1b\[|[\x00-\x08\x0b-\x1f]", line)]
    scene.judge("no line of the log was written by a stranger (RFC 9700, CWE-117)", not any("X-Attack: yes" in line.split(" ")[:1] for line in lines), lines[:2])
