import Connections
import Cryptography
import GatewayModel
import OAuthRules
import Reactor
import SQLDatabase
import Storage
import WebUI

/// What the authorize and consent endpoints have in common.
struct ConsentOffice: Sendable {
    let requests: AuthorizationRequestStore
    let approvals: ApprovalStore
    let grants: GrantStore
    let tokens: any AccessTokenMaking
    let clients: any ClientKnowing
    let connections: any UpstreamConnecting
    let snapshot: @Sendable () -> GatewaySnapshot
    let now: StorageClock

    /// The client of a request, as it is now.
    func client(_ id: String) async throws(WebProblem) -> KnownClient {
        do throws(ClientProblem) {
            return try await clients.client(id)
        } catch {
            throw .clientUnknown(error)
        }
    }

    /// How a person stands with the upstreams of a server.
    func states(
        _ server: VirtualServerDefinition, _ person: SignedInPerson, on loop: EventLoop
    ) async throws(WebProblem) -> [UpstreamConnection] {
        let snapshot = snapshot()
        do throws(ConnectionError) {
            return try await connections.statesWithScopes(
                of: person.user, role: person.role, upstreams: server.upstreams.compactMap { snapshot.upstream($0) },
                on: loop)
        } catch {
            throw .unavailable(error.reason)
        }
    }

    /// What stands between a request and its code.
    func need(
        _ request: AuthorizationRequest, _ client: KnownClient, _ person: SignedInPerson,
        _ states: [UpstreamConnection]
    ) async throws(WebProblem) -> ConsentRule.Need {
        let approval = try await stored { () async throws(SQLError) in
            try await approvals.approval(request.approvalKey(person))
        }
        return ConsentRule.need(
            request, redirectsDigest: client.redirectsDigest, approval: approval,
            isConnected: !states.contains(where: \.isInTheWay))
    }

    /// Remembers what a person allowed.
    func remember(
        _ scopes: AccessScopes, _ client: KnownClient, _ request: AuthorizationRequest, _ person: SignedInPerson
    ) async throws(WebProblem) {
        try await stored { () async throws(SQLError) in
            try await approvals.keep(
                scopes, redirectsDigest: client.redirectsDigest, of: request.approvalKey(person))
        }
    }

    /// Gives a client what a person allows it, and sends the browser back with the code.
    func authorize(
        _ request: AuthorizationRequest, _ client: KnownClient, _ person: SignedInPerson, answering pending: [UInt8]?
    ) async throws(WebProblem) -> WebResponse {
        let (code, id) = try made { () throws(CryptographyError) in (try OpaqueToken.fresh(.code), try RandomID.grant())
        }
        let grant = StoredGrant(
            id: id, user: person.user, client: request.client, server: request.server, scopes: request.scopes.access,
            // ChatGPT and Claude register for refresh tokens and do not always ask (F056).
            givesRefreshTokens: request.scopes.isOffline || client.client.metadata.wantsRefresh, createdAt: now())
        let use = CodeUse.Code(
            client: request.client, redirectURI: request.redirectURI, challenge: request.challenge,
            server: request.server, expires: now() + CodeUse.lifetime, usedAt: nil, isGrantEnded: false)
        let beginning = try await stored { () async throws(SQLError) in
            try await grants.begin(grant, code: use, digest: code.digest, answering: pending)
        }
        guard case .begun(let ended) = beginning else { throw .requestOver }
        try await say(ended)
        return try redirect(request.redirectURI, .code(code.text), state: request.state)
    }

    /// Says to whoever remembers tokens that older grants made room.
    private func say(_ endings: [Ending]) async throws(WebProblem) {
        do throws(AccessTokenProblem) {
            for case .grant(let id) in endings.map(\.thing) { try await tokens.grantEnded(id) }
        } catch {
            throw .unavailable(error.reason)
        }
    }

    /// Sends the browser back to the client (RFC 6749 4.1.2), with our issuer (RFC 9207).
    func redirect(
        _ redirectURI: String, _ outcome: AuthorizationAnswer.Outcome, state: String?
    ) throws(WebProblem) -> WebResponse {
        let answer = AuthorizationAnswer(outcome, state: state)
        return try .redirect(
            toRegistered: answer.location(redirectURI, issuer: snapshot().publicURL.origin))
    }

    func stored<Value>(_ body: () async throws(SQLError) -> Value) async throws(WebProblem) -> Value {
        do throws(SQLError) {
            return try await body()
        } catch {
            throw .unavailable(error.sentence)
        }
    }

    func made<Value>(_ body: () throws(CryptographyError) -> Value) throws(WebProblem) -> Value {
        do throws(CryptographyError) {
            return try body()
        } catch {
            throw .broken(error.sentence)
        }
    }
}

extension AuthorizationRequest {
    /// What its approval is remembered under.
    func approvalKey(_ person: SignedInPerson) -> StoredApproval.Key {
        StoredApproval.Key(user: person.user, client: client, redirectURI: redirectURI, server: server)
    }
}
