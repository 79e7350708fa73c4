import Cryptography
package import OAuthRules

/// A client that was looked up.
package struct KnownClient: Sendable {
    /// The client.
    package let client: OAuthClient
    /// SHA-256 of its redirect URIs; kept with what a person allowed, so that changed ones ask again (rulings 5.6).
    package let redirectsDigest: [UInt8]

    /// A client with a digest that somebody has made.
    package init(client: OAuthClient, redirectsDigest: [UInt8]) {
        self.client = client
        self.redirectsDigest = redirectsDigest
    }

    init(_ client: OAuthClient) throws(ClientProblem) {
        self.init(client: client, redirectsDigest: try ClientDigest.of(client.metadata.redirectsText))
    }
}

/// A client that has proved itself, in this way.
package struct AuthenticatedClient: Sendable {
    /// The client.
    package let client: OAuthClient
    /// How it proved itself.
    package let method: ClientAuthMethod
    /// What `commit` uses up.
    let assertion: UsedAssertion?

    /// A client and its way.
    package init(client: OAuthClient, method: ClientAuthMethod) {
        self.init(client: client, method: method, assertion: nil)
    }

    init(client: OAuthClient, method: ClientAuthMethod, assertion: UsedAssertion?) {
        self.client = client
        self.method = method
        self.assertion = assertion
    }
}

/// The id of an assertion, which is good once.
struct UsedAssertion: Sendable, Hashable {
    let digest: [UInt8]
    let end: Duration
}

/// SHA-256 of a text: what is kept instead of a secret of 32 random bytes, which needs no slower hash.
enum ClientDigest {
    static func of(_ text: String) throws(ClientProblem) -> [UInt8] {
        let bytes = Array(text.utf8)
        do throws(CryptographyError) {
            return try DigestAlgorithm.sha256.digest(of: bytes.span)
        } catch {
            throw .broken
        }
    }
}
