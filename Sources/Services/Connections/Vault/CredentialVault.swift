import GatewayModel
import OAuthRules
import Reactor
import Synchronization
import Telemetry
import UpstreamClients

/// The connections to one upstream: what is shown there for each account, renewed before it ends.
///
/// A class because all calls share what is in memory. An entry is what the store said, or a renewal brought; it goes when somebody
/// connects or disconnects.
///
/// Invariants:
/// 1. Of an owner's tokens at most one renewal runs, however many wait for it; its outcome is stored before anybody uses it.
/// 2. What is shown was made for this upstream's origin, and for the account that asks; the empty account of an upstream with
///    connections of people's own is one of theirs, and only for what is nobody's.
/// 3. Only the authorization server's own refusal ends a connection. When it cannot be asked, what is still valid is shown.
final class CredentialVault: UpstreamCredentials {
    let upstream: UpstreamDefinition
    let oauth: UpstreamOAuth
    let isPerUser: Bool
    let origin: String
    let renewal: TokenRenewal
    let store: any ConnectionStoring
    /// Who lets in here; looked for anew after a refusal, because the upstream may have moved to another one.
    let logins: LoginMemory
    /// Rings when a connection is made, ended or found broken.
    let bell: Bell
    let state = Mutex(State())

    /// Entries in memory; beyond it some are read again.
    static let entriesMax = 10_000
    /// How long a refused connection is not shown again.
    static let refusedNanoseconds: UInt64 = 60_000_000_000
    /// How long after a renewal that could not be made the next one is tried.
    static let againNanoseconds: UInt64 = 10_000_000_000

    struct Entry {
        var credential: UpstreamCredential?
        /// Why there is none.
        var reason = ConnectNeed.Reason.missing
        var renewAfter = UInt64.max
        var scopes: [String] = []
        /// What a call was refused for, to be asked for at the next connecting.
        var lacking: [String] = []
        /// Since when it is refused although it is fresh; 0 for never.
        var refusedUntil: UInt64 = 0
    }

    struct State {
        var entries: [String: Entry] = [:]
        var flights: [String: SharedWork<Loaded>] = [:]
        /// Whose connection serves what is nobody's.
        var gatewayOwner: String?
        /// Counts changes, so that what was read before one is not put into memory after it.
        var generation = 0
    }

    /// What the store or a renewal came to.
    enum Loaded: Sendable {
        case credential(UpstreamCredential)
        case need(ConnectNeed.Reason)
    }

    init(
        upstream: UpstreamDefinition, url: HTTPURL, oauth: UpstreamOAuth, isPerUser: Bool, renewal: TokenRenewal,
        store: any ConnectionStoring, logins: LoginMemory, bell: Bell
    ) {
        self.upstream = upstream
        self.oauth = oauth
        self.isPerUser = isPerUser
        self.renewal = renewal
        self.store = store
        self.logins = logins
        self.bell = bell
        origin = url.origin
    }

    // MARK: The call path

    func atHand(account: String) -> CredentialAtHand {
        let now = monotonicNanoseconds()
        return state.withLock { state in
            guard let owner = owner(of: account, state), let entry = state.entries[owner] else { return .mustWait }
            guard let credential = entry.credential else { return .missing(need(entry.reason, account)) }
            if entry.refusedUntil > now { return .missing(need(.refused, account)) }
            return entry.refusedUntil != 0 || now >= entry.renewAfter ? .mustWait : .ready(credential)
        }
    }

    func credential(
        account: String, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamCredential {
        if let doubted = doubted(account) { return doubted }
        switch atHand(account: account) {
        case .ready(let credential): return credential
        case .missing(let need): throw .connectRequired(need)
        case .mustWait: return try await loaded(account, refused: nil, deadline: deadline, on: loop)
        }
    }

    func renewed(
        after refused: UpstreamCredential, _ challenge: UpstreamChallenge, account: String, deadline: UInt64,
        on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamCredential {
        // The second round is for a wait on work that began before anybody knew of the refusal.
        for _ in 0..<2 {
            let found = try await loaded(account, refused: refused, deadline: deadline, on: loop)
            if found.secret != refused.secret { return found }
        }
        throw self.refused(refused, challenge, account: account)
    }

    func refused(
        _ credential: UpstreamCredential, _ challenge: UpstreamChallenge, account: String
    ) -> UpstreamError {
        if challenge.wantsMoreScopes {
            let scopes = note(lacking: challenge.scopes, account)
            return .connectRequired(need(.insufficientScope, account, scopes))
        }
        guard challenge.status == 401 else { return .credentialRefused(challenge.status) }
        let until = monotonicNanoseconds() &+ Self.refusedNanoseconds
        state.withLock { state in
            guard let owner = owner(of: account, state), state.entries[owner]?.credential?.secret == credential.secret
            else { return }
            state.entries[owner]?.refusedUntil = until
        }
        logins.forget()
        bell.ring()
        return .connectRequired(need(.refused, account))
    }

    func accepted(_ credential: UpstreamCredential, account: String) {
        state.withLock { state in
            guard let owner = owner(of: account, state), state.entries[owner]?.credential?.secret == credential.secret
            else { return }
            state.entries[owner]?.refusedUntil = 0
        }
    }

    /// One that was refused a while ago is shown once more, to see whether the upstream has come to itself.
    private func doubted(_ account: String) -> UpstreamCredential? {
        let now = monotonicNanoseconds()
        return state.withLock { state in
            guard let owner = owner(of: account, state), let entry = state.entries[owner],
                let credential = entry.credential, entry.refusedUntil != 0, entry.refusedUntil <= now,
                now < entry.renewAfter
            else { return nil }
            return UpstreamCredential(bearer: credential.secret, isDoubted: true)
        }
    }

    private func owner(of account: String, _ state: borrowing State) -> String? {
        isPerUser && account.isEmpty ? state.gatewayOwner : account
    }

    func need(_ reason: ConnectNeed.Reason, _ account: String, _ scopes: [String] = []) -> ConnectNeed {
        ConnectNeed(
            upstream: upstream.name.text, reason: reason, isPersonal: isPerUser && !account.isEmpty, scopes: scopes)
    }

    private func note(lacking scopes: [String], _ account: String) -> [String] {
        state.withLock { state in
            guard let owner = owner(of: account, state), let entry = state.entries[owner] else { return scopes }
            let all = ScopeText.union(entry.scopes, ScopeText.union(entry.lacking, scopes))
            state.entries[owner]?.lacking = all
            return all
        }
    }
}
