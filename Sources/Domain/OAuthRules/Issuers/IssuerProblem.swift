/// Why a document of others is not used.
package enum IssuerProblem: Error, Sendable, Hashable {
    /// It describes another resource than the one that it was found for.
    case otherResource(String)
    /// It names nobody who gives out tokens.
    case noIssuer
    /// Its issuer is not, byte for byte, the one that it was looked up for.
    case otherIssuer(String)
    /// An address in it is missing, or is none that is called.
    case endpoint(String)
    /// It does not offer S256: a code could be stolen on its way.
    case noS256
    /// It does not give codes.
    case noCode

    /// What is wrong, for operators.
    package var sentence: String {
        switch self {
        case .otherResource(let named): "its metadata describe another resource (\(named.prefix(200)))"
        case .noIssuer: "its metadata name no authorization server"
        case .otherIssuer(let named):
            "the metadata of its authorization server name another issuer (\(named.prefix(200)))"
        case .endpoint(let name):
            "the \(name) of its authorization server is missing or is no address that may be called"
        case .noS256: "its authorization server does not offer PKCE with S256"
        case .noCode: "its authorization server does not offer the authorization code flow"
        }
    }
}
