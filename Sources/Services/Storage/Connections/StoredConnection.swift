import SQLDatabase

/// What a person, or the operator for everybody, gave us at an upstream.
package struct StoredConnection: Sendable, Hashable {
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
    /// Its tokens, which the store cannot read.
    package var sealed: [UInt8]
    /// Whether it can be used.
    package var state: State
    /// What the account is called there; for display.
    package var account: String?
    /// Why it cannot be used.
    package var problem: String?
    /// When somebody connected it.
    package var connectedAt: Duration
    /// Grows with every change.
    package var version: Int64

    /// A connection of these parts.
    package init(
        upstream: String, owner: String, sealed: [UInt8], state: State, account: String?, problem: String?,
        connectedAt: Duration, version: Int64
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

extension StoredConnection: StoredRow {
    static let columns: SQL = "upstream, owner, sealed, state, account, problem, connected_at, version"

    init(_ row: SQLRow) throws(SQLError) {
        let state: String = try row.value("state")
        guard let state = State(rawValue: state) else { throw .wrongKind(column: "state", found: "another word") }
        self.init(
            upstream: try row.value("upstream"), owner: try row.value("owner"), sealed: try row.value("sealed"),
            state: state, account: try row.value("account"), problem: try row.value("problem"),
            connectedAt: try row.value("connected_at"), version: try row.value("version"))
    }
}
