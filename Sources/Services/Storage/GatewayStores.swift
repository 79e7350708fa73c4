package import SQLDatabase

/// Every store of the gateway over one database.
package struct GatewayStores: Sendable {
    /// The last known inventories.
    package let inventories: InventoryStore
    /// Sessions of clients of the handshake era.
    package let sessions: SessionStore
    /// People.
    package let users: UserStore
    /// Browsers in which they are signed in.
    package let browserSessions: BrowserSessionStore
    /// Addresses that do one thing once.
    package let links: LinkStore
    /// Keys of machines.
    package let apiKeys: APIKeyStore
    /// OAuth clients.
    package let clients: ClientStore
    /// Ids of assertions that were used.
    package let assertions: AssertionStore
    /// The keys that sign our tokens.
    package let signingKeys: SigningKeyStore
    /// Requests of clients that wait for a person.
    package let authorizationRequests: AuthorizationRequestStore
    /// What people allowed clients before.
    package let approvals: ApprovalStore
    /// Grants with their codes and refresh tokens.
    package let grants: GrantStore
    /// What is over.
    package let endings: EndingStore
    /// Connections to upstreams.
    package let connections: ConnectionStore
    /// Our registrations at their issuers.
    package let registrations: RegistrationStore
    /// Browsers that were sent to upstreams.
    package let connectStates: ConnectStateStore
    /// What forgets all of it in time.
    package let retention: Retention

    /// The stores of a database that has ``GatewaySchema``.
    package init(database: any Database, now: @escaping StorageClock) {
        inventories = InventoryStore(database: database, now: now)
        sessions = SessionStore(database: database, now: now)
        users = UserStore(database: database, now: now)
        browserSessions = BrowserSessionStore(database: database, now: now)
        links = LinkStore(database: database, now: now)
        apiKeys = APIKeyStore(database: database, now: now)
        clients = ClientStore(database: database, now: now)
        assertions = AssertionStore(database: database, now: now)
        signingKeys = SigningKeyStore(database: database)
        authorizationRequests = AuthorizationRequestStore(database: database, now: now)
        approvals = ApprovalStore(database: database, now: now)
        grants = GrantStore(database: database, now: now)
        endings = EndingStore(database: database, now: now)
        connections = ConnectionStore(database: database)
        registrations = RegistrationStore(database: database)
        connectStates = ConnectStateStore(database: database, now: now)
        retention = Retention(database: database, now: now)
    }
}
