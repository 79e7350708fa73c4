package import GatewayModel

/// Who wants to connect what.
package struct ConnectStart: Sendable {
    /// The person who is signed in in this browser.
    package let user: String
    /// What they may administer.
    package let role: UserRole?
    /// The digest of the browser session: only this browser may come back.
    package let session: [UInt8]
    /// What is to be connected.
    package let upstream: UpstreamName
    /// Where the browser goes afterwards: a path of ours.
    package let returnTo: String

    /// A start of these parts.
    package init(user: String, role: UserRole?, session: [UInt8], upstream: UpstreamName, returnTo: String) {
        self.user = user
        self.role = role
        self.session = session
        self.upstream = upstream
        self.returnTo = returnTo
    }
}

/// What the browser came back with, and who is signed in there now.
package struct ConnectCallback: Sendable {
    /// The person.
    package let user: String
    /// What they may administer.
    package let role: UserRole?
    /// The digest of the browser session.
    package let session: [UInt8]
    /// `state`.
    package let state: String?
    /// `code`.
    package let code: String?
    /// `iss` (RFC 9207).
    package let issuer: String?
    /// `error`.
    package let error: String?

    /// An answer of these parts.
    package init(
        user: String, role: UserRole?, session: [UInt8], state: String?, code: String?, issuer: String?, error: String?
    ) {
        self.user = user
        self.role = role
        self.session = session
        self.state = state
        self.code = code
        self.issuer = issuer
        self.error = error
    }
}

/// What came of it.
package struct ConnectOutcome: Sendable, Hashable {
    /// What is connected now.
    package let upstream: UpstreamName
    /// A local path.
    package let returnTo: String
}

/// Why the browser came back in vain.
package struct ConnectFailure: Error, Sendable, Hashable {
    /// Why.
    package let error: ConnectionError
    /// Where the person came from, once it is proven that it is they who came back.
    package let returnTo: String?
    /// What was to be connected, likewise.
    package let upstream: String?
}
