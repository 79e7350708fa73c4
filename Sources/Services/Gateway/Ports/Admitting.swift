package import GatewayModel
package import UpstreamClients

/// Says who comes with a token; the keys and the store behind it are elsewhere.
package protocol Admitting: Sendable {
    /// Judged without waiting, with every call, on the loop of its connection; `.unknown` when the token has to be looked at first.
    ///
    /// `token` is what stands behind `Bearer`, as it came: any bytes of any length that a head takes. `now` is the loop's clock.
    func judge(_ token: Span<UInt8>, for server: ServerSlug, on loop: CallLoop, now: UInt64) -> Admission

    /// Looks at a token that `judge` did not know; waits for a signature's verification, keys or the store. Never `.unknown`.
    func examine(_ token: [UInt8], for server: VirtualServerDefinition, on loop: CallLoop) async -> Admission
}

/// Lets nobody in: for gateways all of whose servers are open.
package struct NobodyAdmitted: Admitting {
    /// The one there is.
    package init() {}

    /// Knows no token.
    package func judge(_ token: Span<UInt8>, for server: ServerSlug, on loop: CallLoop, now: UInt64) -> Admission {
        .refused(.unknown)
    }

    /// Knows none later either.
    package func examine(
        _ token: [UInt8], for server: VirtualServerDefinition, on loop: CallLoop
    ) async -> Admission { .refused(.unknown) }
}
