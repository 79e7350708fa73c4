package import GatewayModel
package import JSONCoding

/// What an upstream says about who lets in there (RFC 9728).
package struct ProtectedResource: Sendable, Hashable {
    /// Its name for itself, as requests for tokens have to say it.
    package let resource: String
    /// Who gives out its tokens; never empty.
    package let issuers: [String]
    /// What can be asked for; empty when it does not say.
    package let scopes: [String]

    /// Issuers that are tried.
    package static let issuersMax = 4

    /// Reads the document that was found for a resource. It must be the document of that resource: of its own address, or of a
    /// path above it at the same origin; else somebody could have tokens made for a server of his choice (RFC 9728 section 7.3).
    package init(_ document: JSONValue, of url: HTTPURL) throws(IssuerProblem) {
        guard let resource = document["resource"]?.stringValue, let named = try? HTTPURL(resource),
            Self.covers(named, url)
        else { throw .otherResource(document["resource"]?.stringValue ?? "") }
        let issuers = document["authorization_servers"]?.arrayValue?.compactMap(\.stringValue) ?? []
        guard !issuers.isEmpty else { throw .noIssuer }
        self.resource = resource
        self.issuers = Array(issuers.prefix(Self.issuersMax))
        scopes = ScopeText.list(document["scopes_supported"])
    }

    private static func covers(_ named: HTTPURL, _ url: HTTPURL) -> Bool {
        guard named.origin == url.origin else { return false }
        if named.target.contains("?") { return named.target == url.target }
        let (above, below) = (IssuerPlaces.path(of: named), IssuerPlaces.path(of: url))
        return above == below || below.hasPrefix(above + "/")
    }
}
