import GatewayModel
import JSONCoding
import Telemetry

/// Who we are at an authorization server of others.
struct ClientIdentity: Sendable {
    /// How we became its client.
    enum Origin: String, Sendable {
        /// The operator registered us by hand.
        case given
        /// The id is the address of our own document.
        case document
        /// We registered ourselves.
        case registered
    }

    /// How we say it at the token endpoint (RFC 6749 section 2.3.1, OpenID Connect Core section 9).
    enum Method: String, Sendable {
        case none
        case basic = "client_secret_basic"
        case post = "client_secret_post"
    }

    let origin: Origin
    let id: String
    var secret: Secret<String>?
    var method: Method

    /// The method for a client that has a secret or none, of those that the server takes. Basic is every server's, by the RFC.
    static func method(hasSecret: Bool, of offered: [String]) -> Method {
        guard hasSecret else { return .none }
        if offered.contains(Method.basic.rawValue) || !offered.contains(Method.post.rawValue) { return .basic }
        return .post
    }

    var json: JSONObject {
        var object: JSONObject = [
            "origin": .string(origin.rawValue), "id": .string(id), "method": .string(method.rawValue),
        ]
        if let secret { object["secret"] = .string(secret.exposed) }
        return object
    }

    init(origin: Origin, id: String, secret: Secret<String>? = nil, method: Method) {
        self.origin = origin
        self.id = id
        self.secret = secret
        self.method = method
    }

    init?(_ json: JSONValue?) {
        guard let origin = json?["origin"]?.stringValue.flatMap(Origin.init), let id = json?["id"]?.stringValue,
            let method = json?["method"]?.stringValue.flatMap(Method.init)
        else { return nil }
        self.init(origin: origin, id: id, secret: json?["secret"]?.stringValue.map { Secret($0) }, method: method)
    }
}
