package import OAuthRules
package import SQLDatabase
package import Storage

/// The house's store as the one of clients.
package struct StoredClients: ClientStoring {
    private let clients: ClientStore
    private let assertions: AssertionStore

    private let now: StorageClock

    /// Keeps clients here.
    package init(clients: ClientStore, assertions: AssertionStore, now: @escaping StorageClock) {
        self.clients = clients
        self.assertions = assertions
        self.now = now
    }

    /// As it is kept.
    /// A client that is kept.
    package func client(_ id: String) async throws(SQLError) -> KeptClient? {
        try await clients.client(id).map { KeptClient($0) }
    }

    /// By the index of registration tokens.
    /// Whose registration token it is.
    package func clientID(ofRegistration digest: [UInt8]) async throws(SQLError) -> String? {
        try await clients.id(ofRegistration: digest)
    }

    /// A document counts as used now.
    /// Keeps a new one within the bounds.
    package func add(_ client: KeptClient, bounds: ClientBounds) async throws(SQLError) -> Bool {
        try await clients.add(client.stored(used: now()), bounds: bounds)
    }

    /// With the times of its document.
    /// Replaces what is known of one.
    package func replace(_ client: KeptClient) async throws(SQLError) -> Bool {
        try await clients.replace(client.stored(used: now()))
    }

    /// The ending is in the store too, for a start that comes later.
    /// Forgets one, with what it was given.
    package func remove(_ id: String) async throws(SQLError) -> Bool {
        try await clients.remove(id) != nil
    }

    /// One page of them.
    /// The newest of an origin.
    package func clients(_ origin: ClientOrigin, limit: Int) async throws(SQLError) -> [KeptClient] {
        try await clients.clients(origin.kind, limit: limit).map { KeptClient($0) }
    }

    /// The client is part of the digest.
    /// Uses the id of an assertion up.
    package func takeAssertion(_ digest: [UInt8], until end: Duration) async throws(SQLError) -> Bool {
        try await assertions.use(digest, until: end)
    }
}

extension KeptClient {
    fileprivate init(_ stored: StoredClient) {
        let origin: ClientOrigin
        switch stored.kind {
        case .document: origin = .document
        case .registered: origin = .registered
        case .operator: origin = .operator
        }
        self.init(
            id: stored.id, origin: origin, metadata: Array(stored.metadata.utf8), secretDigest: stored.secretDigest,
            registrationDigest: stored.registrationDigest, created: stored.createdAt, fetched: stored.fetchedAt,
            freshUntil: stored.freshUntil)
    }

    fileprivate func stored(used: Duration) -> StoredClient {
        StoredClient(
            id: id, kind: origin.kind, metadata: String(decoding: metadata, as: UTF8.self), secretDigest: secretDigest,
            registrationDigest: registrationDigest, createdAt: created, usedAt: used, fetchedAt: fetched,
            freshUntil: freshUntil)
    }
}

extension ClientOrigin {
    fileprivate var kind: StoredClient.Kind {
        switch self {
        case .document: .document
        case .registered: .registered
        case .operator: .operator
        }
    }
}
