import HTTPMessages
import Testing

@Suite struct `The end of a request` {
    private func facts(_ text: String) throws -> RequestFacts {
        guard case .complete(let facts, _) = parseRequest(bytes(text)) else { throw Incomplete() }
        return facts
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", BodyFraming.none),
        ("POST / HTTP/1.1\r\nHost: a\r\n\r\n", .none),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", .length(0)),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", .length(5)),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n", .chunked),
        ("POST / HTTP/1.0\r\nContent-Length: 7\r\n\r\n", .length(7)),
    ])
    func `is found by its framing fields only`(text: String, framing: BodyFraming) throws {
        #expect(try facts(text).framing == framing)
    }

    @Test(arguments: [
        ("1.1", "", true), ("1.1", "Connection: close\r\n", false), ("1.1", "Connection: keep-alive\r\n", true),
        ("1.1", "Connection: x, CLOSE\r\n", false), ("1.1", "Connection: x\r\nConnection: close\r\n", false),
        ("1.1", "Connection: keep-alive, close\r\n", false), ("1.1", "Connection: closed\r\n", true),
        ("1.0", "", false), ("1.0", "Connection: Keep-Alive\r\n", true), ("1.0", "Connection: close\r\n", false),
        ("1.0", "Connection: a, keep-alive\r\n", true),
    ])
    func `leaves the connection open by version and Connection`(version: String, fields: String, keeps: Bool) throws {
        #expect(try facts("GET / HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n").keepsAlive == keeps)
    }

    @Test(arguments: [
        ("1.1", "Content-Length: 5\r\n", true), ("1.1", "Transfer-Encoding: chunked\r\n", true), ("1.1", "", false),
        ("1.1", "Content-Length: 0\r\n", false), ("1.0", "Content-Length: 5\r\n", false),
    ])
    func `is waited for only where there is a body to wait for`(version: String, fields: String, waits: Bool) throws {
        let text = "POST / HTTP/\(version)\r\nHost: a\r\nExpect: 100-continue\r\n\(fields)\r\n"
        #expect(try facts(text).expectsContinue == waits)
    }

    @Test(
        arguments: [
            ("/", "/", nil), ("/a?", "/a", ""), ("/a?b?c", "/a", "b?c"), ("http://a/b?c", "/b", "c"),
            ("http://a?c", "/", "c"),
            ("http://a", "/", nil), ("/0123456789abcdef?x", "/0123456789abcdef", "x"), ("//a", "//a", nil),
        ] as [(String, String, String?)])
    func `begins with a target of path and query`(target: String, path: String, query: String?) throws {
        let facts = try facts("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(facts.path == path)
        #expect(facts.query == query)
        #expect(facts.target == bytes(target))
        #expect(facts.host == "a")
    }

    @Test func `is followed by the next one`() throws {
        let two = bytes("GET /a HTTP/1.1\r\nHost: a\r\n\r\nPOST /b HTTP/1.1\r\nHost: b\r\n\r\n")
        var parser = RequestHeadParser()
        guard case .complete(let first, let consumed) = parser.parse(two.span),
            case .complete(let second, let rest) = parser.parse(two.span.extracting(consumed..<two.count))
        else { throw Incomplete() }
        #expect(first.pathEquals("/a") && second.pathEquals("/b"))
        #expect(second.method == .post && second.hostEquals("B"))
        #expect(consumed + rest == two.count)
    }

    @Test func `says the same when the same head comes again, and another when it differs in one byte`() throws {
        let head = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n"
        let other = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 13\r\n\r\n"
        var parser = RequestHeadParser()
        var lengths: [BodyFraming] = []
        for text in [head, head + "tail", other, head] {
            guard case .complete(let parsed, let consumed) = parser.parse(bytes(text).span) else { throw Incomplete() }
            #expect(consumed == head.utf8.count)
            #expect(parsed.fields.count == 2 && parsed.pathEquals("/a"))
            lengths.append(parsed.framing)
        }
        #expect(lengths == [.length(12), .length(12), .length(13), .length(12)])
        guard case .incomplete = parser.parse(bytes(String(head.dropLast(1))).span) else { throw Incomplete() }
    }

    @Test func `can be forgotten in the middle`() throws {
        var parser = RequestHeadParser()
        guard case .incomplete = parser.parse(bytes("GET /a HTTP/1.1\r\nHo").span) else { throw Incomplete() }
        parser.reset()
        guard case .complete(let head, _) = parser.parse(bytes("PUT /b HTTP/1.0\r\n\r\n").span) else {
            throw Incomplete()
        }
        #expect(head.method == .put && head.minorVersion == 0 && head.host == "" && head.pathHasPrefix("/"))
    }

    @Test func `costs no more when it comes byte by byte`() throws {
        // A head at the limit in single bytes: quadratic work would be half a billion steps.
        let filler = (0..<90).map { "X-\($0): " + String(repeating: "v", count: 340) + "\r\n" }.joined()
        let text = bytes("GET / HTTP/1.1\r\nHost: a\r\n\(filler)\r\n")
        #expect(text.count < 32 * 1024)
        #expect(parseRequest(text, .byteByByte).isComplete)
    }
}

@Suite struct `The end of a response` {
    private func facts(_ text: String, method: HTTPMethod = .get) throws -> ResponseFacts {
        guard case .complete(let facts, _) = parseResponse(bytes(text), method: method) else { throw Incomplete() }
        return facts
    }

    @Test(
        arguments: [
            ("HTTP/1.1 200 OK\r\n\r\n", .untilClose, false),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", .length(5), true),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .chunked, true),
            ("HTTP/1.1 204 No Content\r\n\r\n", .none, true),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", .none, true),
            ("HTTP/1.1 100 Continue\r\n\r\n", .none, true),
            ("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", .length(5), false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n", .length(5), true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n", .length(5), false),
        ] as [(String, BodyFraming, Bool)])
    func `is found by status, then fields, then the end of the connection`(
        text: String, framing: BodyFraming, keepsAlive: Bool
    ) throws {
        let facts = try facts(text)
        #expect(facts.framing == framing)
        #expect(facts.keepsAlive == keepsAlive)
    }

    @Test func `is its head's end when the request was HEAD`() throws {
        #expect(try facts("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", method: .head).framing == .none)
        #expect(try facts("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", method: .head).framing == .none)
        #expect(try facts("HTTP/1.1 200 OK\r\n\r\n", method: .head).framing == .none)
    }

    @Test func `depends on the method even when the same head comes again`() throws {
        let text = bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        var parser = ResponseHeadParser(requestMethod: .get)
        var framings: [BodyFraming] = []
        for method in [HTTPMethod.get, .get, .head, .post] {
            parser.reset(requestMethod: method)
            guard case .complete(let head, text.count) = parser.parse(text.span) else { throw Incomplete() }
            framings.append(head.framing)
        }
        #expect(framings == [.length(5), .length(5), .none, .length(5)])
    }

    @Test func `comes after its interim heads`() throws {
        let text = bytes(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
        )
        var parser = ResponseHeadParser(requestMethod: .post)
        var statuses: [Int] = []
        var start = 0
        while start < text.count {
            guard case .complete(let head, let consumed) = parser.parse(text.span.extracting(start..<text.count)) else {
                throw Incomplete()
            }
            statuses.append(head.status)
            #expect(head.isInterim == (head.status < 200))
            start += consumed
        }
        #expect(statuses == [100, 103, 201])
    }
}

struct Incomplete: Error {}
