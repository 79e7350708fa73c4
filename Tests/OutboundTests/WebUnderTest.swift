import Cryptography
import GatewayModel
import Glibc
import HTTPMessages
import HTTPTransport
import Reactor
import Synchronization
import Testing

@testable import Outbound

/// A fetcher and a small web on 127.0.0.1: names lead where the test says, and every request that arrives is written down.
final class WebUnderTest: Sendable {
    typealias Handler = @Sendable (HTTPExchange) async -> Void

    let fetcher: WebFetcher
    let port: UInt16
    private let seen: SeenRequests

    fileprivate init(fetcher: WebFetcher, port: UInt16, seen: SeenRequests) {
        self.fetcher = fetcher
        self.port = port
        self.seen = seen
    }

    /// Lines like `GET /path`, in the order of arrival.
    var requests: [String] { seen.lines.withLock { $0 } }

    func get(
        _ target: String = "/", host: String = "127.0.0.1", scheme: HTTPURL.Scheme = .http,
        _ change: (inout FetchRequest) -> Void = { _ in }
    ) async -> Result<FetchedAnswer, FetchError> {
        guard let url = try? HTTPURL("\(scheme.rawValue)://\(host):\(port)\(target)") else {
            Issue.record("a test names something that is no URL")
            return .failure(.cancelled)
        }
        var request = FetchRequest(url, purpose: .clientDocument)
        // However slow the machine is, a test that is not about time does not end by it.
        request.time = .seconds(60)
        change(&request)
        return await fetch(request)
    }

    func fetch(_ request: FetchRequest) async -> Result<FetchedAnswer, FetchError> {
        do throws(FetchError) {
            return .success(try await fetcher.fetch(request))
        } catch {
            return .failure(error)
        }
    }
}

private final class SeenRequests: Sendable {
    let lines = Mutex<[String]>([])
}

/// What each name has as addresses, look-up by look-up; the last answer stays.
final class NameTable: Sendable {
    private let answers: Mutex<[String: [[String]]]>

    init(_ answers: [String: [[String]]]) {
        self.answers = Mutex(answers)
    }

    func addresses(of name: String, port: UInt16) throws(ReactorError) -> [SocketAddress] {
        if let literal = try? SocketAddress(literal: name, port: port) { return [literal] }
        let found = answers.withLock { answers -> [String]? in
            guard var list = answers[name], let next = list.first else { return nil }
            if list.count > 1 { list.removeFirst() }
            answers[name] = list
            return next
        }
        guard let found else { throw .nameUnknown(name: name, detail: "not in the test's table") }
        return found.compactMap { try? SocketAddress(literal: $0, port: port) }
    }
}

extension FetchSettings {
    init(_ change: (inout FetchSettings) -> Void) {
        self.init()
        change(&self)
    }
}

extension OutboundRules {
    static let thisMachine = OutboundRules(allowsLoopback: true)
    static let strict = OutboundRules()
}

/// Starts the web and the fetcher for the body, and looks whether connections are left afterwards.
func withWeb(
    rules: OutboundRules = .thisMachine, names: NameTable = NameTable([:]), settings: FetchSettings = FetchSettings(),
    certificates: TemporaryCertificates? = nil, handler: @escaping WebUnderTest.Handler,
    _ body: (WebUnderTest) async throws -> Void
) async throws {
    signal(SIGPIPE, SIG_IGN)
    let group = try EventLoopGroup(count: 2)
    group.start()
    let lane = BlockingLane(threads: 1, queueMax: 16)
    let seen = SeenRequests()
    let open = Mutex(0)
    let server = HTTPServer(
        group: group, settings: HTTPServerSettings(),
        tls: try certificates.map {
            try TLSServerContext(certificateFile: $0.path("server.pem"), keyFile: $0.path("server.key"))
        },
        observer: HTTPServerObserver(
            noted: { _ in }, connectionsChanged: { change in open.withLock { $0 += change } },
            exchangesChanged: { _ in }, answered: { _ in }),
        shortcut: { _ in nil },
        handler: { exchange in
            let head = exchange.head
            seen.lines.withLock { $0.append("\(head.method) \(exchange.target)") }
            await handler(exchange)
        })
    let address = try await server.listen(SocketAddress(literal: "127.0.0.1", port: 0))
    let fetcher = WebFetcher(
        group: group, resolver: NameResolver(lane: lane),
        tls: try TLSClientContext(additionalAuthoritiesFile: certificates?.path("ca.pem")), rules: rules,
        settings: settings,
        lookUp: { (name, port) async throws(ReactorError) in try names.addresses(of: name, port: port) })
    do {
        try await body(WebUnderTest(fetcher: fetcher, port: address.port, seen: seen))
    } catch {
        Issue.record("\(error)")
    }
    #expect(await eventually { open.withLock { $0 } == 0 }, "connections are kept")
    await server.shutDown(grace: .seconds(0))
    group.stopAndJoin()
    lane.shutDown()
}

/// Waits until the condition holds; false when it takes far longer than it ever does.
func eventually(_ condition: @Sendable () -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(240)
    while !condition() {
        if ContinuousClock.now > end { return false }
        await Task.yield()
    }
    return true
}

extension HTTPExchange {
    var target: String { String(decoding: head.targetBytes, as: UTF8.self) }

    /// Answers with a body of a type.
    func answer(_ body: String, type: String = "application/json", status: Int = 200, location: String? = nil) {
        var fields = HTTPFields()
        _ = fields.append(.contentType, type)
        if let location { _ = fields.append(.location, location) }
        respond(status: status, fields: fields, body: Array(body.utf8))
    }
}

extension Result where Success == FetchedAnswer, Failure == FetchError {
    var error: FetchError? {
        if case .failure(let error) = self { return error }
        return nil
    }

    var status: Int? { (try? get())?.status }

    var text: String? { (try? get()).map { String(decoding: $0.body, as: UTF8.self) } }
}
