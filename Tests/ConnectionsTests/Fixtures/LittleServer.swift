import Glibc
import HTTPMessages
import HTTPTransport
import JSONCoding
import Reactor

/// One request that a little server got.
struct Asked: Sendable {
    let method: HTTPMethod
    let target: String
    let fields: HTTPFields
    let body: [UInt8]

    var path: String { String(target.prefix { $0 != "?" }) }
    var json: JSONValue? { try? JSONParser.parse(body) }
    var form: [String: String] { Forms.read(String(decoding: body, as: UTF8.self)) }
}

/// What a little server answers.
struct Told: Sendable {
    var status = 200
    var body: JSONValue = [:]
    var challenge: String?
    /// Cuts the connection instead.
    var isNothing = false

    static let notFound = Told(status: 404, body: ["error": "not found"])
    static let nothing = Told(isNothing: true)
}

enum Forms {
    static func read(_ text: String) -> [String: String] {
        var pairs: [String: String] = [:]
        for part in text.split(separator: "&") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            pairs[decoded(halves[0])] = halves.count > 1 ? decoded(halves[1]) : ""
        }
        return pairs
    }

    static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A server on a socket of its own whose answers a test decides.
final class LittleServer: Sendable {
    let port: UInt16
    let seen = Box<[Asked]>([])
    private let server: HTTPServer
    private let group: EventLoopGroup

    var origin: String { "http://127.0.0.1:\(port)" }

    init(_ answer: @escaping @Sendable (Asked) async -> Told) async throws {
        signal(SIGPIPE, SIG_IGN)
        group = try EventLoopGroup(count: 1)
        group.start()
        let seen = seen
        server = HTTPServer(
            group: group, settings: HTTPServerSettings(), tls: nil,
            observer: HTTPServerObserver(
                noted: { _ in }, connectionsChanged: { _ in }, exchangesChanged: { _ in }, answered: { _ in })
        ) { exchange in
            guard let body = try? await exchange.body(limit: 1 << 20) else { return }
            let asked = Asked(
                method: exchange.head.method, target: String(decoding: exchange.head.targetBytes, as: UTF8.self),
                fields: exchange.head.fields, body: body)
            seen.change { $0.append(asked) }
            let told = await answer(asked)
            if told.isNothing { return exchange.abort() }
            var fields = HTTPFields()
            fields.append(.contentType, literal: "application/json")
            if let challenge = told.challenge { _ = fields.append(.wwwAuthenticate, challenge) }
            exchange.respond(status: told.status, fields: fields, body: JSONWriter.bytes(of: told.body))
        }
        port = try await server.listen(SocketAddress(literal: "127.0.0.1", port: 0)).port
    }

    func count(_ path: String) -> Int { seen.value.filter { $0.path == path }.count }

    func stop() async {
        await server.shutDown(grace: .seconds(0))
        group.stopAndJoin()
    }
}
