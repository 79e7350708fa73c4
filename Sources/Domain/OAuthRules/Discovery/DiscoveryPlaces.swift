import GatewayModel
package import JSONCoding

/// What stands at the well-known addresses where clients look (`/.well-known/…`, RFC 8615).
package struct DiscoveryPlaces: Sendable {
    /// Where all of them begin.
    package static let prefix = "/.well-known/"
    private static let resource = "/.well-known/oauth-protected-resource"
    private static let issuer = "/.well-known/oauth-authorization-server"

    private let addresses: ServerAddresses
    private let authorizationServer: JSONObject

    /// The places of a configuration.
    package init(addresses: ServerAddresses, authorizationServer: JSONObject) {
        self.addresses = addresses
        self.authorizationServer = authorizationServer
    }

    /// The document at a path; `nil` is answered with 404 in JSON, also where OpenID Connect would be discovered (rulings 1.2).
    package func document(at path: String) -> JSONObject? {
        if let rest = Self.rest(of: path, behind: Self.resource) { return resourceDocument(rest) }
        if let rest = Self.rest(of: path, behind: Self.issuer) { return serverDocument(rest) }
        return nil
    }

    /// The path of the document that describes the address of this path; a challenge names it.
    package static func resourcePath(for path: String) -> String { resource + path }

    /// The root describes `/mcp`.
    private func resourceDocument(_ rest: Substring) -> JSONObject? {
        let path = rest.isEmpty || rest == "/" ? "/mcp" : rest
        return addresses.server(path: path).map {
            ResourceMetadata.document(
                resource: addresses.origin + path, server: $0, issuer: addresses.origin)
        }
    }

    /// At the root, and behind the addresses of servers that take our tokens, because older clients put the path of the MCP
    /// address there (specification of 2025-03-26). The issuer is the same everywhere, so strict clients look at the root.
    private func serverDocument(_ rest: Substring) -> JSONObject? {
        if rest.isEmpty || rest == "/" { return addresses.isAnyServerOurs ? authorizationServer : nil }
        guard let server = addresses.server(path: rest), server.auth.takesOurTokens else { return nil }
        return authorizationServer
    }

    private static func rest(of path: String, behind place: String) -> Substring? {
        guard path.hasPrefix(place) else { return nil }
        let rest = path.dropFirst(place.count)
        return rest.isEmpty || rest.hasPrefix("/") ? rest : nil
    }
}
