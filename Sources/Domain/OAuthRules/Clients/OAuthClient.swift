/// How we know a client.
package enum ClientOrigin: String, Sendable, Hashable {
    /// By the metadata document at its id.
    case document
    /// It registered itself.
    case registered
    /// The operator made it.
    case `operator`
}

/// A client of the authorization server, as every flow sees it.
package struct OAuthClient: Sendable, Hashable {
    /// Its id: a URL, `c_…`, or what the operator wrote.
    package let id: String
    /// How we know it.
    package let origin: ClientOrigin
    /// What it says about itself.
    package let metadata: ClientMetadata
    /// SHA-256 of its secret, where it has one.
    package let secretDigest: [UInt8]?

    /// A client of these parts.
    package init(id: String, origin: ClientOrigin, metadata: ClientMetadata, secretDigest: [UInt8]? = nil) {
        self.id = id
        self.origin = origin
        self.metadata = metadata
        self.secretDigest = secretDigest
    }

    /// Whether it may come without any proof.
    package var isPublic: Bool { metadata.authMethods.contains(.none) && secretDigest == nil }

    /// Which callbacks of ChatGPT an operator means who writes this as a redirect URI: each connector has its own, whose last
    /// segment is not known before the connector is made.
    package static let connectorCallbacks = "https://chatgpt.com/connector/oauth/"

    /// The redirect URI that a request may use: the one that it names, exactly as it names it, if it belongs to the client.
    /// A request without one gets the only one that is registered (RFC 6749 section 3.1.2.3). `nil` means an error page, never a
    /// redirect (RFC 6749 section 4.1.2.1).
    package func redirect(_ asked: String?) -> String? {
        guard let asked else {
            guard metadata.redirectURIs.count == 1, let only = metadata.redirectURIs.first,
                only.text != Self.connectorCallbacks
            else { return nil }
            return only.text
        }
        return metadata.redirectURIs.contains { $0.admits(asked) } || admitsConnector(asked) ? asked : nil
    }

    /// Whether any program of the user's machine may receive what is sent there, so that consent is never skipped (rulings 5.9).
    package static func isSensitiveRedirect(_ uri: String) -> Bool {
        guard let read = try? RedirectURI(uri), case .web = read.kind else { return true }
        return false
    }

    private func admitsConnector(_ asked: String) -> Bool {
        guard origin == .operator, metadata.redirectURIs.contains(where: { $0.text == Self.connectorCallbacks }),
            asked.utf8.starts(with: Self.connectorCallbacks.utf8)
        else { return false }
        let segment = asked.utf8.dropFirst(Self.connectorCallbacks.utf8.count)
        return (1...64).contains(segment.count)
            && segment.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: "_")
            }
    }
}
