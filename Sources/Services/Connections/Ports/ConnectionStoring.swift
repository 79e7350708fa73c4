package import SQLDatabase

/// What the vault keeps outside its memory; tokens are sealed before they come here. Every method is one transaction.
package protocol ConnectionStoring: Sendable {
    /// The connection of an owner to an upstream.
    func connection(upstream: String, owner: String) async throws(SQLError) -> ConnectionRecord?

    /// All connections of an owner.
    func connections(of owner: String) async throws(SQLError) -> [ConnectionRecord]

    /// All connections, for sealing them anew.
    func allConnections() async throws(SQLError) -> [ConnectionRecord]

    /// Writes a connection in the place of the one with this version; 0 means that there must be none. False, and nothing is
    /// written, if there is another one by now.
    func replace(_ record: ConnectionRecord, version: Int64) async throws(SQLError) -> Bool

    /// Forgets a connection; it is returned if it was there.
    func removeConnection(upstream: String, owner: String) async throws(SQLError) -> ConnectionRecord?

    /// The people whose connection to an upstream works, operators first, then builders, then all others; who connected first
    /// stands first.
    func usableOwners(of upstream: String) async throws(SQLError) -> [String]

    /// Our registration at an issuer for a redirect address.
    func registration(issuer: String, redirectURI: String) async throws(SQLError) -> RegistrationRecord?

    /// Keeps a registration in place of the one before it.
    func keep(_ registration: RegistrationRecord) async throws(SQLError)

    /// Forgets a registration that the issuer does not know any more.
    func removeRegistration(issuer: String, redirectURI: String) async throws(SQLError)

    /// All registrations, for sealing them anew.
    func allRegistrations() async throws(SQLError) -> [RegistrationRecord]

    /// Keeps what is needed when the browser comes back. `now` and `expiresAt` are in seconds since 1970.
    func keep(_ attempt: AttemptRecord, now: Int64) async throws(SQLError)

    /// Takes it out: it is found once. Nothing when it is older than it may be.
    func takeAttempt(digest: [UInt8], now: Int64) async throws(SQLError) -> AttemptRecord?
}

/// A connection as it is kept.
package struct ConnectionRecord: Sendable, Hashable {
    /// Whether it can be used.
    package enum State: String, Sendable, Hashable {
        /// As far as anybody knows.
        case connected
        /// Only after somebody has connected it again.
        case reconnect
    }

    /// The upstream's name.
    package let upstream: String
    /// The person's id; empty for the one that the operator made for everybody.
    package let owner: String
    /// Its tokens, which only the vault can read.
    package var sealed: [UInt8]
    /// Whether it can be used.
    package var state: State
    /// What the account is called there; for display.
    package var account: String?
    /// Why it cannot be used.
    package var problem: String?
    /// When somebody connected it, in seconds since 1970.
    package var connectedAt: Int64
    /// Grows with every change.
    package var version: Int64

    /// A connection of these parts.
    package init(
        upstream: String, owner: String, sealed: [UInt8], state: State, account: String?, problem: String?,
        connectedAt: Int64, version: Int64
    ) {
        self.upstream = upstream
        self.owner = owner
        self.sealed = sealed
        self.state = state
        self.account = account
        self.problem = problem
        self.connectedAt = connectedAt
        self.version = version
    }
}

/// What an issuer gave us when we registered, as it is kept.
package struct RegistrationRecord: Sendable, Hashable {
    /// Whom it is good for, and nobody else.
    package let issuer: String
    /// Which address it was made with.
    package let redirectURI: String
    /// Id, secret and method, which only the vault can read.
    package var sealed: [UInt8]
    /// In seconds since 1970.
    package let createdAt: Int64

    /// A registration of these parts.
    package init(issuer: String, redirectURI: String, sealed: [UInt8], createdAt: Int64) {
        self.issuer = issuer
        self.redirectURI = redirectURI
        self.sealed = sealed
        self.createdAt = createdAt
    }
}

/// A browser that was sent to an upstream and has not come back yet, as it is kept.
package struct AttemptRecord: Sendable, Hashable {
    /// Of `state`.
    package let digest: [UInt8]
    /// Who was sent.
    package let user: String
    /// Everything else, which only the vault can read.
    package let sealed: [UInt8]
    /// In seconds since 1970.
    package let expiresAt: Int64

    /// An attempt of these parts.
    package init(digest: [UInt8], user: String, sealed: [UInt8], expiresAt: Int64) {
        self.digest = digest
        self.user = user
        self.sealed = sealed
        self.expiresAt = expiresAt
    }
}
