import HTTPTransport
import JSONCoding
import MCPWire
import Reactor
import Testing

@testable import UpstreamClients

/// Both ends of a channel in memory; what the peer sends is answered by a script.
final class MemoryChannel: MessageChannel {
    typealias Script = @Sendable (JSONValue, MemoryChannel) async -> Void

    private let inbound = Mailbox<[UInt8]>()
    private let sent = Box<[JSONValue]>([])
    private let script: Script
    let isClosed = Box(false)

    init(_ script: @escaping Script) {
        self.script = script
    }

    var messages: [JSONValue] { sent.value }

    func count(_ method: String) -> Int { messages.count { $0["method"]?.stringValue == method } }

    /// Says something to the peer.
    func say(_ message: JSONValue) { inbound.put(JSONWriter.bytes(of: message)) }
    func say(_ text: String) { inbound.put(Array(text.utf8)) }
    func answer(_ request: JSONValue, _ result: JSONValue) {
        say(["jsonrpc": "2.0", "id": request["id"] ?? .null, "result": result])
    }
    func end() { inbound.close(.cutOff) }

    func send(_ message: [UInt8]) async throws(UpstreamError) {
        let value = (try? JSONParser.parse(message)) ?? .null
        sent.change { $0.append(value) }
        await script(value, self)
    }

    func receive() async throws(UpstreamError) -> [UInt8]? {
        do throws(UpstreamError) {
            return try await inbound.next()
        } catch {
            if error == .cutOff { return nil }
            throw error
        }
    }

    func close() async { isClosed.change { $0 = true } }
}

/// Does something with each notification.
private struct SlowHost: CallHost {
    let hearing: @Sendable () async -> Void

    init(_ hearing: @escaping @Sendable () async -> Void) {
        self.hearing = hearing
    }

    func notify(_ notification: CallNotification) async { await hearing() }

    func ask(_ questions: [ClientQuestion]) async throws(ClientSilence) -> [String: ClientAnswer] {
        throw .cannotBeAsked
    }
}

@Suite struct `A peer at the end of a channel` {
    private func withPeer(
        _ script: @escaping MemoryChannel.Script, notificationsMax: Int = 1_024, loops: Int = 2,
        _ body: (JSONRPCPeer, MemoryChannel, EventLoopGroup) async throws -> Void
    ) async throws {
        let group = try EventLoopGroup(count: loops)
        group.start()
        let channel = MemoryChannel(script)
        var settings = JSONRPCPeer.Settings(ownInfo: ["name": "patchbay", "version": "0"])
        settings.notificationsMax = notificationsMax
        let peer = JSONRPCPeer(channel: channel, on: group.loops[0], settings: settings)
        peer.start()
        do {
            try await body(peer, channel, group)
        } catch {
            Issue.record("\(error)")
        }
        await peer.close()
        #expect(channel.isClosed.value)
        #expect(peer.callsInFlight == 0)
        group.stopAndJoin()
    }

    private func call(
        _ peer: JSONRPCPeer, on loop: EventLoop, _ tool: String = "echo", _ change: (inout Wish) -> Void = { _ in },
        host: any CallHost = TestHost()
    ) -> Task<CallEnd, Never> {
        var wish = Wish(tool: tool)
        change(&wish)
        let request = wish.request
        return loop.runTask {
            do throws(UpstreamError) {
                switch try await peer.call(request(), host: host, on: loop) {
                case .result(let result): return .result(result)
                case .failure(let failure): return .failure(failure)
                }
            } catch {
                return .error(error)
            }
        }
    }

    private func initialize(_ peer: JSONRPCPeer, on loop: EventLoop) async throws {
        let task = loop.runTask { () -> Result<UpstreamDescription, UpstreamError> in
            do throws(UpstreamError) {
                let deadline = monotonicNanoseconds() &+ 60_000_000_000
                return .success(try await peer.initialize(capabilities: [:], deadline: deadline, on: loop))
            } catch {
                return .failure(error)
            }
        }
        _ = try await task.value.get()
    }

    private func discover(_ peer: JSONRPCPeer, on loop: EventLoop) async throws -> PeerEra {
        let task = loop.runTask { () -> Result<PeerEra, UpstreamError> in
            do throws(UpstreamError) {
                return .success(try await peer.discover(deadline: monotonicNanoseconds() &+ 60_000_000_000, on: loop))
            } catch {
                return .failure(error)
            }
        }
        return try await task.value.get()
    }

