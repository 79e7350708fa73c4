"""Our HTTP parser beside llhttp (strict) and nginx: asserts that ours is nowhere laxer, and shows where it is stricter.

Laxer means: we complete a message that the other does not complete, or reads differently. Each such place must be in
EXCEPTIONS with its reason; one that is not, and one that no case needs any more, fail the run. Writes
docs/http-differential.md. Needs Debian's node-llhttp and nginx, a C compiler, and swiftc.
"""

import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import cases

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / ".build" / "differential"
LLHTTP_SOURCES = pathlib.Path("/usr/share/llhttp")
LLHTTP_HEADERS = "/usr/include/llhttp:/usr/share/include/llhttp"
MUTATIONS_PER_CASE = int(os.environ.get("DIFFERENTIAL_MUTATIONS", "30"))


class Reading:
    """What one parser made of one stream."""

    def __init__(self, verdict, why, messages):
        self.verdict, self.why, self.messages = verdict, why, messages

    def __str__(self):
        count = len(self.messages)
        if self.verdict == "reject":
            after = f" after {count}" if count else ""
            return f"refuses{after} ({self.why})" if self.why else f"refuses{after}"
        if self.verdict == "incomplete":
            return "waits" if count == 0 else f"takes {count}, waits"
        return f"takes {count}"


# Building and asking

def build():
    """Compiles both programs, unless they are newer than their sources."""
    BUILD.mkdir(parents=True, exist_ok=True)
    ours, llhttp = BUILD / "ours", BUILD / "llhttp"
    sources = sorted((ROOT / "Sources/Values/HTTPMessages").rglob("*.swift")) + [HERE / "OurVerdicts.swift"]
    if outdated(ours, sources):
        run(["swiftc", "-O", "-wmo", "-swift-version", "6", "-parse-as-library", "-package-name", "patchbay",
             "-I", ROOT / "Sources/C/CBytes", "-module-name", "OurVerdicts", "-o", ours, *sources])
    c_sources = [HERE / "llhttp_verdicts.c", *(LLHTTP_SOURCES / name for name in ("llhttp.c", "api.c", "http.c"))]
    if outdated(llhttp, c_sources):
        includes = [f"-I{folder}" for folder in LLHTTP_HEADERS.split(":") if os.path.isdir(folder)]
        run(["cc", "-O1", "-w", "-DLLHTTP_STRICT_MODE=1", *includes, "-o", llhttp, *c_sources])
    return ours, llhttp


def outdated(product, sources):
    return not product.exists() or any(source.stat().st_mtime > product.stat().st_mtime for source in sources)


def run(command):
    subprocess.run([str(part) for part in command], check=True)


def ask(program, streams):
    """The readings of a program that takes all cases on standard input."""
    packed = b"".join(kind.encode() + struct.pack(">I", len(stream)) + stream for _, kind, stream in streams)
    output = subprocess.run([str(program)], input=packed, capture_output=True, check=True).stdout.decode("latin-1")
    lines = output.split("\n")[:-1]
    assert len(lines) == len(streams), f"{program} answered {len(lines)} of {len(streams)} cases"
    readings = []
    for line in lines:
        verdict, why, messages = line.split("\t")
        readings.append(Reading(verdict, why, messages.split(";") if messages else []))
    return readings


NGINX_CONFIGURATION = """
daemon off; master_process off; pid nginx.pid; error_log stderr crit;
events {{ worker_connections 512; }}
http {{
    access_log off; keepalive_timeout 5; client_header_timeout 5; client_body_timeout 5; lingering_close off;
    client_header_buffer_size 64k; large_client_header_buffers 4 64k; client_max_body_size 0;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {{ listen 127.0.0.1:{port}; location / {{
        add_header X-Message "$request_method $request_uri" always; return 200 "$request_method $request_uri"; }} }}
}}
"""


