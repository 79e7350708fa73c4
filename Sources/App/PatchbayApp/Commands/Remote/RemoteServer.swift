import Cryptography
import GatewayModel
import HTTPTransport
import JSONCoding
import MCPWire
import Reactor
import UpstreamClients

/// A remote MCP server that a command talks to, on a loop of its own.
struct RemoteServer: Sendable {
    /// What sentences call it: the address without what may be secret.
    let name: String
    let client: any UpstreamClient
    let schemas = ToolSchemas()
    let loop: EventLoop

    /// What ending a session at the server may take; a server that is slower forgets it by itself.
    private static let goodbyeTime: UInt64 = 200_000_000

    /// Opens the server of an address, runs `body` on its loop and lets go of it.
    static func use(
        _ address: String, _ arguments: ParsedArguments, _ context: CommandContext,
        _ body: @escaping @Sendable (RemoteServer) async -> CommandResult
    ) async -> CommandResult {
        let url: HTTPURL
        do throws(GatewayModelError) {
            url = try HTTPURL(address)
        } catch {
            return .usage(
                "This is not a URL that can be called: \(error.reason). Write it like https://mcp.example.com/mcp.")
        }
        do {
            let group = try EventLoopGroup(count: 1)
            let lane = BlockingLane(threads: 1, queueMax: 100)
            let tls =
                url.scheme == .https
                ? try TLSClientContext(additionalAuthoritiesFile: arguments.value("--ca-file")) : nil
            let server = RemoteServer(url, group: group, resolver: NameResolver(lane: lane), tls: tls)
            group.start()
            defer {
                group.stopAndJoin()
                lane.shutDown()
            }
            return await context.untilInterrupted(server.loop) {
                let result = await body(server)
                await server.close()
                return result
            }
        } catch let error as CryptographyError {
            return .failed(.configuration, error.sentence)
        } catch let error as ReactorError {
            return .failed(.failed, error.reason)
        } catch {
            return .failed(.failed, "\(error)")
        }
    }

    private init(_ url: HTTPURL, group: EventLoopGroup, resolver: NameResolver, tls: TLSClientContext?) {
        name = url.withoutQuery
        loop = group.loops[0]
        client = HTTPUpstream(
            origin: HTTPOrigin(url.originAddress, group: group, resolver: resolver, tls: tls),
            target: Array(url.target.utf8), userAgent: OwnName.userAgent,
            settings: UpstreamSettings(ownInfo: OwnName.info))
    }

    /// When something has to be there that may take so long.
    func deadline(_ time: Duration) -> UInt64 { monotonicNanoseconds() &+ time.inNanoseconds }

    /// What the server says that it is.
    func describe(deadline: UInt64) async throws(UpstreamError) -> UpstreamDescription {
        try await client.describe(.shared, deadline: deadline, on: loop)
    }

    /// All tools, of all pages.
    func tools(deadline: UInt64) async throws(RemoteFailure) -> [JSONObject] {
        var tools: [JSONObject] = []
        var cursor: JSONValue?
        for _ in 0..<ToolSchemas.pagesMax {
            var params = JSONObject()
            params["cursor"] = cursor
            let result = try await call(.toolsList, params, host: NobodyHost(), deadline: deadline)
            schemas.learn(result)
            tools += result["tools"]?.arrayValue?.compactMap(\.objectValue) ?? []
            cursor = result["nextCursor"]
            if cursor == nil { return tools }
        }
        throw .server("its list of tools does not end")
    }

    /// One request whose result is wanted.
    func call(
        _ method: MCPMethod, _ params: JSONObject, host: any CallHost, deadline: UInt64
    ) async throws(RemoteFailure) -> JSONObject {
        let request = UpstreamRequest(
            method: method, methodName: method.name.description, params: params, logLevel: "info", wantsProgress: true,
            parameters: params["name"]?.stringValue.flatMap { schemas.headers(of: $0) }, deadline: deadline)
        let outcome: UpstreamOutcome
        do throws(UpstreamError) {
            outcome = try await client.call(request, host: host, on: loop)
        } catch {
            throw .connection(error)
        }
        switch outcome {
        case .result(let result): return result
        case .failure(let failure): throw .server("it answered \"\(failure.message)\" (\(failure.code))")
        }
    }

    private func close() async {
        client.closeIdle()
        let isHandshake = (try? await describe(deadline: 0))?.revision.era == .handshake
        if isHandshake { try? await loop.sleep(nanoseconds: Self.goodbyeTime) }
    }
}

/// Why a server gave no result.
enum RemoteFailure: Error, Sendable {
    /// It was not reached, or is none.
    case connection(UpstreamError)
    /// It said so; the text ends a sentence.
    case server(String)

    /// What the command says at its end.
    func result(_ server: RemoteServer) -> CommandResult {
        switch self {
        case .connection(.transport(.cancelled)): .failed(.interrupted, "interrupted")
        case .connection(let error): .failed(.unreachable, "\(server.name) gave no answer: \(error.reason)")
        case .server(let reason): .failed(.failed, "\(server.name) refused: \(reason)")
        }
    }
}

extension CommandResult {
    /// The end of a command that could not do what it should.
    static func failed(_ code: ExitCode, _ sentence: String) -> CommandResult {
        CommandResult(exitCode: code, standardError: "patchbay: \(printable(sentence))\n")
    }

    /// The end of a command whose words are wrong.
    static func usage(_ sentence: String) -> CommandResult {
        CommandResult(exitCode: .usage, standardError: "\(printable(sentence))\n")
    }
}
