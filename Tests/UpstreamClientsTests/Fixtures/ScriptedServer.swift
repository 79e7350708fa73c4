import Glibc
import HTTPMessages
import HTTPTransport
import JSONCoding
import Reactor
import Testing

@testable import UpstreamClients

/// One request that a scripted server got, with the ways to answer it.
struct Incoming: Sendable {
    let exchange: HTTPExchange
    let message: JSONValue

    var httpMethod: HTTPMethod { exchange.head.method }
    var method: String { message["method"]?.stringValue ?? "" }
    var id: JSONValue? { message["id"] }
    var params: JSONValue? { message["params"] }
    var meta: JSONValue? { message["params"]?["_meta"] }
    var tool: String { message["params"]?["name"]?.stringValue ?? "" }
    var target: String { String(decoding: exchange.head.targetBytes, as: UTF8.self) }

    func field(_ name: FieldName) -> String? { exchange.head.fields.first(name) }

    /// Answers with a JSON body.
    func reply(_ value: JSONValue, status: Int = 200, _ fields: (FieldName, String)...) {
        var all = HTTPFields()
        all.append(.contentType, literal: "application/json")
        for (name, text) in fields { _ = all.append(name, text) }
        exchange.respond(status: status, fields: all, body: JSONWriter.bytes(of: value))
    }

    func result(_ result: JSONValue, _ fields: (FieldName, String)...) {
        var all = HTTPFields()
        all.append(.contentType, literal: "application/json")
        for (name, text) in fields { _ = all.append(name, text) }
        let message: JSONValue = ["jsonrpc": "2.0", "id": id ?? .null, "result": result]
        exchange.respond(status: 200, fields: all, body: JSONWriter.bytes(of: message))
    }

    func failure(_ code: Int, _ text: String, status: Int = 200, data: JSONValue? = nil) {
        var error: JSONObject = ["code": .number(JSONNumber(code)), "message": .string(text)]
        error["data"] = data
        reply(["jsonrpc": "2.0", "id": id ?? .null, "error": .object(error)], status: status)
    }

    /// An answer without any message.
    func empty(_ status: Int) { exchange.respond(status: status) }

    func text(_ status: Int, _ text: String) {
        var fields = HTTPFields()
        fields.append(.contentType, literal: "text/plain")
        exchange.respond(status: status, fields: fields, body: Array(text.utf8))
    }

    /// Begins an event stream.
    func events() -> EventWriter? {
        var fields = HTTPFields()
        fields.append(.contentType, literal: "text/event-stream")
        guard (try? exchange.beginStream(status: 200, fields: fields)) != nil else { return nil }
        return EventWriter(incoming: self)
    }
}

/// An event stream that a scripted server writes.
struct EventWriter: Sendable {
    let incoming: Incoming

    /// False when the client is gone.
    @discardableResult
    func raw(_ text: String) async -> Bool {
        // A test may write from anywhere; an exchange lives on its loop.
        await incoming.exchange.loop.runTask { [exchange = incoming.exchange] in
            do {
                try await exchange.write(Array(text.utf8))
                return true
            } catch {
                return false
            }
        }.value
    }

    @discardableResult
    func message(_ value: JSONValue, eventID: String? = nil) async -> Bool {
        let text = String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
        return await raw((eventID.map { "id: \($0)\n" } ?? "") + "data: \(text)\n\n")
    }

    func notify(_ method: String, _ params: JSONObject = JSONObject()) async {
        await message(["jsonrpc": "2.0", "method": .string(method), "params": .object(params)])
    }

    func request(_ id: JSONValue, _ method: String, _ params: JSONObject = JSONObject()) async {
        await message(["jsonrpc": "2.0", "id": id, "method": .string(method), "params": .object(params)])
    }

    func result(_ result: JSONValue, eventID: String? = nil) async {
        await message(["jsonrpc": "2.0", "id": incoming.id ?? .null, "result": result], eventID: eventID)
        finish()
    }

    func finish() { incoming.exchange.loop.execute { [incoming] in incoming.exchange.finishStream() } }
    func cut() { incoming.exchange.loop.execute { [incoming] in incoming.exchange.abort() } }
    func untilClientGone() async { await incoming.exchange.untilClientGone() }
}

typealias Script = @Sendable (Incoming) async -> Void

/// An MCP server whose every answer a test decides.
final class ScriptedServer: Sendable {
    struct Seen: Sendable {
        let httpMethod: HTTPMethod
        let method: String
        let target: String
        let message: JSONValue
        let fields: HTTPFields

        func field(_ name: FieldName) -> String? { fields.first(name) }
    }

    let port: UInt16
    private let server: HTTPServer
    private let group: EventLoopGroup
    private let record: Box<[Seen]>
    private let script: Box<Script>

    init(port: UInt16 = 0, _ script: @escaping Script) async throws {
        signal(SIGPIPE, SIG_IGN)
        let record = Box<[Seen]>([])
        let current = Box(script)
        self.record = record
        self.script = current
        group = try EventLoopGroup(count: 1)
        group.start()
        server = HTTPServer(
            group: group, settings: HTTPServerSettings(), tls: nil,
            observer: HTTPServerObserver(
                noted: { _ in }, connectionsChanged: { _ in }, exchangesChanged: { _ in }, answered: { _ in })
        ) { exchange in
            guard let body = try? await exchange.body(limit: 1 << 26) else { return }
            let message = (try? JSONParser.parse(body)) ?? .null
            let incoming = Incoming(exchange: exchange, message: message)
            record.change {
                $0.append(
                    Seen(
                        httpMethod: exchange.head.method, method: incoming.method, target: incoming.target,
                        message: message, fields: exchange.head.fields))
            }
            await current.value(incoming)
        }
        self.port = try await server.listen(SocketAddress(literal: "127.0.0.1", port: port)).port
    }

    /// Everything that came, in order.
    var seen: [Seen] { record.value }

    /// What came of one method.
    func seen(_ method: String) -> [Seen] { seen.filter { $0.method == method } }

    func count(_ method: String) -> Int { seen(method).count }

    /// Behaves differently from now on.
    func become(_ script: @escaping Script) { self.script.change { $0 = script } }

    func stop() async {
        await server.shutDown(grace: .seconds(0))
        group.stopAndJoin()
    }
}
