"""The cases of the differential: streams of messages, each with a name that says what is special about it.

Requests are marked Q and responses R. Most rules of docs/http-strictness.md have a case here; the rest are valid streams,
whose mutations find what nobody thought of.
"""

import random


def _get(fields="", target="/", version="HTTP/1.1", method="GET", host="Host: a\r\n"):
    return f"{method} {target} {version}\r\n{host}{fields}\r\n"


def _chunked(body):
    return _get("Transfer-Encoding: chunked\r\n", method="POST") + body


CALL = (
    "POST /v1/mcp/default HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: client/1.0\r\n"
    "Accept: application/json, text/event-stream\r\nAccept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\n"
    "Content-Type: application/json\r\nMCP-Protocol-Version: 2026-07-28\r\nContent-Length: 17\r\n\r\n"
    '{"jsonrpc":"2.0"}'
)

VALID_REQUESTS = {
    "a call": CALL,
    "two calls": CALL + CALL,
    "GET": _get(),
    "GET with a query": _get(target="/a/b?c=d&e=%20f"),
    "HEAD, then GET": _get(method="HEAD") + _get(),
    "DELETE with a session": _get("Mcp-Session-Id: x\r\n", method="DELETE"),
    "OPTIONS *": _get(method="OPTIONS", target="*"),
    "absolute form": _get(target="http://a/b?c"),
    "HTTP/1.0": _get(version="HTTP/1.0"),
    "HTTP/1.0 keep-alive, then another": _get("Connection: keep-alive\r\n", version="HTTP/1.0") + _get(),
    "close, then another": _get("Connection: close\r\n") + _get(),
    "body of no bytes, then another": _get("Content-Length: 0\r\n", method="POST") + _get(),
    "GET with a body, then another": _get("Content-Length: 3\r\n") + "abc" + _get(),
    "chunked, then another": _chunked("5\r\nabcde\r\n0\r\n\r\n") + _get(),
    "chunked in many": _chunked("1\r\na\r\nA\r\n0123456789\r\n00\r\n\r\n") + _get(),
    "chunked with extensions": _chunked('5;a;b=c;d="e f"\r\nabcde\r\n0;x\r\n\r\n') + _get(),
    "chunked with trailers": _chunked("3\r\nabc\r\n0\r\nDigest: a\r\nX-B: c\r\n\r\n") + _get(),
    "chunked in capitals": _get("transfer-encoding: Chunked\r\n", method="POST") + "1\r\na\r\n0\r\n\r\n" + _get(),
    "expect": _get("Expect: 100-continue\r\nContent-Length: 2\r\n", method="PUT") + "ab",
    "empty value": _get("A:\r\nB:   \r\n"),
    "spaces around a value": _get("A:   b  \r\n"),
    "obs-text in a value": _get("A: \u00e9\u00ff\r\n"),
    "odd but valid name": _get("!#$%&'*+-.^`|~09: a\r\n"),
    "one empty line before": "\r\n" + _get(),
    "IPv6 host": _get(host="Host: [::1]:8080\r\n"),
    "PATCH": _get("Content-Length: 1\r\n", method="PATCH") + "a",
    "many fields": _get("".join(f"X-{i}: {i}\r\n" for i in range(90))),
}

