import Cryptography
import GatewayModel
import OAuthRules
import SQLDatabase
import Storage

/// `authorization_code` (RFC 6749 4.1.3).
struct AuthorizationCodeGrant: TokenGrant {
    static let kind = TokenGrantKind(name: "authorization_code") { (form, addresses) throws(OAuthError) in
        try AuthorizationCodeGrant(form, addresses: addresses)
    }

    private let exchange: CodeExchange
    private let addresses: ServerAddresses

    private init(_ form: FormParameters, addresses: ServerAddresses) throws(OAuthError) {
        exchange = try CodeExchange(form, addresses: addresses)
        self.addresses = addresses
    }

    func answer(_ client: AuthenticatedClient, _ office: TokenOffice) async throws(TokenFailure) -> GivenTokens {
        let code = try office.made { () throws(CryptographyError) in try OpaqueToken(exchange.code) }
        let found = try await office.stored { () async throws(SQLError) in try await office.grants.code(code.digest) }
        guard let found else { throw .refused(OAuthError(.unknownCode)) }
        let challenge = try exchange.verifier.map { verifier throws(TokenFailure) in
            try office.made { () throws(CryptographyError) in try S256.challenge(of: verifier) }
        }
        let attempt = CodeUse.Attempt(
            client: client.client.id, redirectURI: exchange.redirectURI, challenge: challenge, server: exchange.server)
        // The code first, then the assertion: whoever repeats a request hears of the code, not of the assertion (rulings 5.1).
        try await accept(CodeUse.judge(found.code, attempt, now: office.now()), of: found.grant, office)
        try await office.commit(client)
        let grant = found.grant
        let accessToken = try await office.accessToken(of: grant, scopes: grant.scopes, addresses)
        let refreshToken =
            grant.givesRefreshTokens
            ? try office.made { () throws(CryptographyError) in try OpaqueToken.fresh(.refresh) } : nil
        let verdict = try await office.stored { () async throws(SQLError) in
            try await office.grants.use(code: code.digest, attempt, refreshToken: refreshToken?.digest)
        }
        try await accept(verdict.verdict, of: grant, office)
        return office.answer(accessToken, refreshToken: refreshToken, scopes: grant.scopes)
    }

    private func accept(
        _ verdict: CodeUse.Verdict, of grant: StoredGrant, _ office: TokenOffice
    ) async throws(TokenFailure) {
        switch verdict {
        case .accept: return
        case .refuse(let refusal): throw .refused(OAuthError(refusal))
        case .refuseAndEndGrant(let refusal):
            try await office.end(grant.id)
            throw .refused(OAuthError(refusal))
        }
    }
}
