import GatewayModel
import JSONCoding
import OAuthRules

/// Where tokens of a connection come from and go back to; kept with it, so that a renewal asks whom the connection was made with
/// and nobody whom the upstream names later.
struct TokenPlace: Sendable {
    let issuer: String
    let tokenEndpoint: HTTPURL
    let revocationEndpoint: HTTPURL?
    /// The upstream's name for itself; nothing at servers that have none.
    let resource: String?
    let client: ClientIdentity

    init(_ metadata: IssuerMetadata, resource: String?, client: ClientIdentity) {
        issuer = metadata.issuer
        tokenEndpoint = metadata.tokenEndpoint
        revocationEndpoint = metadata.revocationEndpoint
        self.resource = resource
        self.client = client
    }

    private init(_ place: TokenPlace, client: ClientIdentity) {
        issuer = place.issuer
        tokenEndpoint = place.tokenEndpoint
        revocationEndpoint = place.revocationEndpoint
        resource = place.resource
        self.client = client
    }

    /// With the secret that the operator has configured now, if it is the same client.
    func refreshed(by oauth: UpstreamOAuth?) -> TokenPlace {
        guard client.origin == .given, let oauth, oauth.clientID == client.id else { return self }
        var now = client
        now.secret = oauth.clientSecret
        if (now.secret == nil) != (client.secret == nil) { now.method = now.secret == nil ? .none : .basic }
        return TokenPlace(self, client: now)
    }

    var json: JSONObject {
        var object: JSONObject = [
            "issuer": .string(issuer), "token": .string(tokenEndpoint.description), "client": .object(client.json),
        ]
        if let revocationEndpoint { object["revocation"] = .string(revocationEndpoint.description) }
        if let resource { object["resource"] = .string(resource) }
        return object
    }

    init?(_ json: JSONValue?) {
        guard let issuer = json?["issuer"]?.stringValue, let token = Self.url(json?["token"]),
            let client = ClientIdentity(json?["client"])
        else { return nil }
        self.issuer = issuer
        tokenEndpoint = token
        revocationEndpoint = Self.url(json?["revocation"])
        resource = json?["resource"]?.stringValue
        self.client = client
    }

    private static func url(_ json: JSONValue?) -> HTTPURL? {
        json?.stringValue.flatMap { try? HTTPURL($0) }
    }
}
