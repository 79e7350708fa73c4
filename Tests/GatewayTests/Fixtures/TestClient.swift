import Glibc
import JSONCoding
import Testing

/// What a client meets that it should not.
enum TestClientError: Error {
    case noConnection(Int32)
    case timedOut
    case broken
    case ended(String)
    case malformed(String)
}

/// A client with blocking calls; every exchange has a connection of its own.
struct TestClient: Sendable {
    let port: UInt16
    /// What it shows with every request.
    var token: String?

    /// The same with a token.
    func signed(_ token: String) -> TestClient { TestClient(port: port, token: token) }

    /// A request whose answer is read by whoever gets this.
    func open(
        _ verb: String, _ path: String = "/mcp", body: [UInt8] = [], _ fields: [(String, String)] = []
    ) throws -> OpenAnswer {
        var head = "\(verb) \(path) HTTP/1.1\r\nhost: localhost:1\r\n"
        if let token { head += "authorization: Bearer \(token)\r\n" }
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        if verb == "POST" { head += "content-length: \(body.count)\r\n" }
        let answer = try OpenAnswer(port: port)
        try answer.send(Array((head + "\r\n").utf8) + body)
        return answer
    }

    static func message(_ method: String, id: JSONValue = 1, _ params: JSONObject = JSONObject()) -> [UInt8] {
        JSONWriter.bytes(of: ["jsonrpc": "2.0", "id": id, "method": .string(method), "params": .object(params)])
    }

    static let posting = [("content-type", "application/json"), ("accept", "application/json, text/event-stream")]

    // MARK: The stateless era

    /// The request of a client of 2026-07-28.
    func openStateless(
        _ method: String, _ params: JSONObject = JSONObject(), id: JSONValue = 1, _ sender: Sender = Sender(),
        path: String = "/mcp"
    ) throws -> OpenAnswer {
        var params = params
        var meta = params["_meta"]?.objectValue ?? JSONObject()
        meta["io.modelcontextprotocol/protocolVersion"] = "2026-07-28"
        meta["io.modelcontextprotocol/clientCapabilities"] = .object(sender.capabilities)
        meta["io.modelcontextprotocol/clientInfo"] = ["name": "tester", "version": "1"]
        if let level = sender.logLevel { meta["io.modelcontextprotocol/logLevel"] = .string(level) }
        if let token = sender.progressToken { meta["progressToken"] = token }
        params["_meta"] = .object(meta)
        let message: JSONValue = [
            "jsonrpc": "2.0", "id": id, "method": .string(method), "params": .object(params),
        ]
        var fields = Self.posting + [("mcp-protocol-version", "2026-07-28"), ("mcp-method", method)]
        let subject = method == "resources/read" ? params["uri"] : params["name"]
        if let subject = subject?.stringValue { fields.append(("mcp-name", subject)) }
        return try open("POST", path, body: JSONWriter.bytes(of: message), fields + sender.fields)
    }

    func stateless(
        _ method: String, _ params: JSONObject = JSONObject(), id: JSONValue = 1, _ sender: Sender = Sender(),
        path: String = "/mcp"
    ) throws -> Answer {
        try openStateless(method, params, id: id, sender, path: path).whole()
    }

    /// What a client says of itself.
    struct Sender: Sendable {
        var capabilities = JSONObject()
        var logLevel: String?
        var progressToken: JSONValue?
        var fields: [(String, String)] = []

        /// One that can be asked.
        static let asked = Sender(capabilities: ["elicitation": [:]])
    }

    // MARK: The handshake era

    /// A session of this revision.
    func session(
        _ revision: String = "2025-11-25", _ capabilities: JSONObject = JSONObject(), path: String = "/mcp"
    ) throws -> Session {
        let answer = try open("POST", path, body: initialize(revision, capabilities), Self.posting).whole()
        guard let id = answer.field("mcp-session-id") else { throw TestClientError.malformed(answer.text) }
        return Session(client: self, id: id, revision: revision, path: path)
    }

    func initialize(_ revision: String, _ capabilities: JSONObject = JSONObject()) -> [UInt8] {
        JSONWriter.bytes(
            of: [
                "jsonrpc": "2.0", "id": 0, "method": "initialize",
                "params": [
                    "protocolVersion": .string(revision), "capabilities": .object(capabilities),
                    "clientInfo": ["name": "tester", "version": "1"],
                ],
            ])
    }

    struct Session: Sendable {
        let client: TestClient
        let id: String
        let revision: String
        let path: String

        var fields: [(String, String)] {
            let version = revision >= "2025-06-18" ? [("mcp-protocol-version", revision)] : []
            return TestClient.posting + [("mcp-session-id", id)] + version
        }

        func open(_ method: String, _ params: JSONObject = JSONObject(), id: JSONValue = 1) throws -> OpenAnswer {
            let message: JSONValue = [
                "jsonrpc": "2.0", "id": id, "method": .string(method), "params": .object(params),
            ]
            return try client.open("POST", path, body: JSONWriter.bytes(of: message), fields)
        }

        func request(_ method: String, _ params: JSONObject = JSONObject(), id: JSONValue = 1) throws -> Answer {
            try open(method, params, id: id).whole()
        }

        func post(_ message: JSONValue) throws -> Answer {
            try client.open("POST", path, body: JSONWriter.bytes(of: message), fields).whole()
        }

        func notify(_ method: String, _ params: JSONObject = JSONObject()) throws -> Answer {
            try post(["jsonrpc": "2.0", "method": .string(method), "params": .object(params)])
        }

