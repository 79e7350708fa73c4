"""An MCP server over standard input and output that behaves as its arguments say, well or badly.

It has one thread and no dependencies; what it is to do wrong is a word among its arguments or the name of a tool.
"""

import json
import os
import signal
import sys
import time

words = sys.argv[1:]
out = sys.stdout.buffer
calls = 0
gathered = []
subscribed = set()
waiting = {}  # our requests to the client: id -> id of the call that waits for the answer

if os.environ.get("START_LOG"):
    with open(os.environ["START_LOG"], "a") as file:
        file.write(f"{os.getpid()}\n")


def send(message):
    out.write(json.dumps(message).encode() + b"\n")
    out.flush()


def say(text):
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def result(id, value):
    if "modern" in words:
        value = {"resultType": "complete", **value}
    send({"jsonrpc": "2.0", "id": id, "result": value})


def text(id, value):
    result(id, {"content": [{"type": "text", "text": str(value)}]})


def error(id, code, message):
    send({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}})


def notify(method, **params):
    send({"jsonrpc": "2.0", "method": method, "params": params})


def spawn_family():
    """A child and a grandchild in a session of its own, as npx and uvx have; says the grandchild's number."""
    read, write = os.pipe()
    if os.fork() == 0:
        if os.fork() == 0:
            os.setsid()
            os.write(write, str(os.getpid()).encode())
            signal.pause()
        signal.pause()
    return int(os.read(read, 32))


def tool(id, name, arguments, meta):
    global calls, gathered
    calls += 1
    if name == "echo":
        text(id, arguments.get("text"))
    elif name == "pid":
        text(id, os.getpid())
    elif name == "count":
        text(id, calls)
    elif name == "environment":
        text(id, json.dumps({**os.environ, "cwd": os.getcwd()}))
    elif name == "family":
        text(id, spawn_family())
    elif name == "gather":
        gathered.append(id)
        if len(gathered) == arguments["count"]:
            for other in reversed(gathered):
                text(other, f"answer {other}")
            gathered = []
    elif name == "hold":
        say(f"holding {id}")
    elif name == "die":
        say("dying")
        os._exit(arguments.get("status", 3))
    elif name == "half":
        out.write(b'{"jsonrpc": "2.0", "id": ')
        out.flush()
        os._exit(4)
    elif name == "close-output":
        os.close(1)
        signal.pause()
    elif name == "close-input":
        os.close(0)
        text(id, "closed")
        signal.pause()
    elif name == "garbage":
        out.write(b"Server is starting...\n\n[not json\n{}\n" + b"\xff\xfe\x00\n" + b'{"jsonrpc":"1.0","id":1}\n')
        text(id, "after garbage")
    elif name == "long":
        size = arguments["size"]
        if arguments.get("id") == "first":
            out.write(b'{"jsonrpc":"2.0","id":%d,"result":{"content":[{"type":"text","text":"' % id)
            out.write(b"x" * size + b'"}]}}\n')
        else:
            out.write(b'{"result":{"content":[{"type":"text","text":"' + b"x" * size)
            out.write(b'"}]},"jsonrpc":"2.0","id":%d}\n' % id)
        out.flush()
    elif name == "no-result":
        send({"jsonrpc": "2.0", "id": id, "result": "a string"})
    elif name == "half-deaf":
        # Asks much and reads nothing until it is ended.
        for number in range(arguments["requests"]):
            send({"jsonrpc": "2.0", "id": f"ping {number} {'x' * 200}", "method": "ping"})
        text(id, "asked")
        signal.pause()
    elif name == "twice":
        text(id, "first")
        text(id, "second")
    elif name == "foreign":
        text(999_999, "for nobody")
        text("1", "for nobody")
        result(None, {})
        text(id, "mine")
    elif name == "flood":
        line = "x" * 199 + "\n"
        for _ in range(arguments["lines"]):
            sys.stderr.write(line)
        sys.stderr.flush()
        text(id, "flooded")
    elif name == "progress":
        notify("notifications/progress", progressToken=meta.get("progressToken"), progress=1, total=2)
        text(id, "progressed")
    elif name == "ask":
        waiting["s1"] = id
        send({"jsonrpc": "2.0", "id": "s1", "method": arguments.get("method", "elicitation/create"),
              "params": {"message": "who?", "requestedSchema": {"type": "object", "properties": {}}}})
    elif name == "change":
        notify("notifications/tools/list_changed")
        for uri in sorted(subscribed):
            notify("notifications/resources/updated", uri=uri)
        text(id, "changed")
    else:
        error(id, -32602, f"Unknown tool: {name}")


