package import Telemetry

/// What an upstream wants to see before it answers, and whose it is.
package enum UpstreamAuth: Sendable, Hashable {
    /// Nothing.
    case none
    /// A key of the operator's, the same for everybody.
    case key(UpstreamKey)
    /// A connection that the operator makes once for everybody.
    case sharedOAuth(UpstreamOAuth)
    /// A connection of each person's own.
    case userOAuth(UpstreamOAuth)

    /// Whether calls of different people use different connections.
    package var isPerUser: Bool {
        if case .userOAuth = self { true } else { false }
    }

    /// How connections are made, where they are.
    package var oauth: UpstreamOAuth? {
        switch self {
        case .sharedOAuth(let oauth), .userOAuth(let oauth): oauth
        case .none, .key: nil
        }
    }
}

/// A key, and where an upstream looks for it.
package struct UpstreamKey: Sendable, Hashable {
    /// Where an upstream looks for a key.
    package enum Place: Sendable, Hashable {
        /// A field of the request, and what stands in front of the key: `Authorization` and `Bearer `.
        case header(name: String, prefix: String)
        /// A parameter of the address.
        case query(name: String)
    }

    /// Where it goes.
    package let place: Place
    /// The key.
    package let secret: Secret<String>

    /// Puts a key in its place.
    package init(place: Place, secret: Secret<String>) {
        self.place = place
        self.secret = secret
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(place) }
}

/// How we become a client of an upstream's authorization server; what is not written is found out.
package struct UpstreamOAuth: Sendable, Hashable {
    /// Our client id there, where the operator registered us by hand.
    package var clientID: String?
    /// Its secret.
    package var clientSecret: Secret<String>?
    /// Written together, for servers without metadata.
    package var authorizationURL: HTTPURL?
    /// Where codes become tokens.
    package var tokenURL: HTTPURL?
    /// What to ask for; empty means what the upstream's challenge or metadata say.
    package var scopes: [String]
    /// Whether a person must have connected it before a client gets access to a virtual server that has it.
    package var isRequired: Bool

    /// Everything is found out.
    package init(
        clientID: String? = nil, clientSecret: Secret<String>? = nil, authorizationURL: HTTPURL? = nil,
        tokenURL: HTTPURL? = nil, scopes: [String] = [], isRequired: Bool = true
    ) {
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.authorizationURL = authorizationURL
        self.tokenURL = tokenURL
        self.scopes = scopes
        self.isRequired = isRequired
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(clientID)
        hasher.combine(authorizationURL)
        hasher.combine(tokenURL)
        hasher.combine(scopes)
        hasher.combine(isRequired)
    }
}
