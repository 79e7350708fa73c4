package import SQLDatabase
package import Storage

/// The house's store as the one of connections.
package struct StoredConnections: ConnectionStoring {
    private let connections: ConnectionStore
    private let registrations: RegistrationStore
    private let states: ConnectStateStore

    /// Keeps everything in these.
    package init(connections: ConnectionStore, registrations: RegistrationStore, states: ConnectStateStore) {
        self.connections = connections
        self.registrations = registrations
        self.states = states
    }

    /// The connection of an owner to an upstream.
    package func connection(upstream: String, owner: String) async throws(SQLError) -> ConnectionRecord? {
        try await connections.connection(upstream: upstream, owner: owner).map(ConnectionRecord.init)
    }

    /// All connections of an owner.
    package func connections(of owner: String) async throws(SQLError) -> [ConnectionRecord] {
        try await connections.connections(of: owner).map(ConnectionRecord.init)
    }

    /// All connections, page by page.
    package func allConnections() async throws(SQLError) -> [ConnectionRecord] {
        var all: [ConnectionRecord] = []
        var last = (upstream: "", owner: "")
        while true {
            let page = try await connections.page(after: last)
            all += page.map(ConnectionRecord.init)
            guard page.count == ConnectionStore.pageMax, let end = page.last else { return all }
            last = (end.upstream, end.owner)
        }
    }

    /// Writes a connection in the place of the one with this version.
    package func replace(_ record: ConnectionRecord, version: Int64) async throws(SQLError) -> Bool {
        try await connections.replace(record.stored, version: version)
    }

    /// Forgets a connection.
    package func removeConnection(upstream: String, owner: String) async throws(SQLError) -> ConnectionRecord? {
        try await connections.remove(upstream: upstream, owner: owner).map(ConnectionRecord.init)
    }

    /// The people whose connection to an upstream works.
    package func usableOwners(of upstream: String) async throws(SQLError) -> [String] {
        try await connections.usableOwners(of: upstream)
    }

    /// Our registration at an issuer.
    package func registration(issuer: String, redirectURI: String) async throws(SQLError) -> RegistrationRecord? {
        try await registrations.registration(issuer: issuer, redirectURI: redirectURI).map(RegistrationRecord.init)
    }

    /// Keeps a registration.
    package func keep(_ registration: RegistrationRecord) async throws(SQLError) {
        try await registrations.keep(
            StoredRegistration(
                issuer: registration.issuer, redirectURI: registration.redirectURI, sealed: registration.sealed,
                createdAt: .seconds(registration.createdAt)))
    }

    /// Forgets a registration.
    package func removeRegistration(issuer: String, redirectURI: String) async throws(SQLError) {
        try await registrations.remove(issuer: issuer, redirectURI: redirectURI)
    }

    /// All registrations.
    package func allRegistrations() async throws(SQLError) -> [RegistrationRecord] {
        try await registrations.all().map(RegistrationRecord.init)
    }

    /// Keeps an attempt, unless its person is not there any more; then nobody comes back with it either.
    package func keep(_ attempt: AttemptRecord, now: Int64) async throws(SQLError) {
        _ = try await states.keep(
            StoredConnectState(
                digest: attempt.digest, user: attempt.user, sealed: attempt.sealed,
                endsAt: .seconds(attempt.expiresAt)))
    }

    /// Takes an attempt out; how old it may be, the store says by its own clock.
    package func takeAttempt(digest: [UInt8], now: Int64) async throws(SQLError) -> AttemptRecord? {
        guard let state = try await states.take(digest), state.endsAt > .seconds(now) else { return nil }
        return AttemptRecord(
            digest: state.digest, user: state.user, sealed: state.sealed, expiresAt: state.endsAt.components.seconds)
    }
}

extension ConnectionRecord {
    fileprivate init(_ stored: StoredConnection) {
        self.init(
            upstream: stored.upstream, owner: stored.owner, sealed: stored.sealed,
            state: stored.state == .connected ? .connected : .reconnect, account: stored.account,
            problem: stored.problem, connectedAt: stored.connectedAt.components.seconds, version: stored.version)
    }

    fileprivate var stored: StoredConnection {
        StoredConnection(
            upstream: upstream, owner: owner, sealed: sealed, state: state == .connected ? .connected : .reconnect,
            account: account, problem: problem, connectedAt: .seconds(connectedAt), version: version)
    }
}

extension RegistrationRecord {
    fileprivate init(_ stored: StoredRegistration) {
        self.init(
            issuer: stored.issuer, redirectURI: stored.redirectURI, sealed: stored.sealed,
            createdAt: stored.createdAt.components.seconds)
    }
}
