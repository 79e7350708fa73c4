import OAuthRules
import Reactor
import SignedTokens
import Storage

/// Whether a signed assertion proves that a request is a client's (RFC 7523 section 3, RFC 7521 section 5.2).
struct AssertionCheck: Sendable {
    /// An assertion that is good for longer would have to be remembered for longer.
    static let lifetimeMax = 3_600
    /// The longest id of an assertion.
    static let idBytesMax = 256

    let keys: ClientKeys
    let lane: BlockingLane
    /// What an assertion may be for: the token endpoint, or the issuer (rulings 5.5).
    let audiences: [String]
    let now: StorageClock

    /// The client, proved; used up is nothing yet.
    func client(_ client: OAuthClient, assertion token: SignedToken) async throws(ClientProblem) -> AuthenticatedClient
    {
        let used: UsedAssertion
        do throws(TokenFault) {
            used = try claims(token.claims, of: client)
        } catch {
            throw .invalidClient("The assertion is not taken: \(error.sentence).")
        }
        if let wanted = client.metadata.signingAlgorithm, wanted != token.header.algorithm {
            throw .invalidClient("The assertion is signed in another way than the client's metadata say.")
        }
        guard let found = await keys.keys(of: client.metadata, isMissing: false) else {
            // Rulings 5.5: keys behind a wall must not keep out who may come without them.
            guard client.isPublic else {
                throw ClientProblem(
                    OAuthError(
                        .temporarilyUnavailable, "The keys of the client cannot be fetched; try again in a moment."))
            }
            return AuthenticatedClient(client: client, method: .none)
        }
        do throws(TokenFault) {
            do throws(TokenFault) {
                try await check(token, found)
            } catch .unknownKey {
                try await check(token, await keys.keys(of: client.metadata, isMissing: true) ?? [])
            }
        } catch {
            guard error != .notLookedAt else { throw .unavailable }
            throw .invalidClient("The assertion is not taken: \(error.sentence).")
        }
        return AuthenticatedClient(client: client, method: .assertion, assertion: used)
    }

    private func check(_ token: SignedToken, _ keys: [CheckingKey]) async throws(TokenFault) {
        let result: Result<Void, TokenFault>? = try? await lane.run {
            do throws(TokenFault) {
                return .success(try token.check(keys: keys))
            } catch {
                return .failure(error)
            }
        }
        // A lane that is full checked nothing.
        guard let result else { throw .notLookedAt }
        try result.get()
    }

    private func claims(_ claims: TokenClaims, of client: OAuthClient) throws(TokenFault) -> UsedAssertion {
        // RFC 7523 section 3, items 1 and 2: issuer and subject are the client.
        try claims.check(issuer: client.id)
        guard claims.text("sub")?.utf8.elementsEqual(client.id.utf8) == true else { throw .claimMissing("sub") }
        try claims.check(audience: audiences)
        let time = Int(now().components.seconds)
        // When it is not taken any more, which is after its own end: clocks differ, at both ends of its life.
        let end = try claims.checkTime(now: time)
        guard end <= time + Self.lifetimeMax + 2 * TokenClaims.leeway else { throw .claimMissing("exp") }
        // Item 7: without an id nobody could tell a replay.
        guard let id = claims.text("jti", bytesMax: Self.idBytesMax) else { throw .claimMissing("jti") }
        guard let digest = try? ClientDigest.of("\(client.id)\n\(id)") else { throw .malformed }
        return UsedAssertion(digest: digest, end: .seconds(end))
    }
}

extension TokenFault {
    /// The end of a sentence for the client's developer.
    fileprivate var sentence: String {
        switch self {
        case .malformed: "it is no signed JWT of a kind that is read here"
        case .unknownKey: "none of the client's keys is the one that it names"
        case .badSignature: "the signature is not right"
        case .otherIssuer: "iss must be the client id"
        case .otherAudience: "aud must be the token endpoint or the issuer"
        case .expired: "it has expired; make a new one for each request"
        case .notYet: "nbf or iat lie in the future; set the clock"
        case .notLookedAt: "it cannot be looked at now; try again in a moment"
        case .claimMissing("exp"): "exp is missing, or more than an hour away"
        case .claimMissing("sub"): "sub must be the client id"
        case .claimMissing(let name): "\(name) is missing or too long"
        }
    }
}