class Nginx:
    """An nginx of our own in a folder of its own, on a port that was free."""

    def __enter__(self):
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.folder = tempfile.TemporaryDirectory(prefix="differential-nginx-")
        os.chmod(self.folder.name, 0o755)
        for _ in range(5):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
            configuration = pathlib.Path(self.folder.name) / "nginx.conf"
            configuration.write_text(NGINX_CONFIGURATION.format(port=self.port))
            self.process = subprocess.Popen(
                [program, "-p", self.folder.name, "-c", str(configuration)], stderr=subprocess.PIPE)
            if self._answers():
                return self
            self.process.kill()
            self.process.wait()
        sys.exit("nginx did not start: " + self.process.stderr.read().decode())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def _answers(self):
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return True
            except OSError:
                time.sleep(0.01)
        return False

    def ask(self, stream):
        """Sends the stream, ends it, and reads all answers; each 200 names method and target of a message taken."""
        received = b""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
                connection.settimeout(10)
                try:
                    connection.sendall(stream)
                    connection.shutdown(socket.SHUT_WR)
                except OSError:
                    pass
                while chunk := connection.recv(65536):
                    received += chunk
        except ConnectionError:
            pass
        return self._read(received)

    def _read(self, received):
        messages, status = [], None
        while received:
            head, separator, rest = received.partition(b"\r\n\r\n")
            match = re.match(rb"HTTP/1\.1 (\d+)", head)
            if not match or not separator:
                # HTTP/0.9 is answered without a head.
                method, _, target = received.partition(b" ")
                messages.append(f"{method.decode('latin-1')} {target.hex()}")
                return Reading("accept", "HTTP/0.9", messages)
            status = int(match.group(1))
            length = re.search(rb"\r\nContent-Length: (\d+)", head)
            size = int(length.group(1)) if length else 0
            if status == 100:
                received = rest
                continue
            if status != 200:
                return Reading("reject", str(status), messages)
            method, _, target = re.search(rb"\r\nX-Message: (.*)", head).group(1).partition(b" ")
            messages.append(f"{method.decode('latin-1')} {target.hex()}")
            received = rest if method == b"HEAD" else rest[size:]
        return Reading("accept" if status else "incomplete", "", messages)


# Comparing

def same_message(ours, theirs):
    """Ours has method, target and body length. nginx tells no length, and of an absolute form only the path."""
    if ours == theirs:
        return True
    if ours.count(" ") != 2:
        return False
    method, target, _ = ours.split(" ")
    path = re.sub(rb"(?i)^https?://[^/?]*", b"", bytes.fromhex(target))
    return theirs in (f"{method} {target}", f"{method} {path.hex()}", f"{method} {(b'/' + path).hex()}")


def is_laxer(ours, theirs):
    if len(ours.messages) > len(theirs.messages):
        return True
    return any(not same_message(one, other) for one, other in zip(ours.messages, theirs.messages))


def is_stricter(ours, theirs):
    return not is_laxer(ours, theirs) and (
        len(theirs.messages) > len(ours.messages) or ours.verdict == "reject" and theirs.verdict != "reject")


EXCEPTIONS = []


def exception(peer, reason):
    """Registers a test for a kind of stream in which we may be laxer than the peer."""
    def register(applies):
        EXCEPTIONS.append((peer, reason, applies))
        return applies
    return register


def heads(stream):
    return stream.split(b"\r\n\r\n")


LLHTTP_METHODS = set("""DELETE GET HEAD POST PUT CONNECT OPTIONS TRACE COPY LOCK MKCOL MOVE PROPFIND PROPPATCH SEARCH UNLOCK
BIND REBIND UNBIND ACL REPORT MKACTIVITY CHECKOUT MERGE M-SEARCH NOTIFY SUBSCRIBE UNSUBSCRIBE PATCH PURGE MKCALENDAR LINK
UNLINK SOURCE""".split())


@exception("llhttp", "a method that llhttp does not know: any capital letters are a method here, and the route answers 405")
def _(stream, ours, theirs):
    unknown = any(message.split(" ")[0] not in LLHTTP_METHODS for message in ours.messages)
    return unknown and theirs.why == "HPE_INVALID_METHOD"


@exception("llhttp", "a chunk extension with a value, and another behind it: llhttp 8.1 loses its place, RFC 9112 7.1.1 allows it")
def _(stream, ours, theirs):
    return theirs.why == "HPE_INVALID_CHUNK_SIZE" and re.search(rb"\r\n[0-9A-Fa-f]+[^\r\n]*;[^\r\n]*=[^\r\n]*;", stream)


