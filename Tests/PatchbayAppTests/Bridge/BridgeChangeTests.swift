import JSONCoding
import MCPWire
import Testing
import UpstreamClients

@testable import PatchbayApp

@Suite(.timeLimit(.minutes(1))) struct `Changes at a server behind a bridge` {
    private let everything: JSONObject = [
        "tools": ["listChanged": true], "prompts": ["listChanged": true],
        "resources": ["listChanged": true, "subscribe": true], "logging": [:],
    ]

    @Test func `are told to a session of the handshake era, as far as the server announces them`() async throws {
        let bridge = try BridgeFixture()
        _ = await bridge.initialize()
        await bridge.until { bridge.server.sink != nil }
        #expect(bridge.server.interests.map(\.tools) == [true])
        #expect(bridge.server.interests.map(\.prompts) == [false])
        bridge.server.sink?.changed(.prompts)
        bridge.server.sink?.changed(.tools)
        #expect(await bridge.next() == json(#"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#))
        // After a gap anything may have changed.
        bridge.server.sink?.changed(.watching)
        #expect(await bridge.next()?["method"] == "notifications/tools/list_changed")
    }

    @Test func `of a resource are told while the client is subscribed`() async throws {
        let bridge = try BridgeFixture(capabilities: everything)
        _ = await bridge.initialize()
        #expect(
            await bridge.ask(#"{"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{"uri":"a:b"}}"#)
                == json(#"{"jsonrpc":"2.0","id":1,"result":{}}"#))
        await bridge.until { bridge.server.interests.last?.resourceURIs == ["a:b"] }
        bridge.server.sink?.changed(.resourceUpdated(["uri": "a:b"]))
        #expect(
            await bridge.next()
                == json(#"{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"a:b"}}"#))
        _ = await bridge.ask(#"{"jsonrpc":"2.0","id":2,"method":"resources/unsubscribe","params":{"uri":"a:b"}}"#)
        await bridge.until { bridge.server.interests.last?.resourceURIs.isEmpty == true }
    }

    @Test func `may be as many resources as there is room for, and not one more`() async throws {
        let bridge = try BridgeFixture(capabilities: everything)
        _ = await bridge.initialize()
        for number in 1...BridgeSession.subscriptionsMax {
            _ = await bridge.ask(
                #"{"jsonrpc":"2.0","id":\#(number),"method":"resources/subscribe","params":{"uri":"a:\#(number)"}}"#)
        }
        let again = await bridge.ask(
            #"{"jsonrpc":"2.0","id":"a","method":"resources/subscribe","params":{"uri":"a:1"}}"#)
        #expect(again?["result"] != nil)
        let more = await bridge.ask(
            #"{"jsonrpc":"2.0","id":"b","method":"resources/subscribe","params":{"uri":"a:more"}}"#)
        #expect(more?["error"]?["code"] == -32602)
    }

    @Test func `in its log are told from the session's level on`() async throws {
        let bridge = try BridgeFixture(capabilities: everything)
        _ = await bridge.initialize()
        _ = await bridge.ask(#"{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"warning"}}"#)
        await bridge.until { bridge.server.sink != nil }
        bridge.server.sink?.changed(.message(["level": "info", "data": "quiet"]))
        bridge.server.sink?.changed(.message(["level": "error", "data": "loud"]))
        #expect(await bridge.next()?["params"]?["data"] == "loud")
        _ = await bridge.ask(#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#)
        #expect(bridge.server.requests.last?.logLevel == "warning")
    }

    @Test func `are told on a listen stream that acknowledges what it tells`() async throws {
        let bridge = try BridgeFixture(capabilities: everything)
        let wanted =
            #""notifications":{"toolsListChanged":true,"promptsListChanged":false,"resourceSubscriptions":["a:b"]}"#
        let acknowledged = await bridge.ask(stateless("\"s\"", "subscriptions/listen", wanted))
        #expect(acknowledged?["method"] == "notifications/subscriptions/acknowledged")
        #expect(
            acknowledged?["params"]?["notifications"] == ["toolsListChanged": true, "resourceSubscriptions": ["a:b"]])
        #expect(acknowledged?["params"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == "s")
        await bridge.until { bridge.server.sink != nil }
        bridge.server.sink?.changed(.prompts)
        bridge.server.sink?.changed(.message(["level": "error", "data": "x"]))
        bridge.server.sink?.changed(.resourceUpdated(["uri": "a:b"]))
        let updated = await bridge.next()
        #expect(updated?["params"]?["uri"] == "a:b")
        #expect(updated?["params"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == "s")
        bridge.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"s"}}"#)
        #expect(await bridge.ask(stateless("2", "tools/list"))?["id"] == 2)
    }
}
