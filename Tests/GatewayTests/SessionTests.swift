import GatewayModel
import JSONCoding
import MCPWire
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `Sessions` {
    private static let calling: JSONObject = ["name": "a", "arguments": [:]]
    private static let resources: @Sendable (inout ScriptedUpstream.Contents) -> Void = {
        $0.capabilities = ["tools": [:], "resources": ["subscribe": true]]
        $0.tools = [tool("a")]
        $0.resources = [resource("file:///a"), resource("file:///b")]
    }

    @Test func `that are unknown, forged, of another server or over are 404`() async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])]) { client, gateway throws in
            let session = try client.session()
            func status(_ id: String, path: String = "/mcp") throws -> [Int] {
                let changed = TestClient.Session(client: client, id: id, revision: "2025-11-25", path: path)
                let get = try client.open("GET", path, [("accept", "text/event-stream"), ("mcp-session-id", id)])
                defer { get.close() }
                return [try changed.request("ping").status, try get.readHead().status, try changed.delete().status]
            }
            #expect(try status("nonsense") == [404, 404, 404])
            var forged = Array(session.id.utf8)
            forged[forged.count - 3] ^= 1
            #expect(try status(String(decoding: forged, as: UTF8.self)) == [404, 404, 404])
            #expect(try status(String(repeating: "ab", count: 3_000)) == [404, 404, 404])
            #expect(try status(session.id, path: "/v1/mcp/other") == [404, 404, 404])
            #expect(try session.request("ping").status == 200)
            gateway.seconds.change { $0 += 90 * 86_400 }
            #expect(try session.request("ping").status == 200)
            gateway.seconds.change { $0 += 1 }
            #expect(try session.request("ping").status == 404)
        }
    }

    @Test func `end by DELETE for good, also for what runs in them`() async throws {
        let wasCancelled = Gate()
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, _ in
            while !Task.isCancelled { await Task.yield() }
            wasCancelled.open()
            return .result(text("late"))
        }
        try await withClient([upstream]) { client, _ throws in
            let session = try client.session()
            let stream = try session.stream()
            #expect(try stream.readHead().status == 200)
            let open = try session.open("tools/call", Self.calling)
            #expect(eventuallyBlocking { upstream.requests.count == 1 })
            #expect(try session.delete().status == 200)
            wasCancelled.passBlocking()
            #expect(try stream.event() == nil)
            _ = try open.whole()
            #expect(try session.request("ping").status == 404)
            #expect(try session.delete().status == 404)
            #expect(try client.open("DELETE").whole().status == 400)
        }
    }

    @Test func `survive a restart with what their clients asked for, and their end does too`() async throws {
        let sealing = TestSealing()
        let kept = TestSessions()
        let sessions = Box<[TestClient.Session]>([])
        let options: (inout GatewayUnderTest.Options) -> Void = {
            $0.sealing = sealing
            $0.sessions = kept
        }
        try await withClient([ScriptedUpstream("one", Self.resources)], options) { client, _ throws in
            let session = try client.session("2025-11-25", ["elicitation": [:]])
            #expect(try session.request("logging/setLevel", ["level": "error"]).result == [:])
            #expect(try session.request("resources/subscribe", ["uri": "file:///a"]).result == [:])
            let over = try client.session()
            #expect(try over.delete().status == 200)
            sessions.change { $0 = [session, over] }
        }
        let upstream = ScriptedUpstream("one", Self.resources)
        try await withClient([upstream], options) { client, _ throws in
            let session = TestClient.Session(
                client: client, id: sessions.value[0].id, revision: "2025-11-25", path: "/mcp")
            #expect(try session.request("tools/call", Self.calling).content == "one did a")
            #expect(upstream.requests.first?.logLevel == "error")
            #expect(upstream.requests.first?.capabilities == ["elicitation": [:]])
            let stream = try session.stream(after: ".0.1f")
            #expect(try stream.readHead().status == 200)
            #expect(eventuallyBlocking { upstream.watching.first?.interest.resourceURIs == ["file:///a"] })
            // Numbers begin anew with a process; what the client saw of the last one must not hide what comes now.
            upstream.tell(.resourceUpdated(["uri": "file:///a"]))
            #expect(try stream.message()?.json["params"]?["uri"] == "file:///a")
            stream.close()
            let over = TestClient.Session(
                client: client, id: sessions.value[1].id, revision: "2025-11-25", path: "/mcp")
            #expect(try over.request("ping").status == 404)
        }
        try await withClient(
            [upstream],
            {
                $0.sealing = TestSealing(key: 5)
                $0.sessions = kept
            }
        ) { client, _ throws in
            let session = TestClient.Session(
                client: client, id: sessions.value[0].id, revision: "2025-11-25", path: "/mcp")
            #expect(try session.request("ping").status == 404)
        }
    }

    // MARK: What changes

    @Test func `hear of changes on their own stream, in the words of their clients`() async throws {
        let upstream = ScriptedUpstream("one", Self.resources)
        try await withClient([upstream]) { client, gateway throws in
            let session = try client.session()
            let stream = try session.stream()
            #expect(try stream.readHead().isEventStream)
            #expect(eventuallyBlocking { upstream.watching.count == 1 })
            upstream.tell(.tools)
            let first = try #require(try stream.message())
            #expect(first.method == "notifications/tools/list_changed")
            #expect(try session.request("resources/subscribe", ["uri": "file:///b"]).result == [:])
            #expect(
                eventuallyBlocking {
                    upstream.watching.count == 1 && upstream.watching[0].interest.resourceURIs == ["file:///b"]
                })
            upstream.tell(.resourceUpdated(["uri": "file:///b"]))
            upstream.tell(.resourceUpdated(["uri": "file:///a"]))
            upstream.tell(.prompts)
            let second = try #require(try stream.message())
            #expect(second.json["params"]?["uri"] == "file:///b")
            #expect(second.id != first.id)
            #expect(try stream.message()?.method == "notifications/prompts/list_changed")
            #expect(try session.request("resources/unsubscribe", ["uri": "file:///b"]).result == [:])
            #expect(
                eventuallyBlocking {
                    upstream.watching.count == 1 && upstream.watching[0].interest.resourceURIs.isEmpty
                })
            stream.close()
            #expect(eventuallyBlocking { upstream.watching.isEmpty })
        }
    }

    @Test func `watch nothing when their stream is closed, whatever is subscribed to then`() async throws {
        let upstream = ScriptedUpstream("one", Self.resources)
        try await withClient([upstream]) { client, _ throws in
            let session = try client.session()
            let stream = try session.stream()
            #expect(eventuallyBlocking { upstream.watching.count == 1 })
            stream.close()
            #expect(eventuallyBlocking { upstream.watching.isEmpty })
            #expect(try session.request("resources/subscribe", ["uri": "file:///a"]).result == [:])
            #expect(upstream.watching.isEmpty, "an upstream is watched for nobody")
        }
    }

    @Test func `have one stream, and a second one takes over`() async throws {
        let upstream = ScriptedUpstream("one", Self.resources)
        try await withClient([upstream]) { client, _ throws in
            let session = try client.session()
            let first = try session.stream()
            #expect(try first.readHead().status == 200)
            #expect(eventuallyBlocking { upstream.watching.count == 1 })
            let second = try session.stream()
            #expect(try second.readHead().status == 200)
            #expect(try first.event() == nil)
            #expect(eventuallyBlocking { upstream.watching.count == 1 })
            upstream.tell(.tools)
            #expect(try second.message()?.method == "notifications/tools/list_changed")
            second.close()
        }
    }

    @Test(arguments: [(3, true), (2, false)])
    func `watch at most so many resources`(limit: Int, isTaken: Bool) async throws {
        try await withClient(
            [ScriptedUpstream("one", Self.resources)], { $0.limits.sessionSubscriptions = limit }
        ) { client, _ throws in
            let session = try client.session()
            for number in 0..<2 {
                #expect(try session.request("resources/subscribe", ["uri": .string("x:\(number)")]).result == [:])
            }
            #expect(try session.request("resources/subscribe", ["uri": "x:1"]).result == [:])
            let answer = try session.request("resources/subscribe", ["uri": "x:2"])
            #expect((answer.result == [:]) == isTaken)
            #expect((answer.code == -32602) == !isTaken)
        }
    }

    @Test(arguments: [(4_096, true), (4_097, false)])
    func `remember no URI that is too long`(length: Int, isTaken: Bool) async throws {
        try await withClient([ScriptedUpstream("one", Self.resources)]) { client, _ throws in
            let session = try client.session()
            let uri = "x:" + String(repeating: "y", count: length - 2)
            #expect((try session.request("resources/subscribe", ["uri": .string(uri)]).result == [:]) == isTaken)
        }
    }

    @Test func `cost nothing until their clients use them`() async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])]) { client, gateway throws in
            var sessions: [TestClient.Session] = []
            for _ in 0..<20 { sessions.append(try client.session()) }
            #expect(gateway.state.sessions.count == 0)
            #expect(try sessions[0].request("ping").status == 200)
            #expect(gateway.state.sessions.count == 1)
        }
    }
}