def modern_tool(id, params):
    if params["name"] == "ask" and "inputResponses" not in params:
        send({"jsonrpc": "2.0", "id": id, "result": {
            "resultType": "input_required", "requestState": "state",
            "inputRequests": {"q": {"method": "elicitation/create", "params": {"message": "who?"}}}}})
    elif params["name"] == "ask":
        text(id, json.dumps([params["inputResponses"], params.get("requestState")]))
    else:
        tool(id, params["name"], params.get("arguments", {}), params["_meta"])


def handshake(message):
    id, method, params = message.get("id"), message.get("method"), message.get("params", {})
    if method == "initialize":
        if "refuses" in words:
            return error(id, -32602, "Unsupported protocol version")
        result(id, {
            "protocolVersion": params["protocolVersion"],
            "capabilities": {"tools": {"listChanged": True}, "resources": {"subscribe": True}},
            "serverInfo": {"name": "test", "version": "1"}, "instructions": json.dumps(params["capabilities"])})
        if "dies-after-handshake" in words or ("dies-for-clients" in words and params["capabilities"]):
            os._exit(7)
    elif method == "tools/list":
        result(id, {"tools": []})
    elif method == "tools/call":
        tool(id, params["name"], params.get("arguments", {}), params.get("_meta", {}))
    elif method == "resources/subscribe":
        subscribed.add(params["uri"])
        result(id, {})
    elif method == "resources/unsubscribe":
        subscribed.discard(params["uri"])
        result(id, {})
    elif method == "notifications/cancelled":
        say(f"cancelled {params['requestId']}")
    elif method is None and id in waiting:
        text(waiting.pop(id), json.dumps(message.get("result", message.get("error"))))
    elif id is not None and method is not None:
        error(id, -32601, "Method not found")


def modern(message):
    id, method, params = message.get("id"), message.get("method"), message.get("params", {})
    if method == "server/discover":
        result(id, {"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}},
                    "_meta": {"io.modelcontextprotocol/serverInfo": {"name": "test", "version": "2"}}})
    elif method == "tools/call":
        modern_tool(id, params)
    elif method == "subscriptions/listen":
        meta = {"io.modelcontextprotocol/subscriptionId": id}
        notify("notifications/subscriptions/acknowledged", notifications=params["notifications"], _meta=meta)
        notify("notifications/tools/list_changed", _meta=meta)
    elif method == "notifications/cancelled":
        say(f"cancelled {params['requestId']}")
    elif id is not None:
        error(id, -32601, "Method not found")


if "slow" in words:
    time.sleep(0.3)
if "upgraded" in words:
    with open(os.environ["START_LOG"]) as file:
        words += ["modern", "refuses"] if len(file.readlines()) > 2 else []
if "downgraded" in words:
    with open(os.environ["START_LOG"]) as file:
        words += ["modern"] if len(file.readlines()) < 2 else []
if "deaf" in words:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "dies-at-once" in words:
    say("no configuration found")
    sys.exit(1)
if "asks-unasked" in words:
    for method in ["roots/list", "sampling/createMessage", "ping", "no/such"]:
        send({"jsonrpc": "2.0", "id": f"early {method}", "method": method, "params": {}})

for line in sys.stdin.buffer:
    message = json.loads(line)
    method = message.get("method")
    if "silent" in words:
        continue
    if method == "server/discover":
        if "modern" not in words:
            say("never heard of server/discover")
        if "dies-of-discover" in words:
            os._exit(101)
        if "silent-to-discover" in words:
            continue
        if "only-later" in words:
            result(message["id"], {"supportedVersions": ["2099-01-01"], "capabilities": {}})
            continue
    if method is None and str(message.get("id")).startswith("early "):
        say(f"{message['id']}: {json.dumps(message.get('result', message.get('error')))}")
        continue
    if "modern" in words and method != "initialize":
        modern(message)
    else:
        handshake(message)

if "deaf" in words:
    signal.pause()
