import GatewayModel
import JSONCoding
import MCPWire
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `A write whose answer found nobody` {
    private static func guarded(_ options: inout GatewayUnderTest.Options) {
        options.auth = .oauth
        options.admitting = TestAdmitting(people)
    }

    /// An upstream that answers when the gate is open, and counts.
    private static func upstream(_ gate: Gate, readOnly: Bool = false) -> ScriptedUpstream {
        let upstream = ScriptedUpstream("one") { $0.tools = [tool("a", readOnly: readOnly)] }
        upstream.answer { [weak upstream] _, _ in
            let number = upstream?.requests.count ?? 0
            await gate.pass()
            return .result(text("number \(number)"))
        }
        return upstream
    }

    private static func call(_ client: TestClient, _ word: JSONValue = "x", id: JSONValue = 1) throws -> OpenAnswer {
        // As ChatGPT calls in the handshake era: without session and version.
        let params: JSONObject = ["name": "a", "arguments": ["word": word], "_meta": ["openai/session": id]]
        return try client.open(
            "POST", body: TestClient.message("tools/call", id: id, params),
            TestClient.posting + [("user-agent", "openai-mcp/1.0.0")])
    }

    private static func leave(_ open: OpenAnswer, _ upstream: ScriptedUpstream, _ gateway: GatewayUnderTest) {
        #expect(eventuallyBlocking { upstream.requests.count == 1 })
        open.close()
        #expect(eventuallyBlocking { gateway.state.undelivered.count == 1 })
    }

    @Test func `is joined by the same one again, while it runs and when it is done`() async throws {
        let gate = Gate()
        let upstream = Self.upstream(gate)
        try await withClient([upstream], Self.guarded) { client, gateway throws in
            let alice = client.signed("alice")
            Self.leave(try Self.call(alice), upstream, gateway)
            let second = try Self.call(client.signed("alice2"), id: 2)
            takeAMoment()
            second.close()
            let third = try Self.call(alice, id: 3)
            takeAMoment()
            gate.open()
            let answer = try third.whole()
            #expect(answer.content == "number 1")
            #expect(answer.json["id"] == 3)
            #expect(upstream.requests.count == 1)
            // It was told: the same once more is another wish.
            #expect(eventuallyBlocking { gateway.state.undelivered.count == 0 })
            #expect(try Self.call(alice, id: 4).whole().content == "number 2")
        }
    }

    @Test func `is joined by nobody else, and by nothing else`() async throws {
        let gate = Gate()
        let upstream = Self.upstream(gate)
        try await withClient([upstream], Self.guarded) { client, gateway throws in
            let alice = client.signed("alice")
            Self.leave(try Self.call(alice), upstream, gateway)
            gate.open()
            #expect(try Self.call(client.signed("bob")).whole().content == "number 2")
            #expect(try Self.call(alice, "y").whole().content == "number 3")
            #expect(try Self.call(alice).whole().content == "number 1")
        }
    }

    @Test func `is none if it only reads, or nobody signed in`() async throws {
        for readOnly in [true, false] {
            let gate = Gate()
            let upstream = Self.upstream(gate, readOnly: readOnly)
            try await withClient([upstream], readOnly ? Self.guarded : { _ in }) { client, gateway throws in
                let open = try Self.call(client.signed("alice"))
                #expect(eventuallyBlocking { upstream.requests.count == 1 })
                open.close()
                #expect(eventuallyBlocking { gateway.exchanges == 0 })
                gate.open()
                #expect(try Self.call(client.signed("alice")).whole().content == "number 2")
                #expect(gateway.state.undelivered.count == 0)
            }
        }
    }

    @Test func `is no more when the client has taken it back`() async throws {
        let gate = Gate()
        let upstream = Self.upstream(gate)
        try await withClient([upstream], Self.guarded) { client, gateway throws in
            let session = try client.signed("alice").session()
            let params: JSONObject = ["name": "a", "arguments": [:]]
            let open = try session.open("tools/call", params, id: 5)
            Self.leave(open, upstream, gateway)
            #expect(try session.notify("notifications/cancelled", ["requestId": 5]).status == 202)
            gate.open()
            #expect(try session.request("tools/call", params, id: 6).content == "number 2")
        }
    }
}
