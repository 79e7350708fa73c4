package import JSONCoding

/// What clients learn about the authorization server (RFC 8414 2).
package enum AuthorizationServerMetadata {
    /// The paths of the endpoints; they stand nowhere else.
    package enum Path {
        /// Where people say yes (RFC 6749 3.1).
        package static let authorize = "/oauth/authorize"
        /// The page on which they do.
        package static let consent = "/oauth/consent"
        /// RFC 6749 3.2.
        package static let token = "/oauth/token"
        /// RFC 7591 3.
        package static let register = "/oauth/register"
        /// RFC 7009 2.
        package static let revoke = "/oauth/revoke"
        /// RFC 7662 2.
        package static let introspect = "/oauth/introspect"
        /// RFC 7517 5.
        package static let keys = "/oauth/jwks"
    }

    /// The ways to authenticate; `none` first, because some clients take the first that they know.
    package static let authMethods = ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"]
    /// What assertions may be signed with.
    package static let assertionAlgorithms = ["ES256", "RS256", "EdDSA"]

    /// The document of an issuer, which is spelled without a final slash, byte for byte as tokens and answers spell it.
    package static func document(
        issuer: String, grants: [String], registersClients: Bool, takesClientDocuments: Bool
    ) -> JSONObject {
        let confidential = authMethods.filter { $0 != "none" }
        var document: JSONObject = [
            "issuer": .string(issuer),
            "authorization_endpoint": .string(issuer + Path.authorize),
            "token_endpoint": .string(issuer + Path.token),
            "jwks_uri": .string(issuer + Path.keys),
            "scopes_supported": texts(ScopeRequest.supported),
            "response_types_supported": texts(["code"]),
            "response_modes_supported": texts(["query"]),
            "grant_types_supported": texts(grants),
            "token_endpoint_auth_methods_supported": texts(authMethods),
            "token_endpoint_auth_signing_alg_values_supported": texts(assertionAlgorithms),
            "revocation_endpoint": .string(issuer + Path.revoke),
            "revocation_endpoint_auth_methods_supported": texts(authMethods),
            "revocation_endpoint_auth_signing_alg_values_supported": texts(assertionAlgorithms),
            "introspection_endpoint": .string(issuer + Path.introspect),
            "introspection_endpoint_auth_methods_supported": texts(confidential),
            "introspection_endpoint_auth_signing_alg_values_supported": texts(assertionAlgorithms),
            "code_challenge_methods_supported": texts([CodeChallenge.method]),
            "authorization_response_iss_parameter_supported": true,
            "client_id_metadata_document_supported": .bool(takesClientDocuments),
            "prompt_values_supported": texts(["none", "login", "consent"]),
            "ui_locales_supported": texts(["en", "de"]),
        ]
        if registersClients {
            document.members.append(
                JSONObject.Member(name: "registration_endpoint", value: .string(issuer + Path.register)))
        }
        return document
    }

    private static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
