package import GatewayModel
package import JSONCoding
import OAuthRules
package import Reactor
import Synchronization

/// Tokens of other issuers (`auth: external`): their keys, found by their metadata, kept, and fetched again when a token names one
/// that is not known.
///
/// A class, because all calls share the keys.
///
/// Invariants:
/// 1. Keys of one issuer are fetched by one caller at a time, and at most once in ``againSeconds`` however many tokens name keys
///    that nobody knows.
/// 2. While they cannot be fetched, those that are known are good. A token that none of them made is not called bad then: its
///    client would throw it away.
package final class ExternalIssuers: Sendable {
    /// Fetches a JSON document; nothing when it cannot be had now.
    package typealias Fetching = @Sendable (HTTPURL) async -> JSONObject?

    /// Between two attempts to learn keys.
    static let againSeconds = 60
    /// After which known keys are fetched again although nobody misses one: a key that was withdrawn goes then.
    static let freshSeconds = 3_600

    private struct Known: Sendable {
        var keys: [CheckingKey] = []
        var fetchedAt: Int?
        var triedAt: Int?
        var isBeingFetched = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private enum Step {
        case take([CheckingKey])
        case fetch
        case wait
        case giveUp
    }

    private let fetch: Fetching
    private let lane: BlockingLane
    private let seconds: @Sendable () -> Int
    private let known = Mutex<[ExternalIssuer: Known]>([:])

    /// Knows no keys yet.
    package init(lane: BlockingLane, seconds: @escaping @Sendable () -> Int, fetch: @escaping Fetching) {
        self.fetch = fetch
        self.lane = lane
        self.seconds = seconds
    }

    /// What a token says that this issuer made for one of these audiences, and whose time holds.
    func claims(
        of text: String, issuer: ExternalIssuer, audiences: [String]
    ) async throws(TokenFault) -> TokenClaims {
        let token = try SignedToken(text)
        // RFC 9068, 2.1; most issuers say JWT or nothing. What is certain not to be an access token is refused.
        guard ["", "jwt", "at+jwt"].contains(token.header.type) else { throw .malformed }
        // What costs nothing comes first: what is not for us fetches no keys.
        try token.claims.check(issuer: issuer.issuer)
        try token.claims.check(audience: audiences)
        try token.claims.checkTime(now: seconds())
        do throws(TokenFault) {
            try await check(token, keys: try await keys(of: issuer, isMissing: false), on: lane)
        } catch {
            // Without a name any key may be the one that is missing.
            guard error == .unknownKey || error == .badSignature && token.header.keyID == nil else { throw error }
            try await check(token, keys: try await keys(of: issuer, isMissing: true), on: lane)
        }
        return token.claims
    }

    private func keys(of issuer: ExternalIssuer, isMissing: Bool) async throws(TokenFault) -> [CheckingKey] {
        while true {
            switch step(issuer, isMissing: isMissing) {
            case .take(let keys): return keys
            case .giveUp: throw .notLookedAt
            case .fetch: try await learn(issuer)
            case .wait: await fetched(issuer)
            }
        }
    }

    /// What a caller does who needs keys; `.fetch` is the promise to call `learn`.
    private func step(_ issuer: ExternalIssuer, isMissing: Bool) -> Step {
        let now = seconds()
        return known.withLock { all in
            let found = all[issuer, default: Known()]
            let isFresh = found.fetchedAt.map { now < $0 + Self.freshSeconds } ?? false
            let mayDo = !found.keys.isEmpty && !isMissing
            if isFresh && mayDo { return .take(found.keys) }
            if found.isBeingFetched { return mayDo ? .take(found.keys) : .wait }
            if let tried = found.triedAt, now < tried + Self.againSeconds {
                // The last attempt was just now: what it brought is all there is.
                return mayDo || found.fetchedAt == tried ? .take(found.keys) : .giveUp
            }
            all[issuer, default: Known()].isBeingFetched = true
            return .fetch
        }
    }

    /// Fetches the keys for everybody who waits for them.
    private func learn(_ issuer: ExternalIssuer) async throws(TokenFault) {
        let now = seconds()
        let keys = await fetchedKeys(of: issuer)
        let isCancelled = keys == nil && Task.isCancelled
        let waiting = known.withLock { all in
            var found = all[issuer, default: Known()]
            // Who went away has tried nothing: somebody else who waits does it.
            if !isCancelled { found.triedAt = now }
            if let keys { (found.keys, found.fetchedAt) = (keys, now) }
            let waiting = found.waiting
            found.waiting = []
            found.isBeingFetched = false
            all[issuer] = found
            return waiting
        }
        for waiter in waiting { waiter.resume() }
        if isCancelled { throw .notLookedAt }
    }

    /// Waits for whoever fetches; fetches have a time of their own, so this comes to an end.
    private func fetched(_ issuer: ExternalIssuer) async {
        await withCheckedContinuation { continuation in
            let isOver = known.withLock { all in
                guard all[issuer]?.isBeingFetched == true else { return true }
                all[issuer]?.waiting.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// The keys as they are published now; nothing when they cannot be had, or none of them is of use.
    private func fetchedKeys(of issuer: ExternalIssuer) async -> [CheckingKey]? {
        guard let set = await fetchedSet(of: issuer),
            let keys = try? await lane.run({ CheckingKey.keys(of: set) }), !keys.isEmpty
        else { return nil }
        return keys
    }

    private func fetchedSet(of issuer: ExternalIssuer) async -> JSONObject? {
        if let url = issuer.keys { return await fetch(url) }
        guard let name = try? HTTPURL(issuer.issuer) else { return nil }
        for place in IssuerPlaces.metadata(of: name) {
            // RFC 8414, 3.3: a document that is about another issuer is not used.
            guard let metadata = await fetch(place),
                metadata["issuer"]?.stringValue?.utf8.elementsEqual(issuer.issuer.utf8) == true,
                let keys = metadata["jwks_uri"]?.stringValue, let url = try? HTTPURL(keys)
            else { continue }
            return await fetch(url)
        }
        return nil
    }
}
