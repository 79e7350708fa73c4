import OAuthRules
package import SQLDatabase
package import Storage

/// The house's store as the one of clients.
package struct StoredClients: ClientStoring {
    private let clients: ClientStore
    private let assertions: AssertionStore

    /// Keeps clients here.
    package init(clients: ClientStore, assertions: AssertionStore) {
        self.clients = clients
        self.assertions = assertions
    }

    package func client(_ id: String) async throws(SQLError) -> KeptClient? {
        try await clients.client(id).map { KeptClient($0) }
    }

    package func clientID(ofRegistration digest: [UInt8]) async throws(SQLError) -> String? {
        try await clients.id(ofRegistration: digest)
    }

    package func add(_ client: KeptClient) async throws(SQLError) -> Bool {
        try await clients.add(client.stored)
    }

    package func keep(document: KeptClient) async throws(SQLError) {
        try await clients.keep(document: document.stored)
    }

    package func replace(_ client: KeptClient) async throws(SQLError) -> Bool {
        try await clients.replace(client.stored)
    }

    package func remove(_ id: String) async throws(SQLError) -> Bool {
        try await clients.remove(id) != nil
    }

    package func page(after id: String) async throws(SQLError) -> [KeptClient] {
        try await clients.page(after: id).map { KeptClient($0) }
    }

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

    fileprivate var stored: StoredClient {
        let kind: StoredClient.Kind
        switch origin {
        case .document: kind = .document
        case .registered: kind = .registered
        case .operator: kind = .operator
        }
        return StoredClient(
            id: id, kind: kind, metadata: String(decoding: metadata, as: UTF8.self), secretDigest: secretDigest,
            registrationDigest: registrationDigest, createdAt: created, usedAt: fetched ?? created, fetchedAt: fetched,
            freshUntil: freshUntil)
    }
}
