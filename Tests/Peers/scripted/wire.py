"""HTTP and server-sent events, as plain as they can be: exact headers out, everything that comes back in."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Event:
    data: str
    name: str = "message"
    id: str | None = None
    retry: int | None = None


class Exchange:
    """One request and its answer; `close` ends it from this side at any time. `ready` is called before anything is sent, so that
    whoever sees the request at the other end can already end it."""

    def __init__(self, url: str, verb: str, headers: dict[str, str], body: bytes | None, timeout: float,
                 ready: Callable[[Exchange], None] = lambda _: None):  # fmt: skip
        address = urlsplit(url)
        assert address.hostname
        self._connection = http.client.HTTPConnection(address.hostname, address.port or 80, timeout=timeout)
        self._lock = threading.Lock()
        self._is_closed = False
        self._got: http.client.HTTPResponse | None = None
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = self._connection.sock
        path = address.path + (f"?{address.query}" if address.query else "")
        self._connection.putrequest(verb, path or "/", skip_accept_encoding=True, skip_host="Host" in headers)
        for key, value in headers.items():
            self._connection.putheader(key, value)
        if body is not None:
            self._connection.putheader("Content-Length", str(len(body)))
        ready(self)
        self._connection.endheaders(body)

    @property
    def _response(self) -> http.client.HTTPResponse:
        if self._got is not None:
            return self._got
        try:
            self._got = self._connection.getresponse()
            return self._got
        except (OSError, http.client.HTTPException, AttributeError) as error:
            self.close()
            raise ConnectionError(f"no answer: {error!r}") from None

    @property
    def status(self) -> int:
        return self._response.status

    @property
    def headers(self) -> dict[str, str]:
        return {key.lower(): value for key, value in self._response.getheaders()}

    @property
    def is_stream(self) -> bool:
        return self.headers.get("content-type", "").split(";")[0].strip() == "text/event-stream"

    def body(self) -> bytes:
        try:
            return self._response.read()
        except (OSError, http.client.HTTPException, AttributeError) as error:
            raise ConnectionError(f"the answer broke: {error!r}") from None
        finally:
            self.close()

    def events(self) -> Iterator[Event]:
        """Ends when the stream ends; raises ConnectionError when it breaks."""
        fields: dict[str, str] = {}
        data: list[str] = []
        try:
            while line := self._response.readline():
                text = line.decode().rstrip("\r\n")
                if not text:
                    if data or fields:
                        retry = fields.get("retry", "")
                        yield Event("\n".join(data), fields.get("event", "message"), fields.get("id"),
                                    int(retry) if retry.isdigit() else None)  # fmt: skip
                    fields, data = {}, []
                    continue
                if text.startswith(":"):
                    continue
                key, _, value = text.partition(":")
                value = value.removeprefix(" ")
                if key == "data":
                    data.append(value)
                else:
                    fields[key] = value
        except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
            if not self._is_closed:
                raise ConnectionError(f"the stream broke: {error!r}") from None
        finally:
            self.close()

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._connection.close()


@dataclass
class Reply:
    """What came back for one message."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    is_stream: bool = False
    messages: list[dict] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    response: dict | None = None
    text: str = ""
    rounds: int = 0
    broke: str = ""

    @property
    def result(self) -> dict:
        if self.response is None or "result" not in self.response:
            raise AssertionError(f"no result: HTTP {self.status} {str(self.response or self.text or self.broke)[:400]}")
        return self.response["result"]

    @property
    def error(self) -> dict:
        if self.response is None or "error" not in self.response:
            raise AssertionError(f"no error: HTTP {self.status} {str(self.response or self.text or self.broke)[:400]}")
        return self.response["error"]

    @property
    def is_error(self) -> bool:
        return self.response is not None and "error" in self.response

    @property
    def words(self) -> str:
        """The text of a tool's result."""
        return "".join(block.get("text", "") for block in self.result.get("content", []))

    def notifications(self, method: str) -> list[dict]:
        return [message.get("params") or {} for message in self.messages if message.get("method") == method and "id" not in message]

    def asked(self, method: str = "") -> list[dict]:
        return [message for message in self.messages if "id" in message and message.get("method", "").startswith(method or "")
                and "method" in message]  # fmt: skip


def encode(message: object) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()


Handler = Callable[[dict], dict]
