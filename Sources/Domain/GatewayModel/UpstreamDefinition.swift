/// Something this gateway reaches, by the operator's name.
package struct UpstreamDefinition: Sendable, Hashable {
    /// What servers call it.
    package let name: UpstreamName
    /// How it is reached.
    package let kind: UpstreamKind

    /// Pairs a name with a way to reach it.
    package init(name: UpstreamName, kind: UpstreamKind) {
        self.name = name
        self.kind = kind
    }

    /// What it wants to see.
    package var auth: UpstreamAuth {
        switch kind {
        case .http(let remote), .sse(let remote): remote.auth
        case .stdio, .builtin: .none
        }
    }
}

/// What sort of upstream it is; a kind that is not listed here is not served yet.
package enum UpstreamKind: Sendable, Hashable {
    /// A remote MCP server over streamable HTTP.
    case http(HTTPUpstreamDefinition)
    /// A remote MCP server over the two addresses of 2024-11-05.
    case sse(HTTPUpstreamDefinition)
    /// A program that is started when it is needed.
    case stdio(StdioUpstreamDefinition)
    /// An app inside this process.
    case builtin(app: BuiltinAppName)
}

/// A remote MCP server.
package struct HTTPUpstreamDefinition: Sendable, Hashable {
    /// Its MCP address: where messages are posted, or for `sse` where the stream is opened.
    package let url: HTTPURL
    /// What it wants to see.
    package let auth: UpstreamAuth

    /// An address, and what is shown there.
    package init(url: HTTPURL, auth: UpstreamAuth = .none) {
        self.url = url
        self.auth = auth
    }
}
