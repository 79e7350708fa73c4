/// A client as the flows see it.
package struct OAuthClient: Sendable, Hashable {
    package let id: String
    package let origin: ClientOrigin
    package let metadata: ClientMetadata
    package let secretDigest: [UInt8]?
    package init(id: String, origin: ClientOrigin, metadata: ClientMetadata, secretDigest: [UInt8]? = nil) {
        self.id = id
        self.origin = origin
        self.metadata = metadata
        self.secretDigest = secretDigest
    }
    package func redirect(_ asked: String?) -> String? {
        let all = metadata.redirectURIs
        guard let asked else { return all.count == 1 ? all[0].text : nil }
        return all.contains { $0.text == asked } ? asked : nil
    }
    package static func isSensitiveRedirect(_ uri: String) -> Bool { !uri.hasPrefix("https://") }
}

package enum ClientOrigin: String, Sendable, Hashable { case document, registered, `operator` }

package struct ClientMetadata: Sendable, Hashable {
    package var name: String?
    package var redirectURIs: [RedirectURI]
    package var grantTypes: [String]
    package init(name: String?, redirectURIs: [RedirectURI], grantTypes: [String]) {
        self.name = name
        self.redirectURIs = redirectURIs
        self.grantTypes = grantTypes
    }
    package var displayName: String { name ?? "?" }
}

package struct RedirectURI: Sendable, Hashable {
    package let text: String
    package init(text: String) { self.text = text }
    package var host: String { text }
}

package enum ClientAuthMethod: String, Sendable, Hashable {
    case none
    case basic = "client_secret_basic"
    case post = "client_secret_post"
    case assertion = "private_key_jwt"
}
