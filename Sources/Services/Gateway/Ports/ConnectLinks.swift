package import GatewayModel
package import UpstreamClients

/// Where a person connects an upstream that a call could not use on their behalf.
package protocol ConnectLinks: Sendable {
    /// The absolute address of a page of ours where this principal's person connects the upstream; nothing if they cannot.
    ///
    /// It is shown in chats, so it must not be good for anybody else: the page checks that the browser's person is the caller.
    func link(to upstream: UpstreamName, for principal: Principal) async -> String?

    /// Waits until the person has connected the upstream; false when the time is over first.
    func isConnected(
        _ upstream: UpstreamName, user: String, within nanoseconds: UInt64, on loop: CallLoop
    ) async -> Bool
}

/// Has no pages: for gateways without connections of people's own.
package struct NoConnectLinks: ConnectLinks {
    /// The one there is.
    package init() {}

    /// There is no page.
    package func link(to upstream: UpstreamName, for principal: Principal) async -> String? { nil }

    /// Nobody can connect anything.
    package func isConnected(
        _ upstream: UpstreamName, user: String, within nanoseconds: UInt64, on loop: CallLoop
    ) async -> Bool { false }
}
