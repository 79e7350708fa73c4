import HTTPTransport
import Reactor
import Synchronization

/// How long an opening may take: little at first, so that one that was swallowed is soon sent again, and twice as much each time
/// that was too little, for upstreams that are slow and not dead.
///
/// A class because all calls share it.
final class Patience: Sendable {
    private static let leastNanoseconds: UInt64 = 4_000_000_000

    private let mostNanoseconds: UInt64
    private let tooShort = Atomic<Int>(0)

    init(_ settings: UpstreamSettings) {
        mostNanoseconds = settings.beginTime.inNanoseconds
    }

    /// Runs an opening with its time, and learns from what comes of it.
    func opening<Value>(
        now: UInt64, _ open: (_ deadline: UInt64) async throws(UpstreamError) -> Value
    ) async throws(UpstreamError) -> Value {
        let shift = UInt64(min(tooShort.load(ordering: .relaxed), 16))
        do throws(UpstreamError) {
            let value = try await open(now &+ min(Self.leastNanoseconds << shift, mostNanoseconds))
            tooShort.store(0, ordering: .relaxed)
            return value
        } catch {
            if case .transport(.timedOut) = error { tooShort.wrappingAdd(1, ordering: .relaxed) }
            throw error
        }
    }
}
