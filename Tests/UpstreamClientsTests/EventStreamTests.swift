import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import Reactor
import Testing

@testable import UpstreamClients

/// A server of HTTP+SSE: one event stream for each session, and an address to post to.
final class EventStreamServer: Sendable {
    typealias Tools = @Sendable (JSONValue, EventWriter, EventStreamServer) async -> Void

    let streams = Box<[String: EventWriter]>([:])
    private let answers = Box<[String: JSONValue]>([:])
    private let counter = Box(0)
    private let endpoint: @Sendable (String) -> String
    private let tools: Tools

    init(
        endpoint: @escaping @Sendable (String) -> String = { "/messages?session_id=\($0)" },
        tools: @escaping Tools = { call, events, _ in
            await events.message(["jsonrpc": "2.0", "id": call["id"] ?? .null, "result": text("done")])
        }
    ) {
        self.endpoint = endpoint
        self.tools = tools
    }

    var script: Script { { [self] in await answer($0) } }

    func answer(to id: String) async -> JSONValue {
        _ = await eventually { [answers] in answers.value[id] != nil }
        return answers.value[id] ?? .null
    }

    private func answer(_ incoming: Incoming) async {
        if incoming.httpMethod == .get {
            guard let events = incoming.events() else { return }
            let id = "s\(counter.add())"
            streams.change { $0[id] = events }
            await events.raw("event: endpoint\r\ndata: \(endpoint(id))\r\n\r\n")
            await events.untilClientGone()
            streams.change { $0[id] = nil }
            return
        }
        guard let id = incoming.target.split(separator: "=").last, incoming.target.contains("messages"),
            let events = streams.value[String(id)]
        else { return incoming.empty(incoming.target.contains("messages") ? 404 : 405) }
        incoming.text(202, "Accepted")
        switch incoming.method {
        case "initialize":
            await events.message([
                "jsonrpc": "2.0", "id": incoming.id ?? .null,
                "result": [
                    "protocolVersion": "2024-11-05", "capabilities": ["tools": [:]],
                    "serverInfo": ["name": "oldest", "version": "1"],
                ],
            ])
        case "tools/call":
            // As a task of its own: the next message may come over this connection.
            _ = incoming.exchange.loop.runTask { [self] in await tools(incoming.message, events, self) }
        case "": answers.change { $0[incoming.id?.stringValue ?? ""] = incoming.message }
        default: return
        }
    }
}

