package import OAuthRules
package import SQLDatabase
package import Storage

/// What is kept of clients. Each method is one transaction.
package protocol ClientStoring: Sendable {
    /// A client that is not removed.
    func client(_ id: String) async throws(SQLError) -> KeptClient?
    /// The id of the client whose registration token has this digest.
    func clientID(ofRegistration digest: [UInt8]) async throws(SQLError) -> String?
    /// Adds a client. Where the bounds are reached, the oldest of those that never got a token and were made before
    /// `bounds.giveWayBefore` makes room; `false`, and nothing is added, where there is none.
    func add(_ client: KeptClient, bounds: ClientBounds) async throws(SQLError) -> Bool
    /// Replaces what a client says about itself, its digests, and the times of its document; `false` when it was removed meanwhile.
    func replace(_ client: KeptClient) async throws(SQLError) -> Bool
    /// Removes a client, and ends its grants; `false` when it was not there.
    func remove(_ id: String) async throws(SQLError) -> Bool
    /// All clients of an origin, the newest first.
    func clients(_ origin: ClientOrigin, limit: Int) async throws(SQLError) -> [KeptClient]
    /// Remembers the id of an assertion until its end; `false` when it was used before (RFC 7523 section 3, item 7).
    func takeAssertion(_ digest: [UInt8], until end: Duration) async throws(SQLError) -> Bool
}

/// A client as it is kept: what it says about itself, and digests of what it must show.
package struct KeptClient: Sendable, Hashable {
    /// Its id.
    package let id: String
    /// How we know it.
    package let origin: ClientOrigin
    /// What it says about itself, as JSON.
    package var metadata: [UInt8]
    /// SHA-256 of its secret.
    package var secretDigest: [UInt8]?
    /// SHA-256 of the token that manages its registration.
    package var registrationDigest: [UInt8]?
    /// When it came, since 1970.
    package let created: Duration
    /// When its document was fetched, since 1970.
    package var fetched: Duration?
    /// Until when its document need not be fetched again, since 1970.
    package var freshUntil: Duration?

    /// A client of these parts.
    package init(
        id: String, origin: ClientOrigin, metadata: [UInt8], secretDigest: [UInt8]? = nil,
        registrationDigest: [UInt8]? = nil, created: Duration, fetched: Duration? = nil, freshUntil: Duration? = nil
    ) {
        self.id = id
        self.origin = origin
        self.metadata = metadata
        self.secretDigest = secretDigest
        self.registrationDigest = registrationDigest
        self.created = created
        self.fetched = fetched
        self.freshUntil = freshUntil
    }
}
