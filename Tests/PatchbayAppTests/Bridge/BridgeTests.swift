import JSONCoding
import MCPWire
import Synchronization
import Testing
import UpstreamClients

@testable import PatchbayApp

@Suite(.timeLimit(.minutes(1))) struct `A bridge` {
    @Test(arguments: [
        ("2024-11-05", "2024-11-05"), ("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"), ("2026-07-28", "2025-11-25"), ("1999-01-01", "2025-11-25"),
    ])
    func `answers initialize of any revision, whatever the server speaks`(asked: String, answered: String) async throws
    {
        for revision in [Revision.v2026_07_28, .v2025_11_25, .v2024_11_05] {
            let bridge = try BridgeFixture(revision)
            let result = await bridge.initialize(asked)?["result"]
            #expect(result?["protocolVersion"]?.stringValue == answered)
            #expect(result?["serverInfo"]?["name"] == "scripted")
            #expect(result?["capabilities"]?["tools"] != nil)
            #expect(result?["instructions"] == "Do as the test says.")
        }
    }

    @Test func `answers discover, whatever the server speaks`() async throws {
        for revision in [Revision.v2026_07_28, .v2025_03_26] {
            let bridge = try BridgeFixture(revision)
            let result = await bridge.ask(stateless("1", "server/discover"))?["result"]
            #expect(result?["resultType"] == "complete")
            #expect(result?["supportedVersions"]?.arrayValue?.contains("2026-07-28") == true)
            #expect(result?["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"] == "scripted")
        }
    }

    @Test func `serves both eras at once, each in its own form, with ids as they came`() async throws {
        let bridge = try BridgeFixture()
        _ = await bridge.initialize()
        #expect(
            await bridge.ask(#"{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"x"}}"#)
                == json(#"{"jsonrpc":"2.0","id":"a","result":{"method":"tools/call","content":[]}}"#))
        let answer = await bridge.ask(stateless("12345678901234567890", "tools/call", #""name":"x""#))
        #expect(answer?["id"] == json("12345678901234567890"))
        #expect(answer?["result"]?["resultType"] == "complete")
    }

    @Test func `tells the server what the client can do, and no more than it relays`() async throws {
        let bridge = try BridgeFixture()
        _ = await bridge.initialize(
            capabilities:
                #"{"elicitation":{},"sampling":{},"experimental":{"x":{}},"extensions":{"io.modelcontextprotocol/ui":{}}}"#
        )
        _ = await bridge.ask(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}"#)
        _ = await bridge.ask(stateless("2", "tools/call", #""name":"x""#, capabilities: #"{"roots":{}}"#))
        let requests = bridge.server.requests
        #expect(requests[0].capabilities["elicitation"] != nil)
        #expect(requests[0].capabilities["experimental"] == nil)
        #expect(requests[0].capabilities["extensions"]?["io.modelcontextprotocol/ui"] != nil)
        #expect(requests[0].lease.interactive == [.formElicitation, .sampling])
        #expect(!requests[0].relaysInputRequired)
        #expect(requests[1].lease.interactive == .roots)
        #expect(requests[1].relaysInputRequired)
    }

    @Test func `passes progress and log messages on under the client's token, before the answer`() async throws {
        let bridge = try BridgeFixture { _, host throws(UpstreamError) in
            await host.notify(.progress(["progress": 1, "total": 2]))
            await host.notify(.message(["level": "info", "data": "half"]))
            return .result(["resultType": "complete"])
        }
        #expect(
            await bridge.ask(stateless("1", "tools/call", #""name":"x""#))
                == json(
                    #"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1,"total":2,"progressToken":"p1"}}"#
                ))
        #expect(
            await bridge.next()
                == json(#"{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"half"}}"#))
        #expect(await bridge.next()?["result"] != nil)
    }

    @Test func `cancels at the server what the client cancels, and answers nothing`() async throws {
        let cancelled = Mutex(0)
        let bridge = try BridgeFixture { request, _ throws(UpstreamError) in
            if request.params["name"] == "quick" { return .result(["resultType": "complete"]) }
            while !Task.isCancelled { await Task.yield() }
            cancelled.withLock { $0 += 1 }
            return .result(["resultType": "complete"])
        }
        _ = await bridge.initialize()
        bridge.send(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow"}}"#)
        await bridge.until { bridge.server.requests.count == 1 }
        bridge.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
        await bridge.until { cancelled.withLock { $0 } == 1 }
        #expect(
            await bridge.ask(#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"quick"}}"#)?["id"] == 2)
    }

    @Test func `says in the client's form why the server gave no answer`() async throws {
        let bridge = try BridgeFixture { _, _ throws(UpstreamError) in throw .status(503) }
        let error = await bridge.ask(stateless("1", "tools/list"))?["error"]
        #expect(error?["code"] == -32603)
        #expect(error?["message"]?.stringValue?.contains("HTTP 503") == true)
    }

    @Test(
        arguments: [
            ("nonsense", "null", -32700), (#"{"jsonrpc":"2.0","id":1}"#, "1", -32600), ("[]", "null", -32600),
            (#"{"jsonrpc":"1.0","id":"x","method":"ping"}"#, #""x""#, -32600),
            (stateless("4", "tools/list", version: "2031-01-01"), "4", -32022),
            (#"{"jsonrpc":"2.0","id":5,"method":"logging/setLevel","params":{"level":"loud"}}"#, "5", -32602),
            (#"{"jsonrpc":"2.0","id":6,"method":"resources/subscribe","params":{"uri":"a:b"}}"#, "6", -32601),
        ] as [(String, String, Int)])
    func `refuses what it cannot serve, and goes on`(message: String, id: String, code: Int) async throws {
        let bridge = try BridgeFixture()
        _ = await bridge.initialize()
        let answer = await bridge.ask(message)
        #expect(answer?["id"] == json(id))
        #expect(answer?["error"]?["code"]?.integer == code)
        #expect(
            await bridge.ask(#"{"jsonrpc":"2.0","id":9,"method":"ping"}"#)
                == json(#"{"jsonrpc":"2.0","id":9,"result":{}}"#))
    }

    @Test func `answers the members of a batch one by one`() async throws {
        let bridge = try BridgeFixture()
        _ = await bridge.initialize("2025-03-26")
        bridge.send(#"[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"ping"}]"#)
        #expect(await bridge.next()?["id"] == 1)
        #expect(await bridge.next()?["id"] == 2)
    }

    @Test func `refuses a message that is too long, and serves the next`() async throws {
        var settings = BridgeSettings()
        settings.messageBytesMax = 1_000
        let bridge = try BridgeFixture(settings: settings)
        let padding = String(repeating: "x", count: 1_000)
        #expect(
            await bridge.ask(#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"\#(padding)"}}"#)?["error"]?[
                "code"]
                == -32600)
        #expect(await bridge.ask(#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#)?["id"] == 2)
    }

    @Test func `refuses an id that is in use, and more calls than may run`() async throws {
        var settings = BridgeSettings()
        settings.callsMax = 2
        let isOpen = Mutex(false)
        let bridge = try BridgeFixture(settings: settings) { _, _ throws(UpstreamError) in
            while !isOpen.withLock({ $0 }) { await Task.yield() }
            return .result(["resultType": "complete"])
        }
        bridge.send(stateless("1", "tools/list"))
        #expect(await bridge.ask(stateless("1", "tools/list"))?["error"]?["code"] == -32600)
        bridge.send(stateless("2", "tools/list"))
        let refused = await bridge.ask(stateless("3", "tools/list"))
        #expect(refused?["id"] == 3)
        #expect(refused?["error"]?["code"] == -32603)
        isOpen.withLock { $0 = true }
        let answered = [await bridge.next()?["id"]?.integer, await bridge.next()?["id"]?.integer]
        #expect(Set(answered) == [1, 2])
    }

    @Test func `lets calls end when the client has closed its end`() async throws {
        let isOpen = Mutex(false)
        let bridge = try BridgeFixture { _, _ throws(UpstreamError) in
            while !isOpen.withLock({ $0 }) { await Task.yield() }
            return .result(["resultType": "complete"])
        }
        bridge.send(stateless("1", "tools/list"))
        bridge.close()
        await bridge.until { bridge.server.requests.count == 1 }
        isOpen.withLock { $0 = true }
        #expect(await bridge.next()?["id"] == 1)
        #expect(await bridge.next() == nil)
        await bridge.ended()
    }

    @Test func `ends calls that take too long after the client has closed its end`() async throws {
        var settings = BridgeSettings()
        settings.drainTime = .milliseconds(10)
        let bridge = try BridgeFixture(settings: settings) { _, _ throws(UpstreamError) in
            while !Task.isCancelled { await Task.yield() }
            throw .cutOff
        }
        bridge.send(stateless("1", "tools/list"))
        bridge.close()
        await bridge.ended()
    }

    @Test func `ends when nobody reads any more`() async throws {
        let bridge = try BridgeFixture()
        bridge.leave()
        bridge.send(stateless("1", "tools/list"))
        await bridge.ended()
    }

    @Test func `lists the tools itself when the server misses mirrored arguments`() async throws {
        let bridge = try BridgeFixture { request, _ throws(UpstreamError) in
            if request.method == .toolsList {
                return .result([
                    "tools": [
                        [
                            "name": "x",
                            "inputSchema": [
                                "type": "object",
                                "properties": ["region": ["type": "string", "x-mcp-header": "Region"]],
                            ],
                        ]
                    ]
                ])
            }
            guard let mirrored = request.parameters else { throw .hopRefused(code: -32020) }
            return .result(["resultType": "complete", "mirrored": .string(mirrored.entries[0].headerName)])
        }
        let call = #""name":"x","arguments":{"region":"eu"}"#
        #expect(await bridge.ask(stateless("1", "tools/call", call))?["result"]?["mirrored"] == "Mcp-Param-Region")
        #expect(await bridge.ask(stateless("2", "tools/call", call))?["result"]?["mirrored"] == "Mcp-Param-Region")
        #expect(bridge.server.requests.map(\.method) == [.toolsCall, .toolsList, .toolsCall, .toolsCall])
        let unknown = await bridge.ask(stateless("3", "tools/call", #""name":"y""#))
        #expect(unknown?["error"]?["code"] == -32603)
    }
}
