import GatewayModel

/// What the whole offers, and whether its parts fit together.
struct Offer {
    let servers: [VirtualServerDefinition]
    let upstreams: [UpstreamDefinition]
    let defaultServer: ServerSlug
}

extension ConfigurationReader {
    /// The servers of the file, or the board when it has none; `nil` when mistakes leave that open.
    mutating func offer(servers read: ServersRead, upstreams: UpstreamsRead) -> Offer? {
        guard read.declared > 0 else { return boardOffer(upstreams: upstreams) }
        guard read.servers.count == read.declared else { return nil }
        let servers = read.servers.map(\.definition)
        let slugs = servers.map(\.slug)
        if slugs.contains(.default) {
            return Offer(servers: servers, upstreams: upstreams.definitions, defaultServer: .default)
        }
        if let only = slugs.first, slugs.count == 1 {
            return Offer(servers: servers, upstreams: upstreams.definitions, defaultServer: only)
        }
        log.add(
            read.position, "servers", "there are \(slugs.count) servers, and none is named `default`",
            "name the one `default` that /mcp shall mean")
        return nil
    }

    private mutating func boardOffer(upstreams: UpstreamsRead) -> Offer? {
        if let place = upstreams.place {
            let name = upstreams.definitions.first?.name ?? .board
            log.add(
                place.position, place.path, "no server offers what is defined here",
                "add `servers: { default: { upstreams: [\(name)], auth: none } }`")
            return nil
        }
        let board = UpstreamDefinition(name: .board, kind: .builtin(app: .kanban))
        let server = VirtualServerDefinition(slug: .default, title: "Kanban board", upstreams: [.board])
        return Offer(servers: [server], upstreams: [board], defaultServer: .default)
    }

    /// A server without authentication is for this machine, unless the operator says in writing that it is for everyone.
    mutating func checkReach(_ listen: Written<ListenAddress>?, servers read: ServersRead) {
        guard let listen, !listen.value.isLoopback else { return }
        if read.declared == 0 {
            log.add(
                listen.position, listen.path,
                "everyone who can reach \(listen.value) could use the board that is served by default",
                "listen on 127.0.0.1, or declare a server with `auth: none` and `public: true`")
        }
        for server in read.servers where server.definition.auth == .none && !server.isPublic {
            log.add(
                server.auth.position, server.auth.path,
                "`none` lets in everyone who can reach \(listen.value)",
                "listen on 127.0.0.1, or write `public: true` beside it")
        }
    }

    /// Where nobody signs in there is nobody whose account an upstream could be called with.
    mutating func checkAccounts(_ read: ServersRead, _ upstreams: UpstreamsRead) {
        let personal = Set(upstreams.definitions.filter { $0.auth.isPerUser }.map(\.name))
        for server in read.servers where server.definition.auth == .none {
            guard let name = server.definition.upstreams.first(where: personal.contains) else { continue }
            log.add(
                server.auth.position, server.auth.path,
                "with `none` nobody signs in, and the upstream \(name) is called with each person's own account",
                "write `auth: oauth`, or connect \(name) once for all with `auth: { mode: shared-oauth }`")
        }
    }
}
