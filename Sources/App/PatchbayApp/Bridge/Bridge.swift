import JSONCoding
import MCPWire
import Reactor
import Synchronization
import UpstreamClients

/// A client that knows only the stdio transport, on one side; a remote server of any revision on the other.
///
/// The client's era is told by each message, as on the network: an envelope makes it stateless, everything else belongs to the
/// handshake era. The server's era is its upstream client's affair. So all pairings work, and what the server asks reaches the
/// client in the client's form.
///
/// A class, because calls, the reader and the watchers meet in it. All its tasks run on one loop.
///
/// Invariants:
/// 1. A request gets exactly one response; one that the client has cancelled gets none.
/// 2. When the client has closed its end, calls in flight end within `drainTime`, and then everything has ended.
final class Bridge: Sendable {
    fileprivate struct State {
        /// The client since its `initialize`.
        var session: BridgeSession?
        /// Running calls by the id of the request that waits for them.
        var calls: [[UInt8]: BridgeCall] = [:]
        /// Every task that works for a call, parked ones included.
        var tasks: [ObjectIdentifier: Task<Void, Never>] = [:]
        var isOver = false
    }

    let server: any UpstreamClient
    /// What sentences call the server.
    let serverName: String
    let loop: EventLoop
    let settings: BridgeSettings
    let output: MessageOutput
    let questions: BridgeQuestions
    let parked: ParkedCalls
    private let schemas: ToolSchemas
    private let state = Mutex(State())

    /// `schemas` learns from the lists that pass, because some servers want arguments mirrored.
    init(
        server: any UpstreamClient, named serverName: String, output: MessageOutput, on loop: EventLoop,
        settings: BridgeSettings = BridgeSettings(), schemas: ToolSchemas = ToolSchemas()
    ) {
        self.schemas = schemas
        self.server = server
        self.serverName = serverName
        self.output = output
        self.loop = loop
        self.settings = settings
        questions = BridgeQuestions(output: output, loop: loop, time: settings.askTime)
        parked = ParkedCalls(loop: loop, time: settings.askTime)
    }

    /// Serves the client until its input ends or the task is cancelled.
    func run(_ input: MessageInput) async {
        while let line = await input.next() {
            switch line {
            case .message(let bytes): await take(bytes)
            case .tooLong:
                await fail(
                    nil,
                    MCPFailure(
                        .invalidRequest,
                        "The message has more than \(settings.messageBytesMax) bytes; send it in parts."))
            }
        }
        await finish()
    }

    private func take(_ bytes: [UInt8]) async {
        let limits = JSONLimits(bytes: JSONLimits.bytesMax, stringBytes: JSONLimits.bytesMax)
        let message = BridgeMessage(bytes, limits: limits)
        switch message.kind {
        case .request: await take(request: message)
        case .notification: take(notification: message)
        case .response: questions.take(response: message)
        case .batch:
            // 2025-03-26 has batches. Their members are answered one by one, which every client can read.
            guard let members = (try? JSONParser.parse(bytes, limits: limits))?.arrayValue, !members.isEmpty else {
                return await fail(nil, MCPFailure(.invalidRequest, "A batch has at least one message."))
            }
            for member in members where member.arrayValue == nil { await take(JSONWriter.bytes(of: member)) }
        case .invalid(let fault):
            await fail(message.id.isEmpty ? nil : message.id, MCPFailure(fault.code, fault.reason))
        }
    }

    private func take(request message: BridgeMessage) async {
        if let version = message.envelopeVersion {
            guard let revision = RevisionCatalog.revision(dated: version), revision.era == .stateless else {
                let data: JSONValue = ["requested": .string(version), "supported": RevisionCatalog.servedDates]
                return await fail(
                    message.id,
                    MCPFailure(.unsupportedProtocolVersion, "The version \(version) is not served here.", data: data))
            }
            await answer(stateless: message, BridgeClient(envelope: message, revision: revision))
        } else {
            await answer(handshake: message)
        }
    }

    private func take(notification message: BridgeMessage) {
        switch message.method {
        case .cancelled:
            guard let id = message.params["requestId"] else { return }
            let call = state.withLock { $0.calls.removeValue(forKey: JSONWriter.bytes(of: id)) }
            call?.cancel()
        case .initialized: session?.initialized()
        default: break  // The others tell a server what only its own session would need.
        }
    }

    // MARK: Calls

    /// Sends a request on to the server, as a task of its own.
    func forward(_ message: BridgeMessage, _ client: BridgeClient) async {
        await begin(message, client) { [self] call in
            let deadline = monotonicNanoseconds() &+ settings.callTime.inNanoseconds
            do throws(UpstreamError) {
                let source = try await server.describe(.shared, deadline: deadline, on: loop).revision
                let outcome = try await send(message, client, to: source, call, deadline: deadline)
                if message.method == .toolsList, case .result(let tools) = outcome { schemas.learn(tools) }
                await call.respond(outcome, from: source)
            } catch {
                await call.respond(.failure(MCPFailure(.internalError, error.advice(upstream: serverName))))
            }
        }
    }

