package import GatewayModel
package import Telemetry

/// A party that says who somebody is (OpenID Connect), as the operator wrote it down.
package struct IdentityProvider: Sendable, Hashable {
    /// What it is called in the configuration and in the address that it sends people back to.
    package let name: String
    /// What people read on its button.
    package let title: String
    /// Its issuer, byte for byte as its documents and tokens say it.
    package let issuer: String
    /// The same, as an address; its host may be a private one, because the operator named it.
    package let place: HTTPURL
    /// Who we are there.
    package let clientID: String
    /// What proves it; nothing for a public client.
    package let clientSecret: Secret<String>?
    /// What we ask for; `openid` among it.
    package let scopes: [String]
    /// The claim that lists groups; without one the groups are those that the operator gave.
    package let groupsClaim: String?
    /// The roles that groups give. When it is empty, roles are those that the operator gave.
    package let roles: [UserRole: Set<String>]
    /// Whose verified e-mail addresses may come in; everybody whom the provider knows where it is empty.
    package let emailDomains: Set<String>

    /// A provider of these parts.
    package init(
        name: String, title: String, issuer: String, clientID: String, clientSecret: Secret<String>? = nil,
        scopes: [String] = ["openid", "profile", "email"], groupsClaim: String? = nil,
        roles: [UserRole: Set<String>] = [:], emailDomains: Set<String> = []
    ) throws(GatewayModelError) {
        self.name = name
        self.title = title
        self.issuer = issuer
        place = try HTTPURL(issuer)
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.scopes = scopes.contains("openid") ? scopes : ["openid"] + scopes
        self.groupsClaim = groupsClaim
        self.roles = roles
        self.emailDomains = emailDomains
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(issuer)
        hasher.combine(clientID)
    }

    /// The highest role that these groups give; the lowest one where none of them is named.
    func role(of groups: Set<String>) -> UserRole {
        // From the highest to the lowest, as the enum has them.
        UserRole.allCases.first { !(roles[$0] ?? []).isDisjoint(with: groups) } ?? .member
    }
}
