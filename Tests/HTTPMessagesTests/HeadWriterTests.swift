import HTTPMessages
import Testing

@Suite struct `A head writer` {
    private func fields(_ pairs: (String, String)...) -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in pairs {
            #expect(appended(name, value, to: &fields))
        }
        return fields
    }

    @Test(arguments: [BodyFraming.none, .length(0), .length(305), .length(Int.max), .chunked], [true, false])
    func `writes requests that our parser reads back`(framing: BodyFraming, keepsAlive: Bool) throws {
        let sent = fields(("Accept", "*/*"), ("X-Upper", "\u{E9}"), ("x-empty", ""))
        var output: [UInt8] = []
        HeadWriter.appendRequest(
            method: .post, target: bytes("/mcp?a=b").span, host: bytes("[::1]:80").span, fields: sent, framing: framing,
            keepsAlive: keepsAlive, to: &output)
        guard case .complete(let head, let consumed) = parseRequest(output) else { throw Incomplete() }
        #expect(consumed == output.count)
        #expect(head.method == "POST" && head.path == "/mcp" && head.query == "a=b" && head.host == "[::1]:80")
        #expect(head.framing == framing && head.keepsAlive == keepsAlive)
        #expect(head.fields.first(.accept) == "*/*")
        let upper = head.fields.firstBytes(named: bytes("x-upper").span)
        #expect(upper == [0xE9])
    }

    @Test(arguments: [200, 204, 304, 404, 599], [BodyFraming.none, .length(295), .chunked, .untilClose])
    func `writes responses that our parser reads back`(status: Int, framing: BodyFraming) throws {
        if status == 204, framing != .none { return }
        var output: [UInt8] = []
        HeadWriter.appendResponse(
            status: status, fields: fields(("a", "b")), framing: framing, keepsAlive: true, date: bytes("today").span,
            to: &output)
        guard case .complete(let head, let consumed) = parseResponse(output) else { throw Incomplete() }
        #expect(consumed == output.count)
        #expect(head.status == status)
        #expect(head.fields.first(.date) == "today")
        let expected: BodyFraming =
            status == 204 || status == 304 ? .none : framing == .none ? .untilClose : framing
        #expect(head.framing == expected)
    }

    @Test func `leaves out what it writes itself`() throws {
        let given = fields(
            ("HOST", "evil"), ("Content-Length", "5"), ("transfer-Encoding", "chunked"), ("Connection", "close"),
            ("Date", "never"), ("kept", "yes"), ("Hosts", "kept"), ("content-lengtH2", "kept"))
        var output: [UInt8] = []
        HeadWriter.appendResponse(
            status: 200, fields: given, framing: .length(1), keepsAlive: true, date: bytes("").span, to: &output)
        #expect(
            String(decoding: output, as: UTF8.self)
                == "HTTP/1.1 200 OK\r\nkept: yes\r\nHosts: kept\r\ncontent-lengtH2: kept\r\ncontent-length: 1\r\n\r\n")
    }

    @Test func `asks an old client to keep the connection only in words that it knows`() {
        for (minor, keeps, line) in [
            (UInt8(0), true, "connection: keep-alive\r\n"), (0, false, "connection: close\r\n"),
        ] {
            var output: [UInt8] = []
            HeadWriter.appendResponse(
                status: 200, fields: HTTPFields(), framing: .length(1), keepsAlive: keeps, date: bytes("").span,
                minorVersion: minor, to: &output)
            #expect(String(decoding: output, as: UTF8.self).contains(line))
        }
    }

    @Test(arguments: [1, 9, 10, 15, 16, 255, 256, 4095, 65536])
    func `writes chunks that our decoder reads back`(count: Int) throws {
        let data = [UInt8](repeating: 0x61, count: count)
        var output: [UInt8] = []
        ChunkWriter.appendChunk(data.span, to: &output)
        let nothing: [UInt8] = []
        ChunkWriter.appendChunk(nothing.span, to: &output)
        ChunkWriter.appendLastChunk(trailers: fields(("digest", "x")), to: &output)
        guard case .complete(let body, let consumed) = decodeChunks(output) else { throw Incomplete() }
        #expect(body.data == data)
        #expect(body.trailers == fields(("Digest", "x")))
        #expect(consumed == output.count)
    }
}
