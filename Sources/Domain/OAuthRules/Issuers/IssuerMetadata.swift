package import GatewayModel
package import JSONCoding

/// What we need to know of an authorization server of others (RFC 8414, OpenID Connect Discovery).
package struct IssuerMetadata: Sendable, Hashable {
    /// Its name, byte for byte.
    package var issuer: String
    /// Where the browser goes.
    package var authorizationEndpoint: HTTPURL
    /// Where codes become tokens.
    package var tokenEndpoint: HTTPURL
    /// Where a client registers itself.
    package var registrationEndpoint: HTTPURL?
    /// Where tokens are given back.
    package var revocationEndpoint: HTTPURL?
    /// Whether it takes an address as a client's id, and fetches the client's document there.
    package var takesClientDocuments = false
    /// Whether it always says who it is when it sends the browser back (RFC 9207).
    package var namesItself = false
    /// How clients may say who they are at the token endpoint.
    package var tokenMethods: [String] = ["client_secret_basic"]
    /// What can be asked for; empty when it does not say.
    package var scopes: [String] = []

    /// One that is known without a document.
    package init(issuer: String, authorizationEndpoint: HTTPURL, tokenEndpoint: HTTPURL) {
        self.issuer = issuer
        self.authorizationEndpoint = authorizationEndpoint
        self.tokenEndpoint = tokenEndpoint
    }

    /// Reads the document that was found for an issuer. `isCallable` says which addresses may be used at all.
    package init(
        _ document: JSONValue, for issuer: String, isCallable: (HTTPURL) -> Bool
    ) throws(IssuerProblem) {
        let named = document["issuer"]?.stringValue ?? ""
        // RFC 8414 section 3.3, by bytes: `==` of strings would take two spellings of one character for the same.
        guard named.utf8.elementsEqual(issuer.utf8) else { throw .otherIssuer(named) }
        func endpoint(_ name: String) -> HTTPURL? {
            guard let text = document[name]?.stringValue, let url = try? HTTPURL(text), isCallable(url) else {
                return nil
            }
            return url
        }
        guard let authorize = endpoint("authorization_endpoint") else { throw .endpoint("authorization_endpoint") }
        guard let token = endpoint("token_endpoint") else { throw .endpoint("token_endpoint") }
        let types = document["response_types_supported"]?.arrayValue?.compactMap(\.stringValue)
        guard types?.contains("code") ?? true else { throw .noCode }
        let methods = document["code_challenge_methods_supported"]?.arrayValue?.compactMap(\.stringValue) ?? []
        guard methods.contains("S256") else { throw .noS256 }
        self.init(issuer: issuer, authorizationEndpoint: authorize, tokenEndpoint: token)
        registrationEndpoint = endpoint("registration_endpoint")
        revocationEndpoint = endpoint("revocation_endpoint")
        takesClientDocuments = document["client_id_metadata_document_supported"]?.boolValue ?? false
        namesItself = document["authorization_response_iss_parameter_supported"]?.boolValue ?? false
        if let methods = document["token_endpoint_auth_methods_supported"]?.arrayValue?.compactMap(\.stringValue) {
            tokenMethods = methods
        }
        scopes = ScopeText.list(document["scopes_supported"])
    }

    /// The endpoints that servers of MCP 2025-03-26 have without saying so.
    package static func withoutDocument(at origin: HTTPURL) -> IssuerMetadata? {
        guard let authorize = try? HTTPURL(origin.origin + "/authorize"),
            let token = try? HTTPURL(origin.origin + "/token")
        else { return nil }
        var metadata = IssuerMetadata(issuer: origin.origin, authorizationEndpoint: authorize, tokenEndpoint: token)
        metadata.registrationEndpoint = try? HTTPURL(origin.origin + "/register")
        metadata.tokenMethods = ["none", "client_secret_post", "client_secret_basic"]
        return metadata
    }
}
