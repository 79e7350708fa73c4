import HTTPTransport
import Reactor
import Synchronization

/// Whether an upstream is worth a call now: after some failures of the transport in a row it is left alone for a growing time,
/// and then one call finds out.
///
/// A class because all calls share it. The end of the rest is an atomic, because the short way asks for it with every call.
///
/// States: closed (`restsUntil` is 0) → open (until then every call fails at once) → trying (the time is over: one call moves
/// it on and goes, the others still fail) → closed by its success, or open again, for longer, by its failure.
///
/// Invariant: what fails while it is open was sent before, and does not make the rest longer: many calls that are cut off
/// together are one failure of the upstream.
final class CircuitBreaker: Sendable {
    private struct State: Sendable {
        var failures = 0
        /// How often in a row it was opened.
        var openings = 0
        /// When the present rest ends, or ended; 0 when there is none.
        var restEnd: UInt64 = 0
    }

    private let restsUntil = Atomic<UInt64>(0)
    private let hasFailures = Atomic<Bool>(false)
    private let state = Mutex(State())
    private let failuresMax: Int
    private let backoff: Backoff
    private let trialNanoseconds: UInt64

    init(_ settings: UpstreamSettings) {
        failuresMax = settings.failuresMax
        backoff = Backoff(settings)
        trialNanoseconds = settings.beginTime.inNanoseconds
    }

    /// Whether every call passes, so that nobody has to be asked.
    @inline(__always)
    var isUntroubled: Bool { restsUntil.load(ordering: .relaxed) == 0 }

    /// Lets a call pass, or says why not.
    @inline(__always)
    func admit(now: UInt64) throws(UpstreamError) {
        let until = restsUntil.load(ordering: .relaxed)
        if until != 0 { try admitWhileOpen(until, now: now) }
    }

    private func admitWhileOpen(_ until: UInt64, now: UInt64) throws(UpstreamError) {
        if now >= until {
            // Who moves the end of the rest is the one that tries.
            let (isTrial, _) = restsUntil.compareExchange(
                expected: until, desired: now &+ trialNanoseconds, ordering: .relaxed)
            if isTrial { return }
        }
        let end = max(until, now)
        throw .resting(seconds: Int((end - now) / 1_000_000_000) + 1)
    }

    /// Keeps account around something that is sent; `failed` says what a failure means.
    func guarding<Value>(
        now: () -> UInt64, failed: (UpstreamError, UInt64) -> Void,
        _ body: () async throws(UpstreamError) -> Value
    ) async throws(UpstreamError) -> Value {
        try admit(now: now())
        do throws(UpstreamError) {
            let value = try await body()
            succeeded()
            return value
        } catch {
            failed(error, now())
            throw error
        }
    }

    /// The upstream answered something.
    @inline(__always)
    func succeeded() {
        if hasFailures.load(ordering: .relaxed) { close() }
    }

    private func close() {
        state.withLock { state in
            state = State()
            hasFailures.store(false, ordering: .relaxed)
            restsUntil.store(0, ordering: .relaxed)
        }
    }

    /// A call failed; only failures of the transport count.
    func failed(_ error: UpstreamError, now: UInt64) {
        guard error.isOutage else { return }
        state.withLock { state in
            hasFailures.store(true, ordering: .relaxed)
            guard now >= state.restEnd else { return }
            state.failures += 1
            guard state.failures >= failuresMax else { return }
            state.openings += 1
            state.restEnd = now &+ backoff.pause(state.openings)
            restsUntil.store(state.restEnd, ordering: .relaxed)
        }
    }
}

extension UpstreamError {
    /// Whether the upstream could not be reached, or broke off without a word; not that it was slow, which is one tool's affair,
    /// nor that we gave up.
    var isOutage: Bool {
        guard case .transport(let error) = self else { return false }
        return switch error {
        case .resolution, .connect, .tls, .closed, .timedOut(sent: false): true
        case .poolFull, .timedOut, .refused, .cancelled: false
        }
    }
}
