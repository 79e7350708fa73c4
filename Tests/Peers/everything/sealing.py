"""The request state of this server: signed, bound to one method and name, different each time."""

import base64
import hashlib
import hmac
import json
import secrets

_KEY = secrets.token_bytes(32)


def seal(value: dict) -> str:
    data = base64.b64encode(json.dumps(value | {"nonce": secrets.token_hex(4)}).encode()).decode()
    return data + "." + hmac.new(_KEY, data.encode(), hashlib.sha256).hexdigest()


def unseal(text: object) -> dict | None:
    if not isinstance(text, str):
        return None
    data, _, mark = text.rpartition(".")
    if not hmac.compare_digest(mark.encode(), hmac.new(_KEY, data.encode(), hashlib.sha256).hexdigest().encode()):
        return None
    return json.loads(base64.b64decode(data))