@exception("nginx", "OPTIONS with *: RFC 9112 3.2.4 has it, nginx serves no such thing")
def _(stream, ours, theirs):
    return any(message.startswith("OPTIONS 2a ") for message in ours.messages) and theirs.why == "400"


def main():
    named = cases.named_cases()
    streams = named + list(cases.mutated_cases(MUTATIONS_PER_CASE))
    ours_program, llhttp_program = build()
    ours = ask(ours_program, streams)
    llhttp = ask(llhttp_program, streams)
    with Nginx() as server, ThreadPoolExecutor(16) as workers:
        nginx = list(workers.map(lambda case: server.ask(case[2]) if case[1] == "Q" else None, streams))

    unexplained, used, counts = [], Counter(), Counter()
    for index, (name, kind, stream) in enumerate(streams):
        for peer, theirs in (("llhttp", llhttp[index]), ("nginx", nginx[index])):
            if theirs is None:
                continue
            counts[peer, "cases"] += 1
            if is_laxer(ours[index], theirs):
                for number, (of, _, applies) in enumerate(EXCEPTIONS):
                    if of == peer and applies(stream, ours[index], theirs):
                        used[number] += 1
                        counts[peer, "excepted"] += 1
                        break
                else:
                    unexplained.append((name, peer, stream, ours[index], theirs))
            elif is_stricter(ours[index], theirs):
                counts[peer, "stricter"] += 1
            else:
                counts[peer, "same"] += 1

    for name, peer, stream, mine, theirs in unexplained[:40]:
        print(f"LAXER than {peer}: {name}\n  {stream[:300]!r}\n  ours: {mine} {str(mine.messages)[:200]}\n"
              f"  {peer}: {theirs} {str(theirs.messages)[:200]}")
    unused = [EXCEPTIONS[number] for number in range(len(EXCEPTIONS)) if not used[number]]
    for peer, reason, _ in unused:
        print(f"UNUSED exception for {peer}: {reason}")
    write_document(named, ours, llhttp, nginx, counts, used)
    summary = ", ".join(f"{peer} {what} {counts[peer, what]}" for peer in ("llhttp", "nginx")
                        for what in ("cases", "same", "stricter", "excepted"))
    print(f"differential: {summary}; {len(unexplained)} unexplained, {len(unused)} unused exceptions")
    return 1 if unexplained or unused else 0


def write_document(named, ours, llhttp, nginx, counts, used):
    lines = [
        "# Our HTTP parser beside llhttp and nginx",
        "",
        "Written by `tools/differential/run`; do not edit. Each stream goes to our parsers, to llhttp 8.1 in strict mode and,",
        "if it is one of requests, to nginx 1.22. Ours must be nowhere laxer: every message that it completes, the others",
        "complete too and read the same, but for the exceptions below. The numbers are those of `http-strictness.md`.",
        "",
        f"| | streams | the same | ours stricter | ours laxer, excepted |",
        "| --- | --- | --- | --- | --- |",
    ]
    for peer in ("llhttp", "nginx"):
        row = " | ".join(str(counts[peer, what]) for what in ("cases", "same", "stricter", "excepted"))
        lines.append(f"| {peer} | {row} |")
    lines += ["", f"The streams are the {len(named)} named ones below and {MUTATIONS_PER_CASE} mutations of each, the same in "
              "every run.", "", "## Where ours may be laxer", ""]
    for number, (peer, reason, _) in enumerate(EXCEPTIONS):
        lines.append(f"- {peer}: {reason} ({used[number]} streams).")
    lines += ["", "## Named streams", "", "| stream | ours | llhttp | nginx |", "| --- | --- | --- | --- |"]
    for index, (name, kind, _) in enumerate(named):
        lines.append(f"| {name} | {ours[index]} | {llhttp[index]} | {nginx[index] if nginx[index] else ''} |")
    text = "\n".join(lines) + "\n"
    path = ROOT / "docs/http-differential.md"
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


if __name__ == "__main__":
    sys.exit(main())
