import JSONCoding

/// A posted message of the handshake era, and by which revision it is to be read.
package struct HandshakeMessage: Sendable, Hashable {
    /// The sorts of message, with what is known of each from the scan.
    package enum Kind: Sendable, Hashable {
        /// Begins a session; answered with this version.
        case initialize(answering: HandshakeOffer)
        /// Wants one response; the method may be one that does not exist.
        case request
        /// Wants 202 and nothing else.
        case notification
        /// Answers a request of ours; `MCPEnvelope.result` or `error` says how, its id which one.
        case response
    }

    /// Which sort it is.
    package let kind: Kind
    /// The version header; absent up to 2025-03-26, in `initialize`, and from ChatGPT.
    package let header: Revision?

    /// By whose rules the message is checked. What the session agreed on is stronger knowledge than the header, and without
    /// either it is 2025-03-26 (MCP 2025-06-18, transports, protocol version header).
    package func checkedRevision(session: Revision?) -> Revision { session ?? header ?? .v2025_03_26 }

    /// In whose form the answer is written. A client that says nothing is not an old one: ChatGPT calls without session and
    /// version, and would lose `structuredContent` (rulings 2.9).
    package func renderedRevision(session: Revision?) -> Revision {
        session ?? header ?? RevisionCatalog.handshakeFallback
    }
}

/// What `initialize` offers, and what it is answered with.
package struct HandshakeOffer: Sendable, Hashable {
    /// The version that the client would like, as it stands there.
    package let offered: String
    /// The version of the session: the offered one if `initialize` may agree on it, else 2025-11-25 (rulings 2.2).
    package let answered: Revision

    /// Finds the answer to an offer.
    package init(offered: String) {
        self.offered = offered
        let revision = RevisionCatalog.revision(dated: offered)
        answered = revision.flatMap { $0.era == .handshake ? $0 : nil } ?? RevisionCatalog.handshakeFallback
    }
}
