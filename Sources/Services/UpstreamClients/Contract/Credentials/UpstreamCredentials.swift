package import Reactor

/// What one upstream is shown so that it answers, for each account; one object for each upstream that wants to see something.
///
/// `account` is a person's id at upstreams with a connection of each person's own, and empty elsewhere and for what belongs to
/// nobody: lists, watching, finding out the era.
package protocol UpstreamCredentials: Sendable {
    /// What is at hand without waiting; asked with every call of the short way.
    func atHand(account: String) -> CredentialAtHand

    /// What to show; waits for the vault, or for a renewal that is due.
    func credential(
        account: String, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamCredential

    /// The upstream answered 401 to this one: another one, or the error that says what has to happen. Many calls that were
    /// refused with the same one wait for one renewal.
    func renewed(
        after refused: UpstreamCredential, _ challenge: UpstreamChallenge, account: String, deadline: UInt64,
        on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamCredential

    /// The upstream refused one that cannot be made better by renewing it: a fresh one with 401, or its scopes with 403. What the
    /// call ends with.
    func refused(
        _ credential: UpstreamCredential, _ challenge: UpstreamChallenge, account: String
    ) -> UpstreamError

    /// The upstream took one whose `isDoubted` is set.
    func accepted(_ credential: UpstreamCredential, account: String)
}

extension UpstreamCredentials {
    /// Nobody doubts.
    package func accepted(_ credential: UpstreamCredential, account: String) {}
}

/// What is at hand without waiting.
package enum CredentialAtHand: Sendable {
    /// This, and it holds for a while.
    case ready(UpstreamCredential)
    /// Something has to be read or renewed first.
    case mustWait
    /// Nothing, until somebody connects.
    case missing(ConnectNeed)
}

/// Why an upstream cannot be called on somebody's behalf, and who can change that.
package struct ConnectNeed: Sendable, Hashable {
    /// Why there is nothing that the upstream takes.
    package enum Reason: String, Sendable, Hashable {
        /// Nobody has connected it yet.
        case missing
        /// It refuses what it gave us itself.
        case refused
        /// What it gave us was taken back, or is too old to be renewed.
        case revoked
        /// It wants more than was asked for.
        case insufficientScope
    }

    /// The upstream's name.
    package let upstream: String
    /// Why.
    package let reason: Reason
    /// Whether the person of the call can connect it; else only the operator can, once for everybody.
    package let isPersonal: Bool
    /// With `insufficientScope`: everything to ask for, what was granted before included.
    package let scopes: [String]

    /// A need of these parts.
    package init(upstream: String, reason: Reason, isPersonal: Bool, scopes: [String] = []) {
        self.upstream = upstream
        self.reason = reason
        self.isPersonal = isPersonal
        self.scopes = scopes
    }

    /// The need as a sentence for the log.
    package var text: String {
        switch reason {
        case .missing: isPersonal ? "the person has not connected it" : "the operator has not connected it"
        case .refused: "it refuses the connection that it gave"
        case .revoked: "its connection was taken back or has run out"
        case .insufficientScope: "its connection lacks \(scopes.joined(separator: " "))"
        }
    }

    /// The same for the person in the chat; a link, where there is one, is put behind it.
    package func advice(upstream: String) -> String {
        guard isPersonal else {
            return switch reason {
            case .missing: "The upstream \"\(upstream)\" is not connected yet. Ask the operator to connect it."
            case .refused, .revoked:
                "The upstream \"\(upstream)\" does not take its connection any more. Ask the operator to connect it again."
            case .insufficientScope:
                "The upstream \"\(upstream)\" wants more rights than its connection has. Ask the operator to connect it again."
            }
        }
        return switch reason {
        case .missing: "Your account at \"\(upstream)\" is not connected yet. Connect it, then try again."
        case .refused, .revoked:
            "Your connection to \"\(upstream)\" does not work any more. Connect it again, then try again."
        case .insufficientScope:
            "\"\(upstream)\" wants more rights than you have given it. Connect it again, then try again."
        }
    }
}
