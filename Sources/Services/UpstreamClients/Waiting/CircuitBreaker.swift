import HTTPTransport
import Reactor
import Synchronization

/// Whether an upstream is worth a call now: after some failures of the transport in a row it is left alone for a growing time,
/// and then one call finds out.
///
/// A class because all calls share it; two atomics, because the short way asks it with every call.
///
/// States: closed (`restsUntil` is 0) → open (until then every call fails at once) → half open (the time is over: one call
/// moves it on and goes, the others still fail) → closed by its success, or open again by its failure.
final class CircuitBreaker: Sendable {
    private let failures = Atomic<Int>(0)
    private let restsUntil = Atomic<UInt64>(0)
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

    /// The upstream answered something.
    @inline(__always)
    func succeeded() {
        if failures.load(ordering: .relaxed) != 0 { close() }
    }

    private func close() {
        failures.store(0, ordering: .relaxed)
        restsUntil.store(0, ordering: .relaxed)
    }

    /// A call failed; only failures of the transport count.
    func failed(_ error: UpstreamError, now: UInt64) {
        guard error.isOutage else { return }
        let count = failures.wrappingAdd(1, ordering: .relaxed).newValue
        if count >= failuresMax {
            restsUntil.store(now &+ backoff.pause(count - failuresMax + 1), ordering: .relaxed)
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
