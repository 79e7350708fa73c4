import Cryptography
import GatewayModel
import OAuthRules
import SQLDatabase
import Storage

/// `refresh_token` (RFC 6749 6).
struct RefreshTokenGrant: TokenGrant {
    static let kind = TokenGrantKind(name: "refresh_token") { (form, addresses) throws(OAuthError) in
        try RefreshTokenGrant(form, addresses: addresses)
    }

    private let exchange: RefreshExchange
    private let addresses: ServerAddresses

    private init(_ form: FormParameters, addresses: ServerAddresses) throws(OAuthError) {
        exchange = try RefreshExchange(form, addresses: addresses)
        self.addresses = addresses
    }

    func answer(_ client: AuthenticatedClient, _ office: TokenOffice) async throws(TokenFailure) -> GivenTokens {
        let token = try office.made { () throws(CryptographyError) in try OpaqueToken(exchange.token) }
        let found = try await office.stored { () async throws(SQLError) in
            try await office.grants.refreshToken(token.digest)
        }
        guard let found else { throw .refused(OAuthError(.unknownRefreshToken)) }
        let attempt = RefreshUse.Attempt(
            client: client.client.id, server: exchange.server, scopes: exchange.scopes)
        let expected = RefreshUse.judge(found.token, of: found.grant.family, attempt, now: office.now())
        let scopes = try await accept(expected, of: found.grant, office)
        try await office.commit(client)
        let accessToken = try await office.accessToken(of: found.grant, scopes: scopes, addresses)
        let next = try office.made { () throws(CryptographyError) in try OpaqueToken.fresh(.refresh) }
        let verdict = try await office.stored { () async throws(SQLError) in
            try await office.grants.use(refreshToken: token.digest, attempt, next: next.digest)
        }
        _ = try await accept(verdict.verdict, of: found.grant, office)
        return office.answer(accessToken, refreshToken: next, scopes: scopes)
    }

    private func accept(
        _ verdict: RefreshUse.Verdict, of grant: StoredGrant, _ office: TokenOffice
    ) async throws(TokenFailure) -> AccessScopes {
        switch verdict {
        case .accept(let scopes, _): return scopes
        case .refuse(let refusal): throw .refused(OAuthError(refusal))
        case .refuseAndEndGrant(let refusal):
            try await office.end(grant.id)
            throw .refused(OAuthError(refusal))
        }
    }
}