@Suite struct `The table of sessions` {
    private func session(_ number: UInt8, _ kept: KeptSession) -> ClientSession {
        ClientSession(
            claims: SessionClaims(
                principal: "", server: .default, revision: .v2025_11_25, capabilities: .inline(.empty), clientName: nil,
                issuedAt: 0, nonce: [UInt8](repeating: number, count: SessionClaims.nonceBytes)),
            owner: "", capabilities: .empty, digest: [number], kept: kept, bytesMax: 1_000, finished: FinishedCalls())
    }

    @Test func `gives the same session to all who ask, and has a limit`() {
        let table = SessionTable(keeping: NoSessionKeeping(), sessionsMax: 16)
        for number in 0..<100 {
            let made = table.session([UInt8(number)], now: UInt64(number)) { session(UInt8(number), $0) }
            #expect(table.session([UInt8(number)], now: UInt64(number)) { session(0, $0) } === made)
            #expect(table.count <= 16)
        }
    }

    @Test func `drops those that are unused for longest`() {
        let table = SessionTable(keeping: NoSessionKeeping(), sessionsMax: 8)
        let first = table.session([200], now: 0) { session(200, $0) }
        for number in 0..<50 {
            _ = table.session([200], now: UInt64(number)) { session(0, $0) }
            _ = table.session([UInt8(number)], now: UInt64(number)) { session(UInt8(number), $0) }
        }
        #expect(table.session([200], now: 100) { session(0, $0) } === first)
    }

    @Test func `keeps those in which something runs`() async throws {
        try await withGateway([ScriptedUpstream("one", tools: ["a"])]) { gateway async throws in
            let table = SessionTable(keeping: NoSessionKeeping(), sessionsMax: 8)
            let busy = table.session([200], now: 0) { session(200, $0) }
            let subscription = ServerSubscription(
                .init(tools: true), server: gateway.served, offer: gateway.served.offer, user: "",
                loop: gateway.loop, deliver: { _ in })
            _ = busy.replace(subscription)
            for number in 0..<50 {
                _ = table.session([UInt8(number)], now: UInt64(number + 1)) { session(UInt8(number), $0) }
            }
            #expect(table.session([200], now: 100) { session(0, $0) } === busy)
            busy.end()
        }
    }
}
