import GatewayModel
import OAuthRules

/// Configurations for the tests of this room.
enum Configurations {
    /// Four servers: `default` and `team` take our tokens, `open` takes none, `outside` those of another issuer.
    static func addresses(
        publicURL: String = "https://gate.example", defaultAuth: ServerAuthMode = .oauth, others: Bool = true
    ) throws -> ServerAddresses {
        ServerAddresses(try snapshot(publicURL: publicURL, defaultAuth: defaultAuth, others: others))
    }

    static func snapshot(
        publicURL: String, defaultAuth: ServerAuthMode, others: Bool
    ) throws -> GatewaySnapshot {
        var servers = [VirtualServerDefinition(slug: .default, title: "Everything", upstreams: [], auth: defaultAuth)]
        if others {
            servers += [
                VirtualServerDefinition(slug: try ServerSlug("team"), title: "Team", upstreams: [], auth: .mixed),
                VirtualServerDefinition(slug: try ServerSlug("open"), title: "Open", upstreams: [], auth: .none),
                VirtualServerDefinition(
                    slug: try ServerSlug("outside"), title: "Outside", upstreams: [], auth: .external,
                    externalIssuer: ExternalIssuer(issuer: "https://issuer.example/")),
            ]
        }
        return try GatewaySnapshot(servers: servers, upstreams: [], publicURL: try PublicURL(publicURL))
    }
}

/// Parameters out of a text that has no escapes but `%20`.
func form(_ text: String) -> FormParameters {
    FormParameters(
        text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count == 2 ? parts[1].split(separator: "%20", omittingEmptySubsequences: false) : []
            return (String(parts[0]), value.joined(separator: " "))
        })
}
