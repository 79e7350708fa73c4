import Synchronization

/// Something that a provider publishes. It is good for an hour, and longer while it cannot be had again.
///
/// A class, because all sign-ins share what was fetched.
final class PublishedDocument<Value: Sendable>: Sendable {
    /// After which it is fetched again: a key that was withdrawn goes then.
    static var freshTime: Duration { .seconds(3_600) }
    /// Between two attempts while there is an older one.
    static var againTime: Duration { .seconds(60) }
    /// How long everybody hears of a failed attempt while there is none, so that strangers cannot make us ask all the time.
    static var failureTime: Duration { .seconds(5) }

    private struct Kept {
        var value: Value?
        var fetchedAt = Duration.zero
        var triedAt: Duration?
        var failure: ProviderProblem?
    }

    private let kept = Mutex(Kept())

    /// What is published; `isMissing` when what is kept lacks something that somebody needs.
    func value(
        now: Duration, isMissing: Bool = false, fetch: () async throws(ProviderProblem) -> Value
    ) async throws(ProviderProblem) -> Value {
        let known = kept.withLock { $0 }
        if let value = known.value {
            let isFresh = now < known.fetchedAt + Self.freshTime
            let wasTried = known.triedAt.map { now < $0 + Self.againTime } ?? false
            if wasTried || isFresh && !isMissing { return value }
        } else if let failure = known.failure, let tried = known.triedAt, now < tried + Self.failureTime {
            throw failure
        }
        do throws(ProviderProblem) {
            let value = try await fetch()
            kept.withLock { $0 = Kept(value: value, fetchedAt: now, triedAt: isMissing ? now : nil) }
            return value
        } catch {
            // Who went away has tried nothing.
            if !Task.isCancelled {
                kept.withLock { kept in
                    kept.triedAt = now
                    kept.failure = error
                }
            }
            if let value = known.value { return value }
            throw error
        }
    }
}