        func respond(_ id: JSONValue, _ result: JSONObject) throws -> Answer {
            try post(["jsonrpc": "2.0", "id": id, "result": .object(result)])
        }

        /// The stream of the session, or the rest of another one.
        func stream(after event: String? = nil) throws -> OpenAnswer {
            let place = event.map { [("last-event-id", $0)] } ?? []
            return try client.open(
                "GET", path, [("accept", "text/event-stream"), ("mcp-session-id", id)] + place)
        }

        func delete() throws -> Answer { try client.open("DELETE", path, [("mcp-session-id", id)]).whole() }
    }
}

/// A whole answer.
struct Answer: Sendable {
    var status = 0
    var fields: [(name: String, value: String)] = []
    var body: [UInt8] = []

    var text: String { String(decoding: body, as: UTF8.self) }
    var isEventStream: Bool { field("content-type") == "text/event-stream" }

    func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The body as JSON, or the last event of a stream.
    var json: JSONValue {
        if isEventStream { return events.last?.json ?? .null }
        return (try? JSONParser.parse(body)) ?? .null
    }

    var result: JSONValue? { json["result"] }
    var error: JSONValue? { json["error"] }
    var code: Int? { error?["code"]?.integer }
    /// The first text of a tool's result.
    var content: String? { result?["content"]?.arrayValue?.first?["text"]?.stringValue }

    var events: [Event] {
        text.split(separator: "\n\n").compactMap { Event(String($0)) }
    }
}

/// One event of a stream.
struct Event: Sendable {
    var id: String?
    var name: String?
    var data: String?
    var retry: String?

    /// Nothing for a comment.
    init?(_ text: String) {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("id: ") { id = String(line.dropFirst(4)) }
            if line.hasPrefix("event: ") { name = String(line.dropFirst(7)) }
            if line.hasPrefix("retry: ") { retry = String(line.dropFirst(7)) }
            if line.hasPrefix("data:") { data = String(line.dropFirst(line.hasPrefix("data: ") ? 6 : 5)) }
        }
        if id == nil, data == nil, name == nil { return nil }
    }

    var json: JSONValue { (try? JSONParser.parse(Array((data ?? "").utf8))) ?? .null }
    var method: String? { json["method"]?.stringValue }
    var result: JSONValue? { json["result"] }
}

/// One end of a connection with blocking calls. `@unchecked Sendable`: one thread uses it at a time.
final class OpenAnswer: @unchecked Sendable {
    private var descriptor: Int32
    private var buffer: [UInt8] = []
    private var head: Answer?
    private var text: [UInt8] = []
    private var isOver = false

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw TestClientError.noConnection(errno) }
        var time = timeval(tv_sec: Int(patience.components.seconds), tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close() }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno != EINTR {
                throw TestClientError.broken
            }
        }
    }

    /// Goes away as a client does that crashed.
    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    private func fill() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count > 0 {
                buffer += chunk[..<count]
                return true
            }
            if count == 0 { return false }
            if errno == EINTR { continue }
            if errno == EAGAIN { throw TestClientError.timedOut }
            throw TestClientError.broken
        }
    }

    private func read(_ count: Int) throws -> [UInt8] {
        while buffer.count < count {
            guard try fill() else { throw TestClientError.ended(String(decoding: buffer.prefix(200), as: UTF8.self)) }
        }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    private func line() throws -> String {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                return String(decoding: try read(end + 1).dropLast(2), as: UTF8.self)
            }
            guard try fill() else { throw TestClientError.ended(String(decoding: buffer.prefix(200), as: UTF8.self)) }
        }
    }

    /// Status and fields.
    func readHead() throws -> Answer {
        if let head { return head }
        var answer = Answer()
        answer.status = Int(try line().split(separator: " ").dropFirst().first ?? "") ?? -1
        while true {
            let line = try line()
            if line.isEmpty { break }
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { throw TestClientError.malformed(line) }
            answer.fields.append((parts[0].lowercased(), String(parts[1].drop { $0 == " " })))
        }
        head = answer
        return answer
    }

    /// The whole of it.
    func whole() throws -> Answer {
        var answer = try readHead()
        if answer.field("transfer-encoding") == "chunked" {
            while try readChunk() {}
            answer.body = text
        } else if let length = answer.field("content-length").flatMap({ Int($0) }) {
            answer.body = try read(length)
        }
        return answer
    }

    /// False at the end of the body.
    private func readChunk() throws -> Bool {
        if isOver { return false }
        guard let count = Int(try line(), radix: 16) else { throw TestClientError.malformed("a chunk") }
        text += try read(count)
        _ = try line()
        isOver = count == 0
        return !isOver
    }

    /// The next event of a stream; nothing at its end. Comments are passed over.
    func event() throws -> Event? {
        let head = try readHead()
        guard head.isEventStream, head.field("transfer-encoding") == "chunked" else {
            throw TestClientError.malformed("no stream: \(head.status) \((try? whole().text) ?? "")")
        }
        while true {
            let whole = String(decoding: text, as: UTF8.self)
            if let end = whole.range(of: "\n\n") {
                let block = String(whole[..<end.lowerBound])
                text = Array(whole[end.upperBound...].utf8)
                if let event = Event(block) { return event }
                continue
            }
            guard try readChunk() else { return nil }
        }
    }

    /// The next event with a message in it.
    func message() throws -> Event? {
        while let event = try event() {
            if event.data?.isEmpty == false { return event }
        }
        return nil
    }
}

extension String {
    /// Where a text stands in this one first.
    fileprivate func range(of text: String) -> Range<String.Index>? { ranges(of: text).first }
}
