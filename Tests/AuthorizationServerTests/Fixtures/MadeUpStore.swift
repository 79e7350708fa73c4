import AuthorizationServer
import GatewayModel
import OAuthRules
import SQLDatabase
import Synchronization

/// What the flows keep, in memory: one lock is one transaction.
final class MadeUpStore: FlowStoring {
    struct State {
        var pending: [[UInt8]: Pending] = [:]
        var approvals: [Approval.Key: Approval] = [:]
        var grants: [String: KeptGrant] = [:]
        var codes: [[UInt8]: (code: CodeUse.Code, grant: String)] = [:]
        var tokens: [[UInt8]: (token: RefreshUse.Token, grant: String)] = [:]
    }

    struct Pending {
        var request: PendingAuthorization
        var session: [UInt8]?
        var answeredAt: Duration?
    }

    struct KeptGrant {
        var grant: Grant
        var isEnded = false
        var generation = 0
        var generationBegan: Duration = .zero
    }

    let state = Mutex(State())
    let now: @Sendable () -> Duration

    init(now: @escaping @Sendable () -> Duration) {
        self.now = now
    }

    func keep(_ pending: PendingAuthorization, id: [UInt8]) -> Bool {
        state.withLock { state in
            guard state.pending.count < 100 else { return false }
            state.pending[id] = Pending(request: pending)
            return true
        }
    }

    func pending(_ id: [UInt8]) -> PendingAuthorization? {
        state.withLock { $0.pending[id]?.request }.flatMap { $0.expires > now() ? $0 : nil }
    }

    func claim(_ id: [UInt8], session: [UInt8]) -> PendingClaim {
        state.withLock { state in
            guard let pending = state.pending[id] else { return .foreign }
            if let owner = pending.session { return owner == session ? .again : .foreign }
            state.pending[id]?.session = session
            return .first
        }
    }

    func dropPending(_ id: [UInt8]) -> Bool {
        state.withLock { $0.pending.removeValue(forKey: id) != nil }
    }

    func approval(_ key: Approval.Key) -> Approval? {
        state.withLock { $0.approvals[key] }
    }

    func keep(_ approval: Approval, of key: Approval.Key) {
        state.withLock { state in
            let before = state.approvals[key]?.scopes ?? []
            state.approvals[key] = Approval(
                scopes: approval.scopes.union(before), redirectsDigest: approval.redirectsDigest)
        }
    }

    func forgetApproval(_ key: Approval.Key) {
        state.withLock { state in state.approvals[key] = nil }
    }

    func begin(_ grant: Grant, code: CodeUse.Code, digest: [UInt8], answering pending: [UInt8]?) -> Bool {
        let now = now()
        return state.withLock { state in
            if let pending {
                guard let found = state.pending[pending] else { return false }
                if let answeredAt = found.answeredAt, now - answeredAt > PendingAuthorization.repetitionTime {
                    return false
                }
                state.pending[pending]?.answeredAt = found.answeredAt ?? now
            }
            state.grants[grant.id] = KeptGrant(grant: grant)
            state.codes[digest] = (code, grant.id)
            return true
        }
    }

    func code(_ digest: [UInt8]) -> KeptCode? {
        state.withLock { $0.code(digest) }
    }

    func use(code digest: [UInt8], _ attempt: CodeUse.Attempt, refreshToken: [UInt8]?) -> CodeUse.Verdict {
        let now = now()
        return state.withLock { state in
            guard let found = state.code(digest) else { return .refuse(.unknownCode) }
            let verdict = CodeUse.judge(found.code, attempt, now: now)
            switch verdict {
            case .accept:
                let code = found.code
                state.codes[digest]?.code = CodeUse.Code(
                    client: code.client, redirectURI: code.redirectURI, challenge: code.challenge, server: code.server,
                    expires: code.expires, usedAt: now, isGrantEnded: false)
                if let refreshToken { state.add(refreshToken, to: found.grant.id, generation: 1, now: now) }
            case .refuseAndEndGrant: state.grants[found.grant.id]?.isEnded = true
            case .refuse: break
            }
            return verdict
        }
    }

    func refreshToken(_ digest: [UInt8]) -> KeptRefreshToken? {
        state.withLock { $0.refreshToken(digest) }
    }

    func use(refreshToken digest: [UInt8], _ attempt: RefreshUse.Attempt, next: [UInt8]) -> RefreshUse.Verdict {
        let now = now()
        return state.withLock { state in
            guard let found = state.refreshToken(digest) else { return .refuse(.unknownRefreshToken) }
            let verdict = RefreshUse.judge(found.token, of: found.family, attempt, now: now)
            switch verdict {
            case .accept(_, let generation): state.add(next, to: found.grant.id, generation: generation, now: now)
            case .refuseAndEndGrant: state.grants[found.grant.id]?.isEnded = true
            case .refuse: break
            }
            return verdict
        }
    }

    func endGrant(_ id: String) {
        state.withLock { $0.grants[id]?.isEnded = true }
    }
}

extension MadeUpStore.State {
    func code(_ digest: [UInt8]) -> KeptCode? {
        guard let found = codes[digest], let kept = grants[found.grant] else { return nil }
        let code = found.code
        return KeptCode(
            code: CodeUse.Code(
                client: code.client, redirectURI: code.redirectURI, challenge: code.challenge, server: code.server,
                expires: code.expires, usedAt: code.usedAt, isGrantEnded: kept.isEnded),
            grant: kept.grant)
    }

    func refreshToken(_ digest: [UInt8]) -> KeptRefreshToken? {
        guard let found = tokens[digest], let kept = grants[found.grant] else { return nil }
        return KeptRefreshToken(
            token: found.token,
            family: RefreshUse.Family(
                client: kept.grant.client, server: kept.grant.server, scopes: kept.grant.scopes,
                generation: kept.generation, generationBegan: kept.generationBegan, isEnded: kept.isEnded),
            grant: kept.grant)
    }

    mutating func add(_ digest: [UInt8], to grant: String, generation: Int, now: Duration) {
        tokens[digest] = (RefreshUse.Token(generation: generation, expires: now + RefreshUse.lifetime), grant)
        guard let kept = grants[grant], generation > kept.generation else { return }
        grants[grant]?.generation = generation
        grants[grant]?.generationBegan = now
    }
}
