package import GatewayModel

/// Where URLs that others named may lead: the public Internet by https, and what the operator allowed beyond that.
package struct OutboundRules: Sendable, Hashable {
    /// Whether this machine itself may be reached, also by http: only where the gateway itself is known by a loopback
    /// address (`publicURL`), so that nobody but this machine's own users names URLs.
    package let allowsLoopback: Bool
    /// `outbound.allow`: networks that may be reached, also by http, whatever their use.
    package let allowed: [AddressBlock]

    /// Rules of these parts; the strictest when nothing is said.
    package init(allowsLoopback: Bool = false, allowed: [AddressBlock] = []) {
        self.allowsLoopback = allowsLoopback
        self.allowed = allowed
    }

    /// Whether a connection to this very address may be made. Judged by the address that is connected to and not by the name,
    /// because a name can have another address a moment later.
    package func admits(_ address: IPAddress, by scheme: HTTPURL.Scheme) -> Bool {
        if allowed.contains(where: { $0.contains(address) }) { return true }
        if allowsLoopback, address.isLoopback { return true }
        return scheme == .https && !SpecialUseAddresses.contains(address)
    }
}
