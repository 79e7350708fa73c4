import Cryptography
import OAuthRules
import SQLDatabase

/// Why the endpoints of clients give nothing.
enum TokenFailure: Error {
    /// The request is to blame.
    case refused(OAuthError)
    /// The client is not who it says, or may not.
    case client(ClientProblem)
    /// The store does not answer.
    case store(SQLError)
    /// The tokens or keys do not.
    case tokens(AccessTokenProblem)
    /// The machine has no randomness or no digests.
    case cryptography(CryptographyError)
}
