import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import Reactor
import Testing

@testable import UpstreamClients

/// Loops, pools and one upstream client, towards one port of this machine.
final class ClientSide: Sendable {
    let group: EventLoopGroup
    let upstream: any UpstreamClient
    let origin: HTTPOrigin

    var loop: EventLoop { group.loops[0] }

    init(group: EventLoopGroup, upstream: any UpstreamClient, origin: HTTPOrigin) {
        self.group = group
        self.upstream = upstream
        self.origin = origin
    }

    /// Runs on a loop of the client's, as everything that uses an upstream must.
    func run<Value: Sendable>(
        loop index: Int = 0, _ body: @escaping @Sendable (EventLoop) async -> Value
    ) async -> Value {
        let loop = group.loops[index]
        let task = loop.runTask { await body(loop) }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// One call to its end.
    func call(
        _ tool: String = "echo", _ change: (inout Wish) -> Void = { _ in }, host: any CallHost = TestHost(),
        loop index: Int = 0
    ) async -> CallEnd {
        var wish = Wish(tool: tool)
        change(&wish)
        let request = wish.request
        return await run(loop: index) { [upstream] loop in
            do throws(UpstreamError) {
                switch try await upstream.call(request(), host: host, on: loop) {
                case .result(let result): return .result(result)
                case .failure(let failure): return .failure(failure)
                }
            } catch {
                return .error(error)
            }
        }
    }

    func revision() async -> Revision? { try? await describe().get().revision }

    func describe(within limit: Duration = .seconds(60)) async -> Result<UpstreamDescription, UpstreamError> {
        await run { [upstream] loop in
            do throws(UpstreamError) {
                return .success(
                    try await upstream.describe(
                        .shared, deadline: monotonicNanoseconds() &+ limit.inNanoseconds, on: loop))
            } catch {
                return .failure(error)
            }
        }
    }
}

/// What a test asks for.
struct Wish: Sendable {
    var method = MCPMethod.toolsCall
    var params: JSONObject
    var principal = "ada"
    var account = ""
    var capabilities = JSONObject()
    var logLevel: String?
    var wantsProgress = false
    var relaysInputRequired = false
    var parameters: ParameterHeaders?
    var time = Duration.seconds(60)

    init(tool: String) {
        params = ["name": .string(tool), "arguments": ["text": "hi"]]
    }

    /// Made when it is sent, so that the time counts from then.
    var request: @Sendable () -> UpstreamRequest {
        { [self] in
            UpstreamRequest(
                method: method, methodName: method.name.description, params: params,
                lease: LeaseKey(
                    principal: principal, interactive: InteractiveCapabilities(neutral: capabilities), account: account),
                capabilities: capabilities, clientInfo: ["name": "tester", "version": "1"], logLevel: logLevel,
                wantsProgress: wantsProgress, relaysInputRequired: relaysInputRequired, parameters: parameters,
                deadline: monotonicNanoseconds() &+ time.inNanoseconds)
        }
    }
}

enum CallEnd: Sendable, Equatable {
    case result(JSONObject)
    case failure(MCPFailure)
    case error(UpstreamError)

    /// The first text of a tool's result.
    var text: String? {
        guard case .result(let result) = self else { return nil }
        return result["content"]?.arrayValue?.first?["text"]?.stringValue
    }

    var isToolError: Bool {
        guard case .result(let result) = self else { return false }
        return result["isError"] == true
    }

    var error: UpstreamError? {
        guard case .error(let error) = self else { return nil }
        return error
    }
}

/// A tool's result with one text.
func text(_ text: String) -> JSONValue {
    ["content": [["type": "text", "text": .string(text)]]]
}

enum Kind {
    case http, sse
}

/// Makes a client for a port, and lets go of everything afterwards.
func withClient(
    port: UInt16, _ kind: Kind = .http, path: String = "/mcp", loops: Int = 2,
    credentials: (any UpstreamCredentials)? = nil, settings change: (inout UpstreamSettings) -> Void = { _ in },
    _ body: (ClientSide) async throws -> Void
) async throws {
    let group = try EventLoopGroup(count: loops)
    group.start()
    let lane = BlockingLane(threads: 1, queueMax: 16)
    let origin = HTTPOrigin(
        HTTPOriginAddress(host: "127.0.0.1", port: port, usesTLS: false), group: group,
        resolver: NameResolver(lane: lane), tls: nil)
    var settings = UpstreamSettings(ownInfo: ["name": "patchbay", "version": "0"]) { 0.5 }
    change(&settings)
    let upstream: any UpstreamClient =
        switch kind {
        case .http:
            HTTPUpstream(
                origin: origin, target: Array(path.utf8), userAgent: "patchbay/0", credentials: credentials,
                settings: settings)
        case .sse:
            SSEUpstream(
                origin: origin, target: Array(path.utf8), userAgent: "patchbay/0", credentials: credentials,
                settings: settings)
        }
    do {
        try await body(ClientSide(group: group, upstream: upstream, origin: origin))
    } catch {
        Issue.record("\(error)")
    }
    upstream.closeIdle()
    group.stopAndJoin()
    lane.shutDown()
}

/// A server and a client for it.
func withServer(
    _ script: @escaping Script, _ kind: Kind = .http, path: String = "/mcp",
    credentials: (any UpstreamCredentials)? = nil, settings change: (inout UpstreamSettings) -> Void = { _ in },
    _ body: (ClientSide, ScriptedServer) async throws -> Void
) async throws {
    let server = try await ScriptedServer(script)
    try await withClient(port: server.port, kind, path: path, credentials: credentials, settings: change) {
        try await body($0, server)
    }
    await server.stop()
}
