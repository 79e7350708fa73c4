import MCPWire
import Synchronization
import UpstreamClients

/// A session over HTTP+SSE of 2024-11-05: it lives as long as its GET stream, and everything it hears goes onto that.
///
/// A class, because the stream and the posted messages meet in it.
final class TwoEndpointSession: Sendable {
    /// What the client puts into the address that it posts to; only the one who got it can know it.
    let id: String
    let queue: EventQueue<[UInt8]>
    private let current: Mutex<ClientSession>
    private let unreadBytesMax: Int

    /// A client that leaves `unreadBytesMax` bytes of answers unread loses its stream.
    init(id: String, bytesMax: Int, unreadBytesMax: Int, session: ClientSession) {
        self.id = id
        self.unreadBytesMax = unreadBytesMax
        queue = EventQueue(bytesMax: bytesMax)
        current = Mutex(session)
    }

    /// What `initialize` has agreed on, and what runs.
    var session: ClientSession { current.withLock { $0 } }

    /// A client that initializes begins anew; what ran before goes on to its end.
    func begin(_ session: ClientSession) {
        current.withLock { $0 = session }
    }

    func send(_ message: [UInt8], mayDrop: Bool = false) {
        queue.append(message, weight: message.count, mayDrop: mayDrop)
        // Answers cannot be left out, so a client that posts and does not read must not go on.
        if queue.bytes > unreadBytesMax { queue.finish() }
    }
}

/// The sessions whose streams are open on this node.
final class TwoEndpointTable: Sendable {
    private let sessions = Mutex<[String: TwoEndpointSession]>([:])

    func add(_ session: TwoEndpointSession) { sessions.withLock { $0[session.id] = session } }
    func remove(_ session: TwoEndpointSession) { sessions.withLock { _ = $0.removeValue(forKey: session.id) } }
    func session(_ id: String) -> TwoEndpointSession? { sessions.withLock { $0[id] } }
}