HOSTILE_REQUESTS = {
    "two empty lines before": "\r\n\r\n" + _get(),
    "LF before": "\n" + _get(),
    "lower-case method": _get(method="get"),
    "unknown method": _get(method="FROB"),
    "method with a digit": _get(method="GET1"),
    "space before the method": " " + _get(),
    "CONNECT": _get(method="CONNECT", target="a:443"),
    "tab after the method": "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "two spaces after the method": "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
    "two spaces after the target": "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
    "space after the version": "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
    "space inside the target": "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    "no target": "GET HTTP/1.1\r\nHost: a\r\n\r\n",
    "8-bit byte in the target": _get(target="/\u00e9"),
    "NUL in the target": _get(target="/\0"),
    "DEL in the target": _get(target="/\x7f"),
    "fragment": _get(target="/a#b"),
    "quote in the target": _get(target='/a"b'),
    "angle brackets in the target": _get(target="/<a>"),
    "backslash in the target": _get(target="/a\\b"),
    "relative target": _get(target="a"),
    "authority form with GET": _get(target="a:80"),
    "asterisk with GET": _get(target="*"),
    "absolute form of another host": _get(target="http://b/"),
    "absolute form with user": _get(target="http://u@a/"),
    "absolute form of another scheme": _get(target="ftp://a/"),
    "percent without digits": _get(target="/%zz"),
    "percent NUL": _get(target="/%00"),
    "percent at the end": _get(target="/%4"),
    "dot segments": _get(target="/../a"),
    "encoded dot segments": _get(target="/a/%2e%2e/b"),
    "HTTP/0.9": "GET /\r\n\r\n",
    "HTTP/0.9 by name": _get(version="HTTP/0.9"),
    "HTTP/1.2": _get(version="HTTP/1.2"),
    "HTTP/2.0": _get(version="HTTP/2.0"),
    "HTTP/2 preface": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "version in lower case": _get(version="http/1.1"),
    "version of another protocol": _get(version="ICAP/1.0"),
    "version with two digits": _get(version="HTTP/1.10"),
    "TLS hello": "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\x00\x00\x00\x00",
    "bare CR in a value": _get("A: b\rC: d\r\n"),
    "bare CR as line end": "GET / HTTP/1.1\rHost: a\r\r",
    "bare CR before CRLF": _get("A: b\r\r\n"),
    "bare LF line ends": "GET / HTTP/1.1\nHost: a\n\n",
    "bare LF in the fields": _get("A: b\nC: d\r\n"),
    "bare LF at the end": "GET / HTTP/1.1\r\nHost: a\r\n\n",
    "tab before a value": _get("A:\tb\r\n"),
    "tab behind a value": _get("A: b\t\r\n"),
    "tab before a Host": _get(host="Host:\ta\r\n"),
    "tab behind a length": _get("Content-Length: 3\t\r\n", method="POST") + "abc",
    "tab in a value": _get("A: b\tc\r\n"),
    "NUL in a value": _get("A: b\0c\r\n"),
    "control byte in a value": _get("A: b\x01c\r\n"),
    "DEL in a value": _get("A: b\x7f\r\n"),
    "folded line": _get("A: b\r\n c\r\n"),
    "folded line with a tab": _get("A: b\r\n\tc\r\n"),
    "folded length": _get("Content-Length:\r\n 3\r\n", method="POST") + "abc" + _get(),
    "space before the first field": "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
    "line of a space": _get(" \r\n"),
    "space before the colon": _get("A : b\r\n"),
    "space before the colon of a length": _get("Content-Length : 3\r\n", method="POST") + "abc",
    "tab before the colon": _get("A\t: b\r\n"),
    "space in a name": _get("A B: c\r\n"),
    "empty name": _get(": b\r\n"),
    "name with an at sign": _get("A@B: c\r\n"),
    "name with an 8-bit byte": _get("A\u00e9: c\r\n"),
    "name with NUL": _get("A\0: c\r\n"),
    "name with a slash": _get("A/B: c\r\n"),
    "name with an underscore": _get("A_B: c\r\n"),
    "line without a colon": _get("A\r\n"),
    "vertical tab in a length's name": _get("Content-Length\x0b: 3\r\n", method="POST") + "abc",
    "no Host": _get(host=""),
    "two Hosts": _get("Host: b\r\n"),
    "two equal Hosts": _get("Host: a\r\n"),
    "empty Host": _get(host="Host:\r\n"),
    "Host with a path": _get(host="Host: a/b\r\n"),
    "Host with user": _get(host="Host: u@a\r\n"),
    "Host with a space": _get(host="Host: a b\r\n"),
    "Host with a list": _get(host="Host: a, b\r\n"),
    "Host with a bad port": _get(host="Host: a:b\r\n"),
    "Host with an empty port": _get(host="Host: a:\r\n"),
    "Host with a large port": _get(host="Host: a:65536\r\n"),
    "Host with an open bracket": _get(host="Host: [::1\r\n"),
    "length and chunked": _get("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", method="POST") + "0\r\n\r\n",
    "chunked and length": _get("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", method="POST") + "0\r\n\r\n",
    "two lengths": _get("Content-Length: 3\r\nContent-Length: 4\r\n", method="POST") + "abcd",
    "two equal lengths": _get("Content-Length: 3\r\nContent-Length: 3\r\n", method="POST") + "abc",
    "length list": _get("Content-Length: 3, 3\r\n", method="POST") + "abc",
    "length with plus": _get("Content-Length: +3\r\n", method="POST") + "abc",
    "length with minus": _get("Content-Length: -3\r\n", method="POST") + "abc",
    "length in hexadecimal": _get("Content-Length: 0x3\r\n", method="POST") + "abc",
    "length with a zero": _get("Content-Length: 03\r\n", method="POST") + "abc",
    "length with a blank": _get("Content-Length: 3 3\r\n", method="POST") + "abc",
    "length with a letter": _get("Content-Length: 3a\r\n", method="POST") + "abc",
    "length without digits": _get("Content-Length:\r\n", method="POST"),
    "length above 2^63": _get("Content-Length: 9223372036854775808\r\n", method="POST"),
    "length above 2^64": _get("Content-Length: 18446744073709551619\r\n", method="POST") + "abc",
    "two codings": _get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", method="POST") + "0\r\n\r\n",
    "coding xchunked": _get("Transfer-Encoding: xchunked\r\n", method="POST") + "0\r\n\r\n",
    "coding identity": _get("Transfer-Encoding: identity\r\n", method="POST"),
    "coding gzip, chunked": _get("Transfer-Encoding: gzip, chunked\r\n", method="POST") + "0\r\n\r\n",
    "coding chunked, gzip": _get("Transfer-Encoding: chunked, gzip\r\n", method="POST") + "0\r\n\r\n",
    "coding chunked with a parameter": _get("Transfer-Encoding: chunked;a=b\r\n", method="POST") + "0\r\n\r\n",
    "coding with a vertical tab": _get("Transfer-Encoding: \x0bchunked\r\n", method="POST") + "0\r\n\r\n",
    "coding in quotes": _get('Transfer-Encoding: "chunked"\r\n', method="POST") + "0\r\n\r\n",
    "empty coding": _get("Transfer-Encoding:\r\n", method="POST"),
    "coding in HTTP/1.0": _get("Transfer-Encoding: chunked\r\n", method="POST", version="HTTP/1.0") + "0\r\n\r\n",
    "other expectation": _get("Expect: 200-ok\r\n"),
    "two expectations": _get("Expect: 100-continue\r\nExpect: 100-continue\r\n"),
    "upgrade to h2c": _get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n"),
    "101 fields": _get("".join(f"X-{i}: {i}\r\n" for i in range(100))),
    "head above 32 KiB": _get("".join(f"X-{i}: {'a' * 1000}\r\n" for i in range(33))),
    "target above 8 KiB": _get(target="/" + "a" * 8192),
    "chunk size with 0x": _chunked("0x5\r\nabcde\r\n0\r\n\r\n"),
    "chunk size with plus": _chunked("+5\r\nabcde\r\n0\r\n\r\n"),
    "chunk size with a space before": _chunked(" 5\r\nabcde\r\n0\r\n\r\n"),
    "chunk size with a space behind": _chunked("5 \r\nabcde\r\n0\r\n\r\n"),
    "chunk size with a tab behind": _chunked("5\t\r\nabcde\r\n0\r\n\r\n"),
    "chunk size without digits": _chunked("\r\nabcde\r\n0\r\n\r\n"),
    "chunk size of 17 digits": _chunked("00000000000000005\r\nabcde\r\n0\r\n\r\n"),
    "chunk size above 2^63": _chunked("ffffffffffffffff\r\nabcde\r\n0\r\n\r\n"),
    "chunk size above 2^64": _chunked("10000000000000005\r\nabcde\r\n0\r\n\r\n"),
    "chunk size ended by LF": _chunked("5\nabcde\r\n0\r\n\r\n"),
    "chunk size ended by CR": _chunked("5\rabcde\r\n0\r\n\r\n"),
    "chunk extension with LF": _chunked("5;a\nabcde\r\n0\r\n\r\n"),
    "chunk extension with a space": _chunked("5; a\r\nabcde\r\n0\r\n\r\n"),
    "chunk extension without a name": _chunked("5;\r\nabcde\r\n0\r\n\r\n"),
    "chunk extension with a NUL": _chunked("5;a\0\r\nabcde\r\n0\r\n\r\n"),
    "chunk extension above 1 KiB": _chunked("5;" + "a" * 1100 + "\r\nabcde\r\n0\r\n\r\n"),
    "chunk data too long": _chunked("5\r\nabcdef\r\n0\r\n\r\n"),
    "chunk data without CRLF": _chunked("5\r\nabcde0\r\n\r\n"),
    "chunk data with LF": _chunked("5\r\nabcde\n0\r\n\r\n"),
    "chunk data with CR": _chunked("5\r\nabcde\r0\r\n\r\n"),
    "last chunk with LF": _chunked("5\r\nabcde\r\n0\n\n"),
    "last chunk without the empty line": _chunked("5\r\nabcde\r\n0\r\n") + _get(),
    "trailer folded": _chunked("0\r\nA: b\r\n c\r\n\r\n"),
    "trailer with a length": _chunked("0\r\nContent-Length: 5\r\n\r\n"),
    "trailer with LF": _chunked("0\r\nA: b\n\r\n"),
    "trailer with a bad name": _chunked("0\r\nA B: c\r\n\r\n"),
    "head that stops": "GET / HTTP/1.1\r\nHost: a\r\n",
    "body that stops": _get("Content-Length: 5\r\n", method="POST") + "abc",
    "chunk that stops": _chunked("5\r\nabc"),
}

