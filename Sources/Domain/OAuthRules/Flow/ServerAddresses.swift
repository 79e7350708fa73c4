package import GatewayModel

/// Every spelling of every virtual server's addresses: what `resource` may name (RFC 8707 2), what the metadata documents
/// describe (RFC 9728 3), and what a token's audience says.
package struct ServerAddresses: Sendable {
    /// What `resource` means.
    package enum Meaning: Sendable, Hashable {
        /// This virtual server, which takes our tokens.
        case server(ServerSlug)
        /// Nothing was named, and there is no server that would be meant.
        case missing
        /// No address of a virtual server here, or of more than one.
        case unknown
        /// A virtual server that takes no tokens of ours: it is open, or has another issuer.
        case withoutOurTokens(ServerSlug)
    }

    /// Our issuer, and the beginning of every address: never with a final slash.
    package let origin: String
    /// The origin in all its spellings; more than one on a loopback address.
    private let origins: Set<String>
    private let servers: [ServerSlug: VirtualServerDefinition]
    private let defaultServer: VirtualServerDefinition

    /// The addresses of a configuration.
    package init(_ snapshot: GatewaySnapshot) {
        origin = snapshot.publicURL.origin
        origins = Set(snapshot.publicURL.originSpellings)
        servers = Dictionary(snapshot.servers.map { ($0.slug, $0) }) { first, _ in first }
        defaultServer = snapshot.defaultServer
    }

    /// The virtual server whose address this path is, in any spelling.
    package func server(path: some StringProtocol) -> VirtualServerDefinition? {
        // A final slash means nothing; two do.
        let path = path.hasSuffix("/") ? path.dropLast() : path[...]
        if path == "/mcp" || path == "/sse" { return defaultServer }
        for prefix in ["/v1/mcp/", "/v1/sse/"] where path.hasPrefix(prefix) {
            guard let slug = try? ServerSlug(String(path.dropFirst(prefix.count))) else { return nil }
            return servers[slug]
        }
        return nil
    }

    /// The virtual server of this slug.
    package func server(_ slug: ServerSlug) -> VirtualServerDefinition? { servers[slug] }

    /// Whether any virtual server takes our tokens.
    package var isAnyServerOurs: Bool { servers.values.contains { $0.auth.takesOurTokens } }

    /// What the `resource` parameters of a request mean. Several are taken when they name one server.
    ///
    /// Without one it is the default server, or the only one that takes our tokens (rulings 5.3).
    package func meaning(of resources: [String]) -> Meaning {
        guard !resources.isEmpty else {
            if defaultServer.auth.takesOurTokens { return .server(defaultServer.slug) }
            let ours = servers.values.filter(\.auth.takesOurTokens)
            return ours.count == 1 ? .server(ours[0].slug) : .missing
        }
        let found = Set(resources.map { server(resource: $0)?.slug })
        guard found.count == 1, let slug = found.first.flatMap(\.self), let server = servers[slug] else {
            return .unknown
        }
        return server.auth.takesOurTokens ? .server(slug) : .withoutOurTokens(slug)
    }

    /// What the audience of a token for this server lists.
    package func audiences(of slug: ServerSlug) -> [String] {
        let own = "\(origin)/v1/mcp/\(slug.text)"
        return slug == defaultServer.slug ? ["\(origin)/mcp", own] : [own]
    }

    /// A fragment makes it no resource (RFC 8707 2), a query makes it another one; a bare origin is the default server, because
    /// the metadata at the root describes that one.
    private func server(resource: String) -> VirtualServerDefinition? {
        guard let url = try? HTTPURL(resource), origins.contains(url.origin) else { return nil }
        return url.target == "/" ? defaultServer : server(path: url.target)
    }
}

extension ServerAuthMode {
    /// Whether a token of ours is worth anything there.
    package var takesOurTokens: Bool {
        switch self {
        case .oauth, .mixed: true
        case .none, .external: false
        }
    }
}
