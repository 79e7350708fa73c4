import GatewayModel
import JSONCoding
import MCPWire
import Synchronization
import UpstreamClients

/// Writes of the handshake era whose answer found nobody: the client's connection was gone, and the call went on (rulings 2.8).
/// A client that gives up says the same again, and must not do the same again (rulings 4.11).
///
/// A class, because all loops share it.
///
/// Invariants:
/// 1. A write is here only after its answer could not be delivered, and until it was, or its time is over.
/// 2. What is kept has a limit of number, of time and of bytes for each; the oldest go first.
final class UndeliveredWrites: Sendable {
    private struct Kept {
        let call: RunningCall
        let until: UInt64
    }

    private struct State {
        var kept: [[UInt8]: Kept] = [:]
        /// In the order in which they came.
        var order: [[UInt8]] = []

        mutating func purge(at now: UInt64) {
            order.removeAll { key in
                guard let entry = kept[key] else { return true }
                let isTooMuch = entry.call.events.isFinished && entry.call.events.bytes > UndeliveredWrites.bytesMax
                guard entry.until <= now || isTooMuch || entry.call.isCancelled else { return false }
                kept[key] = nil
                return true
            }
        }
    }

    /// Clients try again at once or not at all.
    private static let nanoseconds: UInt64 = 120_000_000_000
    private static let bytesMax = 1 << 20
    private static let writesMax = 64

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.kept.count } }

    /// The answer of a write could not be delivered.
    func add(_ call: RunningCall) {
        guard let key = call.writeKey, !call.isCancelled else { return }
        let now = call.loop.clock
        state.withLock { state in
            state.purge(at: now)
            if state.kept[key] == nil { state.order.append(key) }
            state.kept[key] = Kept(call: call, until: now &+ Self.nanoseconds)
            if state.order.count > Self.writesMax { state.kept[state.order.removeFirst()] = nil }
        }
    }

    /// The answer was delivered after all.
    func remove(_ call: RunningCall) {
        guard let key = call.writeKey else { return }
        state.withLock { state in
            if state.kept[key]?.call === call { state.kept[key] = nil }
        }
    }

    /// The write that an identical one joins.
    func call(_ key: [UInt8], at now: UInt64) -> RunningCall? {
        state.withLock { state in
            guard !state.kept.isEmpty else { return nil }
            state.purge(at: now)
            return state.kept[key]?.call
        }
    }

    /// What makes two calls one: who calls, where, and every word of it. Nothing for what is no write of somebody who is known:
    /// of people who have not signed in nobody can say that they are the same.
    static func key(_ call: GatewayCall, _ routed: RoutedCall, _ server: ServedServer, _ state: GatewayState)
        -> [UInt8]?
    {
        guard call.method == .toolsCall, call.client.revision.era == .handshake, !call.client.principal.isAnonymous,
            call.params["task"] == nil, let tool = routed.tool, tool.rights.scope == .write
        else { return nil }
        let place = Array("\(call.client.owner)\n\(server.definition.slug)\n".utf8)
        return state.sealing.digest(place + CanonicalJSON.callIdentity(method: call.methodName, params: call.params))
    }
}
