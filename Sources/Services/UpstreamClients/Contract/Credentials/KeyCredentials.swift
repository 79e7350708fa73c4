package import GatewayModel
package import Reactor

/// A key of the operator's, the same for everybody and for as long as it is configured.
package struct KeyCredentials: UpstreamCredentials {
    private let credential: UpstreamCredential

    /// Shows this key.
    package init(_ key: UpstreamKey) {
        credential = UpstreamCredential(place: key.place, secret: key.secret)
    }

    /// The key.
    package func atHand(account: String) -> CredentialAtHand { .ready(credential) }

    /// The key.
    package func credential(
        account: String, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamCredential { credential }

    /// There is no other.
    package func renewed(
        after refused: UpstreamCredential, _ challenge: UpstreamChallenge, account: String, deadline: UInt64,
        on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamCredential {
        throw .credentialRefused(challenge.status)
    }

    /// Only the operator can help.
    package func refused(
        _ credential: UpstreamCredential, _ challenge: UpstreamChallenge, account: String
    ) -> UpstreamError { .credentialRefused(challenge.status) }
}
