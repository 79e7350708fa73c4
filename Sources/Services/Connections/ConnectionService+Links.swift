import Cryptography
package import GatewayModel
import JSONCoding
package import Reactor
import UpstreamClients

/// Links that a chat shows to the person whose call needs a connection (rulings 3.7).
extension ConnectionService {
    /// How long a link is good.
    private static let linkSeconds: Int64 = 1_800

    /// The address of the page where this principal's person connects the upstream. It lets nobody in: the page wants a sign-in,
    /// and what the address carries says only, to us, whose link it is.
    package func link(to upstream: UpstreamName, for principal: Principal) async -> String? {
        guard let found = try? connectable(upstream), found.isPerUser, !principal.isAnonymous,
            let sealed = try? seals.seal(
                ["user": .string(principal.user), "until": .number(JSONNumber(now() + Self.linkSeconds))],
                for: .link(upstream: upstream.text))
        else { return nil }
        return publicURL.origin + "/connect/\(upstream.text)?link=" + Base64.url.encode(sealed.span)
    }

    /// Whether a link to this upstream was made for this person, and not long ago.
    package func check(link: String, to upstream: UpstreamName, user: String) throws(ConnectionError) {
        guard link.utf8.count <= 1_024, let sealed = Base64.url.decode(link),
            let json = try? seals.open(sealed, for: .link(upstream: upstream.text)),
            let owner = json["user"]?.stringValue, let until = json["until"]?.integer
        else { throw .oldLink }
        guard owner == user else { throw .foreignLink }
        guard Int64(until) > now() else { throw .oldLink }
    }

    /// Waits until a person has connected an upstream; false when the time is over first.
    package func isConnected(
        _ name: UpstreamName, user: String, within nanoseconds: UInt64, on loop: EventLoop
    ) async -> Bool {
        let (deadline, overflow) = monotonicNanoseconds().addingReportingOverflow(nanoseconds)
        while true {
            let rings = bell.count
            guard let upstream = try? connectable(name) else { return false }
            let record = try? await store.connection(upstream: upstream.name, owner: upstream.owner(user))
            if let record, record.state == .connected, !upstream.vault.wantsPerson(upstream.owner(user)) { return true }
            guard await bell.wait(after: rings, until: overflow ? .max : deadline, on: loop) else { return false }
        }
    }
}
