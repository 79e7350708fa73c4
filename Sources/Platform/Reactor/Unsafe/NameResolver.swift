import Glibc

/// Looks names up on the lane and remembers the answers for a short time.
///
/// A class because connections of all loops share one cache, which a lock guards.
package final class NameResolver: Sendable {
    private struct Key: Hashable {
        var name: String
        var port: UInt16
    }

    private struct Answer {
        var addresses: [SocketAddress]
        var expires: UInt64
    }

    private typealias Outcome = Result<[SocketAddress], ReactorError>

    private struct State: Sendable {
        var answers: [Key: Answer] = [:]
        var waiting: [Key: [Waiter<Outcome>]] = [:]
        var lookUps = 0
    }

    /// The longest name that DNS can carry, a final dot included.
    package static let nameBytesMax = 254
    /// Names remembered at once; when full, the cache starts again.
    package static let namesMax = 1_024
    /// Addresses used of one name, so that nobody's zone makes a long list of attempts.
    package static let addressesMax = 32
    /// How long an answer holds. getaddrinfo does not tell the record's own time to live.
    package static let hold = Duration.seconds(30)

    private let lane: BlockingLane
    private let holdNanoseconds: UInt64
    private let state = ThreadLock(State())

    /// Look-ups run on `lane`.
    package init(lane: BlockingLane, hold: Duration = NameResolver.hold) {
        holdNanoseconds = hold.inNanoseconds
        self.lane = lane
    }

    /// How many look-ups were begun; less than what was asked, by what the cache knew and by those that asked together.
    package var lookUps: Int { state.withLock { $0.lookUps } }

    /// All addresses of a name, in the system's order of preference; literals need no look-up.
    ///
    /// Those who ask for one name together share one look-up. A cancelled caller leaves at once, and the look-up goes on.
    package func addresses(of name: String, port: UInt16) async throws(ReactorError) -> [SocketAddress] {
        if let literal = try? SocketAddress(literal: name, port: port) { return [literal] }
        // C would stop at a NUL and look up what is before it.
        guard !name.isEmpty, name.utf8.count <= Self.nameBytesMax, !name.utf8.contains(0) else {
            throw .nameUnknown(name: name, detail: "not a name")
        }
        let key = Key(name: name, port: port)
        let now = monotonicNanoseconds()
        if let known = state.withLock({ $0.answers[key] }), known.expires > now { return known.addresses }
        let waiter = Waiter<Outcome>()
        let outcome = await waiter.value(cancelled: .failure(.cancelled)) {
            let isFirst = state.withLock { state in
                state.waiting[key, default: []].append(waiter)
                return state.waiting[key]?.count == 1
            }
            guard isFirst else { return }
            let refusal = lane.submit { [self] in finish(key, with: lookUp(name, port: port)) }
            if let refusal { finish(key, with: .failure(refusal)) }
        }
        return try outcome.get()
    }

    private func finish(_ key: Key, with outcome: Outcome) {
        let waiters = state.withLock { state in
            state.lookUps += 1
            if case .success(let addresses) = outcome {
                if state.answers.count >= Self.namesMax { state.answers.removeAll() }
                state.answers[key] = Answer(
                    addresses: addresses, expires: monotonicNanoseconds() &+ holdNanoseconds)
            }
            return state.waiting.removeValue(forKey: key) ?? []
        }
        for waiter in waiters { waiter.answer(outcome) }
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
            let address = SocketAddress(pointer, length: current.pointee.ai_addrlen), !addresses.contains(address),
            addresses.count < NameResolver.addressesMax
        {
            addresses.append(address)
        }
        entry = current.pointee.ai_next
    }
    return addresses.isEmpty ? .failure(.nameUnknown(name: name, detail: "no usable address")) : .success(addresses)
}
