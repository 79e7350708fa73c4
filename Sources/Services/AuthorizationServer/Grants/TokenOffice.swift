import Cryptography
import GatewayModel
import OAuthRules
import SQLDatabase
import Storage

/// What the kinds of grants have in common: the store, the clients, and the one way to end a grant and to make an answer.
struct TokenOffice: Sendable {
    let grants: GrantStore
    let clients: any ClientKnowing
    let tokens: any AccessTokenMaking
    let now: StorageClock

    /// An access token of a grant; made before the code or refresh token is used up, so that a failure here costs nobody a
    /// connection.
    func accessToken(
        of grant: StoredGrant, scopes: AccessScopes, _ addresses: ServerAddresses
    ) async throws(TokenFailure) -> String {
        guard let server = addresses.server(grant.server), server.auth.takesOurTokens else {
            throw .refused(OAuthError(.invalidGrant, "The server of this connection takes no tokens any more."))
        }
        let time = now()
        let contents = AccessTokenContents(
            user: grant.user, client: grant.client, grant: grant.id, audiences: addresses.audiences(of: grant.server),
            scopes: scopes, issued: time, expires: time + AccessTokenContents.lifetime)
        do {
            return try await tokens.token(contents)
        } catch {
            throw .tokens(error)
        }
    }

    /// The answer that goes with it; `scope` says what was granted (rulings 3.5).
    func answer(_ accessToken: String, refreshToken: OpaqueToken?, scopes: AccessScopes) -> GivenTokens {
        let scope = refreshToken == nil ? scopes.text : "\(scopes.text) \(ScopeRequest.offlineAccess)"
        return GivenTokens(
            accessToken: accessToken, expiresIn: Int(AccessTokenContents.lifetime.components.seconds),
            refreshToken: refreshToken?.text, scope: scope)
    }

    /// Ends a grant: it is written first, then said to everybody who remembers tokens.
    func end(_ id: String) async throws(TokenFailure) {
        _ = try await stored { () async throws(SQLError) in try await grants.end(id) }
        do {
            try await tokens.grantEnded(id)
        } catch {
            throw .tokens(error)
        }
    }

    /// A refresh token that came, with its grant.
    func refreshToken(_ text: String) async throws(TokenFailure) -> StoredRefreshToken? {
        let token = try made { () throws(CryptographyError) in try OpaqueToken(text) }
        return try await stored { () async throws(SQLError) in try await grants.refreshToken(token.digest) }
    }

    /// What an access token says that came and lives.
    func contents(of token: String) async throws(TokenFailure) -> AccessTokenContents? {
        do {
            return try await tokens.contents(of: token)
        } catch {
            throw .tokens(error)
        }
    }

    /// Uses up an assertion's id, now that the request is good otherwise (rulings 5.1).
    func commit(_ client: AuthenticatedClient) async throws(TokenFailure) {
        do {
            try await clients.commit(client)
        } catch {
            throw .client(error)
        }
    }

    func stored<Value>(
        _ body: () async throws(SQLError) -> Value
    ) async throws(TokenFailure) -> Value {
        do {
            return try await body()
        } catch {
            throw .store(error)
        }
    }

    func made<Value>(_ body: () throws(CryptographyError) -> Value) throws(TokenFailure) -> Value {
        do {
            return try body()
        } catch {
            throw .cryptography(error)
        }
    }
}
