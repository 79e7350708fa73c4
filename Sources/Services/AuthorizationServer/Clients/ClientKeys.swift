import GatewayModel
import JSONCoding
import OAuthRules
import Outbound
import Reactor
import Storage
import Synchronization

/// The keys that clients sign their assertions with, where they publish them (`jwks_uri`).
///
/// A class, because all requests share what was fetched.
///
/// Invariants:
/// 1. Keys of one address are fetched once at a time, and again within ``againTime`` by nobody: an assertion with an invented key
///    id makes nobody fetch.
/// 2. While they cannot be fetched, those that are known stay good for ``staleTime``.
final class ClientKeys: Sendable {
    /// Between two fetches of one address.
    static let againTime = Duration.seconds(30)
    /// After which known keys are fetched again although nobody misses one: a key that was withdrawn goes then.
    static let freshTime = Duration.seconds(3_600)
    /// How old keys may be that cannot be fetched again.
    static let staleTime = Duration.seconds(86_400)
    /// Addresses remembered; when full, memory starts again.
    static let addressesMax = 1_024

    private struct Known {
        var keys: [CheckingKey] = []
        var fetched: Duration?
        var tried: Duration
    }

    private let fetcher: any Fetching
    private let lane: BlockingLane
    private let now: StorageClock
    private let flights: OneAtATime<[CheckingKey]?>
    private let known = Mutex<[String: Known]>([:])

    init(fetcher: any Fetching, lane: BlockingLane, group: EventLoopGroup, now: @escaping StorageClock) {
        self.fetcher = fetcher
        self.lane = lane
        self.now = now
        flights = OneAtATime(group: group)
    }

    /// The keys of a client; `nil` when they cannot be had. `isMissing`: one that a token names is not among those that are known.
    func keys(of metadata: ClientMetadata, isMissing: Bool) async -> [CheckingKey]? {
        if let set = metadata.keys { return await read(set) }
        guard let url = metadata.keysURI else { return nil }
        let name = url.description
        let time = now()
        let found = known.withLock { $0[name] }
        if let found {
            let isFresh = found.fetched.map { $0 + Self.freshTime > time } ?? false
            if isFresh && !isMissing || found.tried + Self.againTime > time { return usable(found, time) }
        }
        if let fetched = await flights.outcome(of: name, { [self] in await fetch(url) }) { return fetched }
        return known.withLock { $0[name] }.flatMap { usable($0, time) }
    }

    private func usable(_ known: Known, _ time: Duration) -> [CheckingKey]? {
        guard let fetched = known.fetched, fetched + Self.staleTime > time else { return nil }
        return known.keys
    }

    private func fetch(_ url: HTTPURL) async -> [CheckingKey]? {
        let name = url.description
        let time = now()
        known.withLock { known in
            if known.count >= Self.addressesMax, known[name] == nil { known = [:] }
            known[name, default: Known(tried: time)].tried = time
        }
        // Key sets travel as application/json, application/jwk-set+json, and, at some hosts, as text.
        let answer = try? await fetcher.fetch(FetchRequest(url, purpose: .keys, accepts: .any))
        guard let answer, answer.status == 200,
            let value = try? JSONParser.parse(
                answer.body, limits: JSONLimits(depth: 16, bytes: FetchRequest.standardBytesMax, values: 4_096)),
            let set = value.objectValue
        else { return nil }
        let keys = await read(set)
        known.withLock { $0[name] = Known(keys: keys, fetched: time, tried: time) }
        return keys
    }

    private func read(_ set: JSONObject) async -> [CheckingKey] {
        // Reading a key is OpenSSL's work, and no loop's.
        (try? await lane.run { CheckingKey.keys(of: set) }) ?? []
    }
}
