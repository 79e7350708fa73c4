import AuthorizationServer
import Connections
import Cryptography
import Gateway
import GatewayModel
import HTTPTransport
import JSONCoding
import OAuthRules
import Outbound
import People
import Portal
import Reactor
import Storage
import Telemetry
import UpstreamClients
import WebUI

/// Everything that decides who may come in and on whose behalf, made once and put together.
struct Door: Sendable {
    let people: PeopleService
    let connections: ConnectionService
    let gate: TokenGate
    let site: WebSite
    private let ring: KeyRing

    /// What a door is made of.
    struct Parts: Sendable {
        let stores: GatewayStores
        let people: PeopleService
        let ended: EndedAccess
        let keys: SealingKeys
        let group: EventLoopGroup
        let lane: BlockingLane
        let resolver: NameResolver
        let outbound: OutboundSettings
        let identity: [IdentityProvider]
        let snapshot: HeldSnapshot
        let log: Log
    }

    init(_ parts: Parts) async throws(StartError) {
        let (stores, snapshot, log) = (parts.stores, parts.snapshot, parts.log)
        let publicURL = snapshot.current.publicURL
        let now = DataFolder.now
        people = parts.people
        do throws(CryptographyError) {
            let fetcher = WebFetcher(
                group: parts.group, resolver: parts.resolver,
                tls: try TLSClientContext(additionalAuthoritiesFile: parts.outbound.authoritiesFile),
                rules: OutboundRules(
                    allowsLoopback: publicURL.url.host.isLoopback, allowed: parts.outbound.allowed))
            connections = ConnectionService(
                store: StoredConnections(
                    connections: stores.connections, registrations: stores.registrations, states: stores.connectStates),
                seals: try ConnectionSeals(parts.keys), remote: WebFetching(fetcher), publicURL: publicURL,
                now: { Int64(Self.seconds()) },
                note: { log.warning("a connection to an upstream needs a look", ["reason": .string($0.reason)]) })
            let seal = KeySeal(parts.keys)
            ring = KeyRing(
                keeping: StoredSigningKeys(stores.signingKeys),
                seal: { (secret) throws(AccessTokenProblem) in try seal.seal(secret) },
                open: { (sealed) throws(AccessTokenProblem) in try seal.open(sealed) })
            let tokens = AccessTokens(
                issuer: { snapshot.current.publicURL.origin }, ring: ring, ended: parts.ended, lane: parts.lane,
                seconds: Self.seconds)
            gate = TokenGate(
                tokens: tokens,
                externals: ExternalIssuers(lane: parts.lane, seconds: Self.seconds) { await Self.json($0, fetcher) },
                people: StoredTokenPeople(users: stores.users, keys: stores.apiKeys), ended: parts.ended,
                loops: parts.group.loops.count, addresses: { ServerAddresses(snapshot.current) }, seconds: Self.seconds)
            let clients = ClientRegistry(
                store: StoredClients(clients: stores.clients, assertions: stores.assertions, now: now),
                fetcher: fetcher, publicURL: publicURL, ended: parts.ended, group: parts.group, lane: parts.lane,
                now: now,
                report: { log.warning("a client's document needs a look", ["reason": .string($0)]) })
            let server = AuthorizationServer(
                requests: stores.authorizationRequests, approvals: stores.approvals, grants: stores.grants,
                clients: clients, tokens: tokens, connections: connections, snapshot: { snapshot.current }, now: now)
            let account = DoorAccount(
                connections: connections, clients: clients, grants: stores.grants, tokens: tokens, snapshot: snapshot,
                loop: parts.group.loops[0])
            let providers = try ProviderPages(
                people, providers: parts.identity, publicURL: publicURL, fetcher: fetcher, lane: parts.lane,
                keys: parts.keys, givenUp: server.givenUp)
            site = try WebSite(
                routes: server.routes + ClientRoutes(clients).all + ConnectionRoutes(connections).all
                    + SignInPages(people, ways: providers.ways).routes + providers.routes + SetupPages(people).routes
                    + AccountPages(people, parts: account.parts).routes
                    + PortalPages(account.portal).routes,
                sessions: people, publicURL: publicURL, navigation: [PortalPages.navigation, AccountPages.navigation],
                report: { problem, path in
                    log.error("a page could not be shown", ["reason": .string(problem), "path": .string(path)])
                })
        } catch {
            throw StartError(reason: error.sentence)
        }
        try await tend()
        do throws(ConnectionError) {
            _ = try await connections.sealAnew()
        } catch {
            log.warning("connections keep the seal of an older key", ["reason": .string(error.reason)])
        }
    }

    private static let seconds: @Sendable () -> Int = { Int(Timestamp.now().seconds) }

    /// What is due once an hour: keys that sign tokens, and what is stored longer than it is needed.
    func tend() async throws(StartError) {
        do throws(AccessTokenProblem) {
            try await ring.tend(now: Self.seconds())
        } catch {
            throw StartError(reason: error.reason)
        }
    }

    private static func json(_ url: HTTPURL, _ fetcher: WebFetcher) async -> JSONObject? {
        guard let answer = try? await fetcher.fetch(FetchRequest(url, purpose: .keys)), answer.status == 200 else {
            return nil
        }
        return try? JSONParser.parse(answer.body).objectValue
    }
}

extension TokenGate: Admitting {}
extension ConnectionService: ConnectLinks {}

extension GatewaySnapshot {
    /// Whether anybody signs in here: at a server, or to connect an upstream.
    var needsDoor: Bool {
        servers.contains { $0.auth != .none } || upstreams.contains { $0.kind.wantsConnection }
    }
}

extension UpstreamKind {
    /// Whether accounts are connected to it.
    var wantsConnection: Bool {
        switch self {
        case .http(let remote), .sse(let remote): remote.auth.oauth != nil
        case .stdio, .builtin: false
        }
    }
}
