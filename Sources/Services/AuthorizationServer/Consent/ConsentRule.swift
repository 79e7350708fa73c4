import OAuthRules
import Storage

/// Whether a person has to be asked. Pure, so that every way out has its test.
enum ConsentRule {
    /// What stands between a request and its code.
    enum Need: Sendable, Hashable {
        /// Nothing: the person allowed this before, and everything is connected.
        case nothing
        /// The person has to say yes.
        case consent
        /// The person has said yes before, and has to connect something first.
        case connection
    }

    /// A remembered approval is enough when it is of this client at this redirect URI with these scopes, the client still has the
    /// redirect URIs that it had then (rulings 5.6), and the answer goes to a web address: at a loopback address or a scheme of
    /// its own any program may listen, so there the person is asked each time (rulings 5.9, RFC 8252 8.6).
    static func need(
        _ request: AuthorizationRequest, redirectsDigest: [UInt8], approval: StoredApproval?, isConnected: Bool
    ) -> Need {
        guard let approval, approval.scopes.isSuperset(of: request.scopes.access),
            approval.redirectsDigest == redirectsDigest, !request.prompts.contains(.consent),
            !OAuthClient.isSensitiveRedirect(request.redirectURI)
        else { return .consent }
        return isConnected ? .nothing : .connection
    }
}
