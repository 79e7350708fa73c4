import GatewayModel
import JSONCoding
import MCPWire
import UpstreamClients

/// Makes sessions of handshake clients, and finds them again by the id that the client brings.
struct SessionOpening: Sendable {
    let state: GatewayState
    let runtime: GatewayRuntime
    let server: ServedServer

    /// The id of a new session. Nothing else is made of it before the client comes with it.
    func make(
        _ revision: Revision, capabilities: ClientCapabilities, clientName: String?, _ principal: Principal
    ) -> String? {
        var claims = SessionClaims(
            principal: state.owner(principal), server: server.definition.slug, revision: revision,
            capabilities: .inline(capabilities), clientName: clientName, issuedAt: UInt64(state.seconds()),
            nonce: state.sealing.random(SessionClaims.nonceBytes))
        // An id has 2 KiB at most (rulings 4.5): of a longer declaration only what we relay is remembered.
        if claims.encoded == nil { claims.capabilities = .inline(capabilities.relayed()) }
        return claims.encoded.flatMap { state.sealing.seal($0, for: .session) }
    }

    /// The session of an id; nothing if it is forged, foreign, of another server or principal, or over.
    ///
    /// A session belongs to its principal, not to a token, so a refresh does not end it (rulings 4.6). In mixed access one that
    /// was begun before signing in goes on after it, because clients do not begin anew by themselves; but as a session of its
    /// own, so that whoever else knows the id shares nothing of it.
    func find(_ id: Span<UInt8>, _ principal: Principal, now: UInt64) -> ClientSession? {
        let owner = state.owner(principal)
        guard let bytes = state.sealing.open(id, for: .session), let claims = try? SessionClaims(decoding: bytes),
            claims.server == server.definition.slug,
            claims.principal == owner || claims.principal.isEmpty && server.definition.auth == .mixed,
            claims.issuedAt + UInt64(runtime.snapshot.limits.sessionTime / .seconds(1)) >= UInt64(state.seconds())
        else { return nil }
        let session = session(claims, owner, now: now)
        return session.kept.isEnded ? nil : session
    }

    private func session(_ claims: SessionClaims, _ owner: String, now: UInt64) -> ClientSession {
        let isTakenOver = claims.principal != owner
        let digest = state.sealing.digest(claims.nonce + (isTakenOver ? Array(owner.utf8) : []))
        return state.sessions.session(digest, now: now) { kept in
            let capabilities: ClientCapabilities
            switch claims.capabilities {
            case .inline(let declared): capabilities = declared
            case .reference: capabilities = ClientCapabilities(neutral: JSONObject())
            }
            return ClientSession(
                claims: claims, owner: owner, capabilities: capabilities, digest: digest, kept: kept,
                bytesMax: runtime.snapshot.limits.eventBytesKept, finished: state.finishedCalls)
        }
    }
}
