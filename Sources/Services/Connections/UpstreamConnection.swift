package import GatewayModel

/// How a person stands with one upstream: a row of the consent page and of the account page.
package struct UpstreamConnection: Sendable, Hashable {
    /// Whose the connection is.
    package enum Auth: Sendable, Hashable {
        /// There is none.
        case none
        /// A key of the operator's.
        case key
        /// The operator makes it once for everybody.
        case shared
        /// Each person makes one.
        case personal
    }

    /// Whether the upstream can be called for this person.
    package enum State: String, Sendable, Hashable {
        /// It wants to see nothing.
        case notNeeded
        /// The operator has seen to it.
        case byOperator
        /// The person has connected it.
        case connected
        /// It was connected, and has to be connected again.
        case reconnect
        /// It is not connected.
        case missing
    }

    /// Which upstream.
    package let upstream: UpstreamName
    /// Whose the connection is.
    package let auth: Auth
    /// Whether it can be called.
    package let state: State
    /// What the account is called there.
    package let account: String?
    /// When it was connected, in seconds since 1970.
    package let since: Int64?
    /// Why it has to be connected again; for operators.
    package let problem: String?
    /// Whether a client gets access only when the person has connected it.
    package let isRequired: Bool
    /// What Connect will ask for, as far as that is known.
    package let scopes: [String]
    /// Whether a call was refused because the connection has too few rights: it serves other calls, and connecting again helps.
    package let lacksRights: Bool
    /// Whether this person may connect it.
    package let canConnect: Bool

    /// Whether it stands in the way of a client's access.
    package var isInTheWay: Bool { auth == .personal && isRequired && state != .connected }
}
