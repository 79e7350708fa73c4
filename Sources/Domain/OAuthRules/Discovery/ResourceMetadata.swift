package import GatewayModel
package import JSONCoding

/// What clients learn about a virtual server before they sign in (RFC 9728 2).
package enum ResourceMetadata {
    /// The document of one spelling of a server's address: `resource` is that spelling, because clients compare it with what
    /// the person typed (rulings 1.1). A server that nobody signs in to names no authorization server (rulings 1.4).
    package static func document(resource: String, server: VirtualServerDefinition, issuer: String) -> JSONObject {
        var issuers: [JSONValue] = []
        switch server.auth {
        case .oauth, .mixed: issuers = [.string(issuer)]
        case .external: if let outside = server.externalIssuer { issuers = [.string(outside.issuer)] }
        case .none: break
        }
        var document: JSONObject = [
            "resource": .string(resource),
            "resource_name": .string(server.title),
            "authorization_servers": .array(issuers),
            "bearer_methods_supported": .array(["header"]),
        ]
        if server.auth.takesOurTokens {
            // Without offline_access, which is the authorization server's business (rulings 1.3).
            document.members.append(
                JSONObject.Member(
                    name: "scopes_supported", value: .array(AccessScopes.names.map { .string($0.name) })))
        }
        return document
    }
}
