import JSONCoding
import MCPWire
import Synchronization
import UpstreamClients

/// A session of a handshake client as this process knows it. What it is stands in its sealed id; here is what runs in it.
///
/// A class, because the exchanges of one client meet in it.
final class ClientSession: Sendable {
    let claims: SessionClaims
    /// Whose it is, as sealed ids call them.
    let owner: String
    let capabilities: ClientCapabilities
    /// What stores know of it instead of its id.
    let digest: [UInt8]
    /// What is said outside calls: changes, and log messages of no call.
    let stream: EventQueue<[UInt8]>
    private let finished: FinishedCalls
    private let state: Mutex<State>

    private struct State {
        var kept: KeptSession
        var calls: [UInt64: (call: RunningCall, messages: ClientMessages)] = [:]
        /// By the client's own request id, for `notifications/cancelled`.
        var numbers: [[UInt8]: UInt64] = [:]
        /// Finished calls whose events are still kept, oldest first.
        var finished: [UInt64] = []
        var subscription: ServerSubscription?
        var tasks = TaskShelf()
        var hasEnded = false
    }

    init(
        claims: SessionClaims, owner: String, capabilities: ClientCapabilities, digest: [UInt8], kept: KeptSession,
        bytesMax: Int,
        finished: FinishedCalls
    ) {
        self.claims = claims
        self.owner = owner
        self.capabilities = capabilities
        self.digest = digest
        self.finished = finished
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

    /// The tasks that were begun in it.
    var tasks: TaskShelf { state.withLock { $0.tasks } }

    func heldTask(_ id: String) -> JSONObject? { state.withLock { $0.tasks.held(id) } }

    /// A task was begun; `held` is the whole of it if no upstream has it.
    func add(task id: String, held: JSONObject? = nil, bytesMax: Int) {
        state.withLock { $0.tasks.add(id, held: held, bytesMax: bytesMax) }
    }

    func forgetTask(_ id: String) { state.withLock { $0.tasks.remove(id) } }

    /// A call has begun; `messages` says how its events are told.
    func add(_ call: RunningCall, _ messages: ClientMessages) {
        let hasEnded = state.withLock { state in
            state.calls[call.number] = (call, messages)
            state.numbers[messages.id] = call.number
            return state.hasEnded
        }
        if hasEnded { call.cancel() }
    }

    /// A call is over; its events stay for a client that comes back for them until that time, and as long as others do not need
    /// the room.
    func ended(_ call: RunningCall, until time: UInt64) {
        let dropped = state.withLock { state -> [UInt64]? in
            guard let messages = state.calls[call.number]?.messages else { return nil }
            if state.numbers[messages.id] == call.number { state.numbers.removeValue(forKey: messages.id) }
            state.finished.append(call.number)
            let dropped = Array(state.finished.dropLast(Self.finishedMax))
            for number in dropped { state.calls.removeValue(forKey: number) }
            state.finished.removeFirst(dropped.count)
            return dropped
        }
        guard let dropped else { return }
        for number in dropped { finished.remove(number) }
        finished.add(call.number, of: self, bytes: call.events.bytes, until: time, now: call.loop.clock)
    }

    private static let finishedMax = 8

    /// A call whose response was sent whole needs no more keeping.
    func forget(_ call: RunningCall) {
        forget(call.number)
        finished.remove(call.number)
    }

    func forget(_ number: UInt64) {
        state.withLock { state in
            if let messages = state.calls.removeValue(forKey: number)?.messages, state.numbers[messages.id] == number {
                state.numbers.removeValue(forKey: messages.id)
            }
            state.finished.removeAll { $0 == number }
        }
    }

    /// Whether nothing runs in it and nobody listens.
    var isIdle: Bool { state.withLock { $0.calls.count == $0.finished.count && $0.subscription == nil } }

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

    /// Nobody listens by this subscription any more.
    func drop(_ subscription: ServerSubscription) {
        state.withLock { state in
            if state.subscription === subscription { state.subscription = nil }
        }
    }

    var subscription: ServerSubscription? { state.withLock { $0.subscription } }

    /// Ends everything that runs in it.
    func end() {
        let (calls, numbers, subscription) = state.withLock { state in
            defer {
                state.calls = [:]
                state.numbers = [:]
                state.finished = []
                state.subscription = nil
                state.hasEnded = true
            }
            return (state.calls.values.map(\.call), state.finished, state.subscription)
        }
        for call in calls { call.cancel() }
        for number in numbers { finished.remove(number) }
        subscription?.end()
        stream.finish()
    }
}
