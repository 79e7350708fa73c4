import GatewayModel
import Reactor
import Synchronization
import UpstreamClients

/// What was found out about the login of one upstream, for a while: pages show what will be asked for, and a person who then
/// presses the button does not wait for it again.
///
/// A class because pages on several loops share it.
final class LoginMemory: Sendable {
    /// How long what was found is good enough.
    private static let foundNanoseconds: UInt64 = 600_000_000_000
    /// How long a failure is not looked into again for a page that only shows.
    private static let failedNanoseconds: UInt64 = 30_000_000_000
    /// How long all steps of a search may take.
    private static let searchNanoseconds: UInt64 = 20_000_000_000

    typealias Found = Result<UpstreamLogin, ConnectionError>

    private struct State {
        var found: Found?
        var until: UInt64 = 0
    }

    private let state = Mutex(State())
    private let work = SharedWork<Found>()

    /// What is known or can be found out; a failure only if it is new or `retries` is false.
    func login(
        retries: Bool, within nanoseconds: UInt64 = .max, on loop: EventLoop,
        _ find: @escaping @Sendable (_ deadline: UInt64) async throws(ConnectionError) -> UpstreamLogin
    ) async throws(ConnectionError) -> UpstreamLogin {
        let now = monotonicNanoseconds()
        let known = state.withLock { state -> Found? in
            guard let found = state.found, now < state.until else { return nil }
            if case .failure = found, retries { return nil }
            return found
        }
        if let known { return try known.get() }
        let deadline = now &+ min(nanoseconds, Self.searchNanoseconds)
        let found: Found
        do throws(UpstreamError) {
            found = try await work.value(deadline: deadline, on: loop) { [self] () async throws(UpstreamError) in
                let found: Found
                do throws(ConnectionError) {
                    found = .success(try await find(monotonicNanoseconds() &+ Self.searchNanoseconds))
                } catch {
                    found = .failure(error)
                }
                keep(found)
                return found
            }
        } catch {
            throw .discovery(upstream: "", reason: error.reason, isRetryable: true)
        }
        return try found.get()
    }

    /// What is known now, without asking anybody.
    var known: UpstreamLogin? {
        state.withLock { state in
            if case .success(let login)? = state.found { login } else { nil }
        }
    }

    /// Looks anew next time.
    func forget() { state.withLock { $0.found = nil } }

    private func keep(_ found: Found) {
        let now = monotonicNanoseconds()
        state.withLock { state in
            state.found = found
            if case .success = found {
                state.until = now &+ Self.foundNanoseconds
            } else {
                state.until = now &+ Self.failedNanoseconds
            }
        }
    }
}
