package import OAuthRules

package struct KnownClient: Sendable {
    package let client: OAuthClient
    package let redirectsDigest: [UInt8]
    package init(client: OAuthClient, redirectsDigest: [UInt8]) {
        self.client = client
        self.redirectsDigest = redirectsDigest
    }
}
package struct AuthenticatedClient: Sendable {
    package let client: OAuthClient
    package let method: ClientAuthMethod
    package init(client: OAuthClient, method: ClientAuthMethod) {
        self.client = client
        self.method = method
    }
}
package struct PresentedCredentials: Sendable {
    package let authorization: String?
    package let clientID: String?
    package let clientSecret: String?
    package let assertionType: String?
    package let assertion: String?
    package init(
        authorization: String?, clientID: String?, clientSecret: String?, assertionType: String?, assertion: String?
    ) {
        self.authorization = authorization
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.assertionType = assertionType
        self.assertion = assertion
    }
}
package struct ClientProblem: Error, Sendable {
    package let status: Int
    package let error: String
    package let sentence: String
    package let wwwAuthenticate: String?
    package init(status: Int, error: String, sentence: String, wwwAuthenticate: String? = nil) {
        self.status = status
        self.error = error
        self.sentence = sentence
        self.wwwAuthenticate = wwwAuthenticate
    }
}
