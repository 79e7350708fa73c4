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
/// 2. While they cannot be fetched, those that are known are good; tokens that none of them made cannot be looked at.
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
        try token.claims.check(issuer: issuer.issuer)
        do throws(TokenFault) {
            try await check(token, keys: await keys(of: issuer, isMissing: false), on: lane)
        } catch .unknownKey {
            try await check(token, keys: await keys(of: issuer, isMissing: true), on: lane)
        }
        try token.claims.check(audience: audiences)
        try token.claims.checkTime(now: seconds())
        return token.claims
    }

    private func keys(of issuer: ExternalIssuer, isMissing: Bool) async -> [CheckingKey] {
        let now = seconds()
        let (keys, isDue) = known.withLock { known in
            let found = known[issuer, default: Known()]
            let isStale = isMissing || found.fetchedAt.map { $0 + Self.freshSeconds <= now } ?? true
            let isDue = isStale && found.triedAt.map { $0 + Self.againSeconds <= now } ?? true
            if isDue { known[issuer, default: Known()].triedAt = now }
            return (found.keys, isDue)
        }
        guard isDue, let set = await fetchedSet(of: issuer) else { return keys }
        let fetched = CheckingKey.keys(of: set)
        guard !fetched.isEmpty else { return keys }
        known.withLock { known in
            known[issuer, default: Known()].keys = fetched
            known[issuer, default: Known()].fetchedAt = now
        }
        return fetched
    }

    private func fetchedSet(of issuer: ExternalIssuer) async -> JSONObject? {
        if let url = issuer.keys { return await fetch(url) }
        for place in Self.metadataPlaces(of: issuer.issuer) {
            guard let url = try? HTTPURL(place), let metadata = await fetch(url),
                metadata["issuer"]?.stringValue == issuer.issuer,
                let keys = metadata["jwks_uri"]?.stringValue, let url = try? HTTPURL(keys)
            else { continue }
            return await fetch(url)
        }
        return nil
    }

    /// RFC 8414, 3.1 and OpenID Connect Discovery, 4: inserted before the path, and behind it.
    static func metadataPlaces(of issuer: String) -> [String] {
        guard let scheme = issuer.range(of: "://") else { return [] }
        let rest = issuer[scheme.upperBound...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let origin = issuer[..<scheme.upperBound] + rest[..<slash]
        let path = rest[slash...] == "/" ? "" : rest[slash...]
        return [
            "\(origin)/.well-known/oauth-authorization-server\(path)",
            "\(origin)/.well-known/openid-configuration\(path)",
            "\(origin)\(path)/.well-known/openid-configuration",
        ]
    }
}

extension String {
    /// The first place of another text; the standard library has none without Foundation.
    fileprivate func range(of other: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
            start = index(after: start)
        }
        return nil
    }
}
