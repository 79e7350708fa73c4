import Cryptography
import OAuthRules

/// What a request has of a client's credentials, as it came: the field, and the members of the form.
package struct PresentedCredentials: Sendable {
    /// The field's value.
    package let authorization: String?
    /// `client_id`.
    package let clientID: String?
    /// `client_secret`.
    package let clientSecret: String?
    /// `client_assertion_type`.
    package let assertionType: String?
    /// `client_assertion`.
    package let assertion: String?

    /// The field's value, and `client_id`, `client_secret`, `client_assertion_type`, `client_assertion`; empty ones are left out.
    package init(
        authorization: String?, clientID: String?, clientSecret: String?, assertionType: String?, assertion: String?
    ) {
        self.authorization = authorization
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.assertionType = assertionType
        self.assertion = assertion
    }

    var usesField: Bool { authorization != nil }

    func proof() throws(ClientProblem) -> PresentedProof {
        do throws(OAuthError) {
            return try PresentedProof(
                field: field, client: clientID, secret: clientSecret, assertionType: assertionType, assertion: assertion
            )
        } catch {
            throw ClientProblem(error, withField: usesField)
        }
    }

    private var field: PresentedProof.Field {
        guard let authorization else { return .absent }
        let scheme = authorization.prefix { $0 != " " }
        guard scheme.lowercased() == "basic" else { return .unreadable }
        let text = authorization.dropFirst(scheme.count).filter { $0 != " " }
        // Some clients leave the padding out.
        let padded = text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Base64.standard.decode(padded).map { .basic($0) } ?? .unreadable
    }
}
