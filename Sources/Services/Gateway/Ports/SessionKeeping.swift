/// What is stored of handshake sessions: their end, and what their clients asked for once (rulings 4.5). Everything else of a
/// session stands in its sealed id.
package protocol SessionKeeping: Sendable {
    /// What is known of the session with this digest of its id.
    func session(_ digest: [UInt8]) -> KeptSession?

    /// Stores what is known in place of what was; returns when it is written.
    func keep(_ session: KeptSession, _ digest: [UInt8]) async
}

/// What a session's client asked for once, and whether the session is over.
package struct KeptSession: Sendable, Hashable {
    /// The client has ended it; for good.
    package var isEnded = false
    /// The level of `logging/setLevel`.
    package var logLevel: String?
    /// The URIs of `resources/subscribe`, as the client spells them.
    package var subscriptions: [String] = []

    /// A session of which nothing is known.
    package init() {}
}

/// Keeps nothing beyond the process: for tests, and for gateways without a store.
package struct NoSessionKeeping: SessionKeeping {
    /// The one there is.
    package init() {}

    /// Nothing was kept.
    package func session(_ digest: [UInt8]) -> KeptSession? { nil }

    /// Forgets it at once.
    package func keep(_ session: KeptSession, _ digest: [UInt8]) async {}
}
