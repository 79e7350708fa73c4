import GatewayModel

/// What the whole offers, and whether its parts fit together.
struct Offer {
    let servers: [ServerRead]
    let upstreams: [UpstreamDefinition]
    let defaultServer: ServerSlug
}

extension ConfigurationReader {
    /// The servers of the file, or the board when it has none.
    mutating func offer(servers: [ServerRead]?, upstreams: UpstreamsRead) -> Offer? {
        guard let servers else { return boardOffer(upstreams: upstreams) }
        let slugs = servers.map(\.definition.slug)
        if slugs.contains(.default) {
            return Offer(servers: servers, upstreams: upstreams.definitions, defaultServer: .default)
        }
        if let only = slugs.first, slugs.count == 1 {
            return Offer(servers: servers, upstreams: upstreams.definitions, defaultServer: only)
        }
        // With a mistake in one of them, the default may be the one that is missing here.
        if let first = servers.first, log.isEmpty {
            log.add(
                first.auth.position, "servers", "there are \(slugs.count) servers, and none is named `default`",
                "name the one `default` that /mcp shall mean")
        }
        return nil
    }

    private mutating func boardOffer(upstreams: UpstreamsRead) -> Offer? {
        if let place = upstreams.place {
            log.add(
                place.position, "upstreams", "no server offers these upstreams",
                "add servers: with `default: { upstreams: [\(upstreams.definitions.first?.name.text ?? "board")], auth: none }`"
            )
            return nil
        }
        let board = UpstreamDefinition(name: .board, kind: .builtin(app: .kanban))
        let server = VirtualServerDefinition(slug: .default, title: "Kanban board", upstreams: [.board])
        let unwritten = Field(path: "servers.default.auth", node: YAMLNode(position: .start, value: .mapping([])))
        return Offer(
            servers: [ServerRead(definition: server, isPublic: false, auth: unwritten)], upstreams: [board],
            defaultServer: .default)
    }

    /// A server without authentication is for this machine, unless the operator says in writing that it is for everyone.
    mutating func checkReach(_ listen: Written<ListenAddress>?, offer: Offer?) {
        guard let listen, !listen.value.isLoopback, let offer else { return }
        for server in offer.servers where server.definition.auth == .none && !server.isPublic {
            log.add(
                server.auth.position, server.auth.path,
                "`none` lets in everyone who can reach \(listen.value)",
                "listen on 127.0.0.1, or write `public: true` beside it")
        }
    }
}
