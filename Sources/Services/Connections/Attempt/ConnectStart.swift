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
    /// Where the browser goes afterwards; anything but a local path is not gone to.
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

/// Paths of our own, and nothing that a browser could take for another place.
package enum LocalPath {
    /// The longest that is gone to.
    package static let bytesMax = 2_048

    /// The text, if it is one; else another one.
    package static func checked(_ text: String, or other: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.count <= bytesMax, bytes.first == UInt8(ascii: "/"), bytes.dropFirst().first != UInt8(ascii: "/"),
            bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else { return other }
        return text
    }
}
