import HTTPTransport
import Reactor

/// Upstreams that serve both eras at one address.
///
/// They are spoken with in the stateless era, but servers ask their clients in other ways in each: many of them ask by
/// requests of their own only, which the stateless era does not have. A call of a handshake client that may be asked
/// therefore goes by a handshake, if the upstream takes one.
extension HTTPUpstream {
    /// The session for such a call; nothing if the call or the upstream is not of this sort.
    func sessionBeside(
        _ request: UpstreamRequest, _ clock: CallClock, on loop: EventLoop
    ) async throws(UpstreamError) -> HTTPSession? {
        guard request.prefersHandshake, request.sessionKey.isInteractive, !era.isStatelessOnly else { return nil }
        do throws(UpstreamError) {
            return try await lease(request, deadline: clock.deadline, on: loop)
        } catch {
            if error == .transport(.cancelled) { throw error }
            // Only a refusal of the handshake itself is one for good.
            if error.refusesTheHandshake { era.noteStatelessOnly() }
            return nil
        }
    }
}

extension UpstreamError {
    /// Whether the upstream answered that it takes no handshake.
    fileprivate var refusesTheHandshake: Bool {
        if case .garbage = self { return true }
        return disputesTheEra
    }
}
