/// A message as a raw peer read it.
struct RawMessage {
    var firstLine = ""
    var fields: [(name: String, value: String)] = []
    var body: [UInt8] = []
    var trailers: [(name: String, value: String)] = []
    /// The sizes of the chunks, when the body came in chunks.
    var chunks: [Int] = []

    var status: Int { Int(firstLine.split(separator: " ").dropFirst().first ?? "") ?? -1 }
    var text: String { String(decoding: body, as: UTF8.self) }

    func field(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name }?.value
    }

    func values(_ name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name }.map(\.value)
    }
}

extension RawPeer {
    private func readFields() throws -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        while true {
            let line = try readLine()
            if line.isEmpty { return fields }
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { throw RawPeerError.malformed(line) }
            fields.append((String(parts[0]), String(parts[1].drop { $0 == " " })))
        }
    }

    func readHead() throws -> RawMessage {
        var message = RawMessage()
        message.firstLine = try readLine()
        message.fields = try readFields()
        return message
    }

    func readChunk() throws -> [UInt8] {
        let line = try readLine()
        guard let count = Int(line.prefix { $0 != ";" }, radix: 16) else { throw RawPeerError.malformed(line) }
        if count == 0 { return [] }
        let data = try read(count)
        guard try readLine().isEmpty else { throw RawPeerError.malformed("no CRLF behind a chunk") }
        return data
    }

    /// Reads a request of ours.
    func readRequest() throws -> RawMessage {
        var message = try readHead()
        try readBody(&message, untilClose: false)
        return message
    }

    /// Reads an answer, interim ones before it not included.
    func readAnswer(toHead: Bool = false) throws -> RawMessage {
        var message = try readHead()
        while message.status < 200 { message = try readHead() }
        if toHead || message.status == 204 || message.status == 304 { return message }
        try readBody(&message, untilClose: true)
        return message
    }

    private func readBody(_ message: inout RawMessage, untilClose: Bool) throws {
        if message.field("transfer-encoding") == "chunked" {
            while true {
                let chunk = try readChunk()
                if chunk.isEmpty { break }
                message.chunks.append(chunk.count)
                message.body += chunk
            }
            message.trailers = try readFields()
        } else if let length = message.field("content-length") {
            guard let count = Int(length) else { throw RawPeerError.malformed(length) }
            message.body = try read(count)
        } else if untilClose {
            message.body = try readToEnd()
        }
    }

    /// Sends a request and reads its answer.
    func exchange(_ request: String) throws -> RawMessage {
        try send(request)
        return try readAnswer()
    }
}

/// A request of the simplest kind.
func get(_ target: String, _ fields: String...) -> String {
    "GET \(target) HTTP/1.1\r\nhost: test\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
}

/// A request with a body of stated length.
func post(_ target: String, _ body: String, _ fields: String...) -> String {
    "POST \(target) HTTP/1.1\r\nhost: test\r\ncontent-length: \(body.utf8.count)\r\n"
        + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
}
