import GatewayModel
import OAuthRules
import Reactor
import SQLDatabase
import Telemetry
import UpstreamClients

/// Reads the tokens of a connection from the store, and renews them when they are due or were refused.
struct TokenRenewal: Sendable {
    let store: any ConnectionStoring
    let seals: ConnectionSeals
    let registrar: ClientRegistrar
    let requests: TokenRequests
    let note: @Sendable (ConnectionError) -> Void

    /// Whose tokens, and what is known of them.
    struct Wish: Sendable {
        let upstream: String
        let owner: String
        /// Of the upstream as it is configured now.
        let origin: String
        let oauth: UpstreamOAuth
        /// The token that the upstream answered 401 to.
        let refused: Secret<String>?
    }

    /// What came of it.
    enum Outcome: Sendable {
        /// These can be shown; `isPostponed` when they were due and could not be renewed.
        case usable(ConnectionTokens, isPostponed: Bool)
        /// Somebody has to connect.
        case ended(ConnectNeed.Reason)
    }

    /// Tokens of a connection and how they are kept.
    private struct Kept {
        var record: ConnectionRecord
        var tokens: ConnectionTokens
    }

    func outcome(_ wish: Wish, on loop: EventLoop) async throws(UpstreamError) -> Outcome {
        // The second round is for a connection that somebody else has changed meanwhile.
        for _ in 0..<2 {
            let kept: Kept
            switch try await read(wish) {
            case .success(let found): kept = found
            case .failure(let end): return .ended(end.reason)
            }
            let now = requests.now()
            let isRefused = wish.refused == kept.tokens.access
            guard isRefused || kept.tokens.renewalTime().map({ $0 <= now }) ?? false else {
                return .usable(kept.tokens, isPostponed: false)
            }
            if let outcome = try await renew(kept, wish, isRefused: isRefused, on: loop) { return outcome }
        }
        throw .loginUnreachable("its connection is being changed")
    }

    private struct End: Error { let reason: ConnectNeed.Reason }

    private func read(_ wish: Wish) async throws(UpstreamError) -> Result<Kept, End> {
        let record: ConnectionRecord?
        do throws(SQLError) {
            record = try await store.connection(upstream: wish.upstream, owner: wish.owner)
        } catch {
            throw .loginUnreachable(error.reason)
        }
        guard let record else { return .failure(End(reason: .missing)) }
        guard record.state == .connected else { return .failure(End(reason: .revoked)) }
        do throws(ConnectionError) {
            let json = try seals.open(
                record.sealed, for: .connection(upstream: wish.upstream, owner: wish.owner))
            guard let tokens = ConnectionTokens(json), tokens.upstreamOrigin == wish.origin else {
                return .failure(End(reason: .missing))
            }
            return .success(Kept(record: record, tokens: tokens))
        } catch {
            // Sealed by a key that is lost: only connecting again helps.
            note(error)
            return .failure(End(reason: .missing))
        }
    }

    /// Nothing when the store has another connection by now.
    private func renew(
        _ kept: Kept, _ wish: Wish, isRefused: Bool, on loop: EventLoop
    ) async throws(UpstreamError) -> Outcome? {
        let now = requests.now()
        let isUsable = !isRefused && kept.tokens.isValid(at: now)
        guard let refresh = kept.tokens.refresh else {
            if isUsable { return .usable(kept.tokens, isPostponed: true) }
            return try await end(kept, .revoked, "its token has run out and cannot be renewed")
        }
        let answer: TokenAnswer
        let place = kept.tokens.place.refreshed(by: wish.oauth)
        do throws(RemoteFailure) {
            answer = try await requests.refresh(refresh, at: place, on: loop)
        } catch {
            if isUsable { return .usable(kept.tokens, isPostponed: true) }
            throw .loginUnreachable(error.reason)
        }
        switch answer {
        case .tokens(let received):
            var next = kept
            next.tokens.renew(with: received, now: now)
            return try await write(next) ? .usable(next.tokens, isPostponed: false) : nil
        case .refused(let code, _) where Self.ends(code):
            if code == "invalid_client" { await forget(place) }
            return try await end(kept, .revoked, "its login answered \(code)")
        case .refused(let reason, _), .unusable(let reason):
            if isUsable { return .usable(kept.tokens, isPostponed: true) }
            throw .loginUnreachable(reason)
        }
    }

    /// Codes after which no further attempt can succeed; all others, such as `temporarily_unavailable`, say nothing about the
    /// connection (RFC 6749 section 5.2).
    private static func ends(_ code: String) -> Bool {
        [
            "invalid_grant", "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope",
            "invalid_target",
        ].contains(code)
    }

    private func end(
        _ kept: Kept, _ reason: ConnectNeed.Reason, _ problem: String
    ) async throws(UpstreamError) -> Outcome? {
        var next = kept
        next.record.state = .reconnect
        next.record.problem = problem
        return try await write(next) ? .ended(reason) : nil
    }

    /// False when the connection is another one by now, or none: then what we have is nobody's.
    private func write(_ kept: Kept) async throws(UpstreamError) -> Bool {
        var record = kept.record
        record.version += 1
        do throws(ConnectionError) {
            record.sealed = try seals.seal(
                kept.tokens.json, for: .connection(upstream: record.upstream, owner: record.owner))
            let written = record
            return try await stored { () async throws(SQLError) in
                try await store.replace(written, version: kept.record.version)
            }
        } catch {
            note(error)
            throw .loginUnreachable(error.reason)
        }
    }

    private func forget(_ place: TokenPlace) async {
        do throws(ConnectionError) {
            try await registrar.forget(place.client, at: place.issuer)
        } catch {
            note(error)
        }
    }
}
