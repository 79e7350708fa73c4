import GatewayModel
import Reactor
import SQLDatabase
import Synchronization
import UpstreamClients

/// What is in memory of the store, and how it comes there.
extension CredentialVault {
    /// Reads or renews, once for all who wait.
    func loaded(
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
            if reason != .missing {
                logins.forget()
                bell.ring()
            }
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

    /// Whether only the person helps, although they are connected: what they have is refused, or lacks rights.
    func wantsPerson(_ owner: String) -> Bool {
        state.withLock { state in state.entries[owner].map { $0.refusedUntil != 0 || !$0.lacking.isEmpty } ?? false }
    }

    /// Whether the upstream refuses what the authorization server has just given.
    func isRefused(_ owner: String) -> Bool { state.withLock { ($0.entries[owner]?.refusedUntil ?? 0) != 0 } }
}
