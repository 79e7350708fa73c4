import Cryptography
import GatewayModel
import HTTPMessages
import JSONCoding
import OAuthRules
import Outbound
import Reactor
import SQLDatabase
import Storage
import Synchronization

@testable import AuthorizationServer

/// Clients as they are kept, in memory: the rules of the port without a database.
final class MemoryClientStore: ClientStoring {
    struct State: Sendable {
        var clients: [KeptClient] = []
        var assertions: Set<[UInt8]> = []
        var isAway = false
    }

    private let state = Mutex(State())

    var clients: [KeptClient] { state.withLock { $0.clients } }

    func takeAway() { state.withLock { $0.isAway = true } }

    func set(_ clients: [KeptClient]) { state.withLock { $0.clients = clients } }

    private func use<Value>(_ body: (inout State) -> Value) throws(SQLError) -> Value where Value: Sendable {
        let value: Value? = state.withLock { $0.isAway ? nil : body(&$0) }
        guard let value else { throw .unavailable(detail: "a test took it away") }
        return value
    }

    func client(_ id: String) throws(SQLError) -> KeptClient? {
        try use { state in state.clients.first { $0.id == id } }
    }

    func clientID(ofRegistration digest: [UInt8]) throws(SQLError) -> String? {
        try use { state in state.clients.first { $0.registrationDigest == digest }?.id }
    }

    func add(_ client: KeptClient, bounds: ClientBounds) throws(SQLError) -> Bool {
        try use { state in
            guard state.clients.count < min(bounds.clientsMax, bounds.unusedMax) else { return false }
            state.clients.append(client)
            return true
        }
    }

    func replace(_ client: KeptClient) throws(SQLError) -> Bool {
        try use { state in
            guard let place = state.clients.firstIndex(where: { $0.id == client.id }) else { return false }
            state.clients[place] = client
            return true
        }
    }

    func remove(_ id: String) throws(SQLError) -> Bool {
        try use { state in
            let count = state.clients.count
            state.clients.removeAll { $0.id == id }
            return state.clients.count < count
        }
    }

    func clients(_ origin: ClientOrigin, limit: Int) throws(SQLError) -> [KeptClient] {
        try use { state in Array(state.clients.filter { $0.origin == origin }.reversed().prefix(limit)) }
    }

    func takeAssertion(_ digest: [UInt8], until end: Duration) throws(SQLError) -> Bool {
        try use { state in state.assertions.insert(digest).inserted }
    }
}

/// The world outside, as a test says it is.
final class OutsideWorld: Fetching {
    enum Page: Sendable {
        case answer(String, status: Int = 200, cacheControl: String? = nil)
        case failure(FetchError)
    }

    private let pages = Mutex<[String: Page]>([:])
    private let asked = Mutex<[String]>([])
    /// Whether fetches wait, and who does; one lock for both, so that nobody begins to wait after the release.
    private let gate = Mutex<(isHeld: Bool, waiter: CheckedContinuation<Void, Never>?)>((false, nil))

    subscript(url: String) -> Page? {
        get { pages.withLock { $0[url] } }
        set { pages.withLock { $0[url] = newValue } }
    }

    /// Every URL that was fetched, in order.
    var fetches: [String] { asked.withLock { $0 } }

    /// Makes the next fetch wait until `release`.
    func hold() { gate.withLock { $0.isHeld = true } }

    func release() {
        let waiter = gate.withLock { gate in
            defer { gate = (false, nil) }
            return gate.waiter
        }
        waiter?.resume()
    }

    func fetch(_ request: FetchRequest) async throws(FetchError) -> FetchedAnswer {
        let url = request.url.description
        asked.withLock { $0.append(url) }
        await withCheckedContinuation { continuation in
            let waits = gate.withLock { gate in
                if gate.isHeld { gate.waiter = continuation }
                return gate.isHeld
            }
            if !waits { continuation.resume() }
        }
        switch self[url] {
        case nil: throw .connection(host: request.url.host.description, detail: "not in this test's world")
        case .failure(let error): throw error
        case .answer(let text, let status, let cacheControl):
            var fields = HTTPFields()
            fields.append(.contentType, literal: "application/json")
            if let cacheControl { _ = fields.append(.cacheControl, cacheControl) }
            return FetchedAnswer(status: status, fields: fields, body: Array(text.utf8), url: request.url)
        }
    }
}

/// A registry over these, with a clock that a test moves.
struct ClientsUnderTest {
    let store = MemoryClientStore()
    let world = OutsideWorld()
    let ended = EndedAccess()
    let clock = MovingClock()
    let reports = TestReports()
    let registry: ClientRegistry

    static let issuer = "https://gateway.example"

    init(group: EventLoopGroup, lane: BlockingLane, publicURL: String, takesDocuments: Bool) throws {
        let (clock, reports) = (clock, reports)
        registry = ClientRegistry(
            store: store, fetcher: world, publicURL: try PublicURL(publicURL), ended: ended, group: group, lane: lane,
            takesDocuments: takesDocuments, now: { clock.now }, report: { reports.add($0) })
    }

    var registration: ClientRegistration { ClientRegistration(registry: registry) }

    func problem(_ body: () async throws(ClientProblem) -> Void) async -> ClientProblem? {
        do throws(ClientProblem) {
            try await body()
            return nil
        } catch {
            return error
        }
    }
}

final class MovingClock: Sendable {
    private let time = Mutex(Duration.seconds(1_800_000_000))

    var now: Duration { time.withLock { $0 } }
    var seconds: Int { Int(now.components.seconds) }

    func pass(_ duration: Duration) { time.withLock { $0 += duration } }
}

final class TestReports: Sendable {
    private let sentences = Mutex<[String]>([])

    var all: [String] { sentences.withLock { $0 } }

    func add(_ sentence: String) { sentences.withLock { $0.append(sentence) } }
}

/// Runs a body with a registry on loops and a lane of its own.
func withClients(
    publicURL: String = ClientsUnderTest.issuer, takesDocuments: Bool = true,
    _ body: (ClientsUnderTest) async throws -> Void
) async throws {
    let group = try EventLoopGroup(count: 1)
    group.start()
    let lane = BlockingLane(threads: 1, queueMax: 64)
    let clients = try ClientsUnderTest(group: group, lane: lane, publicURL: publicURL, takesDocuments: takesDocuments)
    do {
        try await body(clients)
    } catch {
        group.stopAndJoin()
        lane.shutDown()
        throw error
    }
    group.stopAndJoin()
    lane.shutDown()
}

extension PresentedCredentials {
    static func none(_ client: String) -> PresentedCredentials {
        PresentedCredentials(
            authorization: nil, clientID: client, clientSecret: nil, assertionType: nil, assertion: nil)
    }

    static func post(_ client: String, _ secret: String) -> PresentedCredentials {
        PresentedCredentials(
            authorization: nil, clientID: client, clientSecret: secret, assertionType: nil, assertion: nil)
    }

    static func basic(_ client: String, _ secret: String) -> PresentedCredentials {
        let bytes = Array("\(client):\(secret)".utf8)
        return PresentedCredentials(
            authorization: "Basic " + Base64.standard.encode(bytes.span), clientID: nil, clientSecret: nil,
            assertionType: nil, assertion: nil)
    }

    static func signed(_ text: String, client: String? = nil) -> PresentedCredentials {
        PresentedCredentials(
            authorization: nil, clientID: client, clientSecret: nil, assertionType: PresentedProof.assertionType,
            assertion: text)
    }
}
