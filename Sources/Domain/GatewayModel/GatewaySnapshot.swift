/// The immutable configuration that one call sees from start to end.
///
/// Whoever holds one can rely on: every upstream that a server names is here, names are unique, and the default server exists.
package struct GatewaySnapshot: Sendable, Hashable {
    /// In the operator's order; the numbers of ``serverIndex(slug:)`` count here.
    package let servers: [VirtualServerDefinition]
    /// In the operator's order.
    package let upstreams: [UpstreamDefinition]
    /// The position of the server that `/mcp` means.
    package let defaultServerIndex: Int
    /// The source of every absolute URL.
    package private(set) var publicURL: PublicURL
    /// What a call may take.
    package let limits: GatewayLimits
    /// Browser origins besides our own.
    package let origins: [WebOrigin]

    private let slugTable: SpellingTable
    private let upstreamTable: SpellingTable
    private var hostTable: SpellingTable
    private var originTable: SpellingTable

    /// Checks what the parts say about each other and prepares the look-ups.
    package init(
        servers: [VirtualServerDefinition], upstreams: [UpstreamDefinition], defaultServer: ServerSlug = .default,
        publicURL: PublicURL, limits: GatewayLimits = GatewayLimits(), origins: [WebOrigin] = []
    ) throws(GatewayModelError) {
        let slugs = servers.map(\.slug.text)
        let names = upstreams.map(\.name.text)
        if let name = firstDuplicate(slugs) ?? firstDuplicate(names) { throw .duplicate(name) }
        let known = Set(names)
        for server in servers {
            for name in server.upstreams where !known.contains(name.text) {
                throw .unknownUpstream(name.text, server: server.slug.text)
            }
        }
        guard let defaultServerIndex = slugs.firstIndex(of: defaultServer.text) else {
            throw .unknownDefaultServer(defaultServer.text)
        }
        self.servers = servers
        self.upstreams = upstreams
        self.defaultServerIndex = defaultServerIndex
        self.publicURL = publicURL
        self.limits = limits
        self.origins = origins
        slugTable = SpellingTable(slugs)
        upstreamTable = SpellingTable(names)
        hostTable = SpellingTable(publicURL.hostSpellings)
        originTable = SpellingTable(publicURL.originSpellings + origins.map(\.text))
    }

    /// The same configuration reached somewhere else: for a listener that learned its port when it was bound.
    package func reached(at publicURL: PublicURL) -> GatewaySnapshot {
        var copy = self
        copy.publicURL = publicURL
        copy.hostTable = SpellingTable(publicURL.hostSpellings)
        copy.originTable = SpellingTable(publicURL.originSpellings + origins.map(\.text))
        return copy
    }

    /// The server that `/mcp` means.
    package var defaultServer: VirtualServerDefinition { servers[defaultServerIndex] }

    /// The position in ``servers`` of a slug that was cut out of a path; exact, since a slug has one spelling.
    package func serverIndex(slug: Span<UInt8>) -> Int? {
        slugTable.find(slug, ignoringCase: false)
    }

    /// The server of this slug.
    package func server(_ slug: ServerSlug) -> VirtualServerDefinition? {
        slugTable.find(Array(slug.text.utf8).span, ignoringCase: false).map { servers[$0] }
    }

    /// The upstream of this name.
    package func upstream(_ name: UpstreamName) -> UpstreamDefinition? {
        upstreamTable.find(Array(name.text.utf8).span, ignoringCase: false).map { upstreams[$0] }
    }

    /// Whether a `Host` field means this gateway; anything else is a page that rebinds a name of its own to our address.
    package func isOwnHost(_ field: Span<UInt8>) -> Bool {
        hostTable.find(field, ignoringCase: true) != nil
    }

    /// Whether an `Origin` field is our own or one that the operator named.
    package func isAcceptedOrigin(_ field: Span<UInt8>) -> Bool {
        originTable.find(field, ignoringCase: true) != nil
    }
}

private func firstDuplicate(_ names: [String]) -> String? {
    var seen: Set<String> = []
    return names.first { !seen.insert($0).inserted }
}
