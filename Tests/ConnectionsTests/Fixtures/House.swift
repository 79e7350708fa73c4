import Cryptography
import GatewayModel
import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import Outbound
import Reactor
import Telemetry
import Testing
import UpstreamClients

@testable import Connections

/// A gateway's connections, one upstream with its authorization server, and the ways of people and calls.
final class House: Sendable {
    let group: EventLoopGroup
    let issuer: LittleIssuer
    let store: MemoryStore
    let service: ConnectionService
    let definition: UpstreamDefinition
    let client: HTTPUpstream
    let resolver: NameResolver
    let auth: UpstreamAuth
    let clock: Box<Int64>
    let notes: Box<[ConnectionError]>

    var loop: EventLoop { group.loops[0] }
    var upstream: UpstreamName { definition.name }

    static let session: [UInt8] = [1, 2, 3]

    init(
        group: EventLoopGroup, resolver: NameResolver, issuer: LittleIssuer, store: MemoryStore, keys: SealingKeys,
        auth: UpstreamAuth, publicURL: String, port: UInt16? = nil, clock: Box<Int64> = Box(1_800_000_000)
    ) throws {
        self.group = group
        self.issuer = issuer
        self.store = store
        self.resolver = resolver
        self.auth = auth
        let notes = Box<[ConnectionError]>([])
        (self.clock, self.notes) = (clock, notes)
        let port = port ?? issuer.server.port
        definition = UpstreamDefinition(
            name: try UpstreamName("notes"),
            kind: .http(HTTPUpstreamDefinition(url: try HTTPURL("http://127.0.0.1:\(port)/mcp"), auth: auth)))
        let fetcher = WebFetcher(group: group, resolver: resolver, tls: try authorities.get(), rules: OutboundRules())
        service = ConnectionService(
            store: store, seals: try ConnectionSeals(keys), remote: WebFetching(fetcher),
            publicURL: try PublicURL(publicURL), now: { clock.value },
            note: { note in notes.change { $0.append(note) } })
        let origin = HTTPOrigin(
            HTTPOriginAddress(host: "127.0.0.1", port: port, usesTLS: false), group: group, resolver: resolver, tls: nil
        )
        client = HTTPUpstream(
            origin: origin, target: Array("/mcp".utf8), userAgent: "patchbay/0",
            credentials: service.credentials(for: definition),
            settings: UpstreamSettings(ownInfo: ["name": "patchbay", "version": "0"]) { 0.5 })
    }

    /// The same after a restart: nothing is in memory.
    convenience init(reopening house: House, keys: SealingKeys? = nil) throws {
        try self.init(
            group: house.group, resolver: house.resolver, issuer: house.issuer, store: house.store,
            keys: keys ?? SealingKeys(current: key(1)), auth: house.auth, publicURL: "https://gateway.example",
            clock: house.clock)
    }

    func run<Value: Sendable>(_ body: @escaping @Sendable (EventLoop) async -> Value) async -> Value {
        let loop = loop
        return await loop.runTask { await body(loop) }.value
    }

    func begin(
        _ user: String = "u_ada", role: UserRole? = .member, session: [UInt8] = House.session,
        returnTo: String = "/account"
    ) async -> Result<String, ConnectionError> {
        await run { [service, upstream] loop in
            do throws(ConnectionError) {
                return .success(
                    try await service.begin(
                        ConnectStart(user: user, role: role, session: session, upstream: upstream, returnTo: returnTo),
                        on: loop))
            } catch {
                return .failure(error)
            }
        }
    }

    func finish(
        _ query: [String: String], user: String = "u_ada", role: UserRole? = .member,
        session: [UInt8] = House.session
    ) async -> Result<ConnectOutcome, ConnectionError> {
        await run { [service] loop in
            do throws(ConnectFailure) {
                return .success(
                    try await service.finish(
                        ConnectCallback(
                            user: user, role: role, session: session, state: query["state"], code: query["code"],
                            issuer: query["iss"], error: query["error"]), on: loop))
            } catch {
                return .failure(error.error)
            }
        }
    }

    /// The whole way of a person who agrees.
    @discardableResult
    func connect(_ user: String = "u_ada", role: UserRole? = .member) async -> Result<ConnectOutcome, ConnectionError> {
        switch await begin(user, role: role) {
        case .failure(let error): return .failure(error)
        case .success(let url): return await finish(issuer.agree(url).query, user: user, role: role)
        }
    }

    func disconnect(_ user: String = "u_ada", role: UserRole? = .member) async -> ConnectionError? {
        await run { [service, upstream] loop in
            do throws(ConnectionError) {
                try await service.disconnect(upstream, user: user, role: role, on: loop)
                return nil
            } catch {
                return error
            }
        }
    }

    func state(of user: String = "u_ada", role: UserRole? = .member) async -> UpstreamConnection? {
        await run { [service, definition] loop in
            (try? await service.states(of: user, role: role, upstreams: [definition], on: loop))?.first
        }
    }

    /// The text of a tool's answer, which names the token that was shown; or the error.
    func call(_ account: String = "u_ada") async -> String {
        await run { [client] loop in
            let request = UpstreamRequest(
                method: .toolsCall, methodName: "tools/call", params: ["name": "t", "arguments": [:]],
                lease: LeaseKey(principal: account, interactive: [], account: account),
                deadline: monotonicNanoseconds() &+ 60_000_000_000)
            do throws(UpstreamError) {
                guard case .result(let result) = try await client.call(request, host: NobodyHost(), on: loop) else {
                    return "failure"
                }
                return result["content"]?.arrayValue?.first?["text"]?.stringValue ?? "no text"
            } catch {
                if case .connectRequired(let need) = error {
                    return "\(need.reason.rawValue)\(need.isPersonal ? "" : " of the operator") \(need.scopes)"
                }
                return error.reason
            }
        }
    }
}

/// The system's authorities, which take a while to read.
private let authorities = Result { try TLSClientContext() }

/// Sets everything up, and lets go of it afterwards.
func withHouse(
    _ auth: UpstreamAuth = .userOAuth(UpstreamOAuth()), publicURL: String = "https://gateway.example",
    store: MemoryStore = MemoryStore(), keys: SealingKeys? = nil, port: UInt16? = nil,
    _ body: (House, LittleIssuer) async throws -> Void
) async throws {
    let group = try EventLoopGroup(count: 1)
    group.start()
    let lane = BlockingLane(threads: 1, queueMax: 16)
    let issuer = try await LittleIssuer.start()
    let house = try House(
        group: group, resolver: NameResolver(lane: lane), issuer: issuer, store: store,
        keys: keys ?? SealingKeys(current: key(1)), auth: auth, publicURL: publicURL, port: port)
    do {
        try await body(house, issuer)
    } catch {
        Issue.record("\(error)")
    }
    house.client.closeIdle()
    await issuer.server.stop()
    group.stopAndJoin()
    lane.shutDown()
}

func key(_ number: UInt32) -> SealingKeys.Key {
    SealingKeys.Key(
        id: SealingKeyID(number), bytes: Secret([UInt8](repeating: UInt8(number), count: SealingKeys.keyBytes)))
}

extension Result where Failure == ConnectionError {
    var problem: ConnectionError? { if case .failure(let error) = self { error } else { nil } }
    var value: Success? { if case .success(let value) = self { value } else { nil } }
}
