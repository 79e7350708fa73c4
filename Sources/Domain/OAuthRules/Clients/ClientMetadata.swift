package import GatewayModel
package import JSONCoding

/// What a client says about itself, in a document or a registration (RFC 7591 section 2). Everything in it is the client's own
/// claim: shown as such, and never a right.
package struct ClientMetadata: Sendable, Hashable {
    /// `client_name`.
    package var name: String?
    /// `client_uri`: its home page.
    package var clientURI: HTTPURL?
    /// Where it may be sent back to; never empty.
    package var redirectURIs: [RedirectURI]
    /// How it may prove itself, the preferred way first; never empty.
    package var authMethods: [ClientAuthMethod]
    /// `token_endpoint_auth_signing_alg`.
    package var signingAlgorithm: String?
    /// What of `grant_types` is served here.
    package var grantTypes: [String]
    /// `scope` as it came; it is no bound, because clients register long before they know what they need.
    package var scope: String?
    /// `application_type`, which decides nothing here: programs of the user's machine register https, and web sites loopback.
    package var applicationType: String?
    /// `jwks`: its keys.
    package var keys: JSONObject?
    /// `jwks_uri`: where its keys are.
    package var keysURI: HTTPURL?
    /// `logo_uri`, `tos_uri`, `policy_uri`, `contacts`, `software_id`, `software_version`, and members that nobody here knows, as
    /// they came.
    package var others: JSONObject

    /// The grants that a client can have here.
    package static let servedGrants = ["authorization_code", "refresh_token"]

    /// Metadata of these parts.
    package init(
        name: String? = nil, clientURI: HTTPURL? = nil, redirectURIs: [RedirectURI],
        authMethods: [ClientAuthMethod] = [.none], signingAlgorithm: String? = nil,
        grantTypes: [String] = ClientMetadata.servedGrants, scope: String? = nil, applicationType: String? = nil,
        keys: JSONObject? = nil, keysURI: HTTPURL? = nil, others: JSONObject = JSONObject()
    ) {
        self.name = name
        self.clientURI = clientURI
        self.redirectURIs = redirectURIs
        self.authMethods = authMethods
        self.signingAlgorithm = signingAlgorithm
        self.grantTypes = grantTypes
        self.scope = scope
        self.applicationType = applicationType
        self.keys = keys
        self.keysURI = keysURI
        self.others = others
    }

    /// What people call the client: the name that it gave itself, else where it is from.
    package var displayName: String { name ?? clientURI?.host.description ?? redirectURIs.first?.host ?? "" }

    /// Whether it has said that it wants refresh tokens.
    package var wantsRefresh: Bool { grantTypes.contains("refresh_token") }

    /// All redirect URIs in one text, whatever their order: when it changes, consent is asked again (rulings 5.6).
    package var redirectsText: String {
        redirectURIs.map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined(separator: "\n")
    }

    /// The members as they are kept and echoed.
    package var json: JSONObject {
        var object: JSONObject = [
            "redirect_uris": .array(redirectURIs.map { .string($0.text) }),
            "token_endpoint_auth_method": .string((authMethods.first ?? .none).rawValue),
            "grant_types": .array(grantTypes.map { .string($0) }),
            "response_types": ["code"],
        ]
        if authMethods.count > 1 {
            object["token_endpoint_auth_methods_supported"] = .array(authMethods.map { .string($0.rawValue) })
        }
        object["client_name"] = name.map { .string($0) }
        object["client_uri"] = clientURI.map { .string($0.description) }
        object["token_endpoint_auth_signing_alg"] = signingAlgorithm.map { .string($0) }
        object["scope"] = scope.map { .string($0) }
        object["application_type"] = applicationType.map { .string($0) }
        object["jwks"] = keys.map { .object($0) }
        object["jwks_uri"] = keysURI.map { .string($0.description) }
        object.members += others.members
        return object
    }
}
