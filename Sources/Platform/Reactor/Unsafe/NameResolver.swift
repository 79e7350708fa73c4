import Glibc
import Synchronization

/// Looks names up on the lane and remembers the answers for a short time.
///
/// A class because connections of all loops share one cache, which a `Mutex` guards.
package final class NameResolver: Sendable {
    private struct Key: Hashable {
        var name: String
        var port: UInt16
    }

    private struct Answer {
        var addresses: [SocketAddress]
        var expires: UInt64
    }

    /// Names remembered at once; when full, the cache starts again.
    package static let namesMax = 1_024
    /// How long an answer holds. getaddrinfo does not tell the record's own time to live.
    package static let holdNanoseconds: UInt64 = 30_000_000_000

    private let lane: BlockingLane
    private let cache = Mutex<[Key: Answer]>([:])

    /// Look-ups run on `lane`.
    package init(lane: BlockingLane) {
        self.lane = lane
    }

    /// All addresses of a name, in the system's order of preference; literals need no look-up.
    package func addresses(of name: String, port: UInt16) async throws(ReactorError) -> [SocketAddress] {
        if let literal = try? SocketAddress(literal: name, port: port) { return [literal] }
        let key = Key(name: name, port: port)
        let now = monotonicNanoseconds()
        if let known = cache.withLock({ $0[key] }), known.expires > now { return known.addresses }
        let outcome: Result<[SocketAddress], ReactorError>
        do {
            outcome = try await lane.run { lookUp(name, port: port) }
        } catch let error as ReactorError {
            throw error
        } catch {
            throw .nameUnknown(name: name, detail: "\(error)")
        }
        let addresses = try outcome.get()
        cache.withLock { answers in
            if answers.count >= Self.namesMax { answers.removeAll() }
            answers[key] = Answer(addresses: addresses, expires: now &+ Self.holdNanoseconds)
        }
        return addresses
    }
}

private func lookUp(_ name: String, port: UInt16) -> Result<[SocketAddress], ReactorError> {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_ADDRCONFIG
    var list: UnsafeMutablePointer<addrinfo>?
    var status = getaddrinfo(name, String(port), &hints, &list)
    if status != 0 {
        // A machine with loopback only has no "configured" family, and still wants localhost.
        hints.ai_flags = 0
        status = getaddrinfo(name, String(port), &hints, &list)
    }
    guard status == 0, let first = list else {
        return .failure(.nameUnknown(name: name, detail: String(cString: gai_strerror(status))))
    }
    defer { freeaddrinfo(first) }
    var addresses: [SocketAddress] = []
    var entry: UnsafeMutablePointer<addrinfo>? = first
    while let current = entry {
        if let pointer = current.pointee.ai_addr,
            let address = SocketAddress(pointer, length: current.pointee.ai_addrlen), !addresses.contains(address)
        {
            addresses.append(address)
        }
        entry = current.pointee.ai_next
    }
    return addresses.isEmpty ? .failure(.nameUnknown(name: name, detail: "no usable address")) : .success(addresses)
}
