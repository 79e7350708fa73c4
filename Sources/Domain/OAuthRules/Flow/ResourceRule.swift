package import GatewayModel

/// Which virtual server `resource` means, in an answer's words (RFC 8707 2).
package enum ResourceRule {
    /// The server, which takes our tokens.
    package static func server(_ resources: [String], _ addresses: ServerAddresses) throws(OAuthError) -> ServerSlug {
        switch addresses.meaning(of: resources) {
        case .server(let slug): return slug
        case .missing:
            throw OAuthError(.invalidTarget, "resource is missing; send the address of the MCP server.")
        case .unknown:
            throw OAuthError(.invalidTarget, "resource is no MCP server here; send the address that you connect to.")
        case .withoutOurTokens:
            throw OAuthError(.invalidTarget, "The MCP server of resource takes no tokens of this authorization server.")
        }
    }

    /// The server that a token request names; nothing where it names none.
    package static func named(_ resources: [String], _ addresses: ServerAddresses) throws(OAuthError) -> ServerSlug? {
        resources.isEmpty ? nil : try server(resources, addresses)
    }
}