VALID_RESPONSES = {
    "answer with a length": "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok",
    "two answers": "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nb",
    "chunked answer": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "answer until close": "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of this",
    "continue, then the answer": "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n",
    "no content": "HTTP/1.1 204 No Content\r\n\r\n",
    "not modified": "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
    "no reason": "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.0 answer": "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
}

HOSTILE_RESPONSES = {
    "no space after the status": "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
    "version 2": "HTTP/2.0 200 OK\r\n\r\n",
    "two spaces before the status": "HTTP/1.1  200 OK\r\n\r\n",
    "status of two digits": "HTTP/1.1 20 OK\r\n\r\n",
    "status of four digits": "HTTP/1.1 2000 OK\r\n\r\n",
    "status 099": "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n",
    "status 600": "HTTP/1.1 600 OK\r\nContent-Length: 0\r\n\r\n",
    "switching protocols": "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "no content with a length": "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n",
    "empty line before an answer": "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "LF line ends in an answer": "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
    "NUL in the reason": "HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n",
    "folded line in an answer": "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n",
    "answer with length and chunked": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "answer with two lengths": "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
    "answer gzip, chunked": "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunked answer of HTTP/1.0": "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "not HTTP": "<html></html>\r\n\r\n",
}


def named_cases():
    """All cases that have a name: (name, kind, bytes)."""
    groups = [("Q", VALID_REQUESTS), ("Q", HOSTILE_REQUESTS), ("R", VALID_RESPONSES), ("R", HOSTILE_RESPONSES)]
    return [(name, kind, text.encode("latin-1")) for kind, group in groups for name, text in group.items()]