    /// Answers the beginning in the handshake era, and leaves the rest to the test.
    private static func handshake(
        then tools: @escaping MemoryChannel.Script = { call, channel in channel.answer(call, text("done")) }
    ) -> MemoryChannel.Script {
        { message, channel in
            switch message["method"]?.stringValue {
            case "initialize":
                channel.answer(
                    message,
                    [
                        "protocolVersion": "2025-11-25", "capabilities": ["tools": [:], "logging": [:]],
                        "serverInfo": ["name": "piped", "version": "1"],
                    ])
            case "tools/call": await tools(message, channel)
            default: return
            }
        }
    }

    private static func stateless(then tools: @escaping MemoryChannel.Script) -> MemoryChannel.Script {
        { message, channel in
            switch message["method"]?.stringValue {
            case "server/discover":
                channel.answer(
                    message,
                    ["resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": ["tools": [:]]])
            case "tools/call", "subscriptions/listen": await tools(message, channel)
            default: return
            }
        }
    }

    @Test func `holds 200 calls at once and refuses one more`() async throws {
        let waiting = Box<[JSONValue]>([])
        try await withPeer(Self.handshake { call, _ in waiting.change { $0.append(call) } }) { peer, channel, group in
            try await initialize(peer, on: group.loops[0])
            let calls = (0..<200).map { call(peer, on: group.loops[$0 % 2], "tool-\($0)") }
            #expect(await eventually { waiting.value.count == 200 })
            #expect(await call(peer, on: group.loops[1]).value == .error(.transport(.poolFull)))
            // In another order than they came.
            for call in waiting.value.reversed() {
                channel.answer(call, text(call["params"]?["name"]?.stringValue ?? ""))
            }
            for (number, call) in calls.enumerated() { #expect(await call.value.text == "tool-\(number)") }
        }
    }

    @Test func `drops foreign ids, second answers and garbage`() async throws {
        try await withPeer(
            Self.handshake { call, channel in
                channel.say(["jsonrpc": "2.0", "id": 4711, "result": [:]])
                channel.say(["jsonrpc": "2.0", "id": "2", "result": [:]])
                channel.say("this is no JSON")
                channel.answer(call, text("first"))
                channel.answer(call, text("second"))
            }
        ) { peer, channel, group in
            try await initialize(peer, on: group.loops[0])
            for _ in 0..<3 { #expect(await call(peer, on: group.loops[1]).value.text == "first") }
        }
    }

    @Test func `takes several messages in one array`() async throws {
        try await withPeer(
            Self.handshake { call, channel in
                channel.say([
                    [
                        "jsonrpc": "2.0", "method": "notifications/progress",
                        "params": [
                            "progressToken": call["id"] ?? .null, "progress": 1,
                        ],
                    ],
                    ["jsonrpc": "2.0", "id": call["id"] ?? .null, "result": text("done")],
                ])
            }
        ) { peer, channel, group in
            try await initialize(peer, on: group.loops[0])
            let host = TestHost()
            #expect(
                await call(peer, on: group.loops[1], "batch", { $0.wantsProgress = true }, host: host).value.text
                    == "done")
            #expect(host.progress.count == 1)
        }
    }

    @Test func `routes progress by token among many calls`() async throws {
        let waiting = Box<[JSONValue]>([])
        try await withPeer(Self.handshake { call, _ in waiting.change { $0.append(call) } }) { peer, channel, group in
            try await initialize(peer, on: group.loops[0])
            let hosts = (0..<10).map { _ in TestHost() }
            let calls = hosts.enumerated().map { number, host in
                call(peer, on: group.loops[number % 2], "tool-\(number)", { $0.wantsProgress = true }, host: host)
            }
            #expect(await eventually { waiting.value.count == 10 })
            for call in waiting.value {
                let number = call["params"]?["name"]?.stringValue?.split(separator: "-").last.flatMap { Int($0) } ?? 0
                channel.say([
                    "jsonrpc": "2.0", "method": "notifications/progress",
                    "params": [
                        "progressToken": call["params"]?["_meta"]?["progressToken"] ?? .null,
                        "progress": .number(JSONNumber(number)),
                    ],
                ])
                channel.answer(call, text("done"))
            }
            for call in calls { #expect(await call.value.text == "done") }
            for (number, host) in hosts.enumerated() {
                #expect(host.progress.map { $0["progress"]?.integer } == [number])
            }
        }
    }

    @Test func `fails all calls when the channel ends`() async throws {
        let waiting = Box(0)
        try await withPeer(Self.handshake { _, _ in waiting.add() }) { peer, channel, group in
            try await initialize(peer, on: group.loops[0])
            let calls = (0..<5).map { call(peer, on: group.loops[$0 % 2]) }
            #expect(await eventually { waiting.value == 5 })
            channel.end()
            for call in calls { #expect(await call.value == .error(.cutOff)) }
            #expect(!peer.isOpen)
            #expect(await call(peer, on: group.loops[0]).value.error != nil)
        }
    }

    @Test func `tells the server what was cancelled, and only once`() async throws {
        let waiting = Box<[JSONValue]>([])
        try await withPeer(Self.handshake { call, _ in waiting.change { $0.append(call) } }) { peer, channel, group in
            try await initialize(peer, on: group.loops[0])
            let cancelled = call(peer, on: group.loops[1])
            #expect(await eventually { waiting.value.count == 1 })
            cancelled.cancel()
            #expect(await cancelled.value == .error(.transport(.cancelled)))
            #expect(await eventually { channel.count("notifications/cancelled") == 1 })
            let notification = channel.messages.last { $0["method"] == "notifications/cancelled" }
            #expect(notification?["params"]?["requestId"] == waiting.value[0]["id"])
            // Its answer comes too late and belongs to nobody.
            channel.answer(waiting.value[0], text("late"))
            let next = call(peer, on: group.loops[1])
            #expect(await eventually { waiting.value.count == 2 })
            channel.answer(waiting.value[1], text("done"))
            #expect(await next.value.text == "done")
            #expect(channel.count("notifications/cancelled") == 1)
        }
    }

    @Test func `never cancels the handshake`() async throws {
        try await withPeer({ _, _ in }) { peer, channel, group in
            let loop = group.loops[0]
            let begin = loop.runTask {
                try? await peer.initialize(
                    capabilities: [:], deadline: monotonicNanoseconds() &+ 50_000_000, on: loop)
            }
            #expect(await begin.value == nil)
            #expect(channel.messages.map { $0["method"] } == ["initialize"])
        }
    }

    @Test func `asks the client of the only call that may be asked, and refuses when there are two`() async throws {
        let waiting = Box<[JSONValue]>([])
        let answered = Box<[JSONValue]>([])
        let handshake = Self.handshake { call, _ in waiting.change { $0.append(call) } }
        try await withPeer({ message, channel in
            if message["method"] == nil { answered.change { $0.append(message) } }
            await handshake(message, channel)
        }) { peer, channel, group in
            try await initialize(peer, on: group.loops[0])
            let wish: (inout Wish) -> Void = { $0.capabilities = ["elicitation": [:]] }
            let host = TestHost.accepting(["name": "Ada"])
            let first = call(peer, on: group.loops[0], "one", wish, host: host)
            let plain = call(peer, on: group.loops[1], "plain")
            #expect(await eventually { waiting.value.count == 2 })
            channel.say(["jsonrpc": "2.0", "id": "a", "method": "elicitation/create", "params": ["message": "?"]])
            #expect(await eventually { answered.value.count == 1 })
            #expect(answered.value[0]["result"]?["content"]?["name"] == "Ada")
            let second = call(peer, on: group.loops[1], "two", wish, host: host)
            #expect(await eventually { waiting.value.count == 3 })
            channel.say(["jsonrpc": "2.0", "id": "b", "method": "elicitation/create", "params": ["message": "?"]])
            #expect(await eventually { answered.value.count == 2 })
            #expect(answered.value[1]["error"]?["code"] == -32602)
            channel.say(["jsonrpc": "2.0", "id": 7, "method": "ping"])
            #expect(await eventually { answered.value.count == 3 })
            #expect(answered.value[2] == ["jsonrpc": "2.0", "id": 7, "result": [:]])
            for call in waiting.value { channel.answer(call, text("done")) }
            for call in [first, plain, second] { #expect(await call.value.text == "done") }
            #expect(host.rounds.count == 1)
        }
    }

    @Test func `asks together what was asked while the client was busy`() async throws {
        let busy = Gate()
        let answered = Box(0)
        let handshake = Self.handshake { _, channel in
            for number in 0..<4 {
                channel.say([
                    "jsonrpc": "2.0", "id": .number(JSONNumber(100 + number)), "method": "roots/list",
                ])
            }
        }
        let last = Box<JSONValue>(.null)
        try await withPeer({ message, channel in
            if message["method"] == "tools/call" { last.change { $0 = message } }
            if message["method"] == nil, answered.add() == 4 { channel.answer(last.value, text("done")) }
            await handshake(message, channel)
        }) { peer, channel, group in
            try await initialize(peer, on: group.loops[0])
            let host = TestHost { questions in
                await busy.pass()
                return Dictionary(uniqueKeysWithValues: questions.map { ($0.key, .result(["roots": []])) })
            }
            let asking = call(peer, on: group.loops[0], "ask", { $0.capabilities = ["roots": [:]] }, host: host)
            #expect(await eventually { host.rounds.count == 1 })
            busy.open()
            #expect(await asking.value.text == "done")
            #expect(host.rounds.reduce(0) { $0 + $1.count } == 4)
            #expect(host.rounds.count <= 4)
        }
    }

    @Test(arguments: [(0, 0), (1, 1)])
    func `lets a limited number of questions wait`(over: Int, refused: Int) async throws {
        let busy = Gate()
        let refusals = Box(0)
        let call = Box<JSONValue>(.null)
        // One is being asked, and so many wait.
        let questions = 1 + QuestionDesk.waitingMax + over
        let handshake = Self.handshake { request, channel in
            call.change { $0 = request }
            channel.say(["jsonrpc": "2.0", "id": 1_000, "method": "roots/list"])
        }
        try await withPeer({ message, channel in
            if message["error"]?["code"] == -32601 { refusals.add() }
            await handshake(message, channel)
        }) { peer, channel, group in
            try await initialize(peer, on: group.loops[0])
            let host = TestHost { questions in
                await busy.pass()
                return Dictionary(uniqueKeysWithValues: questions.map { ($0.key, .result(["roots": []])) })
            }
            let asking = self.call(peer, on: group.loops[0], "ask", { $0.capabilities = ["roots": [:]] }, host: host)
            #expect(await eventually { host.rounds.count == 1 })
            for number in 1..<questions {
                channel.say(["jsonrpc": "2.0", "id": .number(JSONNumber(1_000 + number)), "method": "roots/list"])
            }
            channel.say(["jsonrpc": "2.0", "id": "last", "method": "sampling/createMessage"])
            #expect(await eventually { refusals.value == refused + 1 })
            busy.open()
            let answers = questions - refused
            #expect(await eventually { channel.messages.count { $0["result"]?["roots"] != nil } == answers })
            channel.answer(call.value, text("done"))
            #expect(await asking.value.text == "done")
            #expect(host.rounds.map(\.count) == [1, QuestionDesk.waitingMax])
        }
    }

    @Test(arguments: [(4, 4), (5, 4)])
    func `keeps a limited number of notifications for a call that does not read them`(said: Int, kept: Int) async throws
    {
        let busy = Gate()
        let call = Box<JSONValue>(.null)
        let reading = Box(0)
        let heard = Box(0)
        let limit = 3
        try await withPeer(Self.handshake { request, _ in call.change { $0 = request } }, notificationsMax: limit) {
            peer, channel, group in
            try await initialize(peer, on: group.loops[0])
            let host = SlowHost {
                if reading.add() == 1 { await busy.pass() }
                heard.add()
            }
            let task = self.call(peer, on: group.loops[0], "busy", { $0.wantsProgress = true }, host: host)
            #expect(await eventually { call.value != .null })
            let progress: JSONValue = [
                "jsonrpc": "2.0", "method": "notifications/progress",
                "params": ["progressToken": call.value["id"] ?? .null, "progress": 1],
            ]
            channel.say(progress)
            #expect(await eventually { reading.value == 1 })
            for _ in 1..<said { channel.say(progress) }
            channel.answer(call.value, text("done"))
            // It is behind the others, so they were taken or dropped when its answer is here.
            channel.say(["jsonrpc": "2.0", "id": 9, "method": "ping"])
            #expect(await eventually { channel.messages.contains { $0["id"] == 9 } })
            busy.open()
            #expect(await task.value.text == "done")
            #expect(heard.value == kept)
        }
    }

    @Test func `speaks the stateless era too, in rounds`() async throws {
        let script = Self.stateless { call, channel in
            guard call["params"]?["inputResponses"] == nil else {
                return channel.answer(call, complete(call["params"]?["requestState"]?.stringValue ?? ""))
            }
            channel.answer(
                call,
                [
                    "resultType": "input_required", "requestState": "state",
                    "inputRequests": ["a": ["method": "elicitation/create", "params": ["message": "?"]]],
                ])
        }
        try await withPeer(script) { peer, channel, group in
            guard case .stateless = try await discover(peer, on: group.loops[0]) else {
                Issue.record("it was not found")
                return
            }
            let end = call(
                peer, on: group.loops[1], "ask", { $0.capabilities = ["elicitation": [:]] },
                host: TestHost.accepting([:]))
            #expect(await end.value.text == "state")
            let sent = channel.messages.last { $0["method"] == "tools/call" }
            let meta = sent?["params"]?["_meta"]
            #expect(meta?["io.modelcontextprotocol/protocolVersion"] == "2026-07-28")
            #expect(meta?["io.modelcontextprotocol/clientCapabilities"] == ["elicitation": [:]])
        }
    }

    @Test(arguments: [-32601, -32602, -32000]) func `takes any old error for the older era`(code: Int) async throws {
        try await withPeer({ message, channel in
            channel.say([
                "jsonrpc": "2.0", "id": message["id"] ?? .null,
                "error": ["code": .number(JSONNumber(code)), "message": "no"],
            ])
        }) { peer, channel, group in
            guard case .handshake = try await discover(peer, on: group.loops[0]) else {
                Issue.record("it was taken for a stateless one")
                return
            }
        }
    }

    @Test func `tells watchers what changes in either era`() async throws {
        try await withPeer(Self.handshake()) { peer, channel, group in
            try await initialize(peer, on: group.loops[0])
            let sink = TestSink()
            var interest = WatchInterest()
            interest.resourceURIs = ["file:///a"]
            let wanted = interest
            let watching = group.loops[1].runTask { [group] in
                try? await peer.watch(wanted, sink: sink, on: group.loops[1])
            }
            #expect(await eventually { channel.count("resources/subscribe") == 1 })
            let subscribe = try #require(channel.messages.last { $0["method"] == "resources/subscribe" })
            channel.answer(subscribe, [:])
            #expect(await eventually { sink.changes == ["watching"] })
            channel.say(["jsonrpc": "2.0", "method": "notifications/prompts/list_changed"])
            #expect(await eventually { sink.changes == ["watching", "prompts"] })
            watching.cancel()
            await watching.value
            #expect(await eventually { channel.count("resources/unsubscribe") == 1 })
        }
        let listens = Box<[JSONValue]>([])
        try await withPeer(Self.stateless { call, _ in listens.change { $0.append(call) } }) { peer, channel, group in
            _ = try await discover(peer, on: group.loops[0])
            let sink = TestSink()
            let watching = group.loops[1].runTask { [group] in
                try? await peer.watch(WatchInterest(), sink: sink, on: group.loops[1])
            }
            #expect(await eventually { listens.value.count == 1 })
            let meta: JSONValue = [
                "_meta": ["io.modelcontextprotocol/subscriptionId": listens.value[0]["id"] ?? .null]
            ]
            for method in ["notifications/subscriptions/acknowledged", "notifications/tools/list_changed"] {
                channel.say(["jsonrpc": "2.0", "method": .string(method), "params": meta])
            }
            #expect(await eventually { sink.changes == ["watching", "tools"] })
            channel.say([
                "jsonrpc": "2.0", "method": "notifications/cancelled",
                "params": ["requestId": listens.value[0]["id"] ?? .null],
            ])
            await watching.value
        }
    }
}
