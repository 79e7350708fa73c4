/// A person's connection to an upstream, as pages show it.
package struct ConnectionView: Sendable {
    /// How it stands.
    package enum State: Sendable, Hashable {
        /// The upstream wants to see nothing.
        case notNeeded
        /// The operator has connected it for everybody.
        case byOperator
        /// Connected, as this account where that is known.
        case connected(account: String?)
        /// It was connected and does not work any more; why, if that is known.
        case reconnect(problem: String?)
        /// Not connected.
        case missing
    }

    /// The upstream's name in addresses.
    package let upstream: String
    /// What people call it.
    package let title: String
    /// A `data:` picture; without one the title's first letter is shown.
    package let icon: String?
    /// How it stands.
    package let state: State
    /// Whether a client gets no access without it.
    package let isRequired: Bool
    /// What Patchbay asks for there, shown at the button (rulings 5.9).
    package let scopes: [String]
    /// A day as `2026-11-30`, since which it is connected.
    package let since: String?

    /// A connection of these parts.
    package init(
        upstream: String, title: String, icon: String? = nil, state: State, isRequired: Bool, scopes: [String] = [],
        since: String? = nil
    ) {
        self.upstream = upstream
        self.title = title
        self.icon = icon
        self.state = state
        self.isRequired = isRequired
        self.scopes = scopes
        self.since = since
    }

    /// Whether access must wait for it.
    package var blocksAccess: Bool {
        switch state {
        case .missing, .reconnect: isRequired
        case .notNeeded, .byOperator, .connected: false
        }
    }
}