_PIECES = [b"\r", b"\n", b"\r\n", b"\0", b" ", b"\t", b":", b",", b";", b"\x80", b"\xff", b"\x0b", b"\x7f", b"0", b"-",
           b"Content-Length: 1\r\n", b"Transfer-Encoding: chunked\r\n", b"Host: b\r\n", b"A: b\r\n", b"\r\n\r\n"]


def mutated_cases(per_case):
    """Each named case, changed a little `per_case` times; the same ones in every run."""
    for name, kind, original in named_cases():
        chance = random.Random(name)
        for number in range(per_case):
            changed = bytearray(original)
            for _ in range(chance.choice([1, 1, 1, 2, 3])):
                place = chance.randrange(len(changed) + 1)
                action = chance.randrange(6)
                if action == 0:
                    changed[place:place] = chance.choice(_PIECES)
                elif action == 1:
                    del changed[place:place + chance.choice([1, 1, 2, 5])]
                elif action == 2 and place < len(changed):
                    changed[place] = chance.randrange(256)
                elif action == 3 and place < len(changed):
                    changed[place] ^= 1 << chance.randrange(8)
                elif action == 4:
                    lines = bytes(changed).split(b"\r\n")
                    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
                    changed = bytearray(b"\r\n".join(lines))
                else:
                    changed[place:place + 1] = chance.choice(_PIECES)
            yield f"{name}, mutation {number}", kind, bytes(changed)