    /// A server that misses mirrored arguments has executed nothing: the tools are listed for a client that did not, and the
    /// call is sent once more.
    private func send(
        _ message: BridgeMessage, _ client: BridgeClient, to source: Revision, _ call: BridgeCall, deadline: UInt64
    ) async throws(UpstreamError) -> UpstreamOutcome {
        do throws(UpstreamError) {
            return try await server.call(
                request(message, client, to: source, deadline: deadline), host: call, on: loop)
        } catch {
            guard message.method == .toolsCall, case .hopRefused(MCPErrorCode.headerMismatch.rawValue) = error,
                let name = message.params["name"]?.stringValue, schemas.headers(of: name) == nil,
                await schemas.learn(from: server, deadline: deadline, on: loop), schemas.headers(of: name) != nil
            else { throw error }
            return try await server.call(
                request(message, client, to: source, deadline: deadline), host: call, on: loop)
        }
    }

    private func request(
        _ message: BridgeMessage, _ client: BridgeClient, to server: Revision, deadline: UInt64
    ) -> UpstreamRequest {
        let capabilities = client.capabilities.relayed()
        let tool = message.method == .toolsCall ? message.params["name"]?.stringValue : nil
        // Between two of the handshake era a server decides what it logs until it is told (MCP 2025-11-25, logging).
        let isHandshake = client.revision.era == .handshake && server.era == .handshake
        return UpstreamRequest(
            method: message.method, methodName: message.methodName, params: message.params,
            lease: LeaseKey(principal: "", interactive: capabilities.interactive), capabilities: capabilities.object,
            clientInfo: client.info, logLevel: client.logLevel ?? (isHandshake ? MCPLogLevel.info.rawValue : nil),
            wantsProgress: message.progressToken != nil, relaysInputRequired: client.revision.era == .stateless,
            parameters: tool.flatMap { schemas.headers(of: $0) }, keepsForm: true, deadline: deadline)
    }

    /// Runs something that answers a request, as a task of its own; refuses it when there are too many or the id is in use.
    func begin(
        _ message: BridgeMessage, _ client: BridgeClient, _ body: @escaping @Sendable (BridgeCall) async -> Void
    ) async {
        let call = BridgeCall(message, client, bridge: self)
        let refusal = state.withLock { state -> MCPFailure? in
            guard state.calls[message.id] == nil else {
                return MCPFailure(.invalidRequest, "A request with this id is still running; use another id.")
            }
            guard state.tasks.count < settings.callsMax, !state.isOver else {
                return MCPFailure(.internalError, "Too many calls are running. Try again in a moment.")
            }
            state.calls[message.id] = call
            let task = loop.runTask { [self] in
                await body(call)
                ended(call)
            }
            state.tasks[ObjectIdentifier(call)] = task
            call.task.withLock { $0 = task }
            return nil
        }
        if let refusal { await fail(message.id, refusal) }
    }

    private func ended(_ call: BridgeCall) {
        state.withLock { state in
            state.tasks[ObjectIdentifier(call)] = nil
            state.calls = state.calls.filter { $0.value !== call }
        }
    }

    /// A request has got its response, or is not wanted any more.
    func answered(_ id: [UInt8]) {
        state.withLock { _ = $0.calls.removeValue(forKey: id) }
    }

    /// A retry takes the place of the request that its call was parked by.
    func adopted(_ call: BridgeCall, by id: [UInt8]) {
        state.withLock { $0.calls[id] = call }
    }

    // MARK: The session of a client of the handshake era

    var session: BridgeSession? { state.withLock { $0.session } }

    /// A second `initialize` begins again.
    func start(_ session: BridgeSession) {
        let old = state.withLock { state in
            defer { state.session = session }
            return state.session
        }
        old?.end()
    }

    // MARK: Answers

    func answer(_ id: [UInt8], _ result: JSONObject) async {
        await output.send(JSONRPCWriter.result(id: id[...], .object(result)))
    }

    func fail(_ id: [UInt8]?, _ failure: MCPFailure) async {
        await output.send(
            JSONRPCWriter.error(id: id?[...], code: failure.code, message: failure.message, data: failure.data))
    }

    // MARK: The end

    /// What is asked gets no answer any more; what runs may end.
    private func finish() async {
        questions.close()
        parked.close()
        let tasks = state.withLock { state in
            state.isOver = true
            state.calls.values.forEach { $0.endListening() }
            return state.tasks.values.map { $0 }
        }
        session?.end()
        let nanoseconds = settings.drainTime.inNanoseconds
        await withTaskGroup { group in
            group.addTask {
                for task in tasks { await task.value }
            }
            group.addTask { [loop] in
                // Ends early when the others have ended, or when the bridge itself is cancelled.
                try? await loop.sleep(nanoseconds: nanoseconds)
                for task in tasks { task.cancel() }
            }
            await group.next()
            group.cancelAll()
        }
    }
}
