import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import Reactor
import Synchronization

/// One session at an upstream of the handshake era over Streamable HTTP (2025-03-26 to 2025-11-25), with an id or without one.
///
/// A class because calls on several loops share it. Calls do not wait for each other: what the upstream asks comes on the stream
/// of the POST that it belongs to.
///
/// States: begun → lost (the upstream knows it no more, or is of another era now) or ended (`end`).
final class HTTPSession: PooledSession {
    private struct State: Sendable {
        var isLost = false
        /// The upstream has refused to open a stream for the session.
        var hasNoStream = false
        var logLevel: MCPLogLevel?
        /// How many watchers want each resource.
        var subscriptions: [String: Int] = [:]
    }

    let hop: HTTPHop
    let settings: UpstreamSettings
    let description: UpstreamDescription
    /// Where it is ended.
    let loop: EventLoop
    /// `mcp-session-id`, and `mcp-protocol-version` from 2025-06-18 on.
    let fields: HTTPFields
    let hasID: Bool
    let waits = StreamWaits()
    private let lastID = Atomic<Int>(1)
    private let state = Mutex(State())

    private init(
        _ hop: HTTPHop, _ settings: UpstreamSettings, _ description: UpstreamDescription, id: [UInt8]?, loop: EventLoop
    ) {
        self.hop = hop
        self.settings = settings
        self.description = description
        self.loop = loop
        hasID = id != nil
        var fields = HTTPFields()
        if let id { _ = fields.append(.mcpSessionID, bytes: id.span) }
        if description.revision.hasVersionHeader {
            _ = fields.append(.mcpProtocolVersion, description.revision.date.description)
        }
        self.fields = fields
    }

    /// Whether it can be used.
    var isUsable: Bool { state.withLock { !$0.isLost } }

    /// The upstream does not take it any more.
    func lose() {
        state.withLock { $0.isLost = true }
    }

    /// Whether the session may have a stream of its own.
    var hasStream: Bool { state.withLock { !$0.hasNoStream } }

    func noteNoStream() {
        state.withLock { $0.hasNoStream = true }
    }

    /// Counts a watcher of a resource in or out; how many there are then.
    @discardableResult
    func count(_ uri: String, _ change: Int) -> Int {
        state.withLock { state in
            let count = state.subscriptions[uri, default: 0] + change
            state.subscriptions[uri] = count > 0 ? count : nil
            return count
        }
    }

    /// A number that no message of this session had before.
    func nextID() -> Int { lastID.wrappingAdd(1, ordering: .relaxed).newValue }

    // MARK: Beginning and end

    /// The handshake: `initialize` and, when it was answered, `notifications/initialized`.
    static func begin(
        _ hop: HTTPHop, settings: UpstreamSettings, capabilities: JSONObject, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> HTTPSession {
        let message = Handshake.request(id: 1, capabilities: capabilities, from: settings.ownInfo)
        let exchange = HTTPRoundTrip(hop: hop, deadline: deadline, loop: loop)
        let reply = try await exchange.response(to: message, id: 1, HTTPFields())
        if case .failure(let failure) = reply.response {
            if MCPErrorCode(rawValue: failure.code)?.isAboutTheHop ?? false { throw .hopRefused(code: failure.code) }
            if reply.head.status != 200 { throw .status(reply.head.status) }
        }
        let session = HTTPSession(
            hop, settings, try Handshake.description(of: reply.response),
            id: reply.head.fields.firstBytes(.mcpSessionID), loop: loop)
        try await session.post(
            OutgoingMessage.notification(method: MCPMethod.initialized.name.description), deadline: deadline, on: loop)
        return session
    }

    /// Sends what has no response; what calls in flight need to end, when they have taken all connections too.
    func post(_ message: [UInt8], deadline: UInt64, on loop: EventLoop) async throws(UpstreamError) {
        let response = try await hop.post(message, fields, deadline: deadline, isUrgent: true, on: loop)
        if response.head.status == 404, hasID { lose() }
        response.discard()
    }

    /// Tells the upstream that the session is not needed any more.
    func end() async {
        waits.close()
        guard hasID, isUsable else { return }
        lose()
        let deadline = monotonicNanoseconds() &+ Self.farewellNanoseconds
        do throws(UpstreamError) {
            try await hop.send(.delete, fields, deadline: deadline, on: loop).discard()
        } catch {
            // It will find out by itself.
        }
    }

    /// How long the last words of a call or of a session may take.
    static let farewellNanoseconds: UInt64 = 5_000_000_000
    /// How often the last word of a call is tried.
    static let farewellsMax = 3

    /// The level to set before a request that wants this one, if the session is not that loud yet.
    func levelToSet(for wanted: String?) -> String? {
        state.withLock { LogThreshold.raise(&$0.logLevel, to: wanted, at: description) }
    }
}
