import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import Reactor
import Synchronization
import Testing

@testable import UpstreamClients

@Suite struct `The short way` {
    @Test func `is open once the upstream is known to be stateless`() async throws {
        try await withServer(statelessServer()) { client, server in
            #expect(await client.relay() == "nothing")
            #expect(server.seen.isEmpty)
            _ = await client.describe()
            #expect(await client.relay() == "result")
            let call = try #require(server.seen("tools/call").first)
            #expect(call.message["id"] == "theirs")
            #expect(call.field(.mcpName) == "echo")
        }
    }

    @Test func `is closed at an upstream of the handshake era`() async throws {
        try await withServer(SessionServer().script) { client, server in
            _ = await client.describe()
            #expect(await client.relay() == "nothing")
            #expect(server.count("tools/call") == 0)
        }
    }

    @Test func `closes when the upstream turns out to have changed`() async throws {
        try await withServer(statelessServer()) { client, server in
            _ = await client.describe()
            server.become(SessionServer().script)
            #expect(await client.relay() == "nothing")
            #expect(await client.relay() == "nothing")
            #expect(server.count("tools/call") == 1)
            #expect(await client.call().text == "done")
        }
    }

    @Test func `hands on an error that the upstream means`() async throws {
        try await withServer(statelessServer { $0.failure(-32600, "no", status: 400) }) { client, server in
            _ = await client.describe()
            #expect(await client.relay() == "error -32600")
        }
    }

    @Test func `hands on an old code that came as an answer, without a second look`() async throws {
        try await withServer(statelessServer { $0.failure(-32000, "it failed") }) { client, server in
            _ = await client.describe()
            #expect(await client.relay() == "error -32000")
            #expect(server.count("server/discover") == 1)
        }
    }

    @Test func `leaves to the long way what the upstream finds wrong with the fields`() async throws {
        try await withServer(statelessServer { $0.failure(-32020, "no", status: 400) }) { client, server in
            _ = await client.describe()
            #expect(await client.relay() == "nothing")
        }
    }

    @Test func `never hands on what the upstream says about our version`() async throws {
        let refusal = statelessServer {
            $0.failure(-32022, "no", status: 400, data: ["supported": ["2026-07-28"], "requested": "2026-07-28"])
        }
        try await withServer(refusal) { client, server in
            _ = await client.describe()
            #expect(await client.relay() == "\(UpstreamError.hopRefused(code: -32022))")
        }
    }

    @Test func `is closed while the upstream is left alone`() async throws {
        let server = try await ScriptedServer(statelessServer())
        try await withClient(
            port: server.port,
            settings: {
                $0.failuresMax = 2
                $0.pauseMin = .seconds(3600)
                $0.pauseMax = .seconds(3600)
            }
        ) { client in
            _ = await client.describe()
            await server.stop()
            for _ in 0..<2 { #expect(await client.relay().contains("connect")) }
            #expect(await client.relay().contains("resting"))
        }
    }
}

extension ClientSide {
    /// Sends one call on the short way and says what came of it.
    func relay(
        account: String = "", _ clientFields: HTTPFields = HTTPFields(), after begun: HTTPClientRequest? = nil,
        shown: UpstreamCredential? = nil
    ) async -> String {
        let message =
            #"{"jsonrpc":"2.0","id":"theirs","method":"tools/call","params":{"name":"echo","_meta":"#
            + #"{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#
            + #""io.modelcontextprotocol/clientCapabilities":{}}}}"#
        let body = Array(message.utf8)
        let id = MCPEnvelope.scan(body).id?.range ?? 0..<0
        var fields = clientFields
        fields.append(.mcpName, literal: "echo")
        let all = fields
        return await run { [upstream, origin] loop in
            let call = UpstreamCall(
                message: body, id: id, method: .toolsCall, clientFields: all, account: account,
                deadline: monotonicNanoseconds() &+ 60_000_000_000)
            do throws(UpstreamError) {
                var outcome: Result<HTTPClientResponse, HTTPClientError>?
                if let begun {
                    call.shown.withLock { $0 = shown }
                    do throws(HTTPClientError) {
                        outcome = .success(
                            try await origin.pool(on: loop).send(begun, deadline: call.deadline))
                    } catch {
                        outcome = .failure(error)
                    }
                }
                switch try await upstream.relay(call, after: outcome, on: loop) {
                case nil: return "nothing"
                case .message(_, .result): return "result"
                case .message(_, .error(let code)): return "error \(code)"
                case .longMessage: return "long"
                case .events: return "events"
                }
            } catch {
                return "\(error)"
            }
        }
    }
}
