import GatewayModel
import OAuthRules
import Reactor
import SQLDatabase
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
    /// Rings when a connection is made, ended or found broken.
    let bell: Bell
    private let state = Mutex(State())

    /// Entries in memory; beyond it some are read again.
    static let entriesMax = 10_000
    /// How long a refused connection is not shown again.
    static let refusedNanoseconds: UInt64 = 60_000_000_000
    /// How long after a renewal that could not be made the next one is tried.
    static let againNanoseconds: UInt64 = 10_000_000_000

    private struct Entry {
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

    private struct State {
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
        store: any ConnectionStoring, bell: Bell
    ) {
        self.upstream = upstream
        self.oauth = oauth
        self.isPerUser = isPerUser
        self.renewal = renewal
        self.store = store
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

    private func need(_ reason: ConnectNeed.Reason, _ account: String, _ scopes: [String] = []) -> ConnectNeed {
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

// MARK: - Memory and store

extension CredentialVault {
    /// Reads or renews, once for all who wait.
    private func loaded(
        _ account: String, refused: UpstreamCredential?, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamCredential {
        let owner = try await owner(of: account)
        let work = state.withLock { state in
            if let work = state.flights[owner] { return work }
            let work = SharedWork<Loaded>()
            state.flights[owner] = work
            return work
        }
        let loaded = try await work.value(deadline: deadline, on: loop) {
            [self] () async throws(UpstreamError) -> Loaded in
            defer { state.withLock { $0.flights[owner] = nil } }
            return try await load(owner, refused: refused, on: loop)
        }
        switch loaded {
        case .credential(let credential): return credential
        case .need(let reason): throw .connectRequired(need(reason, account))
        }
    }

    private func owner(of account: String) async throws(UpstreamError) -> String {
        guard isPerUser, account.isEmpty else { return account }
        if let known = state.withLock({ $0.gatewayOwner }) { return known }
        let generation = state.withLock { $0.generation }
        let owners: [String]
        do throws(SQLError) {
            owners = try await store.usableOwners(of: upstream.name.text)
        } catch {
            throw .loginUnreachable(error.reason)
        }
        guard let owner = owners.first else { throw .connectRequired(need(.missing, account)) }
        state.withLock { state in
            if state.generation == generation { state.gatewayOwner = owner }
        }
        return owner
    }

    private func load(
        _ owner: String, refused: UpstreamCredential?, on loop: EventLoop
    ) async throws(UpstreamError) -> Loaded {
        let generation = state.withLock { $0.generation }
        let outcome = try await renewal.outcome(
            TokenRenewal.Wish(
                upstream: upstream.name.text, owner: owner, origin: origin, oauth: oauth, refused: refused?.secret),
            on: loop)
        let now = monotonicNanoseconds()
        switch outcome {
        case .usable(let tokens, let isPostponed):
            let wall = renewal.requests.now()
            var entry = Entry(credential: UpstreamCredential(bearer: tokens.access), scopes: tokens.scopes)
            if let due = tokens.renewalTime() {
                entry.renewAfter = now &+ UInt64(max(due - wall, 0)) &* 1_000_000_000
            }
            if isPostponed { entry.renewAfter = max(entry.renewAfter, now &+ Self.againNanoseconds) }
            let kept = put(entry, owner, generation)
            return .credential(kept ?? UpstreamCredential(bearer: tokens.access))
        case .ended(let reason):
            _ = put(Entry(reason: reason), owner, generation)
            if reason != .missing { bell.ring() }
            return .need(reason)
        }
    }

    /// Puts it into memory, unless something has changed since it was read. The credential that was there stays if it is the same
    /// one: others hold it.
    private func put(_ entry: Entry, _ owner: String, _ generation: Int) -> UpstreamCredential? {
        state.withLock { state in
            guard state.generation == generation else { return nil }
            var entry = entry
            if let old = state.entries[owner] {
                entry.lacking = old.lacking
                if let credential = old.credential, credential.secret == entry.credential?.secret {
                    entry.credential = credential
                    entry.refusedUntil = old.refusedUntil
                }
            } else if state.entries.count >= Self.entriesMax, let some = state.entries.keys.first {
                state.entries[some] = nil
            }
            if entry.credential == nil, state.gatewayOwner == owner { state.gatewayOwner = nil }
            state.entries[owner] = entry
            return entry.credential
        }
    }

    /// Somebody has connected or disconnected: what is in memory of it, and who stands for the gateway, is read anew.
    func forget(_ owner: String) {
        state.withLock { state in
            state.generation += 1
            state.entries[owner] = nil
            state.gatewayOwner = nil
        }
        bell.ring()
    }

    /// What was missing when a call was refused.
    func lacking(_ owner: String) -> [String] { state.withLock { $0.entries[owner]?.lacking ?? [] } }

    /// Whether the upstream refuses what the authorization server has just given.
    func isRefused(_ owner: String) -> Bool { state.withLock { ($0.entries[owner]?.refusedUntil ?? 0) != 0 } }
}
