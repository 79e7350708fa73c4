import MCPWire
import Synchronization
import UpstreamClients

/// A session of a handshake client as this process knows it. What it is stands in its sealed id; here is what runs in it.
///
/// A class, because the exchanges of one client meet in it.
final class ClientSession: Sendable {
    let claims: SessionClaims
    let capabilities: ClientCapabilities
    /// What stores know of it instead of its id.
    let digest: [UInt8]
    /// What is said outside calls: changes, and log messages of no call.
    let stream: EventQueue<[UInt8]>
    private let state: Mutex<State>

    private struct State {
        var kept: KeptSession
        var calls: [UInt64: (call: RunningCall, messages: ClientMessages)] = [:]
        /// By the client's own request id, for `notifications/cancelled`.
        var numbers: [[UInt8]: UInt64] = [:]
        /// Finished calls whose events are still kept, oldest first.
        var finished: [UInt64] = []
        var subscription: ServerSubscription?
    }

    init(claims: SessionClaims, capabilities: ClientCapabilities, digest: [UInt8], kept: KeptSession, bytesMax: Int) {
        self.claims = claims
        self.capabilities = capabilities
        self.digest = digest
        stream = EventQueue(bytesMax: bytesMax)
        state = Mutex(State(kept: kept))
    }

    var revision: Revision { claims.revision }
    var kept: KeptSession { state.withLock { $0.kept } }

    /// Changes what is kept of the session, and says what to store.
    func change(_ change: (inout KeptSession) -> Void) -> KeptSession {
        state.withLock { state in
            change(&state.kept)
            return state.kept
        }
    }

    /// A call has begun; `messages` says how its events are told.
    func add(_ call: RunningCall, _ messages: ClientMessages) {
        state.withLock { state in
            state.calls[call.number] = (call, messages)
            state.numbers[messages.id] = call.number
        }
    }

    /// A call is over; its events stay for a client that comes back for them, those of the newest calls at least.
    func ended(_ call: RunningCall) {
        state.withLock { state in
            guard let messages = state.calls[call.number]?.messages else { return }
            if state.numbers[messages.id] == call.number { state.numbers.removeValue(forKey: messages.id) }
            state.finished.append(call.number)
            while state.finished.count > Self.finishedMax {
                state.calls.removeValue(forKey: state.finished.removeFirst())
            }
        }
    }

    private static let finishedMax = 8

    /// A call whose response was sent whole needs no more keeping.
    func forget(_ call: RunningCall) {
        state.withLock { state in
            if let messages = state.calls.removeValue(forKey: call.number)?.messages,
                state.numbers[messages.id] == call.number
            {
                state.numbers.removeValue(forKey: messages.id)
            }
            state.finished.removeAll { $0 == call.number }
        }
    }

    func call(_ number: UInt64) -> RunningCall? { state.withLock { $0.calls[number]?.call } }

    func messages(_ number: UInt64) -> ClientMessages? { state.withLock { $0.calls[number]?.messages } }

    func call(clientID: [UInt8]) -> RunningCall? {
        state.withLock { state in state.numbers[clientID].flatMap { state.calls[$0]?.call } }
    }

    /// Puts another subscription in place of the one before.
    func replace(_ subscription: ServerSubscription?) -> ServerSubscription? {
        state.withLock { state in
            defer { state.subscription = subscription }
            return state.subscription
        }
    }

    var subscription: ServerSubscription? { state.withLock { $0.subscription } }

    /// Ends everything that runs in it.
    func end() {
        let (calls, subscription) = state.withLock { state in
            defer {
                state.calls = [:]
                state.subscription = nil
            }
            return (state.calls.values.map(\.call), state.subscription)
        }
        for call in calls { call.cancel() }
        subscription?.end()
        stream.finish()
    }
}
