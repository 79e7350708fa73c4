import Glibc
import JSONCoding
import MCPWire
import Reactor
import Synchronization
import Testing
import UpstreamClients

@testable import PatchbayApp

/// A server whose answers the test decides.
final class ScriptedServer: UpstreamClient {
    typealias Answer = @Sendable (UpstreamRequest, any CallHost) async throws(UpstreamError) -> UpstreamOutcome

    private struct State {
        var requests: [UpstreamRequest] = []
        var interests: [WatchInterest] = []
        var sink: (any WatchSink)?
    }

    private let description: UpstreamDescription
    private let answer: Answer
    private let state = Mutex(State())

    init(_ revision: Revision, capabilities: JSONObject, answer: @escaping Answer) {
        description = UpstreamDescription(
            revision: revision, capabilities: capabilities, serverInfo: ["name": "scripted", "version": "7"],
            instructions: "Do as the test says.")
        self.answer = answer
    }

    var requests: [UpstreamRequest] { state.withLock { $0.requests } }
    var interests: [WatchInterest] { state.withLock { $0.interests } }
    var sink: (any WatchSink)? { state.withLock { $0.sink } }

    func describe(
        _ lease: LeaseKey, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamDescription { description }

    func call(
        _ request: UpstreamRequest, host: any CallHost, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamOutcome {
        state.withLock { $0.requests.append(request) }
        return try await answer(request, host)
    }

    func watch(_ interest: WatchInterest, sink: any WatchSink, on loop: EventLoop) async {
        state.withLock { state in
            state.interests.append(interest)
            state.sink = sink
        }
        sink.changed(.watching)
        try? await loop.sleep(nanoseconds: .max / 4)
    }

    func closeIdle() {}
}

/// A bridge between a client that is the test and a scripted server, over real pipes.
final class BridgeFixture: Sendable {
    let server: ScriptedServer
    private let toBridge: Pipe
    private let fromBridge: Pipe
    private let answers: MessageInput
    private let group: EventLoopGroup
    private let running: Task<Void, Never>

    init(
        _ revision: Revision = .v2026_07_28, capabilities: JSONObject = ["tools": ["listChanged": true]],
        settings: BridgeSettings = BridgeSettings(),
        answer: @escaping ScriptedServer.Answer = { request, _ throws(UpstreamError) in
            .result(["resultType": "complete", "method": .string(request.methodName)])
        }
    ) throws {
        signal(SIGPIPE, SIG_IGN)
        let server = ScriptedServer(revision, capabilities: capabilities, answer: answer)
        self.server = server
        let (toBridge, fromBridge) = (try Pipe(), try Pipe())
        (self.toBridge, self.fromBridge) = (toBridge, fromBridge)
        answers = MessageInput(descriptor: fromBridge.read, bytesMax: 1 << 26)
        group = try EventLoopGroup(count: 1)
        group.start()
        let loop = group.loops[0]
        running = loop.runTask {
            let input = MessageInput(descriptor: toBridge.read, bytesMax: settings.messageBytesMax)
            let output = MessageOutput(descriptor: fromBridge.write, broken: { input.end() })
            await Bridge(server: server, named: "the server", output: output, on: loop, settings: settings).run(input)
            fromBridge.closeWrite()
        }
    }

    deinit {
        running.cancel()
        // Not on the loop: the test holds the last reference.
        group.stopAndJoin()
    }

    func send(_ text: String) { toBridge.put(text + "\n") }

    /// The next message to the client, nothing when the bridge has ended.
    func next() async -> JSONValue? {
        guard case .message(let bytes) = await answers.next() else { return nil }
        return try? JSONParser.parse(bytes)
    }

    /// Sends a request and returns the message that comes next.
    func ask(_ text: String) async -> JSONValue? {
        send(text)
        return await next()
    }

    /// The client has no more to say.
    func close() { toBridge.closeWrite() }

    /// The client has gone.
    func leave() {
        fromBridge.closeRead()
    }

    func ended() async { await running.value }

    /// Begins a session and reads its answer.
    func initialize(_ date: String = "2025-11-25", capabilities: String = "{}") async -> JSONValue? {
        let answer = await ask(
            """
            {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"\(date)",\
            "capabilities":\(capabilities),"clientInfo":{"name":"test","version":"1"}}}
            """)
        send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
        return answer
    }

    /// Waits until something is so; the suite's time limit is the bound.
    func until(_ condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }
}

/// A request of the stateless era.
func stateless(
    _ id: String, _ method: String, _ params: String = "", capabilities: String = "{}", version: String = "2026-07-28"
) -> String {
    """
    {"jsonrpc":"2.0","id":\(id),"method":"\(method)","params":{\(params.isEmpty ? "" : "\(params),")"_meta":{\
    "io.modelcontextprotocol/protocolVersion":"\(version)","io.modelcontextprotocol/clientCapabilities":\(capabilities),\
    "io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},"progressToken":"p\(id.filter(\.isNumber))"}}}
    """
}

func json(_ text: String) -> JSONValue? { try? JSONParser.parse(Array(text.utf8)) }