@Suite struct `An upstream of HTTP+SSE` {
    @Test func `serves many calls on one stream`() async throws {
        try await withServer(EventStreamServer().script, .sse, path: "/sse") { client, server in
            #expect(await client.revision() == .v2024_11_05)
            await withTaskGroup { group in
                for number in 0..<40 { group.addTask { await client.call(loop: number % 2) } }
                for await end in group { #expect(end.text == "done") }
            }
            #expect(server.seen.count { $0.httpMethod == .get } == 1)
            #expect(server.count("initialize") == 1)
            #expect(server.count("notifications/initialized") == 1)
        }
    }

    @Test func `is found at the address of another kind`() async throws {
        try await withServer(EventStreamServer().script, .http, path: "/sse") { client, server in
            #expect(await client.revision() == .v2024_11_05)
            #expect(await client.call().text == "done")
        }
    }

    @Test func `asks the client of the only call that may be asked`() async throws {
        let old = EventStreamServer(tools: { call, events, server in
            let name = call["params"]?["name"]?.stringValue ?? ""
            await events.request(.string(name), "sampling/createMessage", ["maxTokens": 1])
            let answer = await server.answer(to: name)
            let said = answer["result"]?["model"]?.stringValue ?? "\(answer["error"]?["code"]?.integer ?? 0)"
            await events.message(["jsonrpc": "2.0", "id": call["id"] ?? .null, "result": text(said)])
        })
        try await withServer(old.script, .sse, path: "/sse") { client, server in
            await withTaskGroup { group in
                for number in 0..<8 {
                    group.addTask {
                        let host = TestHost { [$0[0].key: .result(["model": .string("model-\(number)")])] }
                        let end = await client.call(
                            "tool-\(number)", { $0.capabilities = ["sampling": [:]] }, host: host, loop: number % 2)
                        #expect(end.text == "model-\(number)")
                    }
                }
            }
            #expect(await client.call("plain").text == "-32602")
        }
    }

    @Test(arguments: [(2, true), (3, false)])
    func `takes a limited number of calls that may be asked at once`(calls: Int, isServed: Bool) async throws {
        let waiting = Gate()
        let arrived = Box(0)
        let old = EventStreamServer(tools: { call, events, _ in
            arrived.add()
            await waiting.pass()
            await events.message(["jsonrpc": "2.0", "id": call["id"] ?? .null, "result": text("done")])
        })
        try await withServer(old.script, .sse, path: "/sse", settings: { $0.ownSessionsMax = 2 }) { client, server in
            let first = (1..<calls).map { _ in
                client.loop.runTask { await client.call("ask", { $0.capabilities = ["sampling": [:]] }) }
            }
            #expect(await eventually { arrived.value == calls - 1 })
            let last = client.loop.runTask { await client.call("ask", { $0.capabilities = ["sampling": [:]] }) }
            if !isServed { #expect(await last.value == .error(.transport(.poolFull))) }
            // Whoever cannot be asked needs no session to itself.
            let plain = client.loop.runTask { await client.call("plain") }
            #expect(await eventually { arrived.value == 3 })
            waiting.open()
            for call in first + [plain] { #expect(await call.value.text == "done") }
            if isServed { #expect(await last.value.text == "done") }
        }
    }

    @Test func `fails its calls when the stream ends, and begins another one`() async throws {
        let old = EventStreamServer(tools: { call, events, _ in
            if call["params"]?["name"] == "die" { return events.cut() }
            await events.message(["jsonrpc": "2.0", "id": call["id"] ?? .null, "result": text("done")])
        })
        try await withServer(old.script, .sse, path: "/sse") { client, server in
            #expect(await client.call().text == "done")
            #expect(await client.call("die") == .error(.cutOff))
            #expect(await client.call().text == "done")
            #expect(server.seen.count { $0.httpMethod == .get } == 2)
        }
    }

    @Test func `is left when its stream has fallen silent`() async throws {
        let isSilent = Box(true)
        let old = EventStreamServer(tools: { call, events, _ in
            if isSilent.value { return }
            await events.message(["jsonrpc": "2.0", "id": call["id"] ?? .null, "result": text("done")])
        })
        try await withServer(old.script, .sse, path: "/sse") { client, server in
            _ = await client.describe()
            let end = await client.call("hang", { $0.time = .milliseconds(150) })
            #expect(end == .error(.transport(.timedOut(sent: true))))
            isSilent.change { $0 = false }
            #expect(await client.call().text == "done")
            #expect(server.seen.count { $0.httpMethod == .get } == 2)
        }
    }

    @Test func `may become one of another kind at the same address`() async throws {
        try await withServer(EventStreamServer().script, .http, path: "/sse") { client, server in
            #expect(await client.revision() == .v2024_11_05)
            server.become(statelessServer { $0.result(complete("new")) })
            client.upstream.closeIdle()
            #expect(await client.call().text == "new")
            #expect(await client.revision() == .v2026_07_28)
        }
    }

    @Test func `is told that a call is cancelled`() async throws {
        let old = EventStreamServer(tools: { _, _, _ in })
        try await withServer(old.script, .sse, path: "/sse") { client, server in
            _ = await client.describe()
            let end = await client.call("hang", { $0.time = .milliseconds(150) })
            #expect(end == .error(.transport(.timedOut(sent: true))))
            #expect(await eventually { server.count("notifications/cancelled") == 1 })
        }
    }

    @Test func `gets its stream closed when nobody uses it`() async throws {
        let old = EventStreamServer()
        try await withServer(old.script, .sse, path: "/sse", settings: { $0.sessionIdleTime = .zero }) {
            client, server in
            #expect(await client.call().text == "done")
            #expect(await eventually { old.streams.value.isEmpty })
        }
    }

    @Test(arguments: [
        "https://elsewhere.example/messages", "http://127.0.0.1:1/messages", "//elsewhere.example/messages",
        "ftp://127.0.0.1/messages", "javascript:alert(1)", "",
    ])
    func `posts to no other origin`(endpoint: String) async throws {
        try await withServer(EventStreamServer(endpoint: { _ in endpoint }).script, .sse, path: "/sse") {
            client, server in
            guard case .error(.garbage) = await client.call() else {
                Issue.record("it posted")
                return
            }
            #expect(server.seen.allSatisfy { $0.httpMethod == .get })
        }
    }

    @Test func `may name its address relatively`() async throws {
        let old = EventStreamServer(endpoint: { "messages?id=\($0)" })
        try await withServer(old.script, .sse, path: "/v1/sse?key=1") { client, server in
            #expect(await client.call().text == "done")
            #expect(server.seen("tools/call").first?.target == "/v1/messages?id=s1")
        }
    }

    @Test func `is watched on its stream`() async throws {
        let old = EventStreamServer()
        try await withServer(old.script, .sse, path: "/sse", settings: { $0.pauseMin = .milliseconds(1) }) {
            client, server in
            let sink = TestSink()
            let watching = client.loop.runTask {
                await client.upstream.watch(WatchInterest(), sink: sink, on: client.loop)
            }
            #expect(await eventually { sink.changes == ["watching"] })
            let stream = try #require(old.streams.value.values.first)
            await stream.notify("notifications/tools/list_changed")
            #expect(await eventually { sink.changes == ["watching", "tools"] })
            stream.cut()
            #expect(await eventually { sink.changes == ["watching", "tools", "watching"] })
            watching.cancel()
            await watching.value
        }
    }
}

@Suite struct `The address to post to` {
    private let origin = HTTPOriginAddress(host: "mcp.example", port: 443, usesTLS: true)

    @Test(arguments: [
        ("/messages?id=1", "/messages?id=1"), ("messages", "/a/messages"), ("?id=1", "/a/sse?id=1"),
        ("https://mcp.example/m", "/m"), ("https://MCP.example:443/m", "/m"), ("//mcp.example?x", "/?x"),
        ("https://mcp.example", "/"), (" /m#part ", "/m"), ("/a:b", "/a:b"),
    ])
    func `is resolved against the stream's`(reference: String, target: String) throws {
        let found = try EndpointAddress.target(
            of: Array(reference.utf8), from: Array("/a/sse?key=1".utf8), at: origin)
        #expect(String(decoding: found, as: UTF8.self) == target)
    }

    @Test(arguments: [
        "http://mcp.example/m", "https://mcp.example:8443/m", "https://mcp.example@evil.example/m",
        "https://evil.example/m", "mailto:a", "", "   ", "/\u{1}", "/grün",
    ])
    func `is refused elsewhere`(reference: String) {
        #expect(throws: UpstreamError.self) {
            try EndpointAddress.target(of: Array(reference.utf8), from: Array("/sse".utf8), at: origin)
        }
    }

    @Test(arguments: [(EndpointAddress.bytesMax, true), (EndpointAddress.bytesMax + 1, false)])
    func `has a limited length`(length: Int, isTaken: Bool) {
        let reference = Array(("/" + String(repeating: "x", count: length - 1)).utf8)
        let found = try? EndpointAddress.target(of: reference, from: Array("/sse".utf8), at: origin)
        #expect((found != nil) == isTaken)
    }
}
