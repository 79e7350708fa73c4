import JSONCoding
import MCPWire
import Synchronization
import Testing
import UpstreamClients

@testable import PatchbayApp

@Suite(.timeLimit(.minutes(1))) struct `What a server asks over a bridge` {
    private let form = ClientQuestion(
        key: "q1", kind: .elicitation,
        params: ["message": "Sure?", "requestedSchema": ["type": "object", "properties": ["ok": ["type": "boolean"]]]])
    private let roots = ClientQuestion(key: "q2", kind: .roots)

    @Test func `reaches a client of the handshake era as requests, and their answers come back`() async throws {
        let bridge = try asking([form, roots], capabilities: #"{"elicitation":{},"roots":{}}"#)
        _ = await bridge.initialize(capabilities: #"{"elicitation":{},"roots":{}}"#)
        let first = await bridge.ask(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}"#)
        #expect(first?["method"] == "elicitation/create")
        #expect(first?["params"]?["message"] == "Sure?")
        let second = await bridge.next()
        #expect(second?["method"] == "roots/list")
        bridge.send(#"{"jsonrpc":"2.0","id":\#(text(second?["id"])),"result":{"roots":[]}}"#)
        bridge.send(#"{"jsonrpc":"2.0","id":"patchbay-99","result":{}}"#)
        bridge.send(
            #"{"jsonrpc":"2.0","id":\#(text(first?["id"])),"result":{"action":"accept","content":{"ok":true}}}"#)
        let answer = await bridge.next()
        #expect(answer?["id"] == 1)
        #expect(answer?["result"]?["answers"]?["q1"]?["action"] == "accept")
        #expect(answer?["result"]?["answers"]?["q2"]?["roots"] == [])
    }

    @Test func `is declined for a client that did not declare it`() async throws {
        let bridge = try asking([form])
        _ = await bridge.initialize()
        let answer = await bridge.ask(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}"#)
        #expect(answer?["result"]?["answers"]?["q1"] == "declined")
    }

    @Test func `is withdrawn when the client cancels the call`() async throws {
        let bridge = try asking([form])
        _ = await bridge.initialize(capabilities: #"{"elicitation":{}}"#)
        let question = await bridge.ask(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}"#)
        let cancelled = await bridge.ask(
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
        #expect(cancelled?["method"] == "notifications/cancelled")
        #expect(cancelled?["params"]?["requestId"] == question?["id"])
        #expect(await bridge.ask(#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#)?["id"] == 2)
    }

    @Test func `waits for the retry of a client of the stateless era`() async throws {
        let both = #"{"elicitation":{},"roots":{}}"#
        let bridge = try asking([form, roots])
        let first = await bridge.ask(stateless("1", "tools/call", #""name":"x""#, capabilities: both))
        #expect(first?["id"] == 1)
        #expect(first?["result"]?["resultType"] == "input_required")
        #expect(first?["result"]?["inputRequests"]?["q1"]?["method"] == "elicitation/create")
        let state = text(first?["result"]?["requestState"])
        // Half an answer is asked for the other half.
        let second = await bridge.ask(
            stateless(
                "2", "tools/call", #""name":"x","requestState":\#(state),"inputResponses":{"q1":{"action":"decline"}}"#,
                capabilities: both))
        #expect(second?["id"] == 2)
        #expect(second?["result"]?["inputRequests"]?.objectValue?.members.map(\.name) == ["q2"])
        let third = await bridge.ask(
            stateless(
                "3", "tools/call", #""name":"x","requestState":\#(state),"inputResponses":{"q2":{"roots":[]}}"#,
                capabilities: both))
        #expect(third?["id"] == 3)
        #expect(third?["result"]?["answers"]?["q1"]?["action"] == "decline")
        #expect(bridge.server.requests.count == 1)
        // The state is good for one call and one answer.
        let late = await bridge.ask(
            stateless(
                "4", "tools/call", #""name":"x","requestState":\#(state),"inputResponses":{}"#, capabilities: both))
        #expect(late?["error"]?["code"] == -32602)
    }

    @Test func `belongs to the call that it was asked for`() async throws {
        let bridge = try asking([roots])
        let first = await bridge.ask(stateless("1", "tools/call", #""name":"x""#, capabilities: #"{"roots":{}}"#))
        let state = text(first?["result"]?["requestState"])
        let other = await bridge.ask(
            stateless(
                "2", "tools/call", #""name":"y","requestState":\#(state),"inputResponses":{"q2":{"roots":[]}}"#,
                capabilities: #"{"roots":{}}"#))
        #expect(other?["error"]?["code"] == -32602)
    }

    @Test func `gets no answer when the time is over, or the client is gone`() async throws {
        var settings = BridgeSettings()
        settings.askTime = .milliseconds(10)
        let slow = try asking([form], settings: settings)
        _ = await slow.initialize(capabilities: #"{"elicitation":{}}"#)
        _ = await slow.ask(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}"#)
        #expect(await slow.next()?["method"] == "notifications/cancelled")
        #expect(await slow.next()?["result"]?["silence"] == "timedOut")
        let gone = try asking([form])
        _ = await gone.initialize(capabilities: #"{"elicitation":{}}"#)
        _ = await gone.ask(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}"#)
        gone.close()
        await gone.ended()
    }

    @Test func `goes to a client of the stateless era as the server put it`() async throws {
        let bridge = try BridgeFixture { request, _ throws(UpstreamError) in
            guard request.params["requestState"] == nil else { return .result(["resultType": "complete", "x": 1]) }
            return .result(["resultType": "input_required", "requestState": "theirs"])
        }
        let first = await bridge.ask(stateless("1", "tools/call", #""name":"x""#))
        #expect(first?["result"] == ["resultType": "input_required", "requestState": "theirs"])
        let second = await bridge.ask(stateless("2", "tools/call", #""name":"x","requestState":"theirs""#))
        #expect(second?["result"]?["x"] == 1)
    }

    /// A server that asks this in each call and answers with what it heard.
    private func asking(
        _ questions: [ClientQuestion], capabilities: String = "", settings: BridgeSettings = BridgeSettings()
    ) throws -> BridgeFixture {
        try BridgeFixture(.v2025_11_25, settings: settings) { _, host throws(UpstreamError) in
            var heard = JSONObject()
            do throws(ClientSilence) {
                for (key, answer) in try await host.ask(questions) {
                    switch answer {
                    case .result(let result): heard[key] = .object(result)
                    case .failure: heard[key] = "declined"
                    }
                }
            } catch {
                return .result(["content": [], "silence": .string("\(error)")])
            }
            return .result(["content": [], "answers": .object(heard)])
        }
    }

    private func text(_ value: JSONValue?) -> String {
        String(decoding: JSONWriter.bytes(of: value ?? .null), as: UTF8.self)
    }
}
