/// What a client connects to: a slug, its upstreams and the rules for what is shown.
package struct VirtualServerDefinition: Sendable, Hashable {
    /// Its place in `/v1/mcp/{slug}`.
    package let slug: ServerSlug
    /// What people read on pages and clients show.
    package let title: String
    /// In the operator's order, without repetition.
    package let upstreams: [UpstreamName]
    /// How tools of different upstreams are told apart.
    package let naming: ToolNaming
    /// When a change at an upstream reaches clients.
    package let updates: DefinitionUpdates
    /// Who may call.
    package let auth: ServerAuthMode
    /// Whose tokens are taken, where they are not our own.
    package let externalIssuer: ExternalIssuer?
    /// Who of them may use what.
    package let access: ServerAccess

    /// Brings the parts together; whether the upstreams exist is the snapshot's business.
    package init(
        slug: ServerSlug, title: String, upstreams: [UpstreamName], naming: ToolNaming = .plain,
        updates: DefinitionUpdates = .follow, auth: ServerAuthMode = .none, externalIssuer: ExternalIssuer? = nil,
        access: ServerAccess = ServerAccess()
    ) {
        self.slug = slug
        self.title = title
        self.upstreams = upstreams
        self.naming = naming
        self.updates = updates
        self.auth = auth
        self.externalIssuer = externalIssuer
        self.access = access
    }
}

/// What clients see in place of an upstream's tool name.
package enum ToolNaming: String, Sendable, Hashable, CaseIterable {
    /// `upstream_tool`, so that no two upstreams collide.
    case prefix
    /// The upstream's own names.
    case plain
}

/// Whether an upstream's definitions go out as they change.
package enum DefinitionUpdates: String, Sendable, Hashable, CaseIterable {
    /// Held as a draft until someone publishes.
    case pinned
    /// Live.
    case follow
}

/// Who may call a virtual server.
package enum ServerAuthMode: String, Sendable, Hashable, CaseIterable {
    /// Everyone who can reach the listener.
    case none
    /// Who has a token of ours.
    case oauth
    /// Everyone may look; who has a token may call what needs one.
    case mixed
    /// Who has a token of another issuer.
    case external
}
