import Cryptography
import GatewayModel
package import JSONCoding
import OAuthRules
package import Reactor

/// Our own access tokens: JWTs by RFC 9068, signed with ES256 on the lane.
package struct AccessTokens: AccessTokenMaking {
    /// The `typ` of an access token, so that no assertion or ID token passes for one (RFC 9068, 2.1).
    static let type = "at+jwt"

    private let issuer: @Sendable () -> String
    private let ring: KeyRing
    private let ended: EndedAccess
    private let lane: BlockingLane
    private let seconds: @Sendable () -> Int

    /// `issuer` is asked at each use, because a reload may change the public URL.
    package init(
        issuer: @escaping @Sendable () -> String, ring: KeyRing, ended: EndedAccess, lane: BlockingLane,
        seconds: @escaping @Sendable () -> Int
    ) {
        self.issuer = issuer
        self.ring = ring
        self.ended = ended
        self.lane = lane
        self.seconds = seconds
    }

    /// Signs a token on the lane, with the key that signs now.
    package func token(_ contents: AccessTokenContents) async throws(AccessTokenProblem) -> String {
        guard let (id, key) = ring.signing(now: seconds()) else {
            throw AccessTokenProblem(reason: "there is no key that signs tokens")
        }
        // What ended in this second ended what was made in it: this token is of after that.
        let issued = ended.firstSecond(
            for: [.client(contents.client), .user(contents.user)], from: Int(contents.issued.components.seconds))
        let header: JSONObject = ["alg": "ES256", "typ": .string(Self.type), "kid": .string(id)]
        let claims: JSONObject = [
            "iss": .string(issuer()), "sub": .string(contents.user),
            "aud": .array(contents.audiences.map { .string($0) }), "client_id": .string(contents.client),
            "scope": .string(contents.scopes.text), "gid": .string(contents.grant),
            "iat": .number(JSONNumber(issued)),
            "exp": .number(JSONNumber(contents.expires.components.seconds)), "jti": .string(try fresh()),
        ]
        let signed = "\(encoded(header)).\(encoded(claims))"
        do {
            return try await lane.run {
                let bytes = Array(signed.utf8)
                let signature = try key.signature(of: bytes.span)
                return "\(signed).\(Base64.url.encode(signature.span))"
            }
        } catch {
            throw AccessTokenProblem(reason: "a token cannot be signed: \(error)")
        }
    }

    /// What a token of ours says that lives, at whatever virtual server.
    package func contents(of token: String) async throws(AccessTokenProblem) -> AccessTokenContents? {
        let read: AccessTokenContents
        do throws(TokenFault) {
            read = try await believed(token)
        } catch {
            guard error == .notLookedAt else { return nil }
            throw AccessTokenProblem(reason: "there is too much to do to look at a token")
        }
        return ended.hasEnded(read.things, madeAt: Int(read.issued.components.seconds)) ? nil : read
    }

    /// What the key ring publishes.
    package func keySet() async throws(AccessTokenProblem) -> JSONValue { ring.set }

    /// Ends what a grant has given; on one node nobody has to be told.
    package func grantEnded(_ id: String) async throws(AccessTokenProblem) {
        ended.ended(.grant(id), now: seconds())
    }

    /// What a token says whose signature, issuer and time hold; whether it was taken back since is another question.
    func believed(_ text: String) async throws(TokenFault) -> AccessTokenContents {
        let token = try SignedToken(text)
        guard token.header.type == Self.type else { throw .malformed }
        let claims = token.claims
        // What costs nothing comes first, so that an old token takes no thread of the lane.
        try claims.check(issuer: issuer())
        let end = try claims.checkTime(now: seconds(), grace: 0)
        guard let issued = try claims.seconds("iat") else { throw .claimMissing("iat") }
        try await check(token, keys: ring.checking, on: lane)
        let scopes = try claims.required("scope").split(separator: " ")
            .reduce(into: AccessScopes()) { $0.formUnion(AccessScopes(name: $1) ?? []) }
        return AccessTokenContents(
            user: try claims.required("sub"), client: try claims.required("client_id"),
            grant: try claims.required("gid"), audiences: claims.list("aud"), scopes: scopes,
            issued: .seconds(issued), expires: .seconds(end))
    }

    private func fresh() throws(AccessTokenProblem) -> String {
        do throws(CryptographyError) {
            let bytes = try SecureRandom.bytes(16)
            return Base64.url.encode(bytes.span)
        } catch {
            throw AccessTokenProblem(reason: error.sentence)
        }
    }

    private func encoded(_ object: JSONObject) -> String {
        let bytes = JSONWriter.bytes(of: .object(object))
        return Base64.url.encode(bytes.span)
    }
}

extension AccessTokenContents {
    /// What the token is over with.
    var things: [EndedAccess.Thing] { [.grant(grant), .client(client), .user(user)] }
}

/// Checks a signature on the lane, because it takes longer than a whole call; a token that names no key of these never gets there.
func check(_ token: SignedToken, keys: [CheckingKey], on lane: BlockingLane) async throws(TokenFault) {
    let candidates = token.candidates(among: keys)
    guard !candidates.isEmpty else { throw .unknownKey }
    do {
        try await lane.run { try token.check(keys: candidates) }
    } catch let fault as TokenFault {
        throw fault
    } catch {
        throw .notLookedAt
    }
}
