/// What a look at somebody's token says.
package enum Admission: Sendable {
    /// Whose it is, and what they may.
    case principal(Principal)
    /// It lets nobody in.
    case refused(TokenProblem)
    /// It is not known yet, and has to be looked at first.
    case unknown
}

/// Why a token lets nobody in.
package enum TokenProblem: Sendable, Hashable, CaseIterable {
    /// It is none that this gateway, or the issuer that the server trusts, gives out: unreadable, forged, or of somebody else.
    case unknown
    /// Its time is over.
    case expired
    /// It is for another virtual server.
    case otherAudience
    /// It, its grant, its client or its person is no more.
    case revoked
    /// It cannot be looked at now, because its issuer's keys or the store cannot be reached; nothing is said about it.
    case unavailable

    /// The sentence for clients and people: ASCII without `"` and `\`, because it stands in a challenge (RFC 6750 section 3).
    package var sentence: String {
        switch self {
        case .unknown: "The access token is not one that this server takes. Sign in again."
        case .expired: "The access token has expired. Refresh it, or sign in again."
        case .otherAudience: "The access token is for another server. Sign in to this one."
        case .revoked: "The access was taken back. Sign in again."
        case .unavailable: "The access token cannot be checked now. Try again in a moment."
        }
    }
}
