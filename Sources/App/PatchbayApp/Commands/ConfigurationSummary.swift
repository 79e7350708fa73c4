import GatewayModel
import JSONCoding
import People

/// What a configuration would serve, for people and for programs.
struct ConfigurationSummary {
    private let configuration: Configuration
    private let snapshot: GatewaySnapshot

    init(_ configuration: Configuration) {
        self.configuration = configuration
        snapshot = configuration.snapshot()
    }

    var text: String {
        var lines = ["ok: \(configuration.file ?? "the defaults, since there is no \(Configuration.usualFile)")"]
        lines.append("listens on \(configuration.listen)\(configuration.tls == nil ? "" : " with TLS")")
        lines.append("is reached as \(snapshot.publicURL)")
        lines.append("keeps its data in \(configuration.dataFolder)")
        for provider in configuration.identity {
            lines.append("lets people sign in with \(quoted(provider.title)), \(provider.issuer)")
        }
        for server in snapshot.servers {
            let upstreams = listed(server.upstreams.map { "\($0) (\(kind(of: $0)))" })
            lines.append(
                "server \(server.slug), \(quoted(server.title)): \(urls(of: server).joined(separator: " and ")), "
                    + "\(auth(of: server)), from \(upstreams)\(server.naming == .prefix ? ", names prefixed" : "")"
            )
        }
        if !unusedUpstreams.isEmpty {
            lines.append("no server uses \(alternatives(unusedUpstreams))")
        }
        return lines.map { "\($0)\n" }.joined()
    }

    var json: JSONObject {
        JSONObject([
            .init(name: "ok", value: .bool(true)),
            .init(name: "file", value: configuration.file.map { .string($0) } ?? .null),
            .init(name: "listen", value: .string(configuration.listen.description)),
            .init(name: "tls", value: .bool(configuration.tls != nil)),
            .init(name: "publicURL", value: .string(snapshot.publicURL.origin)),
            .init(name: "data", value: .string(configuration.dataFolder)),
            .init(
                name: "identity",
                value: .array(
                    configuration.identity.map { provider in
                        ["name": .string(provider.name), "issuer": .string(provider.issuer)]
                    })),
            .init(name: "servers", value: .array(snapshot.servers.map { .object(json(of: $0)) })),
            .init(name: "unusedUpstreams", value: .array(unusedUpstreams.map { .string($0) })),
        ])
    }

    private func json(of server: VirtualServerDefinition) -> JSONObject {
        JSONObject([
            .init(name: "slug", value: .string(server.slug.text)),
            .init(name: "title", value: .string(server.title)),
            .init(name: "urls", value: .array(urls(of: server).map { .string($0) })),
            .init(name: "auth", value: .string(server.auth.rawValue)),
            .init(name: "naming", value: .string(server.naming.rawValue)),
            .init(name: "upstreams", value: .array(server.upstreams.map { .string($0.text) })),
        ])
    }

    /// `a`, `a and b`, `a, b and c`.
    private func listed(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }

    private func urls(of server: VirtualServerDefinition) -> [String] {
        let own = "\(snapshot.publicURL)/v1/mcp/\(server.slug)"
        return server.slug == snapshot.defaultServer.slug ? ["\(snapshot.publicURL)/mcp", own] : [own]
    }

    private func auth(of server: VirtualServerDefinition) -> String {
        var text = "auth \(server.auth.rawValue)"
        if let issuer = server.externalIssuer { text += " by \(issuer.issuer)" }
        if !server.access.groups.isEmpty { text += " for \(alternatives(server.access.groups.sorted()))" }
        return text
    }

    private func remote(_ upstream: HTTPUpstreamDefinition) -> String {
        switch upstream.auth {
        case .none: upstream.url.withoutQuery
        case .key: "\(upstream.url.withoutQuery) with a key"
        case .sharedOAuth: "\(upstream.url.withoutQuery) by one connection for all"
        case .userOAuth: "\(upstream.url.withoutQuery) by each person's connection"
        }
    }

    private func kind(of name: UpstreamName) -> String {
        switch snapshot.upstream(name)?.kind {
        case .http(let upstream): remote(upstream)
        case .sse(let upstream): "\(remote(upstream)) by SSE"
        case .stdio(let upstream): "runs \(quoted(upstream.command[0]))"
        case .builtin(let app): "built-in \(app)"
        case nil: "unknown"
        }
    }

    private var unusedUpstreams: [String] {
        let used = Set(snapshot.servers.flatMap(\.upstreams))
        return snapshot.upstreams.map(\.name).filter { !used.contains($0) }.map(\.text)
    }
}

extension ConfigurationError {
    /// The mistakes for programs.
    var json: JSONObject {
        let (file, mistakes, omitted): (String, [JSONValue], Int) =
            switch self {
            case .unreadable(let file, let reason, _):
                (file, [.object(JSONObject([.init(name: "problem", value: .string(reason))]))], 0)
            case .mistakes(let file, let mistakes, let omitted): (file, mistakes.map { .object($0.json) }, omitted)
            }
        return JSONObject([
            .init(name: "ok", value: .bool(false)),
            .init(name: "file", value: .string(file)),
            .init(name: "mistakes", value: .array(mistakes)),
            .init(name: "omitted", value: .number(JSONNumber(omitted))),
        ])
    }
}

extension ConfigurationMistake {
    fileprivate var json: JSONObject {
        let number = { (value: Int?) -> JSONValue in value.map { .number(JSONNumber($0)) } ?? .null }
        return JSONObject([
            .init(name: "line", value: number(position?.line)),
            .init(name: "column", value: number(position?.column)),
            .init(name: "key", value: .string(path)),
            .init(name: "problem", value: .string(what)),
            .init(name: "instead", value: .string(instead)),
        ])
    }
}
