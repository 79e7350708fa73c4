import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import Reactor
import Testing

@testable import UpstreamClients

@Suite struct `The era of an upstream` {
    @Test func `is stateless when it discovers itself`() async throws {
        try await withServer(statelessServer()) { client, server in
            let description = try await client.describe().get()
            #expect(description.revision == .v2026_07_28)
            #expect(description.serverInfo["name"] == "new")
            #expect(server.seen.map(\.method) == ["server/discover"])
            let probe = try #require(server.seen.first)
            #expect(probe.field(.mcpProtocolVersion) == "2026-07-28")
            #expect(probe.field(.mcpMethod) == "server/discover")
        }
    }

    @Test func `is found once however many calls wait for it`() async throws {
        try await withServer(statelessServer()) { client, server in
            await withTaskGroup { group in
                for number in 0..<50 { group.addTask { await client.call(loop: number % 2) } }
                for await end in group { #expect(end.text == "done") }
            }
            #expect(server.count("server/discover") == 1)
            #expect(server.count("tools/call") == 50)
        }
    }

    @Test func `is the handshake's when the server knows sessions only`() async throws {
        try await withServer(SessionServer().script) { client, server in
            let description = try await client.describe().get()
            #expect(description.revision == .v2025_11_25)
            #expect(description.instructions == "be kind")
            #expect(server.seen.map(\.method) == ["server/discover", "initialize", "notifications/initialized"])
            let begin = try #require(server.seen("initialize").first)
            #expect(begin.message["params"]?["protocolVersion"] == "2025-11-25")
            #expect(begin.message["params"]?["capabilities"] == [:])
            #expect(begin.field(.mcpProtocolVersion) == nil)
        }
    }

    @Test(arguments: [400, 404, 405, 406, 415])
    func `is the handshake's when discovering is refused with a 4xx`(status: Int) async throws {
        let old = SessionServer().script
        try await withServer({ incoming in
            if incoming.method == "server/discover" { incoming.text(status, "no") } else { await old(incoming) }
        }) { client, server in
            #expect(await client.revision() == .v2025_11_25)
        }
    }

    @Test(arguments: [-32601, -32602, -32600, -32000, -32603, -32700])
    func `is the handshake's whatever error an old server answers`(code: Int) async throws {
        let old = SessionServer().script
        try await withServer({ incoming in
            if incoming.method == "server/discover" { incoming.failure(code, "no") } else { await old(incoming) }
        }) { client, server in
            #expect(await client.revision() == .v2025_11_25)
        }
    }

    @Test func `is the handshake's when only versions of it are supported`() async throws {
        let old = SessionServer().script
        try await withServer({ incoming in
            if incoming.method == "server/discover" {
                incoming.failure(
                    -32022, "no", status: 400, data: ["supported": ["2025-11-25"], "requested": "2026-07-28"])
            } else {
                await old(incoming)
            }
        }) { client, server in
            #expect(await client.revision() == .v2025_11_25)
        }
    }

    @Test func `is asked for a second time when the first request was found malformed`() async throws {
        let new = statelessServer()
        let refusals = Box(0)
        try await withServer({ incoming in
            if incoming.method == "server/discover", refusals.add() == 1 {
                incoming.failure(-32020, "headers", status: 400)
            } else {
                await new(incoming)
            }
        }) { client, server in
            #expect(await client.revision() == .v2026_07_28)
            #expect(server.count("server/discover") == 2)
        }
    }

    @Test func `is an incompatible one when all versions are unknown`() async throws {
        try await withServer({ incoming in
            incoming.failure(-32022, "no", status: 400, data: ["supported": ["2031-01-01"], "requested": "x"])
        }) { client, server in
            guard case .failure(.garbage(let reason)) = await client.describe() else {
                Issue.record("it was found")
                return
            }
            #expect(reason.contains("2031-01-01"))
            #expect(server.count("initialize") == 0)
        }
    }

    @Test(arguments: [401, 403, 408, 429, 500, 502, 503])
    func `stays open after an answer that says nothing about it`(status: Int) async throws {
        let new = statelessServer()
        let refusals = Box(0)
        try await withServer({ incoming in
            if refusals.add() == 1 { incoming.text(status, "no") } else { await new(incoming) }
        }) { client, server in
            switch await client.describe() {
            case .success: Issue.record("it was found")
            case .failure(let error):
                #expect(error == (status == 401 || status == 403 ? .unauthorized(status) : .status(status)))
            }
            #expect(server.seen.count == 1)
            #expect(await client.revision() == .v2026_07_28)
        }
    }

    @Test func `stays open after silence`() async throws {
        let new = statelessServer()
        let first = Box(0)
        try await withServer(
            { incoming in
                if first.add() == 1 { await incoming.exchange.untilClientGone() } else { await new(incoming) }
            }, settings: { $0.beginTime = .milliseconds(100) }
        ) { client, server in
            guard case .failure(.transport(.timedOut)) = await client.describe() else {
                Issue.record("it was found")
                return
            }
            #expect(await client.revision() == .v2026_07_28)
        }
    }

    @Test func `is looked at again when a verdict for the handshake is too old`() async throws {
        try await withServer(SessionServer().script, settings: { $0.handshakeVerdictAge = .zero }) { client, server in
            for _ in 0..<3 { #expect(await client.call().text == "done") }
            #expect(server.count("server/discover") == 3)
        }
    }

    @Test func `is not looked at again while a verdict is young`() async throws {
        try await withServer(SessionServer().script) { client, server in
            for _ in 0..<3 { #expect(await client.call().text == "done") }
            #expect(server.count("server/discover") == 1)
            #expect(server.count("initialize") == 1)
        }
    }

    @Test func `is looked at again after the upstream was away`() async throws {
        let old = SessionServer().script
        let server = try await ScriptedServer(old)
        let port = server.port
        try await withClient(port: port) { client in
            #expect(await client.call().text == "done")
            await server.stop()
            #expect(await client.call().error?.isOutage == true)
            let again = try await ScriptedServer(port: port, statelessServer())
            #expect(await client.call().text == "done")
            #expect(again.count("server/discover") == 1)
            await again.stop()
        }
    }

    @Test func `changes from stateless to sessions under a call, which is executed once`() async throws {
        let old = SessionServer(tools: { incoming, _ in incoming.result(text("old")) })
        try await withServer(statelessServer()) { client, server in
            #expect(await client.call().text == "done")
            server.become(old.script)
            #expect(await client.call().text == "old")
            #expect(await client.call().text == "old")
            #expect(server.seen("tools/call").filter { $0.field(.mcpSessionID) != nil }.count == 2)
        }
    }

    @Test func `changes from sessions to stateless under a call, which is executed once`() async throws {
        let executed = Box(0)
        try await withServer(SessionServer().script) { client, server in
            #expect(await client.call().text == "done")
            server.become(
                statelessServer {
                    executed.add()
                    $0.result(complete("new"))
                })
            #expect(await client.call().text == "new")
            #expect(executed.value == 1)
        }
    }

    @Test func `is no matter of a refusal that a server of the stateless era means`() async throws {
        try await withServer(statelessServer { $0.failure(-32600, "I do not like it", status: 400) }) {
            client, server in
            #expect(await client.call() == .failure(MCPFailure(code: -32600, message: "I do not like it")))
            #expect(server.count("tools/call") == 1)
            #expect(server.count("initialize") == 0)
        }
    }
}
