package import GatewayModel

/// Where documents of others are looked for.
package enum IssuerPlaces {
    /// The metadata of an issuer, in the order in which they are tried (RFC 8414 section 3.1, OpenID Connect Discovery section 4;
    /// MCP 2026-07-28, authorization server discovery).
    package static func metadata(of issuer: HTTPURL) -> [HTTPURL] {
        let path = path(of: issuer)
        let texts =
            path.isEmpty
            ? ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"]
            : [
                "/.well-known/oauth-authorization-server" + path, "/.well-known/openid-configuration" + path,
                path + "/.well-known/openid-configuration",
            ]
        return texts.compactMap { try? HTTPURL(issuer.origin + $0) }
    }

    /// What a resource says about itself (RFC 9728 section 3.1): with its path inserted, then at the root.
    package static func protectedResource(of resource: HTTPURL) -> [HTTPURL] {
        let path = path(of: resource)
        let texts = (path.isEmpty ? [] : [path]) + [""]
        return texts.compactMap { try? HTTPURL(resource.origin + "/.well-known/oauth-protected-resource" + $0) }
    }

    /// Without its query and without a final slash.
    static func path(of url: HTTPURL) -> String {
        var path = String(url.target.prefix { $0 != "?" })
        while path.hasSuffix("/") { path.removeLast() }
        return path
    }
}
