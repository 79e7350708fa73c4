package import GatewayModel

/// What happens when a refresh token comes to the token endpoint (RFC 6749 6, RFC 9700 4.14.2, rulings 5.2).
///
/// A family counts its generations: the first token is of generation 1, and whoever uses a token of the newest generation
/// begins the next one. A token of the generation before is good for the time of ``repetitionTime``, as long as nothing of the
/// newest was used, because using it begins yet another generation; everything older is a replay. So a family needs two
/// numbers, and a thief and the client cannot both go on: the second of them comes with an old generation.
///
/// The store reads token and family, asks, and writes what follows, in one transaction.
package enum RefreshUse {
    /// How long a token is good; each one anew, so that a client that is used stays connected.
    package static let lifetime: Duration = .seconds(30 * 86_400)
    /// For how long after its first use a token may be repeated: the answer was lost, or two processes of a client share it.
    package static let repetitionTime: Duration = .seconds(120)

    /// What is kept of a token.
    package struct Token: Sendable, Hashable {
        /// Its place in its family, from 1 on.
        package let generation: Int
        /// Until when it is good, since 1970.
        package let expires: Duration

        /// A token as it is kept.
        package init(generation: Int, expires: Duration) {
            self.generation = generation
            self.expires = expires
        }
    }

    /// What is kept of its family, which is the grant.
    package struct Family: Sendable, Hashable {
        /// The client that the grant was given to.
        package let client: String
        /// The virtual server that the grant is for.
        package let server: ServerSlug
        /// What the person allowed.
        package let scopes: AccessScopes
        /// The newest generation of which there is a token.
        package let generation: Int
        /// When the newest generation began, since 1970: the first use of a token of the one before.
        package let generationBegan: Duration
        /// Whether the grant was ended: revoked, replayed, or its person or its client removed.
        package let isEnded: Bool

        /// A family as it is kept.
        package init(
            client: String, server: ServerSlug, scopes: AccessScopes, generation: Int, generationBegan: Duration,
            isEnded: Bool
        ) {
            self.client = client
            self.server = server
            self.scopes = scopes
            self.generation = generation
            self.generationBegan = generationBegan
            self.isEnded = isEnded
        }
    }

    /// Who brings a token, and what they ask for.
    package struct Attempt: Sendable, Hashable {
        /// The client, authenticated as its registration demands.
        package let client: String
        /// The virtual server that `resource` names; `nil` where it is not said.
        package let server: ServerSlug?
        /// What `scope` asks for; `nil` where it is not said: all that the grant has.
        package let scopes: AccessScopes?

        /// An attempt of these parts.
        package init(client: String, server: ServerSlug?, scopes: AccessScopes?) {
            self.client = client
            self.server = server
            self.scopes = scopes
        }
    }

    /// What follows.
    package enum Verdict: Sendable, Hashable {
        /// Give an access token of these scopes and a refresh token of this generation, which is good for ``lifetime``.
        /// Where it is newer than the family's, the family is of this generation from now on.
        case accept(AccessScopes, generation: Int)
        /// No tokens, and nothing else changes.
        case refuse(TokenRefusal)
        /// No tokens, and the grant ends with all that came of it.
        case refuseAndEndGrant(TokenRefusal)
    }

    /// Judges one use. A token that is not known is refused by the store with ``TokenRefusal/unknownRefreshToken``.
    package static func judge(_ token: Token, of family: Family, _ attempt: Attempt, now: Duration) -> Verdict {
        if family.isEnded { return .refuse(.endedGrant) }
        let isSameClient = family.client == attempt.client
        let isNewest = token.generation >= family.generation
        if !isNewest {
            let isRepetition =
                token.generation == family.generation - 1 && now - family.generationBegan <= repetitionTime
            guard isRepetition, isSameClient else { return .refuseAndEndGrant(.replayedRefreshToken) }
        }
        if !isSameClient { return .refuse(.otherClient) }
        if now >= token.expires { return .refuse(.expiredRefreshToken) }
        if let server = attempt.server, server != family.server { return .refuse(.otherServer) }
        // A refresh gives at most what the person allowed; asking for more is an error, not a smaller token (RFC 6749 6).
        let scopes = attempt.scopes ?? family.scopes
        guard family.scopes.isSuperset(of: scopes) else { return .refuse(.moreScopes) }
        return .accept(scopes, generation: token.generation + 1)
    }
}
