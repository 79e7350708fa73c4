import GatewayModel
import HTTPMessages
import HTTPTransport
import JSONCoding
import Telemetry
import Testing

@testable import UpstreamClients

@Suite("What an upstream is shown")
struct CredentialTests {
    @Test("goes along with every request of a session, its stream and its end")
    func everyRequest() async throws {
        let server = SessionServer().answering { incoming in
            incoming.httpMethod == .get ? incoming.empty(405) : incoming.result([:])
        }
        let credentials = TestCredentials()
        try await withServer(server.script, credentials: credentials) { client, seen in
            #expect(await client.call { $0.account = "ada" }.text == "done")
            #expect(
                await client.call {
                    $0.capabilities = ["sampling": [:]]; $0.account = "ada"
                }.text == "done")
            client.upstream.closeIdle()
            #expect(await eventually { seen.seen.contains { $0.httpMethod == .delete } })
            #expect(seen.seen.contains { $0.httpMethod == .get })
            for request in seen.seen {
                #expect(request.field(.authorization) == "Bearer ada-1", "\(request.httpMethod) \(request.method)")
            }
        }
    }

    @Test("goes along with both addresses of HTTP+SSE")
    func eventStream() async throws {
        let credentials = TestCredentials()
        let stream = Box<EventWriter?>(nil)
        let script: Script = { incoming in
            if incoming.httpMethod == .get {
                guard let events = incoming.events() else { return }
                stream.change { $0 = events }
                await events.raw("event: endpoint\ndata: /post\n\n")
                return await events.untilClientGone()
            }
            incoming.empty(202)
            guard let id = incoming.id else { return }
            let result: JSONValue =
                incoming.method == "initialize"
                ? ["protocolVersion": "2024-11-05", "capabilities": [:], "serverInfo": ["name": "s", "version": "1"]]
                : text("done")
            await stream.value?.message(["jsonrpc": "2.0", "id": id, "result": result])
        }
        try await withServer(script, .sse, credentials: credentials) { client, seen in
            #expect(await client.call { $0.account = "ada" }.text == "done")
            for request in seen.seen { #expect(request.field(.authorization) == "Bearer ada-1") }
            #expect(seen.seen.count >= 4)
        }
    }

    @Test("is a key in the field that the operator named, with its prefix; the client's own never goes along")
    func keyInField() async throws {
        let key = KeyCredentials(
            UpstreamKey(place: .header(name: "Mcp-Api-Key", prefix: "Key "), secret: Secret("s3cret")))
        try await withServer(statelessServer(), credentials: key) { client, server in
            _ = await client.describe()
            var fields = HTTPFields()
            fields.append(.authorization, literal: "Bearer the-clients")
            let name = Array("mcp-api-key".utf8)
            let theirs = Array("theirs".utf8)
            _ = fields.append(nameBytes: name.span, bytes: theirs.span)
            #expect(await client.relay(fields) == "result")
            #expect(await client.call().text == "done")
            for request in server.seen {
                #expect(request.field(.authorization) == nil)
                #expect(values(request, "mcp-api-key") == ["Key s3cret"])
            }
            #expect(server.count("tools/call") == 2)
        }
    }

    @Test("is a key in the query, escaped, behind what the address has already", arguments: ["/mcp", "/mcp?a=b"])
    func keyInQuery(path: String) async throws {
        let key = KeyCredentials(UpstreamKey(place: .query(name: "api key"), secret: Secret("a&b c/ü")))
        try await withServer(statelessServer(), path: path, credentials: key) { client, server in
            _ = await client.describe()
            #expect(await client.relay() == "result")
            #expect(await client.call().text == "done")
            let mark = path.contains("?") ? "&" : "?"
            for request in server.seen {
                #expect(request.target == "\(path)\(mark)api%20key=a%26b%20c%2F%C3%BC")
            }
        }
    }

    @Test("says that the operator's key is refused, and sends nothing a second time", arguments: [401, 403])
    func refusedKey(status: Int) async throws {
        let key = KeyCredentials(
            UpstreamKey(place: .header(name: "x-key", prefix: ""), secret: Secret("old")))
        let script = guarded(statelessServer(), status: status) { $0.method != "tools/call" }
        try await withServer(script, credentials: key) { client, server in
            #expect(await client.call() == .error(.credentialRefused(status)))
            #expect(server.count("tools/call") == 1)
            _ = await client.describe()
            #expect(await client.relay().contains("credentialRefused"))
            #expect(server.count("tools/call") == 2)
        }
    }

    @Test("is renewed after a 401, and the same call is sent once more, on both ways")
    func renewal() async throws {
        let credentials = TestCredentials()
        let good = Box("Bearer ada-2")
        let script = guarded(statelessServer()) {
            $0.method != "tools/call" || $0.field(.authorization) == good.value
        }
        try await withServer(script, credentials: credentials) { client, server in
            #expect(await client.call { $0.account = "ada" }.text == "done")
            #expect(credentials.renewals.value == 1)
            #expect(server.count("tools/call") == 2)
            good.change { $0 = "Bearer ada-3" }
            #expect(await client.relay(account: "ada") == "result")
            #expect(credentials.renewals.value == 2)
            #expect(server.count("tools/call") == 4)
        }
    }

    @Test("is renewed after the beginning of the short way was refused, which counts as the first time")
    func renewalAfterBeginning() async throws {
        let credentials = TestCredentials()
        let script = guarded(statelessServer()) {
            $0.method == "server/discover" || $0.field(.authorization) == "Bearer ada-2"
        }
        try await withServer(script, credentials: credentials) { client, server in
            _ = await client.describe()
            #expect(await client.relay(account: "ada", after: beginning, shown: first) == "result")
            #expect(credentials.renewals.value == 1)
            #expect(server.count("tools/call") == 1)
        }
    }

    @Test("that others have renewed since the short way began is not renewed once more when the beginning is refused")
    func renewalBetween() async throws {
        let credentials = TestCredentials()
        let script = guarded(statelessServer()) {
            $0.method == "server/discover" || $0.field(.authorization) == "Bearer ada-2"
        }
        try await withServer(script, credentials: credentials) { client, server in
            _ = await client.describe()
            #expect(await client.call { $0.account = "ada" }.text == "done")
            #expect(await client.relay(account: "ada", after: beginning, shown: first) == "result")
            #expect(credentials.renewals.value == 1)
            #expect(credentials.refusals.value.isEmpty)
        }
    }

    /// What `begin` sends for ada with her first token.
    private var beginning: HTTPClientRequest {
        var fields = HTTPFields()
        fields.append(.authorization, literal: "Bearer ada-1")
        fields.append(.contentType, literal: "application/json")
        return HTTPClientRequest(method: .post, target: Array("/mcp".utf8), fields: fields, body: Array("{}".utf8))
    }

    private let first = UpstreamCredential(bearer: Secret("ada-1"))

    @Test("is renewed once only: a second 401 ends the call")
    func secondRefusal() async throws {
        let credentials = TestCredentials()
        let script = guarded(statelessServer()) { $0.method != "tools/call" }
        try await withServer(script, credentials: credentials) { client, server in
            let end = await client.call { $0.account = "ada" }
            #expect(end == .error(.connectRequired(credentials.need(.refused, "ada", ["x", "y"]))))
            #expect(server.count("tools/call") == 2)
            #expect(credentials.refusals.value.map(\.resourceMetadata) == ["https://a.example/r"])
        }
    }

    @Test("lacks scopes when the upstream says so with 403")
    func scopes() async throws {
        let credentials = TestCredentials()
        let script = guarded(
            statelessServer(), status: 403, challenge: #"Bearer error="insufficient_scope", scope="write""#
        ) { $0.method != "tools/call" }
        try await withServer(script, credentials: credentials) { client, server in
            let end = await client.call { $0.account = "ada" }
            #expect(end == .error(.connectRequired(credentials.need(.insufficientScope, "ada", ["write"]))))
            #expect(server.count("tools/call") == 1)
            #expect(credentials.renewals.value == 0)
        }
    }

    @Test("is missing before anything is sent")
    func missing() async throws {
        let credentials = TestCredentials()
        try await withServer(statelessServer(), credentials: credentials) { client, server in
            let end = await client.call { $0.account = "nobody" }
            #expect(end == .error(.connectRequired(credentials.need(.missing, "nobody"))))
            #expect(server.seen.isEmpty)
        }
    }

    @Test("keeps the sessions of two people apart, also where they may not be asked")
    func sessions() async throws {
        let server = SessionServer()
        try await withServer(server.script, credentials: TestCredentials()) { client, seen in
            for account in ["ada", "bob", "ada", "bob"] { _ = await client.call { $0.account = account } }
            let calls = seen.seen("tools/call")
            let pairs = Set(calls.map { [$0.field(.authorization) ?? "", $0.field(.mcpSessionID) ?? ""] })
            #expect(pairs.count == 2)
            #expect(Set(pairs.map { $0[1] }).count == 2)
        }
    }

    @Test("decides for its account only whether the era can be found out")
    func era() async throws {
        let credentials = TestCredentials(last: 1)
        let script = guarded(statelessServer()) { $0.field(.authorization) == "Bearer bob-1" }
        try await withServer(script, credentials: credentials) { client, server in
            async let refused = client.call { $0.account = "ada" }
            async let taken = client.call { $0.account = "bob" }
            #expect(await taken.text == "done")
            #expect(await refused == .error(.connectRequired(credentials.need(.revoked, "ada"))))
        }
    }

    private func values(_ request: ScriptedServer.Seen, _ name: String) -> [String] {
        var found: [String] = []
        request.fields.forEach { field, value in
            let text = String(decoding: field.indices.map { field[$0] }, as: UTF8.self)
            if text.lowercased() == name {
                found.append(String(decoding: value.indices.map { value[$0] }, as: UTF8.self))
            }
        }
        return found
    }
}
